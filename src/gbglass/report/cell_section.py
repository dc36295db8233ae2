"""What every study of a full cell shows of it: where lithium went, how fast, and what its boundary gained."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gbglass.analysis.group_counts import GroupCounts
from gbglass.analysis.rates import mean_rate
from gbglass.core.framework import framework_species
from gbglass.core.results import Estimate
from gbglass.errors import InputError
from gbglass.figures.density import draw_density_history, draw_density_maps
from gbglass.figures.discharge import draw_discharge
from gbglass.figures.lines import draw_models
from gbglass.figures.palette import BOUNDARY_COLOURS, OTHER_COLOURS
from gbglass.figures.places import PlacesCourse, draw_places
from gbglass.report.cell_records import discharge_record, rate_record
from gbglass.report.cell_tables import discharge_table
from gbglass.report.ledger_table import composition
from gbglass.report.map_records import density_figure, density_record
from gbglass.report.models import by_model
from gbglass.report.presented import Answer, PageFigure, page_figure
from gbglass.report.records import Plain, case_curve, estimate_record, quantity, series_record, thinned
from gbglass.report.run import thermodynamic_table
from gbglass.report.view3d import View
from gbglass.store.tables import Table
from gbglass.studies.cell_places import BOUNDARY
from gbglass.studies.discharge import DischargeFindings
from gbglass.units import GPA_PER_BAR, NM2_PER_A2

CELL_ERROR_BARS = (
    "Rates are means over stretches of time that are long against the jumps of single atoms; their errors come from "
    "the spread of the stretches, their 95 % intervals from Student's distribution. A discharge slows down as it goes: "
    "compare cells over the same time, each with its twin without a boundary."
)
CELL_VIEW = "The cell, z, runs from left to right: the metal, the electrolyte, the cathode."

_COUNTS = (
    "Lithium that each part of the cell has gained since the discharge began, and the lithium of the cathode. The "
    "account of each part, what it holds against what crossed its faces, closes to 0 atoms in every frame."
)
_DENSITY = "Number density of lithium along the cell, upwards, against time."
_MAPS = "Density of lithium seen along x, the metal at the bottom, in four windows of time on one colour scale."
_PLACES = (
    "Lithium within the boundary and in the rest of the electrolyte, per formula unit of all of it; where the names "
    "change the electrolyte came between the electrodes."
)
_TRANSFERS = "What the cathode of each cell has taken up per area of its interface since its discharge began."
_PER_FORMULA_UNIT = 3
"""La of a formula unit."""

_END = 0.1
"""Part of a series that its first and its last value are means over."""


def cell_figures(found: DischargeFindings) -> list[PageFigure]:
    """Draw what every study of a cell shows."""
    discharge = found.discharge
    closes = f"Largest error of the account: {int(abs(discharge.ledger).max())} of {discharge.n_total} atoms."
    maps = {f"{one.begin:g}-{one.end:g} ps": one.density for one in found.maps}
    figures = [
        page_figure("discharge", "Where lithium went", draw_discharge(discharge), _COUNTS, closes),
        page_figure("maps", "Lithium in the cell", draw_density_maps(maps), _MAPS),
        page_figure("density", "Lithium along the cell", draw_density_history(found.history), _DENSITY),
    ]
    courses = _courses(found)
    if courses:
        figures.append(page_figure("places", "What the boundary keeps", draw_places(courses), _PLACES))
    return figures


def cell_tables(found: DischargeFindings) -> list[Table]:
    """Return the curves that every study of a cell has."""
    tables = [discharge_table(found.discharge), thermodynamic_table(found.run), _places_table("places", found.places)]
    if found.alone is not None and found.alone.counts is not None:
        tables.append(_places_table("places_alone", found.alone.counts))
    return tables


def cell_record(found: DischargeFindings) -> Plain:
    """Write the numbers that every study of a cell has."""
    alone = found.alone
    return {
        "cell": {
            "model": found.model,
            "parts": list(found.built.parts),
            "is_twin": found.is_twin,
            "area": quantity(float(found.discharge.areas[0]), "Å²"),
            "boundary_planes": [quantity(plane.position, "cell lengths") for plane in found.built.grain_boundaries],
        },
        "discharge": discharge_record(found.discharge),
        "rate": rate_record(found.rate),
        "transfer": _transfer_record(found),
        "places": _places_record(found.places, found.n_lanthanum),
        "normal_stress": estimate_record(found.stress),
        "last_map": density_record(found.maps[-1].density),
        "alone": None
        if alone is None
        else {
            "title": alone.title,
            "protocol": list(alone.protocol),
            "remarks": list(alone.remarks),
            "places": None if alone.counts is None else _places_record(alone.counts, alone.n_lanthanum),
        },
    }


def cell_answer(found: DischargeFindings, more: Sequence[tuple[str, str]] = ()) -> Answer:
    """Say whether lithium flows into the cathode and how fast, with more numbers if a study has some."""
    rate, discharge = found.rate, found.discharge
    into, current = rate.into_positive, rate.current_density
    verdict, sentence = _verdict(into)
    gained = discharge.counts[-1] - discharge.counts[0]
    parts = ", ".join(f"{name} {n:+d}" for name, n in zip(discharge.compartments, gained, strict=True))
    return Answer(
        name=found.run.title,
        verdict=verdict,
        sentence=sentence,
        more="",
        colour=BOUNDARY_COLOURS[0],
        number=("Current density", with_error(current)),
        interval=f"{current.interval[0]:.3g} to {current.interval[1]:.3g} {current.unit}",
        details=(
            ("Over", f"{rate.start:g} to {rate.end:g} ps"),
            ("Gained (atoms)", parts.replace("-", "−")),
            ("Into the cathode", with_error(into)),
            ("Out of the metal", with_error(rate.from_negative)),
            ("Normal stress", f"{_in_gpa(found.stress)} GPa, compression positive"),
            ("Samples", f"{into.n_independent:.0f} stretches of time, one cell"),
            *more,
        ),
        line=f"{found.run.title}: {with_error(current)} "
        f"(95 %: {current.interval[0]:.3g} to {current.interval[1]:.3g}) over {rate.end - rate.start:g} ps: {verdict}",
    )


def cell_row(results: Mapping[str, Any]) -> dict[str, Any]:
    """Return what every study of a cell has in a campaign's table."""
    density = results["rate"]["current_density"]
    low, high = density["interval_95"]
    return {
        "cell": results["title"],
        "verdict": results["answers"][0]["verdict"],
        "current density (mA/cm²)": density["value"],
        "standard error (mA/cm²)": density["standard_error"]["value"],
        "95 % low (mA/cm²)": low["value"],
        "95 % high (mA/cm²)": high["value"],
        "kept by the electrolyte (atoms)": results["rate"]["kept_by_electrolyte"]["value"],
    }


