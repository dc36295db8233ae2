"""Data of a training: split by origin, written once, kept however the store grows."""

from pathlib import Path

import pytest

from gbglass.core.neighbours import shortest_contacts
from gbglass.errors import InputError, StateError
from gbglass.learning.datasets import role_of
from gbglass.learning.labelled import LabelStore, StoredFrame, Tag
from gbglass.learning.prepare import prepare_data, read_data
from gbglass.teachers.calculator import CalculatorTeacher
from tests.learning.frames import add_frames, soft_oxide


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


def test_a_store_of_held_out_frames_trains_nothing(labeller: CalculatorTeacher, tmp_path: Path) -> None:
    store = LabelStore(tmp_path / "store")
    atoms = soft_oxide(1)
    with store.writing():
        store.add(StoredFrame(Tag("li", "li/only", 0), atoms, labeller.label(atoms)), labeller.source)
    with pytest.raises(InputError, match="nothing to train on"):
        prepare_data(store, tmp_path / "model", ["li/only"])
