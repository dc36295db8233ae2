"""What is drawn in a set of axes, as traces and shapes of plotly: lines, error bars, bars, bands, steps, words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import FillBetweenPolyCollection, LineCollection
from matplotlib.colors import to_rgba_array
from matplotlib.container import BarContainer, Container, ErrorbarContainer
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle, StepPatch
from matplotlib.text import Annotation
from matplotlib.transforms import Transform

from gbglass.core.arrays import FloatArray
from gbglass.figures.interactive.numbers import PIXELS, NotUnderstoodError, css, packed, plain_colour, short
from gbglass.figures.interactive.panel import Panel
from gbglass.figures.interactive.words import plotly_text

_DASHES = {"-": "solid", "--": "dash", ":": "dot", "-.": "dashdot", "solid": "solid", "dashed": "dash",
           "dotted": "dot", "dashdot": "dashdot"}  # fmt: skip
_NO_LINE = ("None", "none", "", " ")
_SYMBOLS = {"o": "circle", ".": "circle", "s": "square", "D": "diamond", "^": "triangle-up", "v": "triangle-down",
            "x": "x-thin", "+": "cross-thin", "_": "line-ew", "|": "line-ns"}  # fmt: skip
_SHAPES = {"default": "linear", "steps-post": "hv", "steps-pre": "vh", "steps": "vh", "steps-mid": "hvh"}
_ANCHORS = {"left": "left", "center": "center", "right": "right"}
_HEIGHTS = {"bottom": "bottom", "baseline": "bottom", "center": "middle", "top": "top"}


@dataclass(frozen=True)
class Drawn:
    """A trace or a shape.

    Parameters
    ----------
    panel
        Number of its axes.
    label
        As in matplotlib; one that begins with ``_`` has no line of its own in the legend.
    colour
        Tells what belongs together.
    plain
        As plotly takes it.
    is_shape
        Whether it is a shape, which lies under a curve or across all of the axes.

    """

    panel: int
    label: str
    colour: str
    plain: dict[str, Any]
    is_shape: bool = False


def drawn_in(panel: Panel) -> Iterator[Drawn]:
    """Give all that is drawn in a set of axes but its words, what lies lowest first.

    Raises
    ------
    NotUnderstoodError
        If anything in it is none of what is known here.

    """
    axes = panel.axes
    if axes.images or axes.tables or axes.artists or axes.child_axes:
        raise NotUnderstoodError("images, tables or axes within axes")
    together = {id(part): whole for whole in axes.containers for part in _parts(whole)}
    found: list[Artist] = [*axes.collections, *axes.patches, *axes.lines]
    seen: set[int] = set()
    for artist in sorted(found, key=lambda one: one.get_zorder()):
        if artist.get_rasterized():
            raise NotUnderstoodError("more points than a page can draw one by one")
        whole = together.get(id(artist))
        if whole is None:
            if artist.get_visible():
                yield from _alone(artist, panel)
        elif id(whole) not in seen:
            seen.add(id(whole))
            yield from _of_container(whole, panel)


def annotations(panel: Panel) -> Iterator[dict[str, Any]]:
    """Give the words in a set of axes, and its titles."""
    places: tuple[tuple[Literal["left", "center", "right"], float], ...]
    places = ("left", 0.0), ("center", 0.5), ("right", 1.0)
    for place, x in places:
        if title := panel.axes.get_title(loc=place):
            where = {"xref": f"{panel.name('x')} domain", "yref": f"{panel.name('y')} domain", "x": x, "y": 1.0}
            yield {**where, "text": plotly_text(title), "xanchor": place, "yanchor": "bottom", "showarrow": False}
    for text in panel.axes.texts:
        if not isinstance(text, Annotation) or text.arrow_patch is not None or text.get_rotation():
            raise NotUnderstoodError("words with an arrow, or turned")
        yield _words(text, panel)


def _words(text: Annotation, panel: Panel) -> dict[str, Any]:
    """Turn words at a place, maybe moved by some points, into those of plotly."""
    kinds = [text.xycoords] * 2 if isinstance(text.xycoords, str) else list(cast("tuple[str, str]", text.xycoords))
    is_moved = text.anncoords == "offset points"
    anchor, height = _ANCHORS.get(text.get_horizontalalignment()), _HEIGHTS.get(text.get_verticalalignment())
    is_known = set(kinds) <= {"data", "axes fraction"} and (is_moved or tuple(text.xyann) == tuple(text.xy))
    if not is_known or anchor is None or height is None:
        raise NotUnderstoodError(f"words at {text.xycoords} and {text.anncoords}")
    where: dict[str, Any] = {}
    for name, kind, value in zip("xy", kinds, text.xy, strict=True):
        is_log = kind == "data" and getattr(panel.axes, f"get_{name}scale")() == "log"
        where[name] = short(float(np.log10(value) if is_log else value))
        where[f"{name}ref"] = panel.name(name) + (" domain" if kind == "axes fraction" else "")
    right, up = text.xyann if is_moved else (0.0, 0.0)
    return {
        **where, "text": plotly_text(text.get_text()), "showarrow": False, "xanchor": anchor, "yanchor": height,
        "xshift": right * PIXELS, "yshift": up * PIXELS,
    }  # fmt: skip


def _of_container(whole: Container, panel: Panel) -> Iterator[Drawn]:
    """Give what belongs together in matplotlib."""
    match whole:
        case BarContainer():
            yield from _bars(whole, panel)
        case ErrorbarContainer():
            yield from _with_errors(whole, panel)
        case _:
            raise NotUnderstoodError(type(whole).__name__)


def _parts(whole: Container) -> list[Artist]:
    """List what a container holds."""
    if isinstance(whole, ErrorbarContainer):
        line, caps, bars = whole.lines
        return [line, *caps, *bars]
    return [*whole]


def _alone(artist: Artist, panel: Panel) -> Iterator[Drawn]:
    """Give what one artist draws."""
    match artist:
        case Line2D():
            yield _line(artist, panel)
        case FillBetweenPolyCollection():
            yield from _bands(artist, panel)
        case LineCollection():
            yield _segments(artist, panel, [], _label(artist))
        case StepPatch():
            yield _steps(artist, panel)
        case Rectangle():
            yield _span(artist, panel)
        case _:
            raise NotUnderstoodError(type(artist).__name__)


def _label(artist: Artist | Container) -> str:
    return str(artist.get_label() or "_")


def _line(line: Line2D, panel: Panel, more: dict[str, Any] | None = None) -> Drawn:
    """Turn a line into a trace, or into a shape if it goes across the axes whatever their range."""
    transform, label, colour = line.get_transform(), _label(line), plain_colour(line.get_color())
    for name, across in _across(panel):
        if transform == across:
            return Drawn(panel.number, label, colour, _level(line, panel, name), is_shape=True)
    if transform != panel.axes.transData or line.get_markevery() is not None:
        raise NotUnderstoodError("a line that is not in the units of its axes, or marked here and there")
    x, y = (np.asarray(values, dtype=np.float64) for values in line.get_data(orig=False))
    has_line, has_markers = line.get_linestyle() not in _NO_LINE, line.get_marker() not in (None, *_NO_LINE)
    trace = {
        "type": "scatter", **panel.on, "x": packed(x) if len(x) else [None], "y": packed(y) if len(y) else [None],
        "mode": "+".join([*["lines"][: int(has_line)], *["markers"][: int(has_markers)]]) or "none",
        "hovertemplate": panel.hover(), **panel.texts(x, y),
        **({"line": _stroke(line)} if has_line else {}), **({"marker": _marker(line)} if has_markers else {}),
        **({} if line.get_alpha() is None else {"opacity": line.get_alpha()}),
    }  # fmt: skip
    return Drawn(panel.number, label, colour, {**trace, **(more or {})})


def _stroke(line: Line2D) -> dict[str, Any]:
    dash, shape = _DASHES.get(str(line.get_linestyle())), _SHAPES.get(line.get_drawstyle())
    if dash is None or shape is None:
        raise NotUnderstoodError(f"a line of style {line.get_linestyle()!r}, {line.get_drawstyle()!r}")
    return {"color": css(line.get_color()), "width": line.get_linewidth() * PIXELS, "dash": dash, "shape": shape}


def _marker(line: Line2D) -> dict[str, Any]:
    symbol = _SYMBOLS.get(str(line.get_marker()))
    if symbol is None or line.get_fillstyle() != "full":
        raise NotUnderstoodError(f"a marker {line.get_marker()!r}")
    size = line.get_markersize() * PIXELS * (0.5 if line.get_marker() == "." else 1.0)
    edge = {"color": css(line.get_markeredgecolor()), "width": line.get_markeredgewidth() * PIXELS}
    return {"symbol": symbol, "size": round(size, 2), "color": css(line.get_markerfacecolor()), "line": edge}


def _level(line: Line2D, panel: Panel, name: str) -> dict[str, Any]:
    """Turn a line at one value of y, or of x, into a shape that crosses the axes."""
    along, up = (np.asarray(values, dtype=np.float64).tolist() for values in line.get_data(orig=False))
    other = "x" if name == "y" else "y"
    stroke = {key: value for key, value in _stroke(line).items() if key != "shape"}
    return {
        "type": "line", f"{name}ref": panel.name(name), f"{other}ref": f"{panel.name(other)} domain", "line": stroke,
        "layer": "below",  # curves are not to vanish behind a zero line
        **{f"{one}{end}": short(float(values[end])) for one, values in (("x", along), ("y", up)) for end in (0, 1)},
    }  # fmt: skip


def _span(patch: Rectangle, panel: Panel) -> Drawn:
    """Turn a band across the axes into a shape."""
    colour, edge = patch.get_facecolor(), patch.get_edgecolor()
    (x0, y0), width, height = patch.get_xy(), patch.get_width(), patch.get_height()
    for name, across in _across(panel):
        if patch.get_data_transform() == across:
            other = "x" if name == "y" else "y"
            shape = {
                "type": "rect", f"{name}ref": panel.name(name), f"{other}ref": f"{panel.name(other)} domain",
                "x0": short(x0), "x1": short(x0 + width), "y0": short(y0), "y1": short(y0 + height), "layer": "below",
                "fillcolor": css(colour), "line": {"width": patch.get_linewidth() * PIXELS, "color": css(edge)},
            }  # fmt: skip
            return Drawn(panel.number, _label(patch), plain_colour(colour), shape, is_shape=True)
    raise NotUnderstoodError("a rectangle that is no bar")


def _across(panel: Panel) -> tuple[tuple[str, Transform], ...]:
    """Say by the name of the axis whose values they have how lines that cross the axes are placed."""
    axes = panel.axes
    return ("y", axes.get_yaxis_transform(which="grid")), ("x", axes.get_xaxis_transform(which="grid"))


def _bands(band: FillBetweenPolyCollection, panel: Panel) -> Iterator[Drawn]:
    """Turn a band between two curves into its outline, filled; a reader may hover over the values at its edges."""
    face = to_rgba_array(band.get_facecolor())[0]
    colour = plain_colour(face)
    for number, path in enumerate(band.get_paths()):
        x, y = np.asarray(path.vertices, dtype=np.float64).T
        trace = {
            "type": "scatter", **panel.on, "x": packed(x), "y": packed(y), "mode": "lines", "fill": "toself",
            "fillcolor": css(face), "line": {"width": 0, "color": colour}, "hoveron": "points",
            "hovertemplate": panel.hover("(edge of the band)"), **panel.texts(x, y),
        }  # fmt: skip
        yield Drawn(panel.number, _label(band) if number == 0 else "_", colour, trace)


def _steps(steps: StepPatch, panel: Panel) -> Drawn:
    """Turn a curve of steps into a line that goes across, then up."""
    values, edges, baseline = steps.get_data()
    if baseline is not None or steps.get_fill() or steps.orientation != "vertical":
        raise NotUnderstoodError("steps that are filled, or lie")
    y = np.append(values, values[-1])
    dash = _DASHES.get(str(steps.get_linestyle()))
    if dash is None:
        raise NotUnderstoodError(f"steps of style {steps.get_linestyle()!r}")
    colour = plain_colour(steps.get_edgecolor())
    stroke = {"color": css(steps.get_edgecolor()), "width": steps.get_linewidth() * PIXELS, "dash": dash, "shape": "hv"}
    trace = {
        "type": "scatter", **panel.on, "x": packed(edges), "y": packed(y), "mode": "lines", "line": stroke,
        "hovertemplate": panel.hover(),
    }  # fmt: skip
    return Drawn(panel.number, _label(steps), colour, trace)


def _bars(whole: BarContainer, panel: Panel) -> Iterator[Drawn]:
    """Turn bars into one trace."""
    bars = whole.patches
    if not bars:
        return
    is_upright = whole.orientation != "horizontal"
    low = np.array([one.get_xy() for one in bars])
    size = np.array([(one.get_width(), one.get_height()) for one in bars])
    along, up = (0, 1) if is_upright else (1, 0)
    middle = low[:, along] + size[:, along] / 2
    edge = {"color": [css(one.get_edgecolor()) for one in bars], "width": bars[0].get_linewidth() * PIXELS}
    ends = (middle, low[:, up] + size[:, up])
    trace = {
        "type": "bar", **panel.on, "orientation": "v" if is_upright else "h", "width": packed(size[:, along]),
        "base": packed(low[:, up]), "xy"[along]: packed(middle), "xy"[up]: packed(size[:, up]),
        "marker": {"color": [css(one.get_facecolor()) for one in bars], "line": edge},
        "hovertemplate": panel.hover(), **panel.texts(*(ends if is_upright else ends[::-1])), "textposition": "none",
    }  # fmt: skip
    yield Drawn(panel.number, _label(whole), plain_colour(bars[0].get_facecolor()), trace)


def _with_errors(whole: ErrorbarContainer, panel: Panel) -> Iterator[Drawn]:
    """Turn points with error bars into their bars, as lines with gaps, and the points, which say where the bars end."""
    _, caps, collections = whole.lines
    line = cast("Line2D | None", whole.lines[0])  # absent where only the bars are drawn
    label = _label(whole)
    directions = [*["x"][: int(whole.has_xerr)], *["y"][: int(whole.has_yerr)]]
    for bars, direction in zip(collections, directions, strict=True):
        yield _segments(bars, panel, caps, label if line is None else "_", direction)
    if line is not None:
        ends = _ends(collections[-1], "xy".index(directions[-1]))
        more = {
            "customdata": [[short(low), short(high)] for low, high in ends.tolist()],
            "hovertemplate": panel.hover("bar from %{customdata[0]:.6~g} to %{customdata[1]:.6~g}"),
        }
        found = _line(line, panel, more)
        yield Drawn(found.panel, label, found.colour, found.plain)


def _ends(bars: LineCollection, direction: int) -> FloatArray:
    ends: FloatArray = np.array([np.asarray(path.vertices)[:, direction] for path in bars.get_paths()]).reshape(-1, 2)
    return ends


def _segments(bars: LineCollection, panel: Panel, caps: Sequence[Line2D], label: str, direction: str = "y") -> Drawn:
    """Turn lines that do not meet into one trace with gaps between them."""
    paths = [np.asarray(path.vertices, dtype=np.float64) for path in bars.get_paths()]
    gap = np.full((1, 2), np.nan)
    points = np.concatenate([part for path in paths for part in (path, gap)] or [gap])
    drawn = to_rgba_array(bars.get_colors())
    colours = {css(one) for one in drawn}
    widths = {float(one) for one in np.atleast_1d(bars.get_linewidth())}
    if len(colours) > 1 or len(widths) > 1 or bars.get_transform() != panel.axes.transData:
        raise NotUnderstoodError("lines of several colours or widths")
    colour, width = (colours or {"#000000"}).pop(), widths.pop() * PIXELS
    cap = {"symbol": f"line-{'ew' if direction == 'y' else 'ns'}-open", "color": colour}
    size = caps[0].get_markersize() * PIXELS if caps else 0.0
    trace = {
        "type": "scatter", **panel.on, "x": packed(points[:, 0]), "y": packed(points[:, 1]),
        "mode": "lines+markers" if caps else "lines", "line": {"color": colour, "width": width},
        "hovertemplate": panel.hover("(end of the bar)"), **panel.texts(*points.T),
        **({"marker": {**cap, "size": size, "line": {"width": width}}} if caps else {}),
    }  # fmt: skip
    return Drawn(panel.number, label, plain_colour(drawn[0]), trace)
