"""Distortions keep what they promise, for any structure and seed."""

from collections.abc import Callable

import numpy as np
import pytest
from ase import Atoms
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.crystals.tetragonal import tetragonal_llzo
from gbglass.core.neighbours import find_pairs
from gbglass.core.species import FORMAL_CHARGES, contact_limit, formal_charge
from gbglass.errors import InputError
from gbglass.learning.crystals import lithium, spinel
from gbglass.learning.disturb import push_pairs, rattle, scale, shake, strain, touching, without, without_li2o

seeds = st.integers(0, 2**32 - 1)


def any_touching(atoms: Atoms) -> bool:
    """The slow way: each pair by itself."""
    symbols = atoms.get_chemical_symbols()
    pairs = find_pairs(atoms.positions, atoms.cell.array, 3.5)
    return any(
        d < contact_limit(symbols[i], symbols[j])
        for i, j, d in zip(pairs.first.tolist(), pairs.second.tolist(), pairs.distances.tolist(), strict=True)
    )


@settings(max_examples=15, deadline=None)
@given(seeds, st.floats(50, 1800))
def test_a_rattle_keeps_contacts_whatever_the_temperature(seed: int, temperature: float) -> None:
    for atoms in (spinel(5, np.random.default_rng(1)), tetragonal_llzo().atoms):
        moved = rattle(atoms, temperature, np.random.default_rng(seed))
        assert not any_touching(moved)
        assert not touching(moved).any()


def test_amplitudes_grow_as_the_root_of_the_temperature_and_lithium_moves_most() -> None:
    atoms = tetragonal_llzo().atoms * (2, 2, 2)
    symbols = np.array(atoms.get_chemical_symbols())
    rms = {}
    for temperature in (75, 300):
        apart = rattle(atoms, temperature, np.random.default_rng(1)).positions - atoms.positions
        rms[temperature] = {
            s: float(np.sqrt((apart[symbols == s] ** 2).mean())) for s in FORMAL_CHARGES if s in symbols
        }
    for symbol in ("Li", "La", "Zr", "O"):
        assert_allclose(rms[300][symbol] / rms[75][symbol], 2.0, rtol=0.05)
    assert max(rms[300], key=lambda s: rms[300][s]) == "Li"
    assert_allclose(rms[75]["Li"], 0.065, rtol=0.05)


def test_one_seed_is_one_structure_and_the_start_stays() -> None:
    atoms = spinel(5, np.random.default_rng(1))
    before = atoms.copy()
    disturbances: tuple[Callable[[np.random.Generator], Atoms], ...] = (
        lambda rng: rattle(atoms, 600, rng),
        lambda rng: shake(atoms, 0.2, rng),
        lambda rng: strain(atoms, 0.05, rng),
        lambda rng: push_pairs(atoms, 3, 0.8, rng),
        lambda rng: without(atoms, "Li", 2, rng),
        lambda rng: without_li2o(atoms, 1, rng),
    )
    for disturb in disturbances:
        first, again, other = (disturb(np.random.default_rng(seed)) for seed in (3, 3, 4))
        assert first == again
        assert first != other
        assert atoms == before


def test_what_cannot_keep_its_contacts_says_so() -> None:
    squeezed = scale(lithium("bcc", (2, 2, 2)), 0.5)
    with pytest.raises(InputError, match="cannot be displaced without forbidden contacts: 16 atoms"):
        rattle(squeezed, 300, np.random.default_rng(1))


@settings(max_examples=30, deadline=None)
@given(seeds, st.floats(0.001, 0.08))
def test_strains_are_symmetric_and_no_larger_than_asked(seed: int, largest: float) -> None:
    atoms = tetragonal_llzo().atoms
    deformed = strain(atoms, largest, np.random.default_rng(seed))
    tensor = np.linalg.solve(atoms.cell.array, deformed.cell.array) - np.eye(3)
    assert_allclose(tensor, tensor.T, atol=1e-12)
    assert np.abs(np.diag(tensor)).max() <= largest
    assert np.abs(tensor - np.diag(np.diag(tensor))).max() <= 0.25 * largest + 1e-12
    assert_allclose(deformed.get_scaled_positions(), atoms.get_scaled_positions(), atol=1e-9)


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_pushed_pairs_are_near_and_the_centre_stays(seed: int) -> None:
    atoms = cubic_llzo(12, np.random.default_rng(1))
    pushed = push_pairs(atoms, 4, 0.8, np.random.default_rng(seed))
    moved = np.flatnonzero(np.abs(pushed.positions - atoms.positions).max(axis=1) > 1e-9)
    assert 2 <= len(moved) <= 8
    assert_allclose(pushed.positions.mean(axis=0), atoms.positions.mean(axis=0), atol=1e-9)
    symbols = atoms.get_chemical_symbols()
    partners = []
    for k in moved.tolist():
        others = [m for m in moved.tolist() if m != k]
        distances = pushed.get_distances(k, others, mic=True)
        partners.append(min(d / contact_limit(symbols[k], symbols[m]) for d, m in zip(distances, others, strict=True)))
    assert max(partners) <= 1.1 + 1e-9
    assert min(partners) > 0.5


def test_lithium_oxide_goes_in_whole_units() -> None:
    atoms = cubic_llzo(12, np.random.default_rng(1))
    left = without_li2o(atoms, 5, np.random.default_rng(2))
    assert formal_charge(left) == formal_charge(atoms) == 0
    assert len(atoms) - len(left) == 15
    assert without(atoms, "Li", 6, np.random.default_rng(1)).symbols.count("Li") == 50
    with pytest.raises(InputError, match="does not hold 29 Li2O"):
        without_li2o(atoms, 29, np.random.default_rng(2))
