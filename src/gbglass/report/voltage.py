"""What the report shows of a study of voltage."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from gbglass.analysis.voltage import VoltageCurve
from gbglass.figures.lines import Curve, draw_models
from gbglass.figures.palette import SPECIES_COLOURS
from gbglass.figures.points import draw_rows
from gbglass.figures.voltage import draw_voltages
from gbglass.report.cell_records import voltage_record
from gbglass.report.cell_tables import plateau_table, voltage_table
from gbglass.report.models import model_names
from gbglass.report.presented import Answer, PageFigure, Presented, page_figure
from gbglass.report.records import Plain, quantity
from gbglass.report.seeds import MEAN_IS, mean_point, seed_of
from gbglass.report.view3d import View, one_group
from gbglass.store.tables import Table
from gbglass.studies.voltage import VoltageFindings

_FIGURE = (
    "Above: the plateaus of the lower convex hull, by who said the energies. Below: formation energy of each ordering "
    "for each lithium site, against the emptiest and the fullest; filled and joined are those on the hull."
)
_PLATEAUS = "The plateaus of the lower convex hull, by who said the energies."
_OFFSETS = f"Mean voltage of the potential over each plateau of another source, less that plateau. {MEAN_IS}"
_ERROR_BARS = (
    "Energies at rest have no statistical error. How far the sources are apart is what is known of how far each is "
    "from the truth; more orderings can only lower a hull."
)
_VIEW = "The best ordering of each content, as the potential of the study left it at rest."
_SAME = 1e-9
_FORMULA = "V = -[E(x2) - E(x1) - (x2 - x1) E(Li)] / ((x2 - x1) e)"


def present_voltage(findings: VoltageFindings) -> Presented:
    """Show what a study of voltage found."""
    named = {f"x = {x:g}": atoms for x, atoms in findings.structures.items()}
    drawn = draw_voltages(findings.curves, f"x in {findings.electrode}")
    return Presented(
        study="voltage",
        run=findings.run,
        heading=f"Voltage of {findings.electrode} against lithium",
        answers=tuple(_answer(name, findings) for name in findings.curves),
        figures=(page_figure("voltage", "Plateaus and hull", drawn, _FIGURE),),
        tables=tuple(_tables(findings.curves)),
        record={
            "electrode": findings.electrode,
            "sources": {name: voltage_record(curve) for name, curve in findings.curves.items()},
            "potential_is": findings.potential,
            "against": _against(findings),
        },
        methods=_methods(findings),
        error_bars=_ERROR_BARS,
        view=View(named, one_group, ()),
        view_note=_VIEW,
    )


def campaign_rows(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a campaign's table from the results of one case: one for each source."""
    rows = []
    for name, record in results["sources"].items():
        plateaus = record["plateaus"]
        rows.append(
            {
                "model": results["title"],
                "verdict": _verdict(len(plateaus)),
                "source": name,
                "mean voltage (V)": record["mean"]["value"],
                "first plateau (V)": plateaus[0]["voltage"]["value"],
                "last plateau (V)": plateaus[-1]["voltage"]["value"],
            }
        )
    return rows


def campaign_figures(cases: Sequence[Mapping[str, Any]]) -> list[PageFigure]:
    """Draw the plateaus of every source, one colour a source; the seeds of a potential share its own.

    Parameters
    ----------
    cases
        The ``results.json`` of each finished case.

    """
    if not cases:
        return []
    electrodes = {_electrode(case) for case in cases}
    curves: dict[str, list[Curve]] = {}
    for model, case in zip(model_names(cases), cases, strict=True):
        more = model.removeprefix(case["title"]) + ("" if len(electrodes) == 1 else f", {_electrode(case)}")
        for source, record in case["sources"].items():
            is_own = source == case["potential_is"] or len(electrodes) > 1
            curves.setdefault(f"{source}{more}" if is_own else source, []).append(_steps(record["plateaus"]))
    content = f"x in {' or '.join(sorted(electrodes))}"
    drawn = draw_models(curves, (content, "Voltage against Li (V)"))
    return [page_figure("voltages", "Plateaus of all", drawn, _PLATEAUS), *_offsets(cases)]


def _offsets(cases: Sequence[Mapping[str, Any]]) -> list[PageFigure]:
    """Draw how far each potential is off on the plateaus of the other sources; nothing without others."""
    rows: dict[str, dict[str, list[tuple[str, float | None]]]] = {}
    for case in cases:
        for source, record in case["against"].items():
            for one in (plateau for plateau in record["plateaus"] if "potential_minus_this" in plateau):
                place = f"{source}, {_electrode(case)}, x = {one['from']['value']:g} to {one['to']['value']:g}"
                off = (seed_of(case), one["potential_minus_this"]["value"])
                rows.setdefault(place, {}).setdefault(case["potential_is"], []).append(off)
    if not rows:
        return []
    points = {place: {name: mean_point(off) for name, off in row.items()} for place, row in rows.items()}
    drawn = draw_rows(points, "Potential less the other (V)", 0.0)
    return [page_figure("offsets", "Off by how much", drawn, _OFFSETS)]


