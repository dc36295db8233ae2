"""What the report shows of a study of transport, and of several at different temperatures."""

from collections.abc import Mapping, Sequence
from typing import Any

from gbglass.analysis.arrhenius import FEWEST_TEMPERATURES, Arrhenius, fit_arrhenius
from gbglass.analysis.statistics import combine
from gbglass.claims.transport import phase
from gbglass.core.results import Estimate
from gbglass.figures.arrhenius import draw_arrhenius
from gbglass.figures.msd import draw_msd
from gbglass.figures.palette import BOUNDARY_COLOURS
from gbglass.figures.points import Point, draw_rows
from gbglass.report.ledger_table import composition
from gbglass.report.models import model_names
from gbglass.report.presented import Answer, PageFigure, Presented, page_figure
from gbglass.report.records import estimate_of, estimate_record, quantity
from gbglass.report.run import framework_text, plain_view, thermodynamic_figure, thermodynamic_table
from gbglass.store.tables import Table
from gbglass.studies.transport import TransportFindings
from gbglass.units import CM2_PER_S_PER_A2_PER_PS

_MSD = (
    "Mean squared displacement of lithium in the hold, relative to {framework}, with two standard errors. The "
    "diffusivity is the slope over lags of 10 to 50 % of the hold."
)
_ERROR_BARS = (
    "The error of a diffusivity is the spread of groups of atoms, widened by how far atoms were seen to move together; "
    "its 95 % interval is Student's. Frames are not samples. The Haven ratio rests on 16 stretches of time."
)
_CONDUCTIVITIES = (
    "Conductivity of each model at each temperature, one point a case in which lithium diffuses, with its 95 % "
    "interval: Nernst and Einstein's, with the formal charge."
)
_FEWEST_BESIDE = 2
"""Cases that are drawn beside each other: one has its own page."""

_APART = ("stage", "potential.")
"""What the name of a model says otherwise: its phase, and its potential at the end."""

_VIEW = "The normal, z, runs from left to right."


def present_transport(findings: TransportFindings) -> Presented:
    """Show what a study of transport found."""
    msd, haven = findings.msd, findings.haven
    axes = {f"MSD along {axis} (Å²)": msd.msd_axes[:, k] for k, axis in enumerate("xyz")}
    columns = {"lag (ps)": msd.lags, "MSD (Å²)": msd.msd, "standard error (Å²)": msd.standard_error, **axes}
    return Presented(
        study="transport",
        run=findings.run,
        heading=f"Lithium in {findings.run.title} at {findings.temperature:g} K",
        answers=(_answer(findings),),
        figures=(
            page_figure("msd", "Lithium moves", draw_msd(msd), _MSD.format(framework=framework_text(findings.run))),
            thermodynamic_figure(findings.run),
        ),
        tables=(Table("msd", columns), thermodynamic_table(findings.run)),
        record={
            "temperature": quantity(findings.temperature, "K"),
            "glassy": quantity(findings.glassy, "1"),
            "is_diffusing": findings.is_diffusing,
            "diffusivity": estimate_record(msd.diffusivity),
            "diffusivity_axes": {axis: estimate_record(d) for axis, d in zip("xyz", msd.diffusivity_axes, strict=True)},
            "conductivity": estimate_record(findings.conductivity),
            "conductivity_axes": {axis: estimate_record(s) for axis, s in zip("xyz", findings.axes, strict=True)},
            "haven_ratio": None if haven is None else estimate_record(haven.ratio),
        },
        methods=(_structure(findings), _analysis(findings)),
        error_bars=_ERROR_BARS,
        view=plain_view(findings.run.structures, "after the hold"),
        view_note=_VIEW,
    )


