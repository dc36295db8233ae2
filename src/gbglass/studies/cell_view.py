"""What every analysis of a full cell starts from: its parts, its framework, its boundary, the discharge's frames."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from gbglass.build.cells.lattices import Lattices
from gbglass.build.cells.stack import BuiltCell
from gbglass.core.framework import FrameworkAnchor, anchor_framework
from gbglass.core.interfaces import CellParts, tie_parts
from gbglass.core.region import Intersection, Outside, Region
from gbglass.core.trajectory import Trajectory
from gbglass.errors import InputError
from gbglass.lammps.simulation import Simulation
from gbglass.protocol.stages import Discharge
from gbglass.studies.cell_places import BOUNDARY, BULK, boundary_region, electrolyte_part, electrolyte_slab
from gbglass.studies.planned import Planned


@dataclass(frozen=True)
class CellView:
    """A cell and the frames of its discharge.

    Parameters
    ----------
    built
        The cell.
    stage
        The discharge.
    anchor
        La and Zr of the electrolyte, or what else its framework is: its drift is removed.
    parts
        From electrode to electrode, their faces tied to the framework beside them.
    regions
        Of the electrolyte that are counted by themselves, by name.
    boundary
        Where its boundary is, or would be in a twin; None if it has none.
    frames
        Of the discharge, evenly spaced.
    n_frames
        How many.

    """

    built: BuiltCell
    stage: Discharge
    anchor: FrameworkAnchor
    parts: CellParts
    regions: dict[str, Region]
    boundary: Region | None
    frames: Trajectory
    n_frames: int

    @property
    def places(self) -> dict[str, Region]:
        """The boundary and the rest of the electrolyte, by name; the electrolyte alone if it has no boundary."""
        electrolyte = electrolyte_slab(self.built)
        if self.boundary is None:
            return {BULK: electrolyte}
        return {BOUNDARY: self.boundary, BULK: Intersection(of=(electrolyte, Outside(of=self.boundary)))}

    def every(self, most: int) -> int:
        """Return which n-th frames leave at most so many."""
        return max(1, -(-self.n_frames // most))


def view_cell(planned: Planned[Any], simulation: Simulation) -> CellView:
    """Look at a finished discharge.

    Raises
    ------
    InputError
        If the structure is no cell, or the last stage no discharge.

    """
    built, spec = planned.built, planned.spec
    timed = simulation.task.timeline[-1]
    stage = timed.stage
    if not isinstance(built, BuiltCell) or not isinstance(stage, Discharge):
        raise InputError(f"a discharge needs a cell, and the stage discharge at its end, got {stage.kind}")
    atoms = built.atoms
    inside = atoms.get_array("part") == electrolyte_part(built)
    boundary = boundary_region(built, spec.to_build(Lattices()), spec.cell.within_A)
    named = dict(spec.regions) or ({} if boundary is None else {BOUNDARY: boundary})
    every = simulation.task.settings.frame_every
    return CellView(
        built=built,
        stage=stage,
        anchor=anchor_framework(atoms, np.flatnonzero(inside)),
        parts=tie_parts(atoms, built.parts, built.interfaces),
        regions=named,
        boundary=boundary,
        frames=simulation.last_stage(),
        n_frames=timed.last_step // every - timed.first_step // every,
    )
