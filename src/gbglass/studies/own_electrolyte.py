"""An electrolyte of a user's own for a cell: a structure as it is, or a boundary that is cut from a crystal."""

import numpy as np
from ase import Atoms

from gbglass.build.account import is_garnet
from gbglass.build.boundaries.boundary import BoundarySpec, build_boundary
from gbglass.build.cells.alone import AloneElectrolyte
from gbglass.build.cells.given_electrolyte import GivenElectrolyte
from gbglass.build.cells.through import period_through
from gbglass.build.crystals.given import account_given
from gbglass.build.crystals.occupancy import PartialCrystal
from gbglass.core.tokens import ModelFile
from gbglass.errors import InputError
from gbglass.store.crystals import read_crystal
from gbglass.store.structures import read_structure
from gbglass.studies.given_crystal import Repeats, given_crystal, to_be_cut


def given_structure(file: ModelFile, repeats: Repeats, seed: int) -> AloneElectrolyte:
    """Read an electrolyte; what a CIF leaves open of its sites is ordered.

    Parameters
    ----------
    file
        In any format that ASE reads.
    repeats
        Of it along its edges.
    seed
        Decides the order of partly filled sites.

    Raises
    ------
    InputError
        If it cannot be read or ordered, or an element is unknown.

    """
    if file.path.suffix.lower() == ".cif" and isinstance(read_crystal(file.path), PartialCrystal):
        atoms = given_crystal(file, seed, repeats).atoms
    else:
        atoms = read_structure(file.path).repeat(repeats)
    check_holds_lithium(file, atoms)
    title = GivenElectrolyte.title if is_garnet(atoms.get_chemical_symbols()) else file.path.stem
    return AloneElectrolyte(account_given(atoms, title), title)


def check_holds_lithium(file: ModelFile, atoms: Atoms) -> None:
    """Refuse an electrolyte of a cell of lithium in which there is none.

    Raises
    ------
    InputError
        If it holds no lithium.

    """
    if "Li" not in atoms.get_chemical_symbols():
        raise InputError(f"{file.name} holds no lithium, which is what goes through a cell; it holds {atoms.symbols}")


def own_bicrystal(file: ModelFile, boundary: BoundarySpec, seed: int) -> AloneElectrolyte:
    """Build a boundary of a crystal, as a study of segregation does.

    Parameters
    ----------
    file
        One conventional cell of a cubic crystal.
    boundary
        Which.
    seed
        Decides the order of partly filled sites, and where lithium goes.

    Raises
    ------
    InputError
        If it cannot be read or cut.

    """
    whole = given_crystal(file, seed)
    check_holds_lithium(file, whole.atoms)
    crystal = to_be_cut(whole)
    built = build_boundary(boundary, np.random.default_rng(seed), crystal)
    title = f"{built.geometry.title} of {crystal.name}"
    return AloneElectrolyte(built, title, built.ledger.boundaries, period_through(built.geometry))
