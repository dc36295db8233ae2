"""What the report shows of a study of mechanics."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from gbglass.analysis.stress_strain import StressStrain
from gbglass.figures.lines import draw_models
from gbglass.figures.palette import BOUNDARY_COLOURS
from gbglass.figures.points import draw_rows
from gbglass.figures.stress_strain import draw_stress_strain
from gbglass.report.cell_records import stress_strain_record
from gbglass.report.cell_tables import stress_strain_table
from gbglass.report.ledger_table import composition
from gbglass.report.models import by_model
from gbglass.report.presented import Answer, PageFigure, Presented, page_figure
from gbglass.report.records import case_curve, quantity
from gbglass.report.run import plain_view, thermodynamic_figure, thermodynamic_table
from gbglass.report.seeds import EACH, MEAN_IS, seed_of, with_mean
from gbglass.studies.mechanics import MechanicsFindings

_PARTED = 0.1
"""What holds less than this part of a mean slab's atoms is a gap [1]."""

_CURVE = (
    "Engineering stress, the virial pressure along z over the area at the start, against engineering strain, averaged "
    "over {window:g} ps; the band is twice the uncertainty of such a mean. The dot is the strength; a dotted line is "
    "where the stress first falls below half of it."
)
_ERROR_BARS = (
    "The modulus is the slope up to 2 % of strain, its error from the correlated scatter about the line. Strength and "
    "strain at break are those of one sample at one rate and have no error of their own: other seeds give it. The band "
    "about the curve is the fluctuation of the virial in the elastic range, divided by the root of the independent "
    "samples in a mean."
)
_PULLS = (
    "Engineering stress against engineering strain of every sample. Compare models of one length that were pulled at "
    "one rate."
)
_READ = (
    (
        "breaks",
        "strain_at_break",
        "Where it breaks",
        "Strain at break (1)",
        "Strain at which the stress first falls below half of the strength, of what broke",
    ),
    ("strengths", "strength", "What it bears", "Strength (GPa)", "The highest engineering stress"),
)
"""Name, key of the record, heading, axis and caption of each number that is drawn by model."""

_VIEW = "The pull, z, runs from left to right."


def present_mechanics(findings: MechanicsFindings) -> Presented:
    """Show what a study of mechanics found."""
    curve = findings.curve
    caption = _CURVE.format(window=curve.window)
    return Presented(
        study="mechanics",
        run=findings.run,
        heading=f"{findings.run.title}, pulled apart",
        answers=(_answer(findings),),
        figures=(
            page_figure(
                "stress_strain", "Stress against strain", draw_stress_strain({findings.run.title: curve}), caption
            ),
            thermodynamic_figure(findings.run),
        ),
        tables=(stress_strain_table(curve), thermodynamic_table(findings.run)),
        record={
            "lateral": findings.stage.lateral,
            "temperature": quantity(findings.stage.temperature_K, "K"),
            "length": quantity(float(findings.run.structures.built.cell.lengths()[2]), "Å"),
            "glassy": quantity(findings.glassy, "1"),
            "stress_strain": stress_strain_record(curve),
            "thinnest": {
                "position": quantity(findings.thinnest.position, "cell lengths"),
                "window": quantity(findings.thinnest.window, "Å"),
                "density": quantity(findings.thinnest.density, "1"),
            },
        },
        methods=(_structure(findings), _analysis(findings)),
        error_bars=_ERROR_BARS,
        view=plain_view(findings.run.structures, "after the pull"),
        view_note=_VIEW,
    )


