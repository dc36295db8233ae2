"""Which traces the legend names, and which of the others go on and off with one that it names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure

from gbglass.figures.interactive.artists import Drawn
from gbglass.figures.interactive.panel import Panel
from gbglass.figures.interactive.words import key, plotly_text

_OF_AXES = "#000000"
"""Colour that marks and zero lines have: what shares it does not belong together."""


@dataclass(frozen=True)
class Entry:
    """A line of a legend.

    Parameters
    ----------
    text
        As it is written, maybe in several lines.
    rank
        Its place.
    panel
        Of whose axes it is; None if it is of the whole figure.

    """

    text: str
    rank: int
    panel: int | None


def named(figure: Figure, panels: Sequence[Panel], drawn: Sequence[Drawn]) -> Iterator[Drawn]:
    """Give each trace its name, its place in the legend, and what it is switched off with."""
    entries = _entries(figure, panels)
    owners = {(one.panel, one.colour): set[str]() for one in drawn}
    anywhere = {one.colour: set[str]() for one in drawn}
    for one in drawn:
        if (entry := entries.get(key(one.label))) and one.colour != _OF_AXES:
            owners[one.panel, one.colour].add(key(one.label))
            anywhere[one.colour] |= {key(one.label)} if entry.panel is None else set()
    shown: set[str] = set()
    for one in drawn:
        group = _group(one, entries, owners[one.panel, one.colour] or anywhere[one.colour])
        has_line = key(one.label) in entries and group not in shown
        shown |= {group} if has_line else set()
        plain = {**one.plain, "showlegend": has_line, **_naming(one, entries.get(group))}
        yield Drawn(one.panel, one.label, one.colour, plain, one.is_shape)


def _naming(one: Drawn, entry: Entry | None) -> dict[str, Any]:
    """Give a trace a name, which a reader sees beside its values; none to what has none."""
    own = "" if one.label.startswith("_") else one.label
    name = plotly_text(entry.text if entry else own)
    naming: dict[str, Any] = {"name": name} if name else {}
    if entry:
        naming |= {"legendgroup": plotly_text(key(entry.text)), "legendrank": entry.rank}
    if not one.is_shape:  # a name beside the values would be cut off on a narrow page
        told = [name, one.plain["hovertemplate"]] if name else [one.plain["hovertemplate"]]
        naming["hovertemplate"] = f"{'<br>'.join(told)}<extra></extra>"
    return naming


def _entries(figure: Figure, panels: Sequence[Panel]) -> dict[str, Entry]:
    """List the lines of all legends."""
    legends = [(legend, None) for legend in figure.legends]
    of_axes = [(legend, one.number) for one in panels if (legend := one.axes.get_legend())]
    texts = [(text.get_text(), panel) for legend, panel in [*legends, *of_axes] for text in legend.get_texts()]
    entries: dict[str, Entry] = {}
    for rank, (text, panel) in enumerate(texts, start=1):
        entries.setdefault(key(text), Entry(text, rank, panel))
    return entries


def _group(one: Drawn, entries: dict[str, Entry], owners: set[str]) -> str:
    """Say which line of the legend switches it: its own, the one that its label tells, or the only one of its colour.

    Labels that begin with ``_`` are not shown by matplotlib; ``_name`` says that it goes with ``name``.
    """
    for label in (key(one.label), key(one.label.removeprefix("_"))):
        if label in entries:
            return label
    return next(iter(owners)) if len(owners) == 1 and not one.is_shape else ""
