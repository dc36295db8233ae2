"""The potentials that come along: whole, small enough for a wheel, and with what their cards must state."""

import re
import tomllib
from hashlib import sha256
from itertools import pairwise

import numpy as np
import pytest
from ase import Atoms
from ase.io import read

from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.neighbours import shortest_contacts
from gbglass.core.packaged import available_potentials, find_card, load_potential
from gbglass.core.suitability import check_structure

LARGEST_MIB = 10.0
"""That models may take together in the wheel."""


def test_all_models_together_fit_into_the_wheel() -> None:
    folder = find_card("deepmd-llzo").parent
    size = sum(path.stat().st_size for path in folder.glob("*.pb")) / 2**20
    assert 0.0 < size <= LARGEST_MIB


def test_the_members_of_the_committee_are_the_files_that_the_card_states() -> None:
    path = find_card("deepmd-llzo")
    card = tomllib.loads(path.read_text(encoding="utf-8"))
    for number, file in enumerate(card["committee"], start=2):
        assert sha256((path.parent / file).read_bytes()).hexdigest() == card["made"][f"member_{number}_sha256"]
    assert [member.elements for member in load_potential("deepmd-llzo").committee] == [tuple(card["elements"])] * 3


@pytest.mark.parametrize("name", available_potentials())
def test_a_card_says_whom_to_cite_and_what_to_believe(name: str) -> None:
    potential = load_potential(name)
    assert re.search(r"doi:10\.|\(\d{4}\)", potential.citation)
    assert potential.validated_for


def test_garnet_at_the_lattice_constant_of_the_model_is_a_structure_for_it() -> None:
    potential = load_potential("deepmd-llzo")
    atoms = cubic_llzo(12, np.random.default_rng(1))
    atoms.set_cell([potential.lattice_constant("LLZO", 300.0)] * 3, scale_atoms=True)
    check_structure(potential, atoms)


def test_crystals_grow_when_they_are_warmed() -> None:
    constants = load_potential("deepmd-llzo").lattice
    assert {constant.of for constant in constants} == {"LLZO", "Li", "LiZr2O4", "Zr2O4"}
    for of in {constant.of for constant in constants}:
        rising = sorted((one.temperature, one.length) for one in constants if one.of == of)
        assert all(cold[1] < warm[1] for cold, warm in pairwise(rising)), of


def test_the_structure_of_known_energy_is_one_that_the_model_was_made_for() -> None:
    potential = load_potential("deepmd-llzo")
    assert potential.known is not None
    atoms = read(potential.known.file)
    assert isinstance(atoms, Atoms)
    shortest = shortest_contacts(atoms)
    assert all(shortest[pair] >= reach for pair, reach in potential.shortest.items() if pair in shortest)
    assert -9.5 < potential.known.energy / len(atoms) < -1.8  # between Zr2O4 and the metal, by the teacher
