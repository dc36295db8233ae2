"""What the report shows of a study of discharge."""

from collections.abc import Mapping
from typing import Any

from gbglass.core.results import Estimate
from gbglass.figures.density import draw_density_history
from gbglass.figures.discharge import draw_discharge
from gbglass.figures.style import BOUNDARY_COLOURS, OTHER_COLOURS
from gbglass.report.cell_records import discharge_record, rate_record
from gbglass.report.cell_tables import discharge_table
from gbglass.report.presented import Answer, PageFigure, Presented, page_figure
from gbglass.report.records import estimate_record
from gbglass.report.run import composition, thermodynamic_figure, thermodynamic_table
from gbglass.report.view3d import View
from gbglass.studies.discharge import DischargeFindings
from gbglass.units import GPA_PER_BAR

_COUNTS = (
    "Lithium that each part of the cell has gained since the discharge began, and the lithium of the cathode. The "
    "account of each part, what it holds against what crossed its faces, closes to 0 atoms in every frame."
)
_DENSITY = "Number density of lithium along the cell, upwards, against time."
_ERROR_BARS = (
    "Rates are means over stretches of time that are long against the jumps of single atoms; their errors come from "
    "the spread of the stretches, their 95 % intervals from Student's distribution. A discharge slows down as it goes: "
    "compare cells over the same time, each with its twin without a boundary."
)
_VIEW = "The cell, z, runs from left to right: the metal, the electrolyte, the cathode."


def present_discharge(findings: DischargeFindings) -> Presented:
    """Show what a study of discharge found."""
    return Presented(
        study="discharge",
        run=findings.run,
        heading=f"Discharge of {findings.run.title}",
        answers=(_answer(findings),),
        figures=tuple(_figures(findings)),
        tables=(discharge_table(findings.discharge), thermodynamic_table(findings.run)),
        record={
            "discharge": discharge_record(findings.discharge),
            "rate": rate_record(findings.rate),
            "normal_stress": estimate_record(findings.stress),
        },
        methods=(_structure(findings), _analysis(findings)),
        error_bars=_ERROR_BARS,
        view=_view(findings),
        view_note=_VIEW,
    )


def campaign_rows(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the row of a campaign's table from the results of one case."""
    density = results["rate"]["current_density"]
    low, high = density["interval_95"]
    return [
        {
            "cell": results["title"],
            "verdict": results["answers"][0]["verdict"],
            "current density (mA/cm²)": density["value"],
            "standard error (mA/cm²)": density["standard_error"]["value"],
            "95 % low (mA/cm²)": low["value"],
            "95 % high (mA/cm²)": high["value"],
            "kept by the electrolyte (atoms)": results["rate"]["kept_by_electrolyte"]["value"],
        }
    ]


def _figures(findings: DischargeFindings) -> list[PageFigure]:
    discharge = findings.discharge
    closes = f"Largest error of the account: {int(abs(discharge.ledger).max())} of {discharge.n_total} atoms."
    return [
        page_figure("discharge", "Where lithium went", draw_discharge(discharge), _COUNTS, closes),
        page_figure("density", "Lithium along the cell", draw_density_history(findings.history), _DENSITY),
        thermodynamic_figure(findings.run),
    ]


def _answer(findings: DischargeFindings) -> Answer:
    rate, discharge = findings.rate, findings.discharge
    into, current = rate.into_positive, rate.current_density
    verdict, sentence = _verdict(into)
    gained = discharge.counts[-1] - discharge.counts[0]
    parts = ", ".join(f"{name} {n:+d}" for name, n in zip(discharge.compartments, gained, strict=True))
    return Answer(
        name=findings.run.title,
        verdict=verdict,
        sentence=sentence,
        more="",
        colour=BOUNDARY_COLOURS[0],
        number=("Current density", _with_error(current)),
        interval=f"{current.interval[0]:.3g} to {current.interval[1]:.3g} {current.unit}",
        details=(
            ("Over", f"{rate.start:g} to {rate.end:g} ps"),
            ("Gained (atoms)", parts.replace("-", "−")),
            ("Into the cathode", _with_error(into)),
            ("Out of the metal", _with_error(rate.from_negative)),
            ("Normal stress", f"{_in_gpa(findings.stress)} GPa, compression positive"),
            ("Samples", f"{into.n_independent:.0f} stretches of time, one cell"),
        ),
        line=f"{findings.run.title}: {_with_error(current)} "
        f"(95 %: {current.interval[0]:.3g} to {current.interval[1]:.3g}) over {rate.end - rate.start:g} ps: {verdict}",
    )


def _verdict(rate: Estimate) -> tuple[str, str]:
    if not rate.excludes_zero:
        return "undecided", "This run does not say whether lithium flows into the cathode: the interval holds zero."
    if rate.value > 0.0:
        return "discharges", "Lithium flows into the cathode."
    return "charges", "Lithium flows out of the cathode."


def _with_error(mean: Estimate) -> str:
    return f"{mean.value:.3g} ± {mean.standard_error:.2g} {mean.unit}".replace("-", "−")


def _in_gpa(stress: Estimate) -> str:
    return f"{stress.value * GPA_PER_BAR:.2f} ± {stress.standard_error * GPA_PER_BAR:.2f}".replace("-", "−")


def _structure(findings: DischargeFindings) -> str:
    a, b, c = findings.run.structures.built.cell.lengths()
    strains = "; ".join(
        f"{part} by {max(map(abs, strain)):.2%} at most" for part, strain in findings.run.ledger.strain.items()
    )
    return (
        f"The cell {findings.run.title}, {' | '.join(findings.built.parts)} from below, was stacked in a box of "
        f"{a:.2f} × {b:.2f} × {c:.2f} Å ({composition(findings.run.ledger)}); strained were {strains or 'none'}."
    )


def _analysis(findings: DischargeFindings) -> str:
    end = "a piston" if findings.stage.piston is not None else "a free surface"
    return (
        f"The outer layer of the cathode was held, and the metal ended at {end}. Lithium was counted in each part, "
        "whose faces follow the La and Zr beside them, and through each face; rates are those at which it crosses "
        "faces. There is no external circuit."
    )


def _view(findings: DischargeFindings) -> View:
    structures = findings.run.structures
    named = {"as built": structures.built, "minimised": structures.minimised, "after the discharge": structures.final}
    part = findings.built.atoms.get_array("part").astype("int64")
    legend = tuple((f"built as {name}", OTHER_COLOURS[k]) for k, name in enumerate(findings.built.parts))
    return View(named, dict.fromkeys(named, part), legend)
