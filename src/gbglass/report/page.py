"""One self-contained page: figures, structure, ledger, methods, provenance; nothing is fetched from anywhere."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

from jinja2 import Environment, StrictUndefined
from matplotlib.figure import Figure
from plotly.offline import get_plotlyjs

from gbglass.analysis.segregation import BoundarySegregation
from gbglass.core.framework import anchor_framework
from gbglass.core.results import Estimate, Verdict
from gbglass.figures.cavity import draw_cavity
from gbglass.figures.msd import draw_msd
from gbglass.figures.rdf import draw_rdfs
from gbglass.figures.region_counts import draw_region_counts
from gbglass.figures.segregation import draw_excess, draw_profile
from gbglass.figures.style import BOUNDARY_COLOURS, to_svg
from gbglass.figures.thermodynamics import ThermodynamicSeries, draw_thermodynamics
from gbglass.report.ledger_table import distances_text, ledger_rows
from gbglass.report.methods import methods_text
from gbglass.report.study_view import study_view
from gbglass.report.view3d import view_json
from gbglass.studies.findings import SegregationFindings
from gbglass.units import CM2_PER_S_PER_A2_PER_PS

_FOLDER = files("gbglass.report")

_SENTENCES: Mapping[Verdict, str] = MappingProxyType(
    {
        "accumulates": "Lithium accumulates at this boundary.",
        "depletes": "Lithium is depleted at this boundary.",
        "undecided": "This run does not say whether lithium accumulates or depletes here.",
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
_EXCESS = "Gibbs excess of Li over the grain interior, and its change since the first frame, with 95 % intervals."
_THERMODYNAMICS = (
    "Temperature with the thermostat's target, pressure, and strain of the cell lengths against the first row. The "
    "dotted line is where the hold begins."
)


@dataclass(frozen=True)
class PageFigure:
    """A figure on the page.

    Parameters
    ----------
    name
        Of its file.
    heading
        Above it; empty if it goes on under the heading before.
    caption
        Below it.
    svg
        What is drawn.

    """

    name: str
    heading: str
    caption: str
    svg: str


def page_figures(findings: SegregationFindings) -> list[PageFigure]:
    """Draw every figure of a study, in the order of the page."""
    f, thermo = findings, findings.thermodynamics
    start = f.hold_start
    series = ThermodynamicSeries(
        thermo.times, thermo.temperatures, thermo.targets, thermo.pressures, thermo.lengths, start
    )
    drawn: list[tuple[str, str, Figure, str]] = [
        ("profile", "Lithium along the normal", draw_profile(f.hold_counts, f.regions), _PROFILE),
        ("excess", "Excess of each boundary", draw_excess(f.segregation), _EXCESS),
        ("region_counts", "Lithium against time", draw_region_counts(f.counts, f.regions, start), _COUNTS),
        ("cavity", "Where lithium would fit", draw_cavity(f.cavity, f.regions), _cavity_caption(f)),
        ("msd", "Lithium moves", draw_msd(f.msd), _msd_caption(f)),
        ("rdf", "Around lithium", draw_rdfs(f.rdfs), _rdf_caption(f)),
        ("thermodynamics", "How the run went", draw_thermodynamics(series), _THERMODYNAMICS),
    ]
    return [PageFigure(name, heading, caption, to_svg(figure)) for name, heading, figure, caption in drawn]


def render_page(findings: SegregationFindings, figures: list[PageFigure]) -> str:
    """Write the page; text that came from a user is escaped."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(distances=distances_text, own_names=_own_names)
    template = environment.from_string(page_asset("report.html.j2"))
    structures = findings.structures
    return template.render(
        f=findings,
        css=page_asset("page.css"),
        n_atoms=len(structures.built),
        answers=[_answer(findings, number) for number in range(len(findings.segregation))],
        structures=("as built", "minimised", "after the hold"),
        figures=figures,
        ledger_rows=ledger_rows(findings.ledger, structures.built),
        methods=methods_text(findings),
        structure_data=view_json(study_view(findings, anchor_framework(structures.minimised))),
        plotly=get_plotlyjs(),
        view_script=page_asset("view.js"),
    )


def page_asset(name: str) -> str:
    """Read a part of a page that lies beside this module."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def _answer(findings: SegregationFindings, number: int) -> Mapping[str, str | None]:
    result: BoundarySegregation = findings.segregation[number]
    excess = result.gibbs_excess
    low, high = excess.interval
    return {
        "name": result.name,
        "verdict": result.verdict,
        "sentence": _SENTENCES[result.verdict],
        "colour": BOUNDARY_COLOURS[number],
        "excess": _with_error(excess),
        "interval": f"{_signed(low)} to {_signed(high)} {excess.unit}",
        "deviation": f"{excess.standard_deviation:.2f} {excess.unit} (SD)",
        "samples": f"{excess.n_independent:.1f} independent samples in {excess.n_frames} counts",
        "thickness": _with_error(result.per_thickness),
        "change": _with_error(result.change),
        "cavity": f"{findings.cavity.boundary_fractions[number]:.3f}, interior {findings.cavity.interior_fraction:.3f}",
        "reason": result.reason[0].upper() + result.reason[1:],
        "needed": None if result.needed_ns is None else f"A hold of about {result.needed_ns:.2g} ns would decide.",
    }


def _with_error(mean: Estimate) -> str:
    return f"{_signed(mean.value)} ± {mean.standard_error:.2f} {mean.unit}"


def _signed(number: float) -> str:
    """Write a number with its sign, a true minus."""
    return f"{number:+.2f}".replace("-", "−")


def _own_names(svg: str, name: str) -> str:
    """Begin the ids inside a drawing with its name, so that those of two drawings on one page never meet."""
    prefixed = re.sub(r'\bid="', f'id="{name}-', svg)
    prefixed = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", prefixed)
    return prefixed.replace("<svg ", '<svg role="img" ', 1)


def _cavity_caption(findings: SegregationFindings) -> str:
    radii = distances_text(findings.cavity.radii)
    return (
        f"Li cavity fraction of the minimised framework, with radii {radii} Å, the onsets of the bulk distributions at "
        "1000 K. The regions of the boundaries are shaded."
    )


def _msd_caption(findings: SegregationFindings) -> str:
    mean = findings.msd.diffusivity
    value, error = (number * CM2_PER_S_PER_A2_PER_PS for number in (mean.value, mean.standard_error))
    return (
        "Mean squared displacement of Li in the hold, relative to La and Zr, with two standard errors. "
        f"D = {_power(value, error)} cm²/s, from lags of 10 to 50 % of the hold and "
        "groups of atoms, widened by how far atoms were seen to move together."
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
