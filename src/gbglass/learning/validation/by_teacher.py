"""A teacher, asked directly: slow, so what it says is kept in a file, and its dynamics piece by piece."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ase import Atoms
from ase.filters import FrechetCellFilter
from ase.optimize import FIRE

from gbglass.core.labels import Labels
from gbglass.core.provenance import content_id
from gbglass.core.trajectory import Trajectory
from gbglass.learning.validation.evaluator import AtRest, Dynamics
from gbglass.learning.validation.in_pieces import run_in_pieces
from gbglass.protocol.stages import MovingCell
from gbglass.store.structures import structure_text
from gbglass.teachers.calculator import CalculatorTeacher

FORCE = 0.02
"""Largest force left by a relaxation [eV/Å]."""

_MOST_STEPS = 200
_MOVING: dict[MovingCell, list[bool]] = {"normal": [False, False, True], "lengths": [True, True, True]}


@dataclass(frozen=True)
class TeacherEvaluator:
    """A teacher.

    Parameters
    ----------
    teacher
        To be asked.
    folder
        For dynamics; of this teacher alone.

    """

    teacher: CalculatorTeacher
    folder: Path

    @property
    def name(self) -> str:
        """That of the teacher."""
        return self.teacher.source.name

    def label(self, structures: Sequence[Atoms]) -> list[Labels]:
        """Return energy, forces and stress of structures as they stand."""
        return [self.teacher.label(atoms) for atoms in structures]

    def relax(self, atoms: Atoms, cell: MovingCell) -> AtRest:
        """Bring a structure to rest, its cell lengths with it if they move, and the angles of a skew cell with them."""
        moving = self._dressed(atoms)
        turns = cell == "lengths" and not moving.cell.orthorhombic
        what = moving if cell == "fixed" else FrechetCellFilter(moving, mask=[*_MOVING[cell], *[turns] * 3])
        converged = FIRE(what, logfile=None).run(fmax=FORCE, steps=_MOST_STEPS)
        ending = "" if converged else f"more than {FORCE:g} eV/Å left after {_MOST_STEPS} steps"
        return AtRest(moving, float(moving.get_potential_energy()), ending)

    def run(self, atoms: Atoms, asked: Dynamics) -> Trajectory:
        """Run Langevin dynamics in pieces, each kept in the folder; every tenth step after those skipped is a frame."""
        moving = self._dressed(atoms)
        key = content_id([structure_text(atoms.copy(), ".extxyz"), asdict(asked)])[:12]
        place = self.folder / "dynamics" / f"{atoms.get_chemical_formula()}-{key}"
        return run_in_pieces(moving, asked, place)

    def _dressed(self, atoms: Atoms) -> Atoms:
        moving: Atoms = atoms.copy()
        moving.pbc = True
        moving.calc = self.teacher.calculator
        return moving