def campaign_rows(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the row of a campaign's table from the results of one case."""
    found = results["stress_strain"]
    return [
        {
            "model": results["title"],
            "verdict": results["answers"][0]["verdict"],
            "modulus (GPa)": found["modulus"]["value"],
            "standard error (GPa)": found["modulus"]["standard_error"]["value"],
            "strength (GPa)": found["strength"]["value"],
            "strain at peak (1)": found["strain_at_peak"]["value"],
            "strain at break (1)": found["strain_at_break"]["value"],
            "work of fracture (J/m²)": found["work_of_fracture"]["value"],
            "strain rate (1/ps)": found["strain_rate"]["value"],
        }
    ]


def campaign_figures(cases: Sequence[Mapping[str, Any]]) -> list[PageFigure]:
    """Draw the pulls of all cases over each other, one colour a model, and by model when they broke and what they bore.

    Parameters
    ----------
    cases
        The ``results.json`` of each finished case.

    """
    pulled = [case for case in cases if "curve" in case["stress_strain"]]
    if not pulled:
        return []
    models = by_model(pulled)
    curves = {
        name: [case_curve(case["stress_strain"]["curve"], "strain", "stress") for case in seeds]
        for name, seeds in models.items()
    }
    drawn = draw_models(curves, ("Strain (1)", "Stress (GPa)"))
    return [page_figure("pulls", "Pulled apart", drawn, _PULLS), *_by_model(models)]


def _by_model(models: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[PageFigure]:
    """Draw what was read from the pulls; nothing of what no case has."""
    for name, key, heading, axis, said in _READ:
        rows = {
            model: with_mean([(seed_of(case), case["stress_strain"][key]["value"]) for case in seeds])
            for model, seeds in models.items()
        }
        if any(row[EACH] for row in rows.values()):
            yield page_figure(name, heading, draw_rows(rows, axis), f"{said}. {MEAN_IS}")


def _answer(findings: MechanicsFindings) -> Answer:
    curve, modulus = findings.curve, findings.curve.modulus
    verdict, end = _end(curve)
    strength = f"{curve.strength:.2f} ± {curve.stress_error:.2f} GPa"
    low, high = modulus.interval
    parted = "–" if curve.work_of_fracture is None else f"{curve.work_of_fracture:.2f} J/m²"
    return Answer(
        name=findings.run.title,
        verdict=verdict,
        sentence=f"It {end}.",
        more="",
        colour=BOUNDARY_COLOURS[0],
        number=("Strength", f"{strength} at {curve.strain_at_peak:.1%}"),
        interval="",
        details=(
            ("Modulus", f"{modulus.value:.0f} ± {modulus.standard_error:.0f} GPa (95 %: {low:.0f} to {high:.0f})"),
            ("Sides", "free, at 0 bar" if findings.stage.lateral == "free" else "fixed"),
            ("Work of fracture", parted),
            ("Opening at the end", f"{curve.opening[-1]:.1f} Å"),
            ("Thinnest at the end", _thinnest(findings)),
            ("Samples", "one; other seeds tell how much it varies"),
        ),
        line=f"{findings.run.title}: {end}; strength {strength}, modulus {modulus.value:.0f} ± "
        f"{modulus.standard_error:.0f} GPa, pulled at {curve.strain_rate:g} per ps: one sample",
    )


def _end(curve: StressStrain) -> tuple[str, str]:
    """Return the word for how the pull ended, and what it did."""
    last = f"at {curve.strain[-1]:.1%}"
    if curve.strain_at_break is None:
        return "holds", f"bears more than half of its strength up to a strain of {curve.strain[-1]:.1%}"
    fell = f"falls below half of its strength at a strain of {curve.strain_at_break:.1%}"
    if curve.work_of_fracture is None:
        return "gives way", f"{fell}, and still bears {curve.stress[-1]:.1f} GPa {last}"
    return "breaks", f"{fell} and has parted {last}"


def _thinnest(findings: MechanicsFindings) -> str:
    found = findings.thinnest
    what = "a gap" if found.density < _PARTED else f"{found.density:.0%} of a mean slab"
    return f"{what} at {found.position:.2f} of the cell{_boundary_beside(findings)}"


def _boundary_beside(findings: MechanicsFindings) -> str:
    """Name the boundary nearest to where the cell is thinnest."""
    entries = findings.run.ledger.boundaries
    if not entries:
        return ""
    length = float(findings.run.structures.final.cell.lengths()[2])
    away = [abs((entry.position - findings.thinnest.position + 0.5) % 1.0 - 0.5) * length for entry in entries]
    nearest = int(np.argmin(away))
    return f", {away[nearest]:.0f} Å from {entries[nearest].name}"


def _structure(findings: MechanicsFindings) -> str:
    a, b, c = findings.run.structures.built.cell.lengths()
    return (
        f"{findings.run.title}: a periodic cell of {a:.2f} × {b:.2f} × {c:.2f} Å at right angles "
        f"({composition(findings.run.ledger)}), formal charge {findings.run.ledger.formal_charge:g} e."
    )


def _analysis(findings: MechanicsFindings) -> str:
    sides = "its sides following 0 bar" if findings.stage.lateral == "free" else "its sides fixed"
    return (
        f"The cell was lengthened along z at an engineering rate of {findings.stage.rate_per_ps:g} per ps, {sides}. "
        "Engineering stress is the virial pressure along z, tension positive, times the area over that at the start. "
        "The modulus is the slope up to 2 % of strain; broken is what bears less than half of its strength."
    )
