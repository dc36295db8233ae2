"""Molten or not: known cells, the melt of the store, and what becomes of a start that is none."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.io import write
from ase.units import GPa, kB

from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.packaged import load_potential
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError
from gbglass.lammps.drift import FreeMotion
from gbglass.lammps.engine import find_lammps
from gbglass.learning.labelled import LabelStore, StoredFrame
from gbglass.learning.validation.by_lammps import LammpsEvaluator
from gbglass.learning.validation.checks import MELT_FILE, keep_melt, read_melt, run_checks, take_melt
from gbglass.learning.validation.molten import MOLTEN, find_melt, glassy_share, share_at_end
from gbglass.learning.validation.stability import stability
from gbglass.learning.validation.structure import CRYSTAL, MELT
from gbglass.units import G_PER_CM3_PER_DALTON_PER_A3

DATA = Path(__file__).parents[3] / "data"


@pytest.fixture(scope="module")
def evaluator(tmp_path_factory: pytest.TempPathFactory) -> LammpsEvaluator:
    return LammpsEvaluator(load_potential("buckingham-llzo"), find_lammps(), tmp_path_factory.mktemp("molten"))


def crystal() -> Atoms:
    return cubic_llzo(12, np.random.default_rng(1))


def kept_melt() -> Atoms:
    melt = read_melt(DATA / "validation" / "sevennet-0")
    assert melt is not None
    return melt


def test_a_crystal_is_none_and_the_kept_melt_is_molten_and_as_dense_as_a_melt() -> None:
    melt = kept_melt()
    assert glassy_share(crystal()) == 0.0
    assert glassy_share(melt) >= MOLTEN
    assert melt.symbols.formula.reduce()[0] == crystal().symbols.formula.reduce()[0]
    density = melt.get_masses().sum() / melt.get_volume() * G_PER_CM3_PER_DALTON_PER_A3
    assert 3.0 < density < 4.0, "the crystal has 5.1 g/cm³, and a gas would have none to speak of"


def pressure_GPa(frame: StoredFrame) -> float:
    """At 3000 K, its ideal gas included."""
    assert frame.labels is not None
    ideal = len(frame.atoms) * kB * 3000.0 / frame.atoms.get_volume()
    return float((ideal - frame.labels.stress[:3].mean()) / GPa)


def test_the_kept_melt_is_of_the_store_and_none_of_it_is_calmer_by_much() -> None:
    """A store that grows has calmer ones in time; the teacher's check began from the kept one, and it stays."""
    melt, stored = kept_melt(), list(LabelStore(DATA / "training").frames())
    found = find_melt(stored)
    assert found is not None
    pressures = [next(pressure_GPa(frame) for frame in stored if _is(frame.atoms, wanted)) for wanted in (melt, found)]
    assert abs(pressures[1]) <= abs(pressures[0]) < abs(pressures[1]) + 0.1


def _is(one: Atoms, other: Atoms) -> bool:
    return len(one) == len(other) and float(np.abs(one.positions - other.positions).max()) < 1e-6


def test_the_end_is_the_last_fifth() -> None:
    solid, liquid = crystal(), kept_melt()
    assert liquid.get_chemical_symbols() == solid.get_chemical_symbols()
    assert share_at_end(_course([solid] * 8 + [liquid] * 2)) == glassy_share(liquid)
    assert share_at_end(_course([liquid] * 8 + [solid] * 2)) == 0.0


def _course(course: list[Atoms]) -> Trajectory:
    frames = [Frame(n, 0.1 * n, atoms.cell.array, atoms.positions) for n, atoms in enumerate(course)]
    return Trajectory(tuple(course[0].get_chemical_symbols()), lambda: iter(frames))


def test_a_melt_that_is_none_is_replaced_and_what_began_from_it_goes(tmp_path: Path) -> None:
    write(tmp_path / MELT_FILE, crystal())
    (tmp_path / "structure.json").write_text("{}", encoding="utf-8")
    keep_melt(LabelStore(DATA / "training"), tmp_path)
    assert glassy_share(_there(tmp_path)) >= MOLTEN
    assert not (tmp_path / "structure.json").exists()
    stays = (tmp_path / MELT_FILE).read_bytes()
    shutil.copy(tmp_path / MELT_FILE, tmp_path / "structure.json")
    keep_melt(LabelStore(DATA / "training"), tmp_path)
    assert (tmp_path / MELT_FILE).read_bytes() == stays
    assert (tmp_path / "structure.json").exists(), "what began from a melt that stays is not done again"


def _there(folder: Path) -> Atoms:
    melt = read_melt(folder)
    assert melt is not None
    return melt


def test_model_and_teacher_start_from_one_melt_and_from_no_crystal(tmp_path: Path) -> None:
    source, folder = tmp_path / "teacher", tmp_path / "model"
    source.mkdir()
    folder.mkdir()
    take_melt(source, folder)
    assert not list(folder.iterdir())
    write(source / MELT_FILE, crystal())
    with pytest.raises(InputError, match=r"melt\.extxyz is not molten: 0% of its La and Zr"):
        take_melt(source, folder)
    write(folder / MELT_FILE, crystal())
    (folder / "structure.json").write_text("{}", encoding="utf-8")
    write(source / MELT_FILE, kept_melt())
    take_melt(source, folder)
    assert (folder / MELT_FILE).read_bytes() == (source / MELT_FILE).read_bytes()
    assert not (folder / "structure.json").exists()


@pytest.mark.lammps
def test_checks_of_a_melt_refuse_a_crystal(evaluator: LammpsEvaluator, tmp_path: Path) -> None:
    write(tmp_path / MELT_FILE, crystal())
    with pytest.raises(InputError, match="0% of its La and Zr are glassy"):
        run_checks(evaluator, tmp_path, ["structure"])
    with pytest.raises(InputError, match="0% of its La and Zr are glassy"):
        stability(evaluator, 0.1, crystal())
    assert not list(evaluator.folder.iterdir()), "nothing is run before it is refused"


@pytest.mark.lammps
def test_a_melt_stays_one_and_says_so(evaluator: LammpsEvaluator) -> None:
    check = stability(evaluator, 0.2, kept_melt(), FreeMotion(600.0, 0.2))
    numbers = {number.name: number.value for number in check.numbers}
    assert numbers["glassy La and Zr at the end, 3000 K"] >= MOLTEN
    assert check.remarks == ()


def test_what_a_teacher_is_asked_for_takes_half_an_hour() -> None:
    steps = [(asked.skip_ps + asked.duration_ps) / asked.timestep_fs * 1e3 for asked in (CRYSTAL, MELT)]
    assert sum(steps) <= 3000
