"""What the report shows of a study of a potential."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from gbglass.core.arrays import FloatArray
from gbglass.figures.against import draw_against
from gbglass.figures.coverage import draw_coverage
from gbglass.figures.palette import INTERIOR_COLOUR, SPECIES_COLOURS
from gbglass.figures.parity import draw_energy_errors, draw_force_parity
from gbglass.figures.points import Point, draw_rows
from gbglass.learning.validation.check import Check
from gbglass.learning.validation.checks import STRUCTURE
from gbglass.learning.validation.errors import ALL, DomainErrors
from gbglass.learning.validation.structure import distance_between
from gbglass.report.potential_section import origins_of
from gbglass.report.presented import Answer, PageFigure, Presented, page_figure
from gbglass.report.records import Plain, quantity
from gbglass.store.tables import Table
from gbglass.studies.potential import PotentialFindings

_MEV = 1e3
_UNITS = {
    "frames": "frames", "atoms": "atoms", "energy_rmse": "eV/atom", "energy_bias": "eV/atom", "force_rmse": "eV/Å",
    "force_rms": "eV/Å", "virial_rmse": "eV/atom",
}  # fmt: skip
_ENERGIES = "Energy of each frame by the potential, less the label's, by domain."
_FORCES = "Force components by the potential against the labels', by domain; on the line they agree."
_COVERAGE = (
    "Share of the atoms of unseen frames that have an atom of the trained ones within the radius of coverage, in the "
    "space of what they see. The dotted line is at 99 %."
)
_CURVES = "The potential (dashed) over its teacher (full), where the teacher was asked."
_BESIDE = "Root mean square error of each potential by domain, frames {title}."
_ERRORS = (
    ("forces", "force_rmse", "Force error (eV/Å)", 1.0),
    ("energies", "energy_rmse", "Energy error (meV/atom)", _MEV),
)
_ERROR_BARS = (
    "Errors are root mean squares over all frames of a domain, without intervals: domains of few frames say little. "
    "Checks come from one structure or one short run each."
)


def present_potential(findings: PotentialFindings) -> Presented:
    """Show what a study of a potential found."""
    return Presented(
        study="potential",
        run=findings.run,
        heading=f"How good {findings.run.potential.name} is",
        answers=tuple(_answers(findings)),
        figures=tuple(_figures(findings)),
        tables=tuple(_tables(findings)),
        record={
            "labels": findings.source,
            "errors": {
                title: {name: _errors_record(one) for name, one in domains.items()}
                for title, domains in findings.errors.items()
            },
            "coverage": {
                name: {species: quantity(share, "1") for species, share in one.share.items()}
                for name, one in findings.coverage.items()
            },
            "rdf_distance": {name: quantity(value, "1") for name, value in _distances(findings).items()},
            "checks": {name: check.plain() for name, check in findings.checks.items()},
        },
        methods=_methods(findings),
        error_bars=_ERROR_BARS,
        view=None,
        view_note="",
    )


def campaign_rows(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a campaign's table from the results of one case: one for each kind of frames."""
    return [
        {
            "model": results["potential"]["name"],
            "verdict": title,
            "energy RMSE (eV/atom)": domains[ALL]["energy_rmse"]["value"],
            "force RMSE (eV/Å)": domains[ALL]["force_rmse"]["value"],
            "frames (1)": domains[ALL]["frames"]["value"],
        }
        for title, domains in results["errors"].items()
    ]


def campaign_figures(cases: Sequence[Mapping[str, Any]]) -> list[PageFigure]:
    """Draw the errors of every potential beside each other, by domain.

    Parameters
    ----------
    cases
        The ``results.json`` of each finished case.

    """
    kinds = list(dict.fromkeys(title for case in cases for title in case["errors"]))
    figures = []
    for name, key, axis, factor in _ERRORS:
        for number, title in enumerate(kinds):
            rows = _error_rows([case for case in cases if title in case["errors"]], title, (key, factor))
            heading = f"Off by how much, frames {title}"
            figures.append(
                page_figure(f"{name}-{number + 1}", heading, draw_rows(rows, axis), _BESIDE.format(title=title))
            )
    return figures


def _error_rows(cases: Sequence[Mapping[str, Any]], title: str, what: tuple[str, float]) -> dict[str, Any]:
    key, factor = what
    rows: dict[str, dict[str, list[Point]]] = {}
    for case in cases:
        for domain, errors in case["errors"][title].items():
            value = errors[key]["value"]
            point = Point(math.nan if value is None else factor * value, math.nan, math.nan)
            rows.setdefault(domain, {}).setdefault(case["potential"]["name"], []).append(point)
    return rows


def _errors_record(errors: DomainErrors) -> Plain:
    plain = asdict(errors)
    along, origins = plain.pop("force_by_component"), plain.pop("origins")
    record = {name: quantity(value, _UNITS[name]) for name, value in plain.items()}
    return {
        **record,
        "force_by_component": [quantity(value, "eV/Å") for value in along],
        "origins": {name: quantity(count, "frames") for name, count in origins.items()},
    }


