"""What the report shows of a study of excess electrons."""

import math
from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

from gbglass.analysis.charge import Evenness
from gbglass.figures.charge import draw_layers_side_by_side, draw_shares_side_by_side
from gbglass.figures.lines import draw_models
from gbglass.figures.palette import BOUNDARY_COLOURS, INTERIOR_COLOUR, SPECIES_COLOURS
from gbglass.figures.points import Point, draw_rows
from gbglass.report.cell_tables import layer_table, plane_share_table
from gbglass.report.models import potential_suffixes
from gbglass.report.presented import Answer, PageFigure, Presented, page_figure
from gbglass.report.records import Plain, case_curve, quantity, series_record, thinned
from gbglass.report.view3d import View, one_group
from gbglass.store.tables import Table
from gbglass.studies.charge import ChargeFindings, Excess
from gbglass.studies.interfaces import BOUNDARY, CRYSTAL, GLASS, SLUGS

_COLOURS = {BOUNDARY: BOUNDARY_COLOURS[0], GLASS: BOUNDARY_COLOURS[1], CRYSTAL: INTERIOR_COLOUR}

_SHARES = (
    "Share of the excess electrons in each plane, by number of electrons. Lithium is at the bottom; the electrolyte "
    "begins above it and touches lithium again through the top. Where curves of different numbers lie on each other, "
    "electrons add up and few stand for many."
)
_MAPS = (
    "Excess electrons of the layer around the lower interface, seen along the normal, over an even spread of all of "
    "them over the cell; one scale of colours."
)
_SHARES_BESIDE = (
    "Share of the excess electrons along the normal, of the fewest electrons that were added; lithium is at the bottom."
)
_DENSITIES = (
    "Of each case: the density in both interfaces over an even spread over the cell, its variation over columns, and "
    "the density at the boundaries over their interface's mean. The line stands at an even spread."
)
_WHAT = {
    "density over even": "density", "variation over columns": "variation",
    "at boundaries over the interface": "boundary_density",
}  # fmt: skip
_ERROR_BARS = (
    "Each cell is one sample with two interfaces; their spread is not an error of the mean. Other seeds order lithium "
    "otherwise and melt another glass. Two interfaces of one cell see each other through a thin electrolyte."
)
_VIEW = "Lithium metal below, the electrolyte above it; both repeat along all axes, so that lithium has no free face."


def present_charge(findings: ChargeFindings) -> Presented:
    """Show what a study of charge found."""
    cells = findings.cells
    return Presented(
        study="charge",
        run=findings.run,
        heading=findings.run.title,
        answers=tuple(_answers(findings)),
        figures=tuple(_figures(findings)),
        tables=tuple(_tables(findings)),
        record={
            "interfaces": {
                name: {str(n): _record(one) for n, one in numbers.items()} for name, numbers in findings.excess.items()
            },
            "vasp_inputs": [
                {"folder": folder, "atoms": quantity(atoms, "atoms")} for folder, atoms in findings.vasp.items()
            ],
            "cells": {name: quantity(len(atoms), "atoms") for name, atoms in cells.items()},
        },
        methods=(_structure(findings), _analysis()),
        error_bars=_ERROR_BARS,
        view=View(cells, one_group, ()),
        view_note=_VIEW,
    )


