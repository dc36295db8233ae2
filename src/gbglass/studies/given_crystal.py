"""The crystal that a study is about: cubic LLZO, or one from a file of its user's."""

from functools import lru_cache

import numpy as np

from gbglass.build.crystal import Crystal, llzo_crystal
from gbglass.build.crystals.bulk import BuiltCrystal
from gbglass.build.crystals.rigid import crystal_from_atoms
from gbglass.core.tokens import ModelFile
from gbglass.store.crystals import ordered_crystal
from gbglass.studies.tables import CrystalChoice

Repeats = tuple[int, int, int]

_KEPT = 64
"""Crystals that are read once and asked for by the checks of a study, by its plan, and by its other cases."""


@lru_cache(maxsize=_KEPT)
def given_crystal(file: ModelFile, seed: int, repeats: Repeats = (1, 1, 1)) -> BuiltCrystal:
    """Read a crystal; partly filled sites are ordered in the whole of it, as ``gbglass build crystal`` does.

    Parameters
    ----------
    file
        With its checksum: a file that has changed is read again.
    seed
        Decides the order.
    repeats
        Cells along each edge.

    Raises
    ------
    InputError
        If it cannot be read or ordered, is charged, or atoms are too near to each other.

    """
    return ordered_crystal(file.path, np.random.default_rng(seed), repeats)


def crystal_of(choice: CrystalChoice, seed: int) -> Crystal:
    """Return the crystal that the grains of a study are cut from.

    Parameters
    ----------
    choice
        The study's table ``[crystal]``.
    seed
        Decides the order of partly filled sites.

    Raises
    ------
    InputError
        If its file cannot be used.

    Examples
    --------
    >>> crystal_of(CrystalChoice(name="llzo-cubic"), seed=1).name
    'cubic Li7La3Zr2O12'

    """
    return llzo_crystal() if choice.file is None else to_be_cut(given_crystal(choice.file, seed))


def to_be_cut(built: BuiltCrystal) -> Crystal:
    """Return a crystal as one that grains can be cut from, with its own valence.

    Parameters
    ----------
    built
        One conventional cell.

    Raises
    ------
    InputError
        If it has no framework.

    Examples
    --------
    >>> from gbglass.build.crystals.electrodes import SpinelSpec, spinel
    >>> crystal = to_be_cut(spinel(SpinelSpec(1.0), np.random.default_rng(1)))
    >>> crystal.cubic, crystal.content, crystal.valence["Zr"]
    (CubicLattice(centring='F', laue_class='m-3m'), 8, 3.5)

    """
    (valence,) = built.ledger.valence.values()
    return crystal_from_atoms(built.atoms, built.name, valence=valence)
