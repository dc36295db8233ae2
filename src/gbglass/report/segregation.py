"""What the report shows of a study of segregation."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from gbglass.analysis.cavity import CavityProfile
from gbglass.analysis.energy import NOT_UNIQUE
from gbglass.analysis.msd import msd_exponent
from gbglass.analysis.segregation import BoundarySegregation
from gbglass.build.decorate import LithiumMode
from gbglass.core.framework import anchor_framework
from gbglass.core.results import Estimate, Verdict
from gbglass.figures.cavity import draw_cavity
from gbglass.figures.energy import draw_region_energies
from gbglass.figures.msd import draw_msd
from gbglass.figures.palette import BOUNDARY_COLOURS
from gbglass.figures.rdf import draw_rdfs
from gbglass.figures.region_counts import draw_region_counts
from gbglass.figures.segregation import draw_excess, draw_profile
from gbglass.report.ledger_table import composition, distances_text
from gbglass.report.presented import Answer, PageFigure, Presented, page_figure
from gbglass.report.run import framework_text, thermodynamic_figure
from gbglass.report.segregation_numbers import mean_energies, segregation_record, segregation_tables, settled
from gbglass.report.segregation_view import segregation_view
from gbglass.studies.segregation import SegregationFindings
from gbglass.units import CM2_PER_S_PER_A2_PER_PS

_SENTENCES: Mapping[Verdict, str] = MappingProxyType(
    {
        "accumulates": "Lithium accumulates at this boundary.",
        "depletes": "Lithium is depleted at this boundary.",
        "undecided": "This run does not say whether lithium accumulates or depletes here.",
    }
)

_LITHIUM: Mapping[LithiumMode, str] = MappingProxyType(
    {
        "placed": "lithium was then placed on crystal and cavity sites{rule}",
        "carried": (
            "lithium, ordered in the crystal{rule}, was carried along by the cut; what had "
            "no room was taken out, and ions were added or taken out at the boundaries"
        ),
    }
)

_COUNTS = (
    "Li in each boundary's region, in the mean interior region and in those between, against time. The dotted line is "
    "where the hold begins; averages are over what follows it."
)
_PROFILE = (
    "Li per thickness in each of the eleven regions, mean over the hold. Thick bars: standard error of the mean. Thin "
    "bars: standard deviation of frames, as in the paper. Gold: boundary 1, whose region is cut in two halves, 1 and "
    "11, by the faces of the cell. Indigo: boundary 2. Dark grey: the interior of the grains."
)
_ENERGY = (
    "Energy per atom in the hold, over that of an interior of the same composition, of each boundary against time."
)
_EXCESS = "Gibbs excess of Li over the grain interior, and its change since the first frame, with 95 % intervals."

_ERROR_BARS = (
    "Frames of a simulation are correlated. The standard deviation is the spread of single frames, which the paper "
    "quotes; it does not shrink with time. The standard error is the uncertainty of the mean: the spread divided by "
    "the root of the number of independent samples, the length of the hold over twice the integrated autocorrelation "
    "time. The 95 % interval uses Student's distribution with half of one less than that number as its degrees of "
    "freedom, because the correlation time is itself only estimated. A verdict is given only when the interval "
    "excludes zero, there are at least ten independent samples, and the hold is at least five times the time in which "
    "lithium evens out across a grain; else the word is “undecided”. The two boundaries of a periodic cell share their "
    "lithium and are not independent of each other."
)
_VIEW = "The boundary normal, z, runs from left to right; boundary 1 is at both ends, boundary 2 in the middle."


def present_segregation(findings: SegregationFindings) -> Presented:
    """Show what a study of segregation found."""
    anchor = anchor_framework(findings.run.structures.minimised)
    return Presented(
        study="segregation",
        run=findings.run,
        heading=_heading(findings),
        answers=tuple(_answer(findings, number) for number in range(len(findings.segregation))),
        figures=tuple(_figures(findings)),
        tables=segregation_tables(findings),
        record=segregation_record(findings),
        methods=(_structure(findings), _analysis(findings)),
        error_bars=_ERROR_BARS,
        view=segregation_view(findings, anchor),
        view_note=_VIEW,
    )


def _heading(findings: SegregationFindings) -> str:
    title = findings.run.title
    return f"Lithium at the {title} boundary of LLZO" if findings.is_llzo else f"Lithium at the boundary {title}"


def campaign_rows(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a campaign's table from the results of one case: one a boundary."""
    energy = results.get("thermodynamics", {}).get("energy_per_atom", {}).get("value")
    over = {f"boundaries over bulk {when} (meV/atom)": value for when, value in mean_energies(results).items()}
    return [{**_row(boundary), **over, "energy per atom (eV)": energy} for boundary in results["boundaries"]]