def transfer_figure(cases: Sequence[Mapping[str, Any]]) -> list[PageFigure]:
    """Draw what the cathodes of several cells took up; nothing of fewer than two.

    Parameters
    ----------
    cases
        The ``results.json`` of each finished case.

    """
    cells = [case for case in cases if "transfer" in case]
    if len(cells) < 2:  # noqa: PLR2004  # one has its own page
        return []
    curves = {
        name: [case_curve(case["transfer"], "times", "into_cathode") for case in seeds]
        for name, seeds in by_model(cells).items()
    }
    drawn = draw_models(curves, ("Time (ps)", "Li into the cathode (atoms/nm²)"))
    return [page_figure("transfers", "Cells beside each other", drawn, _TRANSFERS), *density_figure(cells)]


def cell_structure(found: DischargeFindings) -> str:
    """Write what the cell is, for the methods section."""
    a, b, c = found.run.structures.built.cell.lengths()
    strains = "; ".join(
        f"{part} by {max(map(abs, strain)):.2%} at most" for part, strain in found.run.ledger.strain.items()
    )
    before = ""
    if found.alone is not None:
        before = f" Its electrolyte was run alone before: {'; then '.join(found.alone.protocol)}."
    return (
        f"The cell {found.run.title}, {' | '.join(found.built.parts)} from below, was stacked in a box of "
        f"{a:.2f} × {b:.2f} × {c:.2f} Å ({composition(found.run.ledger)}); strained were {strains or 'none'}.{before}"
    )


def _framework(found: DischargeFindings) -> tuple[str, ...]:
    """Name what the faces of the parts are tied to."""
    numbers = found.built.atoms.get_array("part")
    symbols = np.array(found.built.atoms.get_chemical_symbols())
    held = (framework_species(symbols[numbers == number].tolist()) for number in range(len(found.built.parts)))
    return tuple(dict.fromkeys(species for part in held for species in part))


