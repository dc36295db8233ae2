"""A rotatable picture of a structure, drawn by plotly's script, which the page carries with it."""

import json

import numpy as np
from ase import Atoms

from gbglass.core.region import BoundaryRegions, FrameworkAnchor
from gbglass.figures.style import BOUNDARY_COLOURS, FAINT_COLOUR, INTERIOR_COLOUR, SPECIES_COLOURS
from gbglass.studies.findings import SegregationFindings

_SIZES = {"Li": 6.0, "La": 8.0, "Zr": 7.0, "O": 3.0}
"""Diameters on the screen [pixels]."""

_DECIMALS = 2
_EDGES = ((0, 1), (0, 2), (0, 4), (1, 3), (1, 5), (2, 3), (2, 6), (3, 7), (4, 5), (4, 6), (5, 7), (6, 7))
"""Of a cell whose corners are counted in binary."""


def view_data(findings: SegregationFindings, anchor: FrameworkAnchor) -> str:
    """Write what the page's script needs as JSON that may stand inside a script element.

    For each structure and species: coordinates, and a colour by region for each atom.
    """
    structures = findings.structures
    named = {"as built": structures.built, "minimised": structures.minimised, "after the hold": structures.final}
    data = {
        "sizes": _SIZES,
        "colours": dict(SPECIES_COLOURS),
        "legend": _region_legend(),
        "structures": {name: _structure(atoms, findings.regions, anchor) for name, atoms in named.items()},
    }
    return json.dumps(data, separators=(",", ":"), ensure_ascii=True).replace("<", "\\u003c")


def _structure(atoms: Atoms, regions: BoundaryRegions, anchor: FrameworkAnchor) -> dict[str, object]:
    wrapped = atoms.copy()
    wrapped.wrap()
    fractional = wrapped.get_scaled_positions()
    shift = fractional[anchor.indices] - anchor.fractional
    drift = (shift - np.round(shift)).mean(axis=0)
    colours = np.array([_region_colour(slab, regions) for slab in range(regions.partition.n_slabs)])
    by_region = colours[regions.partition.assign(fractional - drift)]
    symbols = np.array(wrapped.get_chemical_symbols())
    species = {}
    for symbol in [s for s in _SIZES if s in symbols]:
        chosen = symbols == symbol
        points = np.round(wrapped.positions[chosen], _DECIMALS)
        species[symbol] = {"xyz": points.T.tolist(), "region": by_region[chosen].tolist()}
    return {"species": species, "box": _box(wrapped)}


def _box(atoms: Atoms) -> list[list[float | None]]:
    """Write the edges of the cell as one line with gaps."""
    corners = np.array([[(corner >> axis) & 1 for axis in range(3)] for corner in range(8)]) @ atoms.cell.array
    line: list[list[float | None]] = [[], [], []]
    for start, end in _EDGES:
        for axis in range(3):
            line[axis] += [round(float(corners[start, axis]), 2), round(float(corners[end, axis]), 2), None]
    return line


def _region_colour(slab: int, regions: BoundaryRegions) -> str:
    for slabs, colour in zip(regions.boundaries, BOUNDARY_COLOURS, strict=True):
        if slab in slabs:
            return colour
    return INTERIOR_COLOUR if slab in regions.interior else FAINT_COLOUR


def _region_legend() -> list[list[str]]:
    first, second = BOUNDARY_COLOURS
    return [["boundary 1", first], ["boundary 2", second], ["interior", INTERIOR_COLOUR], ["between", FAINT_COLOUR]]
