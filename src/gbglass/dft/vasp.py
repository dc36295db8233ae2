"""VASP's input files, as texts; whoever has a licence runs it and brings the pseudopotentials."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from types import MappingProxyType
from typing import Literal

import numpy as np
from ase import Atoms
from ase.io import write

from gbglass.dft.settings import DftSettings, k_mesh
from gbglass.errors import InputError

POTCARS: Mapping[str, str] = MappingProxyType(
    {
        "Li": "Li_sv",
        "La": "La",
        "Zr": "Zr_sv",
        "O": "O",
        "Al": "Al",
        "Ga": "Ga_d",
        "Ta": "Ta_pv",
        "Nb": "Nb_sv",
    }
)
"""The PAW sets that VASP's manual recommends for PBE; the hardest of them, Li_sv, asks for 499 eV."""

_RELAXATION_STEPS = 200
_ELECTRONIC_STEPS = 200


@dataclass(frozen=True)
class VaspInput:
    """The texts of VASP's input files for one structure.

    Parameters
    ----------
    incar, kpoints, poscar
        As they are to be written. Atoms stand in the POSCAR by species, those of one species as they were.
    potcars
        Names of the PAW sets, in the order in which their files are to be joined to the POTCAR.

    """

    incar: str
    kpoints: str
    poscar: str
    potcars: tuple[str, ...]

    def files(self) -> dict[str, str]:
        """Return the texts by the names of their files; ``POTCAR.list`` holds a name a line."""
        return {
            "INCAR": self.incar,
            "KPOINTS": self.kpoints,
            "POSCAR": self.poscar,
            "POTCAR.list": "".join(f"{name}\n" for name in self.potcars),
        }


def vasp_input(
    atoms: Atoms, settings: DftSettings, job: Literal["label", "relax"] = "label", potcars: Mapping[str, str] = POTCARS
) -> VaspInput:
    """Write VASP's input for a structure.

    Parameters
    ----------
    atoms
        Periodic in all directions.
    settings
        Of all labels that go to one data set.
    job
        One calculation of energy, forces and stress, or a relaxation of the atoms in their cell.
    potcars
        The PAW set of each element.

    Raises
    ------
    InputError
        If there are no atoms, the structure is not periodic, an element has no PAW set, or the cell is left-handed,
        which VASP refuses; names all mistakes.

    Examples
    --------
    >>> from ase.build import bulk
    >>> texts = vasp_input(bulk("Li", "bcc", a=3.44), DftSettings())
    >>> texts.potcars, texts.kpoints.splitlines()[3]
    (('Li_sv',), '11 11 11')

    """
    _check(atoms, potcars)
    order = np.argsort(atoms.get_chemical_symbols(), kind="stable")
    plain = Atoms(atoms.numbers[order], positions=atoms.positions[order], cell=atoms.cell.array, pbc=True)
    poscar = StringIO()
    write(poscar, plain, format="vasp", direct=True)
    mesh = " ".join(map(str, k_mesh(plain.cell.array, settings.k_spacing_per_A)))
    species = dict.fromkeys(plain.get_chemical_symbols())
    return VaspInput(
        _incar(plain, settings, job),
        f"spacing {settings.k_spacing_per_A:g} 1/A\n0\nGamma\n{mesh}\n0 0 0\n",
        poscar.getvalue(),
        tuple(potcars[symbol] for symbol in species),
    )


def _check(atoms: Atoms, potcars: Mapping[str, str]) -> None:
    wrong = []
    if not len(atoms):
        wrong.append("there are no atoms")
    if not atoms.pbc.all():
        wrong.append("it must be periodic in all directions; put vacuum into the cell of a slab")
    elif float(np.linalg.det(atoms.cell.array)) <= 0.0:
        wrong.append("its cell vectors must be right-handed and have a volume; swap two of them")
    unknown = sorted(set(atoms.get_chemical_symbols()) - set(potcars))
    if unknown:
        wrong.append(f"no PAW set is named for {', '.join(unknown)}, only for {', '.join(potcars)}; name it in potcars")
    if wrong:
        raise InputError(f"VASP cannot be asked about {atoms.symbols}: {'; '.join(wrong)}")


def _incar(atoms: Atoms, settings: DftSettings, job: Literal["label", "relax"]) -> str:
    words: dict[str, object] = {
        "PREC": "Accurate",
        "GGA": "PE",
        "ENCUT": f"{settings.cutoff_eV:g}",
        "EDIFF": f"{settings.energy_tolerance_eV:g}",
        "NELM": _ELECTRONIC_STEPS,
        "ISMEAR": 0,
        "SIGMA": f"{settings.smearing_eV:g}",
        "ISPIN": 2 if settings.wants_spin(atoms) else 1,
        "LREAL": ".FALSE.",
        "LWAVE": ".FALSE.",
        "LCHARG": ".FALSE.",
        "ISIF": 2,  # the atoms may move, the cell not; the stress is calculated all the same
    }
    if job == "relax":
        words |= {"IBRION": 2, "NSW": _RELAXATION_STEPS, "EDIFFG": f"{-settings.force_tolerance_eV_per_A:g}"}
    else:
        words |= {"IBRION": -1, "NSW": 0}
    return "".join(f"{name} = {value}\n" for name, value in words.items())