def cell_analysis(found: DischargeFindings) -> str:
    """Write how the cell was measured, for the methods section."""
    end = "a piston" if found.stage.piston is not None else "a free surface"
    *others, last = _framework(found)
    framework = f"{', '.join(others)} and {last}" if others else last
    return (
        f"The outer layer of the cathode was held, and the metal ended at {end}. Lithium was counted in each part, "
        f"whose faces follow the {framework} beside them, and through each face; rates are those at which it crosses "
        "faces. There is no external circuit."
    )


def cell_view(found: DischargeFindings) -> View:
    """Show the cell before and after."""
    structures = found.run.structures
    named = {"as built": structures.built, "minimised": structures.minimised, "after the discharge": structures.final}
    part = found.built.atoms.get_array("part").astype("int64")
    legend = tuple((f"built as {name}", OTHER_COLOURS[k]) for k, name in enumerate(found.built.parts))
    return View(named, lambda _: part, legend)


def with_error(mean: Estimate) -> str:
    """Write a mean with its error and unit."""
    return f"{mean.value:.3g} ± {mean.standard_error:.2g} {mean.unit}".replace("-", "−")


def _courses(found: DischargeFindings) -> list[PlacesCourse]:
    if BOUNDARY not in found.places.groups:
        return []
    if not found.n_lanthanum:
        return []
    parts = [("discharge", found.places, found.n_lanthanum)]
    if found.alone is not None and found.alone.counts is not None:
        parts.insert(0, ("alone", found.alone.counts, found.alone.n_lanthanum))
    return [_course(name, counts, lanthanum) for name, counts, lanthanum in parts]


def _course(name: str, counts: GroupCounts, lanthanum: int) -> PlacesCourse:
    units = lanthanum / _PER_FORMULA_UNIT
    first, second = (counts.of(place) / units for place in counts.groups)
    return PlacesCourse(name, counts.times - counts.times[0], first, second)


def _places_record(counts: GroupCounts, lanthanum: int) -> Plain:
    """Write lithium by place: how it began, how it ended, its lowest, how fast it changes, and the curve."""
    kept = thinned(len(counts.times))
    record: Plain = {
        "times": series_record(counts.times[kept], "ps"),
        "formula_units": quantity(lanthanum / _PER_FORMULA_UNIT, "formula units"),
    }
    for name in counts.groups:
        series = counts.of(name)
        end = max(1, round(_END * len(series)))
        record[name] = {
            "first": quantity(float(series[:end].mean()), "atoms"),
            "last": quantity(float(series[-end:].mean()), "atoms"),
            "mean": quantity(float(series.mean()), "atoms"),
            "lowest": quantity(float(_smooth(series, end).min()), "atoms"),
            "lowest_at": quantity(float(counts.times[int(np.argmin(_smooth(series, end)))]), "ps"),
            "rate": _rate_record(counts, name),
            "atoms": series_record(series[kept], "atoms"),
        }
    return record


def _smooth(series: np.ndarray[Any, np.dtype[np.float64]], width: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Average over stretches as long as the ends, so that the lowest is no single frame's [same unit, (n,)]."""
    weights = np.convolve(np.ones(len(series)), np.ones(width), mode="same")
    return np.convolve(series, np.ones(width), mode="same") / weights


def _rate_record(counts: GroupCounts, name: str) -> Plain:
    try:
        return estimate_record(mean_rate(counts.times, counts.of(name), "atoms/ps"))
    except InputError as error:
        return {"value": None, "unit": "atoms/ps", "reason": str(error)}


def _places_table(name: str, counts: GroupCounts) -> Table:
    columns = {f"{place} (atoms)": counts.of(place) for place in counts.groups}
    return Table(name, {"time (ps)": counts.times, **columns})


def _transfer_record(found: DischargeFindings) -> Plain:
    discharge = found.discharge
    taken = (discharge.part_counts[:, -1] - discharge.part_counts[0, -1]) / (discharge.areas * NM2_PER_A2)
    kept = thinned(len(discharge.times))
    return {
        "times": series_record(discharge.times[kept] - discharge.times[0], "ps"),
        "into_cathode": series_record(taken[kept], "atoms/nm²"),
    }


def _verdict(rate: Estimate) -> tuple[str, str]:
    if not rate.excludes_zero:
        return "undecided", "This run does not say whether lithium flows into the cathode: the interval holds zero."
    if rate.value > 0.0:
        return "discharges", "Lithium flows into the cathode."
    return "charges", "Lithium flows out of the cathode."


def _in_gpa(stress: Estimate) -> str:
    return f"{stress.value * GPA_PER_BAR:.2f} ± {stress.standard_error * GPA_PER_BAR:.2f}".replace("-", "−")