def _row(boundary: Mapping[str, Any]) -> dict[str, Any]:
    excess = boundary["gibbs_excess"]
    low, high = excess["interval_95"]
    unit = excess["unit"]
    return {
        "boundary": boundary["name"],
        "verdict": boundary["verdict"],
        f"Li excess ({unit})": excess["value"],
        f"standard error ({unit})": excess["standard_error"]["value"],
        f"95 % low ({unit})": low["value"],
        f"95 % high ({unit})": high["value"],
        "independent samples (1)": excess["independent_samples"]["value"],
        f"change since the start ({unit})": boundary["change"]["value"],
        "cavity fraction (1)": boundary["cavity_fraction"]["value"],
    }


def _figures(findings: SegregationFindings) -> list[PageFigure]:
    f, start = findings, findings.run.last_stage_start
    conserved = (
        f"Conservation: the regions together hold all {f.counts.n_total} {f.counts.species} in each of "
        f"{len(f.counts.steps)} counts; largest error {f.counts.max_abs_error} atoms."
    )
    profile, excess = draw_profile(f.hold_counts, f.regions), draw_excess(f.segregation)
    against_time = draw_region_counts(f.counts, f.regions, start)
    return [
        page_figure("profile", "Lithium along the normal", profile, _PROFILE, conserved),
        page_figure("excess", "Excess of each boundary", excess, _EXCESS),
        page_figure("region_counts", "Lithium against time", against_time, _COUNTS),
        *_cavity_figure(f),
        page_figure("msd", "Lithium moves", draw_msd(f.msd), _msd_caption(f)),
        page_figure("rdf", "Around lithium", draw_rdfs(f.rdfs), _rdf_caption(f)),
        *_energy_figure(f),
        thermodynamic_figure(f.run),
    ]


def _cavity_figure(findings: SegregationFindings) -> list[PageFigure]:
    if findings.cavity is None:
        return []
    drawn = draw_cavity(findings.cavity, findings.regions)
    caption = (
        f"Li cavity fraction of the minimised framework, with radii {distances_text(findings.cavity.radii)} Å, "
        f"{_radii_are(findings)}. The regions of the boundaries are shaded."
    )
    return [page_figure("cavity", "Where lithium would fit", drawn, caption)]


def _radii_are(findings: SegregationFindings) -> str:
    if findings.is_llzo:
        return "the onsets of the bulk radial distribution functions at 1000 K"
    return "those of the potential's card"


def _energy_figure(findings: SegregationFindings) -> list[PageFigure]:
    if findings.energies is None:
        return []
    drawn = draw_region_energies(dict(findings.energies))
    return [page_figure("energy", "Energy of the boundaries", drawn, _ENERGY, NOT_UNIQUE)]


def _answer(findings: SegregationFindings, number: int) -> Answer:
    result: BoundarySegregation = findings.segregation[number]
    excess = result.gibbs_excess
    low, high = excess.interval
    samples = f"{excess.n_independent:.1f} independent samples in {excess.n_frames} counts"
    return Answer(
        name=result.name,
        verdict=result.verdict,
        sentence=_SENTENCES[result.verdict],
        more="" if result.needed_ns is None else f"A hold of about {result.needed_ns:.2g} ns would decide.",
        colour=BOUNDARY_COLOURS[number],
        number=("Li excess Γ", _with_error(excess)),
        interval=f"{_signed(low)} to {_signed(high)} {excess.unit}",
        details=(
            ("Why", f"{result.reason[0].upper()}{result.reason[1:]}."),
            ("Samples", f"{samples}; they spread by {excess.standard_deviation:.2f} {excess.unit} (SD)"),
            ("Per thickness", _with_error(result.per_thickness)),
            ("Since the start", _with_error(result.change)),
            ("Over", f"{_over(findings, number)}."),
            ("Cavity fraction", _cavity_fractions(findings.cavity, number)),
        ),
        line=_line(result),
    )


def _over(findings: SegregationFindings, number: int) -> str:
    """Say since when the excess of a boundary goes nowhere any more."""
    over = settled(findings)
    statement = over[number].statement if over else "too few counts to tell"
    return f"{statement[0].upper()}{statement[1:]}"


def _cavity_fractions(cavity: CavityProfile | None, number: int) -> str:
    if cavity is None:
        return "not measured: a radius is missing"
    return f"{cavity.boundary_fractions[number]:.3f}, interior {cavity.interior_fraction:.3f}"


