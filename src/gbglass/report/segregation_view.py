"""What the picture of a study of segregation shows: its structures, coloured by species or by region."""

import numpy as np
from ase import Atoms

from gbglass.core.arrays import IntArray
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.partition import BoundaryRegions
from gbglass.figures.palette import BOUNDARY_COLOURS, FAINT_COLOUR, INTERIOR_COLOUR
from gbglass.report.view3d import View
from gbglass.studies.segregation import SegregationFindings


def segregation_view(findings: SegregationFindings, anchor: FrameworkAnchor) -> View:
    """Show a study's structures; regions follow the framework.

    Parameters
    ----------
    findings
        Of the study.
    anchor
        Where the framework was at the start.

    """
    structures, regions = findings.run.structures, findings.regions
    named = {"as built": structures.built, "minimised": structures.minimised, "after the hold": structures.final}
    return View(named, lambda atoms: _groups(atoms, regions, anchor), _legend(regions))


def _groups(atoms: Atoms, regions: BoundaryRegions, anchor: FrameworkAnchor) -> IntArray:
    wrapped = atoms.copy()
    wrapped.wrap()
    fractional = wrapped.get_scaled_positions()
    shift = fractional[anchor.indices] - anchor.fractional
    drift = (shift - np.round(shift)).mean(axis=0)
    kinds = np.array([_kind(slab, regions) for slab in range(regions.partition.n_slabs)], dtype=np.int64)
    groups: IntArray = kinds[regions.partition.assign(fractional - drift)]
    return groups


def _legend(regions: BoundaryRegions) -> tuple[tuple[str, str], ...]:
    """Name what an atom may lie in: each boundary, the interior, and what is between them, in this order."""
    boundaries = (
        (f"boundary {number}", BOUNDARY_COLOURS[number - 1]) for number in range(1, len(regions.boundaries) + 1)
    )
    return (*boundaries, ("interior", INTERIOR_COLOUR), ("between", FAINT_COLOUR))


def _kind(slab: int, regions: BoundaryRegions) -> int:
    """Return the place of a slab in the legend."""
    for number, slabs in enumerate(regions.boundaries):
        if slab in slabs:
            return number
    return len(regions.boundaries) + (0 if slab in regions.interior else 1)
