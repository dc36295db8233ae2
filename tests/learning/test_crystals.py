"""The unit cells are the crystals that they say they are."""

import warnings
from collections.abc import Callable

import numpy as np
import pytest
import spglib
from ase import Atoms
from numpy.testing import assert_allclose

from gbglass.core.neighbours import find_pairs, shortest_contacts
from gbglass.core.species import formal_charge
from gbglass.errors import InputError
from gbglass.learning.crystals import OXIDES, lithium, oxide, spinel, turned_spinel
from gbglass.learning.disturb import touching

RNG = np.random.default_rng(1)


@pytest.mark.parametrize(
    ("make", "number"),
    [
        (lambda: lithium("bcc", (2, 2, 2)), 229),
        (lambda: lithium("fcc", (1, 1, 1)), 225),
        (lambda: lithium("hcp", (2, 2, 1)), 194),
        (lambda: spinel(8, RNG), 227),
        (lambda: spinel(0, RNG), 227),
        (lambda: turned_spinel(8, RNG), 227),
        (lambda: oxide("Li2O"), 225),
        (lambda: oxide("ZrO2"), 225),
        (lambda: oxide("La2O3"), 164),
        (lambda: oxide("La2Zr2O7"), 227),
    ],
)
def test_space_groups(make: Callable[[], Atoms], number: int) -> None:
    atoms = make()
    # spglib announces that it will raise instead of returning None.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        dataset = spglib.get_symmetry_dataset((atoms.cell.array, atoms.get_scaled_positions(), atoms.numbers))
    assert dataset is not None
    assert dataset.number == number
    assert not touching(atoms).any()


def test_all_forms_of_lithium_have_one_density() -> None:
    volumes = [lithium(form, (2, 2, 2)).get_volume() / len(lithium(form, (2, 2, 2))) for form in ("bcc", "fcc", "hcp")]
    assert_allclose(volumes, volumes[0], rtol=1e-9)


def test_spinels_have_octahedra_and_tetrahedra_and_as_much_lithium_as_asked() -> None:
    for n in range(9):
        atoms = spinel(n, np.random.default_rng(n))
        symbols = np.array(atoms.get_chemical_symbols())
        assert (symbols == "Li").sum() == n
        pairs = find_pairs(atoms.positions, atoms.cell.array, 2.35)
        bonds = np.bincount(np.concatenate([pairs.first, pairs.second]), minlength=len(atoms))
        assert set(bonds[symbols == "Zr"].tolist()) == {6}
        assert set(bonds[symbols == "Li"].tolist()) <= {4}
    with pytest.raises(InputError, match="from 0 to 8"):
        spinel(9, RNG)


def test_the_turned_spinel_is_a_right_handed_box_with_two_cells() -> None:
    turned, plain = turned_spinel(8, RNG), spinel(8, RNG)
    assert_allclose(turned.cell.array, np.diag(turned.cell.lengths()), atol=1e-9)
    assert_allclose(turned.get_volume(), 2 * plain.get_volume())
    assert_allclose(sorted(shortest_contacts(turned).values()), sorted(shortest_contacts(plain).values()), atol=1e-6)


def test_oxides_are_boxes_and_neutral() -> None:
    for name in OXIDES:
        atoms = oxide(name)
        assert_allclose(atoms.cell.array, np.diag(atoms.cell.lengths()), atol=1e-9)
        assert formal_charge(atoms) == 0
        assert 80 <= len(atoms) <= 130
