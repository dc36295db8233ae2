"""What the finished cases of a study of segregation say together: excess against room, temperature and content."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from gbglass.figures.lines import COLOURS
from gbglass.figures.points import Point, draw_against, draw_rows
from gbglass.report.models import TEMPERATURES, by_model, model_names, potential_suffixes
from gbglass.report.presented import PageFigure, page_figure
from gbglass.report.seeds import MEAN_IS, mean_point, seed_of
from gbglass.report.segregation_numbers import mean_energies

Plain = Mapping[str, Any]

_EXCESS = "Li excess (1/nm²)"
_CAVITY = (
    "Gibbs excess of lithium against the cavity fraction of each boundary, one point a boundary and seed with its 95 % "
    "interval, by the form of the tilt axis (the paper's Fig. 1e)."
)
_ROWS = "Gibbs excess of each boundary of each case, with its 95 % interval; seeds of one model are in one row."
_TEMPERATURE = (
    "Gibbs excess of each boundary against the temperature of the last hold, with 95 % intervals; lines join the means "
    "of one model that was brought there by one kind of protocol."
)
_CONTENT = (
    "Gibbs excess of each boundary against the lithium of the whole cell per Zr, with 95 % intervals; lines join the "
    "means of one model, of which lithium was added or taken out."
)
_ENERGY = (
    "Energy per atom of the boundaries (mean of the two) over an interior of the same composition, in the first and in "
    "the last tenth of the last hold, by model and protocol: what claim 3 is judged by. Claim 6 compares total "
    f"energies per atom, which the table by model has. {MEAN_IS}"
)

_CONTENT_KEYS = ("boundary.extra_lithium", "crystal.tetrahedral_Li")
"""What sets how much lithium there is."""

_FEWEST = 2
_MOST_ROWS = 24
"""Of a picture that may lead a page: more fill a screen or two."""

_SAME = 6
"""Digits to which two contents are one."""

Groups = dict[tuple[str, str, str], list[Point]]
"""Points by title, model and boundary."""


def campaign_figures(cases: Sequence[Plain]) -> list[PageFigure]:
    """Draw what several cases say together, from the ``results.json`` of each finished one."""
    if not cases:
        return []
    return [
        *_against_cavity(cases),
        *_against_temperature(cases),
        *_against_content(cases),
        *_rows(cases),
        *_energies(cases),
    ]


def _against_cavity(cases: Sequence[Plain]) -> list[PageFigure]:
    """Draw the paper's Fig. 1e, where cavity fractions were measured."""
    groups: dict[str, list[Point]] = {}
    for case, suffix in zip(cases, potential_suffixes(cases), strict=True):
        for boundary in case["boundaries"]:
            cavity = boundary["cavity_fraction"]["value"]
            if cavity is not None:
                groups.setdefault(_axis(case) + suffix, []).append(_point(boundary, cavity))
    if not groups:
        return []
    drawn = draw_against(dict(sorted(groups.items())), ("Cavity fraction (1)", _EXCESS))
    return [page_figure("cavity-excess", "Room and lithium", drawn, _CAVITY)]


def _against_temperature(cases: Sequence[Plain]) -> list[PageFigure]:
    """Draw the excess against where the protocols end, where they end at two temperatures or more."""
    ended = [(case, kelvin) for case in cases if math.isfinite(kelvin := _temperature(case))]
    if len({kelvin for _, kelvin in ended}) < _FEWEST:
        return []
    names = model_names([case for case, _ in ended], but=[TEMPERATURES])
    groups = _grouped(ended, _with_potentials(names, [case for case, _ in ended]))
    return _series(groups, "temperature", "Temperature (K)", _TEMPERATURE)


def _against_content(cases: Sequence[Plain]) -> list[PageFigure]:
    """Draw the excess against how much lithium there is, of models of which one seed has two contents or more."""
    held = [(case, content) for case in cases if math.isfinite(content := _content(case))]
    names = _with_potentials(model_names([case for case, _ in held], but=_CONTENT_KEYS), [case for case, _ in held])
    contents: dict[tuple[str, str], set[float]] = {}
    for (case, content), name in zip(held, names, strict=True):
        contents.setdefault((name, seed_of(case)), set()).add(round(content, _SAME))
    varied = {name for (name, _), found in contents.items() if len(found) >= _FEWEST}
    chosen = [(one, name) for one, name in zip(held, names, strict=True) if name in varied]
    groups = _grouped([one for one, _ in chosen], [name for _, name in chosen])
    return _series(groups, "content", "Li per Zr of the whole cell (1)", _CONTENT) if groups else []


