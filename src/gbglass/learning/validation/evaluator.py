"""Whoever can be asked about structures: a model through LAMMPS, a teacher through its calculator."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ase import Atoms

from gbglass.core.labels import Labels
from gbglass.core.trajectory import Trajectory
from gbglass.protocol.stages import MovingCell


@dataclass(frozen=True)
class AtRest:
    """A relaxed structure.

    Parameters
    ----------
    atoms
        The structure.
    energy
        Of the cell [eV].
    ending
        Empty if forces and pressures became as small as asked for; else what stopped it.

    """

    atoms: Atoms
    energy: float
    ending: str


@dataclass(frozen=True)
class Dynamics:
    """What molecular dynamics is asked for, at constant volume and temperature.

    Parameters
    ----------
    temperature_K
        [K].
    skip_ps, duration_ps
        Left out at the beginning, and sampled after it [ps].
    timestep_fs
        [fs].

    """

    temperature_K: float
    skip_ps: float
    duration_ps: float
    timestep_fs: float


class Evaluator(Protocol):
    """A potential or its teacher."""

    @property
    def name(self) -> str:
        """What results call it."""

    def label(self, structures: Sequence[Atoms]) -> list[Labels]:
        """Return energy, forces and stress of structures as they stand."""

    def relax(self, atoms: Atoms, cell: MovingCell) -> AtRest:
        """Bring a structure in an orthogonal cell to rest, and the moving part of the cell to 0 bar."""

    def run(self, atoms: Atoms, asked: Dynamics) -> Trajectory:
        """Return frames of molecular dynamics."""
