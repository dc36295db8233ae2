"""``gbglass potential label``: by a labeller that is there; what is missing is named before anything is written."""

from pathlib import Path

import pytest
from ase.build import bulk
from ase.calculators.emt import EMT
from ase.io import write
from typer.testing import CliRunner

from gbglass.cli.main import app
from gbglass.core.labels import LabelSource
from gbglass.errors import EngineError, InputError
from gbglass.learning.labelled import LabelStore
from gbglass.teachers.calculator import CalculatorTeacher
from gbglass.verbs.labelling import LabelOptions, label_structures


def test_structures_are_labelled_once_and_failures_kept(tmp_path: Path) -> None:
    teacher = CalculatorTeacher(LabelSource("emt", "ase", ""), EMT())
    structures, store = tmp_path / "mine.extxyz", tmp_path / "store"
    write(structures, [bulk("Cu", cubic=True), bulk("Zr"), bulk("Cu", a=0.9)])
    counts = [label_structures(structures, store, teacher, ("off", "metals")) for _ in range(2)]
    assert [(count.labelled, count.failed, count.known) for count in counts] == [(1, 2, 0), (0, 0, 3)]
    frames = list(LabelStore(store).frames())
    assert [frame.tag.name for frame in frames] == [f"off/metals/{k:04d}" for k in range(3)]
    assert "emt failed on Zr2" in frames[1].cause
    assert "apart" in frames[2].cause
    again = label_structures(structures, store, teacher, ("off", "metals"), how=LabelOptions(again=True))
    assert (again.labelled, again.failed, again.known) == (0, 2, 1)
    with pytest.raises(InputError, match="one word"):
        label_structures(structures, store, teacher, ("stainless/steel", "metals"))


def test_without_gpaw_it_says_how_to_get_it(tmp_path: Path) -> None:
    structures, store = tmp_path / "mine.extxyz", tmp_path / "store"
    write(structures, bulk("Li"))
    words = ["potential", "label", str(structures), str(store), "--domain", "li", "--by", "gpaw"]
    caught = CliRunner().invoke(app, [*words, "--gpaw-python", str(tmp_path / "absent")]).exception
    assert isinstance(caught, EngineError)
    assert "pip install gpaw gpaw-data" in str(caught)
    assert not store.exists()
