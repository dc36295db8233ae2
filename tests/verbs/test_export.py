"""What is exported comes back the same, whole or in part."""

from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.io import read
from numpy.testing import assert_allclose

from gbglass.core.trajectory import Frame, Window
from gbglass.errors import InputError, StateError
from gbglass.lammps.dump import dump_frame_text
from gbglass.verbs.export import ExportSpec, export
from gbglass.verbs.trajectories import open_trajectory

SYMBOLS = ("Li", "La", "Zr", "O", "Li")
CELL = np.array([[12.0, 0.0, 0.0], [-2.5, 13.5, 0.0], [3.25, 1.5, 14.25]])


@pytest.fixture
def frames() -> list[Frame]:
    rng = np.random.default_rng(7)
    places = rng.uniform(0, 12, (5, 3)) + np.cumsum(rng.normal(0.0, 0.3, (12, 5, 3)), axis=0)
    return [Frame(20 * n, 0.02 * n, CELL * (1 + 1e-4 * n), x, {"c_pe": -x[:, 0]}) for n, x in enumerate(places)]


@pytest.fixture
def dump(tmp_path: Path, frames: list[Frame]) -> Path:
    path = tmp_path / "traj.dump"
    path.write_text("".join(dump_frame_text(SYMBOLS, frame) for frame in frames))
    return path


@pytest.mark.parametrize("name", ["out.h5md", "out.extxyz", "out.lammpstrj"])
def test_many_frames_come_back_from_every_format(name: str, dump: Path, frames: list[Frame]) -> None:
    out = dump.with_name(name)
    assert export(dump, out, ExportSpec(Window(first_ps=0.04, every=2))) == 5
    found = open_trajectory(out)
    assert found.symbols == SYMBOLS
    for one, expected in zip(found, frames[2::2], strict=True):
        assert (one.step, round(one.time, 9)) == (expected.step, round(expected.time, 9))
        assert_allclose(one.positions, expected.positions, rtol=0, atol=1e-5)
        assert_allclose(one.cell, expected.cell, rtol=0, atol=1e-7)
        assert_allclose(one.arrays["c_pe"], expected.arrays["c_pe"], rtol=0, atol=1e-6)
    with pytest.raises(StateError, match="exists already"):
        export(dump, out)


@pytest.mark.parametrize("name", ["out.data", "out.vasp", "out.cif", "out.extxyz"])
@pytest.mark.parametrize("index", [3, -2])
def test_one_frame_becomes_a_structure(name: str, index: int, dump: Path, frames: list[Frame]) -> None:
    out = dump.with_name(name)
    assert export(dump, out, ExportSpec(frame=index)) == 1
    found = read(out, format="lammps-data" if name.endswith("data") else None)
    assert isinstance(found, Atoms)
    expected = frames[index]
    assert sorted(found.get_chemical_symbols()) == sorted(SYMBOLS)
    assert_allclose(found.cell.lengths(), np.linalg.norm(expected.cell, axis=1), rtol=1e-6)
    zirconium = found.get_scaled_positions()[found.get_chemical_symbols().index("Zr")]
    away = zirconium - expected.fractional[SYMBOLS.index("Zr")]
    assert_allclose(away, np.rint(away), rtol=0, atol=1e-5)


def test_the_atoms_of_a_region_stay_the_same_atoms(dump: Path, frames: list[Frame]) -> None:
    region = dump.with_name("region.json")
    region.write_text('{"kind": "slab", "low": 0.0, "high": 0.5}')
    export(dump, dump.with_name("out.h5md"), ExportSpec(region=region))
    found = open_trajectory(dump.with_name("out.h5md"))
    inside = frames[0].fractional[:, 2] % 1.0 < 0.5
    assert 0 < inside.sum() < 5
    assert found.symbols == tuple(np.array(SYMBOLS)[inside])
    for one, expected in zip(found, frames, strict=True):
        assert_allclose(one.positions, expected.positions[inside], rtol=0, atol=1e-5)


def test_what_cannot_be_exported_is_said_and_leaves_nothing(dump: Path) -> None:
    for spec, name, message in (
        (ExportSpec(frame=99), "a.data", "no frame 99"),
        (ExportSpec(frame=-13), "a.data", "no frame -13"),
        (ExportSpec(), "a.pdb", "must end in"),
        (ExportSpec(Window(first_ps=9.0)), "a.h5md", "needs at least one frame"),
        (ExportSpec(Window(first_ps=9.0)), "a.extxyz", "no frame is left"),
    ):
        with pytest.raises(InputError, match=message):
            export(dump, dump.with_name(name), spec)
    assert [path.name for path in dump.parent.iterdir()] == ["traj.dump"]
