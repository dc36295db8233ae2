"""VASP's input for a density with electrons too many."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from ase import Atoms

from gbglass.dft.settings import DftSettings
from gbglass.dft.vasp import VaspInput, vasp_input

VALENCE: Mapping[str, int] = MappingProxyType(
    {"Li_sv": 3, "La": 11, "Zr_sv": 12, "O": 6, "Al": 3, "Ga_d": 13, "Ta_pv": 11, "Nb_sv": 13}
)
"""Electrons of an atom that each PAW set treats (its ZVAL); check them against your POTCAR."""


def vasp_density_input(atoms: Atoms, settings: DftSettings, extra_electrons: int) -> VaspInput:
    """Write the input of one calculation that leaves a CHGCAR; the charge is evened out by a uniform background.

    Parameters
    ----------
    atoms
        Periodic in all directions.
    settings
        Of all densities that are to be subtracted: same cell, same cutoff, same grid.
    extra_electrons
        That the cell holds beyond a neutral one.

    Raises
    ------
    InputError
        If VASP cannot be asked about the structure.

    Examples
    --------
    >>> from ase.build import bulk
    >>> vasp_density_input(bulk("Li", "bcc", a=3.44), DftSettings(), 1).incar.splitlines()[-1]
    'NELECT = 4'

    """
    plain = vasp_input(atoms, settings)
    counts = {symbol: atoms.symbols.count(symbol) for symbol in dict.fromkeys(sorted(atoms.get_chemical_symbols()))}
    valence = sum(n * VALENCE[name] for n, name in zip(counts.values(), plain.potcars, strict=True))
    incar = plain.incar.replace("LCHARG = .FALSE.", "LCHARG = .TRUE.")
    return replace(plain, incar=f"{incar}NELECT = {valence + extra_electrons}\n")