def _line(boundary: BoundarySegregation) -> str:
    excess = boundary.gibbs_excess
    low, high = excess.interval
    line = (
        f"{boundary.name}: Li excess {excess.value:+.2f} ± {excess.standard_error:.2f} {excess.unit} "
        f"(95 %: {low:+.2f} to {high:+.2f}, {excess.n_independent:.0f} independent samples): {boundary.verdict}"
    )
    return line + (f"; about {boundary.needed_ns:.2g} ns would decide" if boundary.needed_ns is not None else "")


def _with_error(mean: Estimate) -> str:
    return f"{_signed(mean.value)} ± {mean.standard_error:.2f} {mean.unit}"


def _signed(number: float) -> str:
    """Write a number with its sign, a true minus."""
    return f"{number:+.2f}".replace("-", "−")


def _msd_caption(findings: SegregationFindings) -> str:
    mean = findings.msd.diffusivity
    value, error = (number * CM2_PER_S_PER_A2_PER_PS for number in (mean.value, mean.standard_error))
    return (
        f"Mean squared displacement of Li in the hold, relative to {framework_text(findings.run)}, with two standard "
        "errors. "
        f"D = {_power(value, error)} cm²/s, from lags of 10 to 50 % of the hold and "
        "groups of atoms, widened by how far atoms were seen to move together. Over these lags it grows as "
        f"t^{msd_exponent(findings.msd):.2f}: as t once lithium diffuses and its counts have settled."
    )


def _power(value: float, error: float) -> str:
    """Write a small number and its error with one power of ten.

    Examples
    --------
    >>> _power(4.64e-5, 2e-6)
    '(4.64 ± 0.20) × 10⁻⁵'

    """
    exponent = math.floor(math.log10(abs(value))) if value else 0
    superscript = str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"({value / 10.0**exponent:.2f} ± {error / 10.0**exponent:.2f}) × 10{superscript}"


def _rdf_caption(findings: SegregationFindings) -> str:
    n_frames = next(iter(findings.rdfs.values())).n_frames
    return f"Radial distribution functions of Li with each species in the hold, over {n_frames} frames."


def _structure(findings: SegregationFindings) -> str:
    ledger = findings.run.ledger
    gaps = " and ".join(f"{entry.expansion:.2f} Å" for entry in ledger.boundaries)
    a, b, c = findings.run.structures.built.cell.lengths()
    crystal, kept, whole, rule = "", "framework", "polyhedron", ""
    if findings.is_llzo:
        crystal, kept, whole = " of cubic Li7La3Zr2O12", "La-Zr-O framework", "ZrO6 octahedron"
        rule = " under the 24d/96h exclusion rule"
    return (
        f"A symmetric tilt boundary {findings.run.title}{crystal} was built in a periodic cell of "
        f"{a:.2f} × {b:.2f} × {c:.2f} Å with two boundaries ({composition(ledger)}). The {kept} was cut so "
        f"that each {whole} belongs to one grain, mirrored, shifted within the plane and moved apart by {gaps} "
        f"until no pair of species was nearer than its limit; {_LITHIUM[findings.lithium].format(rule=rule)} to "
        f"a formal charge of {ledger.formal_charge:g} e."
    )


def _analysis(findings: SegregationFindings) -> str:
    tied = framework_text(findings.run)
    hold = findings.hold_counts
    interior = ", ".join(str(slab + 1) for slab in findings.regions.interior)
    return (
        f"Lithium was counted in {hold.partition.n_slabs} regions along the normal, in fractional coordinates tied to "
        f"{tied}, in {len(hold.steps)} counts every {hold.times[1] - hold.times[0]:.6g} ps of the last "
        "stage. The Gibbs excess of a boundary is the lithium in its region above the density of the grain interior "
        f"(regions {interior}), per area. Values are means with standard errors from integrated autocorrelation times "
        "(doi:10.1016/S0010-4655(03)00467-3) and 95 % intervals from Student's distribution. "
        f"{_cavity_method(findings)}The mean squared displacement of Li is over all time origins, relative to "
        f"{tied}."
    )


def _cavity_method(findings: SegregationFindings) -> str:
    cavity = findings.cavity
    if cavity is None:
        return ""
    radii = ", ".join(f"{pair} {radius:.2f} Å" for pair, radius in cavity.radii.items())
    return (
        f"The Li cavity fraction was measured on the minimised framework on a grid of {cavity.spacing:g} Å or finer "
        f"with fixed radii, {_radii_are(findings)} ({radii}). "
    )
