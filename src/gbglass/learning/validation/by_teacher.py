"""A teacher, asked directly: slow, so what it says is kept in a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from ase import Atoms, units
from ase.filters import FrechetCellFilter
from ase.md.langevin import Langevin
from ase.optimize import FIRE

from gbglass.core.labels import Labels
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.learning.origins import maxwell_velocities
from gbglass.learning.validation.evaluator import AtRest, Dynamics
from gbglass.protocol.stages import MovingCell
from gbglass.teachers.calculator import CalculatorTeacher
from gbglass.units import PS_PER_FS

FORCE = 0.02
"""Largest force left by a relaxation [eV/Å]."""

_MOST_STEPS = 200
_FRICTION_PER_FS = 0.01
_FRAME_STEPS = 10
_SEED = 1
_MOVING: dict[MovingCell, list[bool]] = {"normal": [False, False, True], "lengths": [True, True, True]}


@dataclass(frozen=True)
class TeacherEvaluator:
    """A teacher.

    Parameters
    ----------
    teacher
        To be asked.

    """

    teacher: CalculatorTeacher

    @property
    def name(self) -> str:
        """That of the teacher."""
        return self.teacher.source.name

    def label(self, structures: Sequence[Atoms]) -> list[Labels]:
        """Return energy, forces and stress of structures as they stand."""
        return [self.teacher.label(atoms) for atoms in structures]

    def relax(self, atoms: Atoms, cell: MovingCell) -> AtRest:
        """Bring a structure to rest, its cell lengths with it if they move."""
        moving = self._dressed(atoms)
        what = moving if cell == "fixed" else FrechetCellFilter(moving, mask=[*_MOVING[cell], False, False, False])
        converged = FIRE(what, logfile=None).run(fmax=FORCE, steps=_MOST_STEPS)
        ending = "" if converged else f"more than {FORCE:g} eV/Å left after {_MOST_STEPS} steps"
        return AtRest(moving, float(moving.get_potential_energy()), ending)

    def run(self, atoms: Atoms, asked: Dynamics) -> Trajectory:
        """Run Langevin dynamics; every tenth step after those that are skipped is a frame."""
        moving, rng = self._dressed(atoms), np.random.default_rng(_SEED)
        moving.set_velocities(maxwell_velocities(moving, asked.temperature_K, rng))
        dynamics = Langevin(
            moving,
            asked.timestep_fs * units.fs,
            temperature_K=asked.temperature_K,
            friction=_FRICTION_PER_FS / units.fs,
            rng=rng,
            fixcm=False,  # a drift of the whole cell changes no distance
        )
        timestep = asked.timestep_fs * PS_PER_FS
        skipped, total = round(asked.skip_ps / timestep), round((asked.skip_ps + asked.duration_ps) / timestep)
        frames: list[Frame] = []

        def keep() -> None:
            step = dynamics.nsteps
            if step > skipped:
                frames.append(Frame(step, step * timestep, moving.cell.array.copy(), moving.positions.copy()))

        dynamics.attach(keep, interval=_FRAME_STEPS)
        dynamics.run(total)

        def walk() -> Iterator[Frame]:
            return iter(frames)

        return Trajectory(tuple(atoms.get_chemical_symbols()), walk)

    def _dressed(self, atoms: Atoms) -> Atoms:
        moving: Atoms = atoms.copy()
        moving.pbc = True
        moving.calc = self.teacher.calculator
        return moving
