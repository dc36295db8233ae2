"""What DeePMD-kit is told: the paper's numbers, and room for every neighbour that a frame can have."""

import json
from pathlib import Path

import numpy as np
import pytest

from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.crystals.tetragonal import tetragonal_llzo
from gbglass.core.neighbours import find_pairs
from gbglass.errors import InputError
from gbglass.learning.crystals import OXIDES, lithium, oxide, spinel
from gbglass.learning.disturb import rattle, scale
from gbglass.learning.training import MOST_NEIGHBOURS, PRESETS, deepmd_input


def test_the_paper_preset_is_the_papers() -> None:
    """doi:10.1038/s41467-025-59895-9, Methods."""
    written = json.loads(json.dumps(deepmd_input(PRESETS["paper"], [Path("a")], [Path("b")], seed=7)))
    descriptor, fitting = written["model"]["descriptor"], written["model"]["fitting_net"]
    assert (descriptor["rcut"], descriptor["rcut_smth"], descriptor["neuron"]) == (6.0, 0.5, [10, 20, 40])
    assert fitting["neuron"] == [120, 120, 120]
    rate = written["learning_rate"]
    assert (rate["start_lr"], rate["decay_rate"], rate["decay_steps"]) == (1e-3, 0.996, 2000)
    assert written["training"]["numb_steps"] == 6_000_000
    assert written["training"]["training_data"]["systems"] == ["a"]
    assert written["training"]["validation_data"]["systems"] == ["b"]


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_presets_train_virials_and_end_with_a_small_rate(name: str) -> None:
    preset = PRESETS[name]
    end = preset.decay_rate ** (preset.steps // preset.decay_steps)
    assert 1e-6 < end < 2e-3
    assert all(min(pair) > 0 for pair in preset.prefactors.values())
    assert set(preset.prefactors) == {"e", "f", "v"}


def test_members_of_a_committee_differ_in_their_seed_alone() -> None:
    first, second = (json.dumps(deepmd_input(PRESETS["quick"], [Path("a")], [], seed)) for seed in (11, 12))
    assert first != second
    assert first.replace("11", "12") == second.replace("11", "12")
    with pytest.raises(InputError, match="nothing to train on"):
        deepmd_input(PRESETS["quick"], [], [], 1)


def test_there_is_room_for_the_neighbours_of_every_dense_crystal() -> None:
    rng = np.random.default_rng(1)
    dense = [
        *(scale(oxide(name), 0.95) for name in OXIDES),
        *(scale(spinel(n, rng), 0.95) for n in (0, 8)),
        *(scale(atoms, 0.86) for atoms in (lithium("bcc", (3, 3, 3)), cubic_llzo(12, rng), tetragonal_llzo().atoms)),
    ]
    for atoms in dense:
        near = find_pairs(rattle(atoms, 100, rng).positions, atoms.cell.array, 6.0)
        symbols = np.array(atoms.get_chemical_symbols())
        for symbol, room in MOST_NEIGHBOURS.items():
            centres = np.concatenate(
                [near.first[symbols[near.second] == symbol], near.second[symbols[near.first] == symbol]]
            )
            most = int(np.bincount(centres, minlength=len(atoms)).max())
            assert most <= room, f"{atoms.symbols}: {most} {symbol}"