def _with_potentials(names: Sequence[str], cases: Sequence[Plain]) -> list[str]:
    """Put the potential behind names that do not say it, such as those of models that have a title of their own."""
    suffixes = potential_suffixes(cases)
    return [name if suffix in name else name + suffix for name, suffix in zip(names, suffixes, strict=True)]


def _grouped(values: Sequence[tuple[Plain, float]], names: Sequence[str]) -> Groups:
    groups: Groups = {}
    for (case, x), name in zip(values, names, strict=True):
        for boundary in case["boundaries"]:
            groups.setdefault((case["title"], name, boundary["name"]), []).append(_point(boundary, x))
    return groups


def _series(groups: Groups, name: str, axis: str, caption: str) -> list[PageFigure]:
    """Draw groups against something, in as many figures as it takes to give each group a colour of its own."""
    figures = []
    for number, (of, part) in enumerate(_parts(groups).items(), start=1):
        drawn = draw_against(
            {f"{model}, {boundary}": some for (_, model, boundary), some in part.items()}, (axis, _EXCESS), joined=True
        )
        heading = ": ".join(filter(None, (f"Excess against {name}", ", ".join(of))))
        figures.append(
            page_figure(f"excess-{name}" if number == 1 else f"excess-{name}-{number}", heading, drawn, caption)
        )
    return figures


def _parts(groups: Groups) -> dict[tuple[str, ...], Groups]:
    """Part groups by title, and those of a title by boundary, where there are more of them than colours."""
    if len(groups) <= len(COLOURS):
        return {(): groups}
    parts: dict[tuple[str, ...], Groups] = {}
    for title in dict.fromkeys(title for title, _, _ in groups):
        same = {key: points for key, points in groups.items() if key[0] == title}
        for key, points in same.items():
            of = (title,) if len(same) <= len(COLOURS) else (title, key[2])
            parts.setdefault(of, {})[key] = points
    return parts


def _rows(cases: Sequence[Plain]) -> list[PageFigure]:
    rows = {
        name: {
            boundary: [_point(one, 0.0) for case in seeds for one in case["boundaries"] if one["name"] == boundary]
            for boundary in dict.fromkeys(one["name"] for case in seeds for one in case["boundaries"])
        }
        for name, seeds in by_model(cases).items()
    }
    name = "excess-rows" if len(rows) <= _MOST_ROWS else "all-excess-rows"
    return [page_figure(name, "Excess of each boundary", draw_rows(rows, _EXCESS, 0.0), _ROWS)]


def _energies(cases: Sequence[Plain]) -> list[PageFigure]:
    """Draw the energy of boundaries over the bulk by model and protocol, of cases whose frames hold energies."""
    measured = [case for case in cases if mean_energies(case)]
    if not measured:
        return []
    rows = {
        name: {
            when: mean_point([(seed_of(case), mean_energies(case)[when]) for case in seeds])
            for when in mean_energies(seeds[0])
        }
        for name, seeds in by_model(measured).items()
    }
    drawn = draw_rows(rows, "Boundary over bulk (meV/atom)", 0.0)
    name = "energy-rows" if len(rows) <= _MOST_ROWS else "all-energy-rows"
    return [page_figure(name, "Energy of the boundaries over the bulk", drawn, _ENERGY)]


def _point(boundary: Plain, x: float) -> Point:
    excess = boundary["gibbs_excess"]
    low, high = (math.nan if end["value"] is None else float(end["value"]) for end in excess["interval_95"])
    return Point(math.nan if excess["value"] is None else float(excess["value"]), low, high, x)


def _axis(case: Plain) -> str:
    """Name the form of the tilt axis: [1-10] is one of [110]."""
    indices = case["asked"]["boundary"]["axis"] if "asked" in case else ()
    return "[" + "".join(str(index) for index in sorted(map(abs, indices), reverse=True)) + "]"


def _temperature(case: Plain) -> float:
    """Return where the last stage that has a temperature ends [K]."""
    ends = [stage.get("temperature_K", stage.get("to_K")) for stage in case.get("stages", ())]
    return next((float(end) for end in reversed(ends) if end is not None), math.nan)


def _content(case: Plain) -> float:
    """Return the lithium of the whole cell per Zr, as it was built; not a number without Zr."""
    atoms = case.get("ledger", {}).get("atoms", {})
    if not (atoms.get("Li") and atoms.get("Zr")):
        return math.nan
    return float(atoms["Li"]["value"]) / float(atoms["Zr"]["value"])
