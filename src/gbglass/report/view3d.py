"""A rotatable picture of a structure, drawn by plotly's script, which the page carries with it."""

import json

import numpy as np
from ase import Atoms

from gbglass.core.region import BoundaryRegions, FrameworkAnchor
from gbglass.figures.style import BOUNDARY_COLOURS, FAINT_COLOUR, INTERIOR_COLOUR, SPECIES_COLOURS
from gbglass.studies.findings import SegregationFindings

_DIAMETERS = {"Li": 1.0, "La": 1.7, "Zr": 1.3, "O": 0.8}
"""Of the spheres: large enough to be told apart, small enough to look through the cell [Å]."""

_DECIMALS = 2
_EDGES = ((0, 1), (0, 2), (0, 4), (1, 3), (1, 5), (2, 3), (2, 6), (3, 7), (4, 5), (4, 6), (5, 7), (6, 7))
"""Of a cell whose corners are counted in binary."""


def view_data(findings: SegregationFindings, anchor: FrameworkAnchor) -> str:
    """Write what the page's script needs as JSON that may stand inside a script element.

    For each structure and species: coordinates, and for each atom the place of its region in the legend.
    """
    structures, regions = findings.structures, findings.regions
    named = {"as built": structures.built, "minimised": structures.minimised, "after the hold": structures.final}
    data = {
        "diameters": _DIAMETERS,
        "colours": dict(SPECIES_COLOURS),
        "legend": _region_legend(regions),
        "lengths": [round(float(length), _DECIMALS) for length in structures.built.cell.lengths()],
        "structures": {name: _structure(atoms, regions, anchor) for name, atoms in named.items()},
    }
    return json.dumps(data, separators=(",", ":"), ensure_ascii=True).replace("<", "\\u003c")


def _structure(atoms: Atoms, regions: BoundaryRegions, anchor: FrameworkAnchor) -> dict[str, object]:
    wrapped = atoms.copy()
    wrapped.wrap()
    fractional = wrapped.get_scaled_positions()
    shift = fractional[anchor.indices] - anchor.fractional
    drift = (shift - np.round(shift)).mean(axis=0)
    kinds = np.array([_kind(slab, regions) for slab in range(regions.partition.n_slabs)])
    by_region = kinds[regions.partition.assign(fractional - drift)]
    symbols = np.array(wrapped.get_chemical_symbols())
    species = {}
    for symbol in [s for s in _DIAMETERS if s in symbols]:
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
            line[axis] += [round(float(corners[corner, axis]), _DECIMALS) for corner in (start, end)] + [None]
    return line


def _region_legend(regions: BoundaryRegions) -> list[tuple[str, str]]:
    """Name what an atom may lie in: each boundary, the interior, and what is between them, in this order."""
    boundaries = [
        (f"boundary {number}", BOUNDARY_COLOURS[number - 1]) for number in range(1, len(regions.boundaries) + 1)
    ]
    return [*boundaries, ("interior", INTERIOR_COLOUR), ("between", FAINT_COLOUR)]


def _kind(slab: int, regions: BoundaryRegions) -> int:
    """Return the place of a slab in the legend."""
    for number, slabs in enumerate(regions.boundaries):
        if slab in slabs:
            return number
    return len(regions.boundaries) + (0 if slab in regions.interior else 1)
