"""Structures as LAMMPS data files; the writing is ASE's."""

from io import StringIO

from ase import Atoms
from ase.io.lammpsdata import write_lammps_data

from gbglass.core.potential import Potential
from gbglass.protocol.stages import Minimise

_TILTS = "xy xz yz"


def angles_as_input(data: str, stage: Minimise) -> dict[str, bool]:
    """Return what is said beside a data file and its minimisation of angles that come to rest.

    Once they did not: nothing is said where the cell has none, so that what was done of straight cells stays.
    """
    return {"angles": True} if stage.cell == "lengths" and _TILTS in data else {}


def data_text(atoms: Atoms, potential: Potential) -> str:
    """Write a structure as a LAMMPS data file.

    Atom types are in the order of the potential's elements; with fixed charges the atom style is ``charge``, else
    ``atomic``.

    Parameters
    ----------
    atoms
        Inside its cell.
    potential
        Gives the order of types and the charges.

    """
    dressed = atoms.copy()
    charges = potential.fixed_charges
    if charges is not None:
        dressed.set_initial_charges([charges[symbol] for symbol in atoms.get_chemical_symbols()])
    text = StringIO()
    write_lammps_data(
        text,
        dressed,
        specorder=list(potential.elements),
        masses=True,
        units="metal",
        atom_style="atomic" if charges is None else "charge",
    )
    return text.getvalue()