def _electrode(case: Mapping[str, Any]) -> str:
    """Return the formula of the electrode; that of LixZr2O4 where there was no other yet."""
    return str(case.get("electrode", "LixZr2O4"))


def _steps(plateaus: Sequence[Mapping[str, Any]]) -> Curve:
    """Return the corners of a staircase."""
    x = [one[end]["value"] for one in plateaus for end in ("from", "to")]
    volts = [one["voltage"]["value"] for one in plateaus for _ in range(2)]
    return np.array(x, dtype=np.float64), np.array(volts, dtype=np.float64)


def _tables(curves: Mapping[str, VoltageCurve]) -> Iterator[Table]:
    for name, curve in curves.items():
        file = re.sub(r"[^\w.-]+", "-", name)
        yield voltage_table(curve, f"voltage_{file}")
        yield plateau_table(curve, f"plateaus_{file}")


def _verdict(n_plateaus: int) -> str:
    return "one plateau" if n_plateaus == 1 else f"{n_plateaus} plateaus"


def _answer(name: str, findings: VoltageFindings) -> Answer:
    curve = findings.curves[name]
    steps = [
        (f"x = {low:g} to {high:g}", f"{volts:.2f} V")
        for low, high, volts in zip(curve.contents[:-1], curve.contents[1:], curve.voltages, strict=True)
    ]
    corners = ", ".join(f"{x:g}" for x in curve.contents)
    said = "; ".join(f"{where}: {volts}" for where, volts in steps)
    is_own = name == findings.potential
    reference = "" if is_own else f" The potential is {_away(findings.curves[findings.potential], curve)}."
    return Answer(
        name=f"hull of {name}",
        verdict=_verdict(len(steps)),
        sentence=f"It has corners at x = {corners}.{reference}",
        more="",
        colour=SPECIES_COLOURS["Li"] if is_own else SPECIES_COLOURS["Zr"],
        number=("mean voltage", f"{curve.mean:.2f} V"),
        interval="",
        details=(*steps, ("Orderings", str(len(curve.all_contents)))),
        line=f"{name}: mean {curve.mean:.2f} V; {said}",
    )


def _away(own: VoltageCurve, other: VoltageCurve) -> str:
    gaps = [abs(gap) for _, _, _, gap in _gaps(own, other)]
    return f"at most {max(gaps):.2f} V off on these plateaus"


def _gaps(own: VoltageCurve, other: VoltageCurve) -> Iterator[tuple[float, float, float, float]]:
    """Yield each plateau of another source, its voltage, and the potential's mean over it less that."""
    for low, high, volts in zip(other.contents[:-1], other.contents[1:], other.voltages, strict=True):
        yield float(low), float(high), float(volts), own.between(float(low), float(high)) - float(volts)


def _against(findings: VoltageFindings) -> Plain:
    own = findings.curves[findings.potential]
    return {
        name: {
            "plateaus": [
                {
                    "from": quantity(low, "1"), "to": quantity(high, "1"), "voltage": quantity(volts, "V"),
                    "potential_minus_this": quantity(gap, "V"),
                }
                for low, high, volts, gap in _gaps(own, curve)
            ],
            "mean_potential_minus_this": quantity(own.mean - curve.mean, "V"),
            "corners_lacking": quantity(_lacking(own, curve), "corners"),
        }
        for name, curve in findings.curves.items()
        if name != findings.potential
    }  # fmt: skip


def _lacking(own: VoltageCurve, other: VoltageCurve) -> int:
    """Count the corners of another source's hull that the potential's hull has not."""
    return sum(not np.any(np.abs(own.contents - x) < _SAME) for x in other.contents)


def _methods(findings: VoltageFindings) -> tuple[str, str]:
    contents = ", ".join(f"{x:g}" for x in sorted(findings.structures))
    structure = (
        f"{findings.electrode} in {_cell(findings.run.asked['electrode'])}, x = {contents}: at each content the "
        "orderings that repel least (sum of 1/r over nearest images), none of them twice. Lithium metal: bcc, 54 atoms."
    )
    analysis = (
        "Cell lengths and atoms were relaxed. GPAW, where it was asked, said the energy of what was relaxed, in its "
        f"primitive cell. Plateaus are those of the lower convex hull, {_FORMULA} (doi:10.1103/PhysRevB.56.1354)."
    )
    return structure, analysis


def _cell(electrode: Mapping[str, Any] | None) -> str:
    if electrode is None:
        return "the spinel lattice, cubic cells of 16 Zr with lithium on 8a"
    repeats = " × ".join(map(str, electrode["repeats"]))
    return f"the cell of {electrode['file']['file']}, {repeats}, whose lithium sites x fills"
