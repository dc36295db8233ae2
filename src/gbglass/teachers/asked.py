"""A labeller as a calculator of ASE, so that whoever can label a structure can also bring it to rest."""

from typing import Any, Protocol

from ase import Atoms
from ase.calculators.calculator import Calculator, all_changes

from gbglass.core.labels import Labels


class CanLabel(Protocol):
    """Whoever labels structures: a teacher in another Python, or a DFT program."""

    def label(self, atoms: Atoms) -> Labels:
        """Return energy, forces and stress; the structure stays as it is."""


class AskedCalculator(Calculator):
    """Asks a labeller whenever the structure has changed.

    Parameters
    ----------
    labeller
        To be asked.

    Examples
    --------
    >>> from ase.build import bulk
    >>> from ase.calculators.emt import EMT
    >>> from gbglass.core.labels import LabelSource
    >>> from gbglass.teachers.calculator import CalculatorTeacher
    >>> copper = bulk("Cu", cubic=True)
    >>> copper.calc = AskedCalculator(CalculatorTeacher(LabelSource("emt", "ase", ""), EMT()))
    >>> copper.get_stress().shape
    (6,)

    """

    implemented_properties = ["energy", "free_energy", "forces", "stress"]  # noqa: RUF012  # as ASE declares it

    def __init__(self, labeller: CanLabel) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._labeller = labeller

    def calculate(
        self,
        atoms: Atoms | None = None,
        properties: Any = ("energy",),  # noqa: ANN401  # the signature that ASE calls
        system_changes: Any = all_changes,  # noqa: ANN401
    ) -> None:
        """Ask."""
        super().calculate(atoms, properties, system_changes)  # type: ignore[no-untyped-call]
        if atoms is None:
            return
        said = self._labeller.label(atoms)
        self.results = {
            "energy": said.energy, "free_energy": said.energy, "forces": said.forces.copy(),
            "stress": said.stress.copy(),
        }  # fmt: skip
