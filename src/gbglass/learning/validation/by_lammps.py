"""A potential, asked through LAMMPS: the pair style that MD uses, core included."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ase import Atoms

from gbglass.core.labels import Labels
from gbglass.core.potential import Potential
from gbglass.core.provenance import sha256_text
from gbglass.core.suitability import check_elements
from gbglass.core.trajectory import Trajectory
from gbglass.lammps.chain import simulate
from gbglass.lammps.data import data_text
from gbglass.lammps.engine import Lammps
from gbglass.lammps.relaxation import RelaxTask, relax
from gbglass.lammps.simulation import Simulation
from gbglass.lammps.single_points import single_points
from gbglass.lammps.task import MdSettings, MdTask, Runner
from gbglass.learning.validation.evaluator import AtRest, Dynamics
from gbglass.protocol.stages import Hold, Minimise, MovingCell, Stage
from gbglass.units import PS_PER_FS

FORCE = 0.01
"""Largest force left by a relaxation [eV/Å]."""

_FRAME_PS, _SEGMENT_PS = 0.02, 2.0
_SEED = 1
_TRIES = 4


@dataclass(frozen=True)
class Clock:
    """How time passes in a protocol.

    Parameters
    ----------
    timestep_fs
        [fs].
    frame_ps
        Between frames [ps].

    """

    timestep_fs: float = 1.0
    frame_ps: float = _FRAME_PS


@dataclass(frozen=True)
class LammpsEvaluator:
    """A potential through LAMMPS; what is finished in its folder is not done again.

    Parameters
    ----------
    potential
        To be asked.
    engine
        The LAMMPS to ask through.
    folder
        For relaxations and dynamics.
    ranks
        MPI processes of dynamics.

    """

    potential: Potential
    engine: Lammps
    folder: Path
    ranks: int = 1

    @property
    def name(self) -> str:
        """That of the potential."""
        return self.potential.name

    def label(self, structures: Sequence[Atoms]) -> list[Labels]:
        """Return energy, forces and stress of structures as they stand."""
        return single_points(structures, self.potential, self.engine)

    def relax(self, atoms: Atoms, cell: MovingCell) -> AtRest:
        """Bring a structure to rest; a soft one goes on from where the first try, made for stiff oxides, left it."""
        stage = Minimise(force_eV_per_A=FORCE, max_iterations=1000, cell=cell)
        now = atoms
        for _ in range(_TRIES):
            task = RelaxTask(_inside(now), self.potential, stage)
            place = self.folder / "relaxations" / self.key(now, cell)
            rested = relax(task, place, Runner(self.engine))
            if rested.at_rest:
                break
            now = rested.atoms
        return AtRest(rested.atoms, rested.energy, "" if rested.at_rest else rested.ending)

    def run(self, atoms: Atoms, asked: Dynamics) -> Trajectory:
        """Run dynamics and return the frames after those that are skipped."""
        stages = (
            Minimise(max_iterations=50),
            Hold(temperature_K=asked.temperature_K, duration_ps=asked.skip_ps),
            Hold(temperature_K=asked.temperature_K, duration_ps=asked.duration_ps),
        )
        place = Path("dynamics") / self.key(atoms, f"{asked}")
        return self.follow(atoms, stages, place, Clock(asked.timestep_fs, _FRAME_PS)).last_stage()

    def follow(self, atoms: Atoms, stages: tuple[Stage, ...], place: Path, clock: Clock) -> Simulation:
        """Run a protocol in a folder of its own within this one's, going on from what is finished there."""
        timestep = clock.timestep_fs * PS_PER_FS
        frame_every, segment = round(clock.frame_ps / timestep), round(_SEGMENT_PS / timestep)
        settings = MdSettings(timestep, frame_every, segment, self.ranks, _SEED)
        task = MdTask(_inside(atoms), self.potential, stages, settings)
        return simulate(task, self.folder / place, Runner(self.engine))

    def key(self, atoms: Atoms, what: str) -> str:
        """Return a name for what is done with a structure, the potential's own content in it."""
        check_elements(self.potential, atoms)
        content = f"{data_text(_inside(atoms), self.potential)} {what} {self.potential.checksum}"
        return f"{atoms.get_chemical_formula()}-{sha256_text(content)[:12]}"


def _inside(atoms: Atoms) -> Atoms:
    """Wrap atoms into a cell whose vectors lie along x, y and z, as LAMMPS wants it."""
    wrapped: Atoms = atoms.copy()
    wrapped.pbc = True
    lengths = np.diag(wrapped.cell.lengths())
    if np.abs(wrapped.cell.array - lengths).max() < 1e-6:  # noqa: PLR2004  # rounding of a rotated cell
        wrapped.set_cell(lengths)
    wrapped.wrap()
    return wrapped