def campaign_rows(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a campaign's table from the results of one case: one for each interface and number."""
    rows = []
    for name, numbers in results["interfaces"].items():
        for n, record in numbers.items():
            rows.append(
                {
                    "model": name,
                    "verdict": "measured",
                    "excess electrons": n,
                    "share at interfaces (1)": record["share"]["value"],
                    "variation (1)": record["variation"]["value"],
                    "density at boundaries (1)": record["boundary_density"]["value"],
                    "off one electron's (1)": record["off_the_fewest"]["value"],
                }
            )
    return rows or [{"model": results["title"], "verdict": "not calculated"}]


def campaign_figures(cases: Sequence[Mapping[str, Any]]) -> list[PageFigure]:
    """Draw where the electrons of every case are, one colour an interface, and how dense they are there.

    Parameters
    ----------
    cases
        The ``results.json`` of each finished case.

    """
    found: dict[str, list[Mapping[str, Any]]] = {}
    for case, suffix in zip(cases, potential_suffixes(cases), strict=True):
        for name, numbers in case["interfaces"].items():
            found.setdefault(name + suffix, []).append(numbers[min(numbers, key=int)])
    if not found:
        return []
    rows = {
        name: {what: [_point(one[key]) for one in some if key in one] for what, key in _WHAT.items()}
        for name, some in found.items()
    }
    figures = [page_figure("densities", "Electrons at the interfaces", draw_rows(rows, "(1)", 1.0), _DENSITIES)]
    curves = {
        name: [case_curve(one, "heights", "per_height") for one in some if "heights" in one]
        for name, some in found.items()
    }
    if all(curves.values()):
        drawn = draw_models(curves, ("Height (Å)", "Excess electrons (%/Å)"))
        figures.insert(0, page_figure("shares-beside", "Where the electrons are", drawn, _SHARES_BESIDE))
    return figures


def _point(record: Mapping[str, Any]) -> Point:
    return Point(math.nan if record["value"] is None else float(record["value"]), math.nan, math.nan)


def _figures(findings: ChargeFindings) -> Iterator[PageFigure]:
    if not findings.excess:
        return
    shares = {
        name: {f"{n} electrons" if n > 1 else "1 electron": one.shares for n, one in numbers.items()}
        for name, numbers in findings.excess.items()
    }
    layers = {name: _fewest(numbers)[1].layers[0] for name, numbers in findings.excess.items()}
    yield page_figure("shares", "Where the electrons are, plane by plane", draw_shares_side_by_side(shares), _SHARES)
    yield page_figure("maps", "The interface from above", draw_layers_side_by_side(layers), _MAPS)


def _tables(findings: ChargeFindings) -> Iterator[Table]:
    for name, numbers in findings.excess.items():
        for n, one in numbers.items():
            yield plane_share_table(one.shares, f"shares_{SLUGS[name]}_{n}")
            yield layer_table(one.layers[0], f"layer_{SLUGS[name]}_{n}")


def _fewest(numbers: Mapping[int, Excess]) -> tuple[int, Excess]:
    return min(numbers.items())


def _mean(found: tuple[Evenness, ...], what: str) -> float:
    values = [float(getattr(one, what)) for one in found]
    return fmean(values) if values else float("nan")


def _share(one: Excess) -> float:
    return sum(layer.share for layer in one.layers)


def _density(one: Excess) -> float:
    """Return the density in both interfaces over that of an even spread over the cell."""
    return fmean(float(layer.relative.mean()) for layer in one.layers)


def _record(one: Excess) -> Plain:
    heights = one.shares.heights
    spacing = float(heights[1] - heights[0]) if len(heights) > 1 else 1.0
    kept = thinned(len(heights))
    return {
        "heights": series_record(heights[kept], "Å"),
        "per_height": series_record(100.0 * one.shares.shares[kept] / spacing, "%/Å"),
        "electrons": quantity(one.shares.electrons, "electrons"),
        "share": quantity(_share(one), "1"),
        "density": quantity(_density(one), "1"),
        "variation": quantity(_mean(one.wholes, "variation"), "1"),
        "variation_each": [quantity(each.variation, "1") for each in one.wholes],
        "boundary_density": quantity(_mean(one.patches, "density"), "1"),
        "boundary_density_each": [quantity(each.density, "1") for each in one.patches],
        "off_the_fewest": quantity(one.off, "1"),
    }


def _answers(findings: ChargeFindings) -> Iterator[Answer]:
    if not findings.excess:
        atoms = ", ".join(f"{n}" for n in findings.vasp.values())
        where = ", ".join(findings.vasp)
        yield Answer(
            name="densities",
            verdict="not calculated",
            sentence=f"VASP's inputs for the three interfaces ({atoms} atoms) are written.",
            more="Run them, or name a Python with GPAW.",
            colour=SPECIES_COLOURS["Li"],
            number=("cells", str(len(findings.vasp))),
            interval="",
            details=tuple((folder, f"{n} atoms") for folder, n in findings.vasp.items()),
            line=f"densities: not calculated; VASP's inputs are in {where}",
        )
    for name, numbers in findings.excess.items():
        yield _answer(name, numbers)


def _answer(name: str, numbers: Mapping[int, Excess]) -> Answer:
    n, one = _fewest(numbers)
    variation, gathered = _mean(one.wholes, "variation"), _mean(one.patches, "density")
    at = f"; at its boundaries {gathered:.2f} times the interface's mean" if one.patches else ""
    off = max(other.off for other in numbers.values())
    return Answer(
        name=name,
        verdict=f"{_density(one):.2f} × even",
        sentence=f"The interfaces hold {_share(one):.0%} of {n} excess electron{'s' if n > 1 else ''}{at}.",
        more="",
        colour=_COLOURS[name],
        number=("variation over columns", f"{variation:.2f}"),
        interval="",
        details=(
            ("Variation of each", " and ".join(f"{each.variation:.2f}" for each in one.wholes)),
            ("Other numbers differ by", f"at most {off:.0%}, for each electron"),
            ("Samples", "one cell"),
        ),
        line=f"{name}: {_share(one):.0%} of the electrons at the interfaces, variation {variation:.2f}{at}",
    )


def _structure(findings: ChargeFindings) -> str:
    said = "; ".join(
        f"{name}: {len(atoms)} atoms, {' × '.join(f'{length:.2f}' for length in atoms.cell.lengths())} Å"
        for name, atoms in findings.cells.items()
    )
    return (
        f"LLZO between lithium, periodic along all axes without vacuum. {said}. The boundary stands from face to face; "
        "the glass is its cell, molten and brought to rest; the crystal has the same surfaces."
    )


def _analysis() -> str:
    return (
        "Excess electrons are the density with them less that without, on one grid; a uniform background makes up for "
        "their charge. Shares by planes, layers and their variation over columns 5 Å wide follow the paper's SI Note 4."
    )