def campaign_rows(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the row of a campaign's table from the results of one case."""
    d, conductivity = results["diffusivity"], results["conductivity"]
    row = {
        "model": _model(results),
        "verdict": results["answers"][0]["verdict"],
        "temperature (K)": results["temperature"]["value"],
        "D (Å²/ps)": d["value"],
        "standard error (Å²/ps)": d["standard_error"]["value"],
        "conductivity (S/cm)": conductivity["value"],
        "standard error (S/cm)": conductivity["standard_error"]["value"],
    }
    along = {f"D along {axis} (Å²/ps)": value["value"] for axis, value in results["diffusivity_axes"].items()}
    return [{**row, **along}]


def campaign_figures(cases: Sequence[Mapping[str, Any]]) -> list[PageFigure]:
    """Draw what several cases say together: their conductivities, and a line for each model at three temperatures.

    Parameters
    ----------
    cases
        The ``results.json`` of each finished case.

    """
    moving = [case for case in cases if case["is_diffusing"]]
    return [*_conductivities(moving), *_arrhenius(moving)]


def _conductivities(cases: Sequence[Mapping[str, Any]]) -> list[PageFigure]:
    """Draw crystal, glass and boundaries beside each other, however few temperatures there are."""
    if len(cases) < _FEWEST_BESIDE:
        return []
    rows: dict[str, dict[str, list[Point]]] = {}
    for name, case in sorted(zip(_models(cases), cases, strict=True), key=lambda pair: _temperature(pair[1])):
        row = rows.setdefault(f"{_temperature(case):g} K", {name: [] for name in _models(cases)})
        mean = estimate_of(case["conductivity"])
        row[name].append(Point(mean.value, *mean.interval))
    drawn = draw_rows(rows, "Conductivity (S/cm)")
    return [page_figure("conductivities", "Models beside each other", drawn, _CONDUCTIVITIES)]


def _arrhenius(cases: Sequence[Mapping[str, Any]]) -> list[PageFigure]:
    figures = []
    for number, (title, found) in enumerate(_by_model(cases).items(), start=1):
        if len(found) < FEWEST_TEMPERATURES:
            continue
        fit = fit_arrhenius({t: _one(seeds) for t, seeds in found.items()})
        figures.append(
            page_figure(f"arrhenius-{number}", f"{title}: against temperature", draw_arrhenius(fit), _line(fit))
        )
    return figures


def _by_model(cases: Sequence[Mapping[str, Any]]) -> dict[str, dict[float, list[Estimate]]]:
    """Sort diffusivities by model and potential, then by temperature."""
    models: dict[str, dict[float, list[Estimate]]] = {}
    for name, results in zip(_models(cases), cases, strict=True):
        seeds = models.setdefault(name, {}).setdefault(_temperature(results), [])
        seeds.append(estimate_of(results["diffusivity"]))
    return models


def _models(cases: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name the model and the potential of each case.

    One model that was melted and cooled is another one: crystal and glass are no seeds of each other.
    """
    names = model_names(cases, but=_APART)
    return [
        ", ".join(filter(None, (name, phase(case), case["potential"]["name"])))
        for name, case in zip(names, cases, strict=True)
    ]


def _temperature(results: Mapping[str, Any]) -> float:
    return float(results["temperature"]["value"])


def _model(results: Mapping[str, Any]) -> str:
    """Name a model and what it is: a crystal and its glass have one title."""
    return ", ".join(filter(None, (results["title"], phase(results))))


def _one(seeds: list[Estimate]) -> Estimate:
    return seeds[0] if len(seeds) == 1 else combine(seeds)


def _line(fit: Arrhenius) -> str:
    energy = fit.activation_energy
    low, high = energy.interval
    temperatures = ", ".join(f"{t:g}" for t in fit.temperatures)
    room = fit.at(300.0)
    return (
        f"Activation energy {energy.value:.3f} eV (95 %: {low:.3f} to {high:.3f}), from {temperatures} K; the points "
        f"scatter {fit.excess_scatter:.1f} times as much as their errors say. Read off at 300 K, where nothing was "
        f"run, D would be {_in_cm2(room.value)} cm²/s "
        f"({_in_cm2(room.interval[0])} to {_in_cm2(room.interval[1])}), if nothing changes on the way."
    )


def _answer(findings: TransportFindings) -> Answer:
    d, sigma = findings.msd.diffusivity, findings.conductivity
    low, high = sigma.interval
    verdict = "diffuses" if findings.is_diffusing else "undecided"
    sentence = "Lithium diffuses." if findings.is_diffusing else "Lithium hardly left its sites in this run."
    axes = ", ".join(
        f"{axis} {s.value:.3g} ± {s.standard_error:.1g}" for axis, s in zip("xyz", findings.axes, strict=True)
    )
    shown = f"{sigma.value:.3g} ± {sigma.standard_error:.1g} S/cm"
    return Answer(
        name=f"{findings.run.title} at {findings.temperature:g} K",
        verdict=verdict,
        sentence=sentence,
        more="",
        colour=BOUNDARY_COLOURS[0],
        number=("Conductivity", shown),
        interval=f"{low:.3g} to {high:.3g} S/cm",
        details=(
            ("Diffusivity", f"{_in_cm2(d.value)} ± {_in_cm2(d.standard_error)} cm²/s"),
            ("Along (S/cm)", axes),
            ("Haven ratio", _haven(findings)),
            ("Lithium", f"{findings.msd.n_atoms} atoms"),
        ),
        line=f"{findings.run.title} at {findings.temperature:g} K: {shown} (95 %: {low:.3g} to {high:.3g}), "
        f"D = {_in_cm2(d.value)} cm²/s: {verdict}",
    )


def _haven(findings: TransportFindings) -> str:
    if findings.haven is None:
        return "not measured: it needs 320 frames"
    low, high = findings.haven.ratio.interval
    return f"{findings.haven.ratio.value:.2f} (95 %: {low:.2f} to {high:.2f})"


def _in_cm2(value: float) -> str:
    return f"{value * CM2_PER_S_PER_A2_PER_PS:.2e}"


def _structure(findings: TransportFindings) -> str:
    a, b, c = findings.run.structures.built.cell.lengths()
    return (
        f"{findings.run.title}: a periodic cell of {a:.2f} × {b:.2f} × {c:.2f} Å ({composition(findings.run.ledger)})."
    )


def _analysis(findings: TransportFindings) -> str:
    return (
        "The diffusivity of lithium is the slope of its mean squared displacement in the last hold, over all time "
        f"origins, relative to {framework_text(findings.run)}; the conductivity is Nernst and Einstein's with the "
        "formal charge."
    )
