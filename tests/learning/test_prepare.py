"""Data of a training: split by origin, written once, kept however the store grows."""

import json
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms

from gbglass.core.neighbours import find_vectors, shortest_contacts
from gbglass.core.pair_lines import core_lines
from gbglass.errors import InputError, StateError
from gbglass.learning.datasets import role_of
from gbglass.learning.labelled import LabelStore, StoredFrame, Tag, rounded
from gbglass.learning.prepare import prepare_data, read_data
from gbglass.learning.rooms import rooms_for
from gbglass.learning.training import MOST_NEIGHBOURS, PRESETS, deepmd_input
from gbglass.teachers.calculator import CalculatorTeacher
from tests.learning.frames import add_frames, origin_for, soft_oxide


def test_data_are_written_once_and_stay_when_the_store_grows(labeller: CalculatorTeacher, tmp_path: Path) -> None:
    store = add_frames(LabelStore(tmp_path / "store"), labeller, ("train", "validation"))
    first = prepare_data(store, tmp_path / "model", [])
    assert (first.frames["train"], first.frames["validation"]) == (6, 2)
    assert all((tmp_path / "model" / path / "type.raw").is_file() for path in first.systems["train"])
    add_frames(store, labeller, ("train",), start=6)
    assert prepare_data(store, tmp_path / "model", []) == first == read_data(tmp_path / "model")


def test_the_shortest_contacts_are_those_of_trained_frames_rounded_down(
    labeller: CalculatorTeacher, tmp_path: Path
) -> None:
    store = add_frames(LabelStore(tmp_path / "store"), labeller, ("train", "validation"))
    data = prepare_data(store, tmp_path / "model", [])
    trained = [frame for frame in store.frames() if role_of(frame.tag.origin, [], 0.1) == "train"]
    for pair in ("Li-Li", "Li-O", "O-O"):
        true = min(shortest_contacts(frame.atoms)[pair] for frame in trained)
        assert 0.0 <= true - data.shortest[pair] < 0.01 + 1e-9


def test_half_written_data_are_written_again_and_damage_is_named(labeller: CalculatorTeacher, tmp_path: Path) -> None:
    store = add_frames(LabelStore(tmp_path / "store"), labeller, ("train", "validation"))
    (tmp_path / "model" / "data" / "train").mkdir(parents=True)
    assert prepare_data(store, tmp_path / "model", []).frames["train"] == 6
    (tmp_path / "model" / "data.json").write_text("{", encoding="utf-8")
    with pytest.raises(StateError, match=r"no readable data\.json"):
        read_data(tmp_path / "model")


def glass(seed: int, formula: str) -> Atoms:
    """Atoms anywhere in a cell, not too near to each other."""
    rng = np.random.default_rng(seed)
    atoms = Atoms(formula, cell=np.eye(3) * rng.uniform(8.5, 9.5), pbc=True)
    places: list[np.ndarray] = []
    while len(places) < len(atoms):
        place = rng.uniform(size=3) * atoms.cell.lengths()
        away = [(place - other + 0.5 * (box := atoms.cell.lengths())) % box - 0.5 * box for other in places]
        if all(np.linalg.norm(vector) > 1.9 for vector in away):
            places.append(place)
    atoms.positions = places
    return rounded(atoms)


def five_elements(labeller: CalculatorTeacher, folder: Path) -> LabelStore:
    store = LabelStore(folder)
    with store.writing():
        for role, formulas in {"train": ["Li12P2S12Cl", "Li6O3"], "validation": ["Li12P2S12Cl"]}.items():
            for k, formula in enumerate(formulas):
                atoms = glass(k + 10 * len(role), formula)
                store.add(StoredFrame(Tag("li", origin_for(role), k), atoms, labeller.label(atoms)), labeller.source)
    return store


def test_data_of_any_elements_have_their_types_and_room_for_their_neighbours(
    labeller: CalculatorTeacher, tmp_path: Path
) -> None:
    data = prepare_data(five_elements(labeller, tmp_path / "store"), tmp_path / "own", [])
    assert data.elements == ("Li", "O", "Cl", "P", "S")
    assert read_data(tmp_path / "own") == data
    systems = [tmp_path / "own" / path for paths in data.systems.values() for path in paths]
    assert len(systems) == 3
    for system in systems:
        assert (system / "type_map.raw").read_text(encoding="utf-8").split() == list(data.elements)
    model = deepmd_input(PRESETS["quick"], data.paths("train"), [], 1, data.rooms)["model"]
    assert isinstance(model, dict)
    assert model["type_map"] == list(data.elements)
    room = dict(zip(model["type_map"], model["descriptor"]["sel"], strict=True))
    assert {symbol: room[symbol] for symbol in ("Li", "O")} == {"Li": 96, "O": 88}
    for atoms in (glass(50, "Li12P2S12Cl"), glass(51, "Li6O3")):
        first, second, _ = find_vectors(atoms.positions, atoms.cell.array, 6.0)
        symbols = np.array(atoms.get_chemical_symbols())
        for symbol in set(symbols.tolist()):
            most = int(np.bincount(first[symbols[second] == symbol]).max())
            assert most <= room[symbol]
            assert symbol in ("Li", "O") or (room[symbol] % 4 == 0 and room[symbol] < 1.2 * most + 4)


def test_two_that_never_met_have_no_core(labeller: CalculatorTeacher, tmp_path: Path) -> None:
    data = prepare_data(five_elements(labeller, tmp_path / "store"), tmp_path / "own", [])
    assert "Cl-Cl" not in data.shortest
    lines = core_lines(data.elements, {"strength": 1.0, "reach": data.shortest})
    assert {line.split("# ")[1] for line in lines} == {f"{pair} core" for pair in data.shortest}


def test_dense_data_have_more_room_than_the_table() -> None:
    dense = glass(1, "Li12P2S12Cl")
    dense.set_cell(dense.cell.array * 0.5, scale_atoms=True)
    rooms = rooms_for(("Li", "Cl", "P", "S"), [dense])
    assert rooms["Li"] > MOST_NEIGHBOURS["Li"]


def test_records_of_before_other_elements_are_read_as_what_they_were(
    labeller: CalculatorTeacher, tmp_path: Path
) -> None:
    store = add_frames(LabelStore(tmp_path / "store"), labeller, ("train",))
    data = prepare_data(store, tmp_path / "model", [])
    record = json.loads((tmp_path / "model" / "data.json").read_text(encoding="utf-8"))
    assert record.pop("elements") == ["Li", "La", "Zr", "O"]
    assert record.pop("rooms") == dict(MOST_NEIGHBOURS)
    (tmp_path / "model" / "data.json").write_text(json.dumps(record), encoding="utf-8")
    assert read_data(tmp_path / "model") == data


def test_a_store_of_held_out_frames_trains_nothing(labeller: CalculatorTeacher, tmp_path: Path) -> None:
    store = LabelStore(tmp_path / "store")
    atoms = soft_oxide(1)
    with store.writing():
        store.add(StoredFrame(Tag("li", "li/only", 0), atoms, labeller.label(atoms)), labeller.source)
    with pytest.raises(InputError, match="nothing to train on"):
        prepare_data(store, tmp_path / "model", ["li/only"])
