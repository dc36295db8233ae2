"""VASP's folders: written before the runs, read after them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from numpy.testing import assert_allclose

from gbglass.dft.settings import DftSettings
from gbglass.errors import ConfigError, InputError, StateError
from gbglass.learning.dft_frames import read_vasp_frames, write_vasp_folders
from gbglass.learning.labelled import LabelStore
from tests.dft.vasp_files import outcar, some_run, vasprun

SETTINGS = DftSettings()


def test_each_structure_gets_its_folder_and_none_is_written_over(tmp_path: Path) -> None:
    made = write_vasp_folders([bulk("Li"), bulk("Li", a=3.6)], tmp_path, SETTINGS)
    assert [folder.name for folder in made] == ["0000", "0001"]
    for folder in made:
        assert {path.name for path in folder.iterdir()} == {"INCAR", "KPOINTS", "POSCAR", "POTCAR.list"}
    with pytest.raises(StateError, match="0000, 0001"):
        write_vasp_folders([bulk("Li"), bulk("Li")], tmp_path, SETTINGS)


def test_all_structures_that_cannot_be_asked_about_are_named_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"2 mistakes[\s\S]*structure 1[\s\S]*structure 2"):
        write_vasp_folders([bulk("Li"), Atoms("Li"), bulk("Fe")], tmp_path / "dft", SETTINGS)
    assert not (tmp_path / "dft").exists()


def test_finished_runs_become_frames_that_a_store_takes(tmp_path: Path) -> None:
    runs = [some_run(1), replace(some_run(2), mesh=(11, 11, 11))]
    (tmp_path / "OUTCAR").write_text(outcar(runs[0]), encoding="utf-8")
    (tmp_path / "vasprun.xml").write_text(vasprun(runs[1]), encoding="utf-8")
    frames = read_vasp_frames([tmp_path / "OUTCAR", tmp_path / "vasprun.xml"], SETTINGS, "off", "Li2O by VASP")
    store = LabelStore(tmp_path / "store")
    with store.writing():
        for frame in frames:
            assert frame.labels is not None
            store.add(frame, frame.labels.source)
    back = list(LabelStore(tmp_path / "store").frames())
    assert [frame.tag.name for frame in back] == [f"off/Li2O by VASP/{k:04d}" for k in range(4)]
    for frame, said in zip(back, [step for run in runs for step in run.steps], strict=True):
        assert frame.labels is not None
        assert frame.labels.energy == said.toten
        assert_allclose(frame.labels.forces, said.forces, atol=1e-6)
        away = frame.atoms.get_scaled_positions() - said.atoms.get_scaled_positions()
        assert np.abs(away - np.round(away)).max() < 1e-5


def test_a_domain_that_is_no_word_is_refused() -> None:
    with pytest.raises(InputError, match="got 'stainless steel'"):
        read_vasp_frames([], SETTINGS, "stainless steel", "mine")