def _distances(findings: PotentialFindings) -> Mapping[str, float]:
    own, other = findings.checks.get(STRUCTURE), findings.teacher.get(STRUCTURE)
    return {} if own is None or other is None else distance_between(own, other)


def _answers(findings: PotentialFindings) -> Iterator[Answer]:
    for title, domains in findings.errors.items():
        one = domains[ALL]
        worst = max((name for name in domains if name != ALL), key=lambda name: domains[name].force_rmse)
        force, part = f"{one.force_rmse:.3f} eV/Å", f"{one.force_rmse / one.force_rms:.0%} of the forces themselves"
        yield Answer(
            name=f"frames {title}",
            verdict=f"{one.force_rmse:.2f} eV/Å",
            sentence=f"On {one.frames} frames forces are off by {part}; most on {worst}.",
            more="",
            colour=SPECIES_COLOURS["Li"],
            number=("force error", force),
            interval="",
            details=(
                ("Energy error", f"{one.energy_rmse * _MEV:.1f} meV/atom (mean {one.energy_bias * _MEV:+.1f})"),
                ("Virial error", f"{one.virial_rmse * _MEV:.0f} meV/atom"),
                (f"On {worst}", f"{domains[worst].force_rmse:.3f} eV/Å"),
            ),
            line=f"frames {title}: energy {one.energy_rmse * _MEV:.1f} meV/atom, force {force}, {one.frames} frames",
        )
    shares = {
        f"{species} in {name}": share for name, one in findings.coverage.items() for species, share in one.share.items()
    }
    if shares:
        worst = min(shares, key=lambda name: shares[name])
        yield Answer(
            name="coverage",
            verdict=f"{shares[worst]:.1%} at worst",
            sentence=f"Least covered is {worst}.",
            more="",
            colour=INTERIOR_COLOUR,
            number=("covered", f"{shares[worst]:.1%}"),
            interval="",
            details=tuple((name, f"{one.frames} frames") for name, one in findings.coverage.items()),
            line=f"coverage: {shares[worst]:.1%} at worst ({worst})",
        )


def _figures(findings: PotentialFindings) -> Iterator[PageFigure]:
    for title, parity in findings.parity.items():
        name = title.replace(" ", "-")
        energies = {domain: one.energies for domain, one in parity.items()}
        forces = {domain: one.forces for domain, one in parity.items()}
        origins = "; ".join(origins_of(findings.errors[title]))
        said = f"By origin, {origins}." if origins else ""
        yield page_figure(f"energy-{name}", f"Frames {title}", draw_energy_errors(energies), _ENERGIES, said)
        yield page_figure(f"force-{name}", "", draw_force_parity(forces), _FORCES)
    for name, check in findings.checks.items():
        if check.curves:
            other = findings.teacher.get(name)
            axes = (check.curves[0].x_unit, check.curves[0].y_unit)
            figure = draw_against(_lines(check), _lines(other) if other else {}, axes)
            yield page_figure(f"check-{name}", check.title, figure, _CURVES, _said(check))
    if findings.coverage:
        shares = {name: one.share for name, one in findings.coverage.items()}
        yield page_figure("coverage", "Coverage", draw_coverage(shares), _COVERAGE)


def _said(check: Check) -> str:
    return " ".join(f"{remark}." for remark in check.remarks)


def _lines(check: Check) -> dict[str, tuple[FloatArray, FloatArray]]:
    return {curve.name: (curve.x, curve.y) for curve in check.curves}


def _tables(findings: PotentialFindings) -> Iterator[Table]:
    for title, parity in findings.parity.items():
        energies = np.concatenate([one.energies for one in parity.values()])
        name = title.replace(" ", "-")
        yield Table(f"energies_{name}", {"label (eV/atom)": energies[:, 0], "potential (eV/atom)": energies[:, 1]})
    for name, check in findings.checks.items():
        for number, curve in enumerate(check.curves, start=1):
            yield Table(f"{name}_{number}", {curve.x_unit: curve.x, f"{curve.name}: {curve.y_unit}": curve.y})


def _methods(findings: PotentialFindings) -> tuple[str, str]:
    labels = f"labels of {findings.source}" if findings.source else "no labels"
    structure = (
        f"The potential, as LAMMPS runs it with its core, against {labels}: frames whose origins were kept out of "
        "training, and frames of a boundary plane, a composition and an interface that were never trained."
    )
    analysis = (
        "Errors are root mean squares over frames (energies for each atom) and over force components. An atom is "
        "covered if a trained one of its species is within the 99th percentile of the distances between trained "
        "structures, in the principal components of its descriptor."
    )
    if STRUCTURE in findings.checks:
        analysis += (
            " Radial distributions are of cubic LLZO at 1200 K and its melt at 3000 K; model and teacher start from "
            "one cell."
        )
    return structure, analysis
