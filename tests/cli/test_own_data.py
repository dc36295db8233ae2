"""A group's own DFT data: files of VASP or extxyz on the command line become a store that can be trained on."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.calculators.lj import LennardJones
from ase.calculators.singlepoint import SinglePointCalculator
from ase.io import read, write
from numpy.testing import assert_allclose
from typer.testing import CliRunner

from gbglass.cli.main import app
from gbglass.errors import ConfigError, EngineError, InputError
from gbglass.learning.datasets import role_of
from gbglass.learning.labelled import LabelStore
from gbglass.learning.prepare import prepare_data
from gbglass.learning.validation.validate import ValidationSpec
from gbglass.verbs.potential import validate_potential
from tests.dft.vasp_files import Run, outcar, some_run, vasprun
from tests.learning.conftest import soft_labeller
from tests.learning.frames import add_frames, origin_for


def ask(*words: str | Path) -> str:
    """Run a command in this process and return what it printed."""
    done = CliRunner().invoke(app, ["potential", *map(str, words)])
    if done.exception is not None:
        raise done.exception
    return done.stdout


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def sulfide(seed: int) -> Run:
    """A run of Li2S: one of Li2O in which the anion has another name."""
    run = some_run(seed)
    steps = []
    for said in run.steps:
        atoms = said.atoms.copy()
        atoms.symbols[2] = "S"
        steps.append(replace(said, atoms=atoms))
    return replace(run, steps=tuple(steps), titles=("PAW_PBE Li_sv 10Sep2004", "PAW_PBE S 06Sep2000"))


def argyrodite(seed: int) -> Atoms:
    """Li, P, S and Cl on a strained, shaken grid, with energy, forces and stress."""
    rng = np.random.default_rng(seed)
    symbols = rng.permutation([*["Li"] * 12, *["P"] * 2, *["S"] * 11, *["Cl"] * 2])
    grid = np.stack(np.meshgrid(*[np.arange(3)] * 3), axis=-1).reshape(-1, 3) / 3.0
    cell = np.eye(3) * 7.5 + rng.normal(scale=0.1, size=(3, 3))
    atoms = Atoms(symbols, scaled_positions=grid, cell=cell, pbc=True)
    atoms.positions += rng.normal(scale=0.05, size=atoms.positions.shape)
    atoms.calc = LennardJones(sigma=2.2, epsilon=0.05, rc=4.0, smooth=True)
    found = {"energy": atoms.get_potential_energy(), "forces": atoms.get_forces(), "stress": atoms.get_stress()}
    atoms.calc = SinglePointCalculator(atoms, **found)
    return atoms


def test_finished_runs_of_vasp_become_frames_once(tmp_path: Path) -> None:
    runs = {"300K": some_run(1), "600K": some_run(2, steps=3)}
    files = [put(tmp_path / "300K" / "OUTCAR", outcar(runs["300K"]))]
    files.append(put(tmp_path / "600K" / "vasprun.xml", vasprun(runs["600K"])))
    store = tmp_path / "store"
    said = json.loads(ask("import", store, *files, "--domain", "Li2O", "--json"))
    assert [(one["added"], one["known"], one["origins"]) for one in said] == [
        (2, 0, ["Li2O/300K"]),
        (3, 0, ["Li2O/600K"]),
    ]
    energies = [step.toten for run in runs.values() for step in run.steps]
    assert [frame.labels.energy for frame in LabelStore(store).frames() if frame.labels] == energies
    more = put(tmp_path / "900K" / "OUTCAR", outcar(some_run(3)))
    assert "2 frames added, 5 there already" in ask("import", store, *files, more, "--domain", "Li2O")
    assert len(list(LabelStore(store).frames())) == 7


def test_one_frame_in_so_many_is_taken_and_the_rest_may_follow(tmp_path: Path) -> None:
    run = some_run(2, steps=7)
    file, store = put(tmp_path / "md" / "OUTCAR", outcar(run)), tmp_path / "store"
    assert "3 frames added" in ask("import", store, file, "--domain", "Li2O", "--every", "3")
    taken = {frame.tag.name: frame.labels.energy for frame in LabelStore(store).frames() if frame.labels}
    assert taken == {f"Li2O/md/{k:04d}": run.steps[k].toten for k in (0, 3, 6)}
    assert "4 frames added, 3 there already" in ask("import", store, file, "--domain", "Li2O")


def test_all_files_that_cannot_be_used_are_named_and_nothing_is_written(tmp_path: Path) -> None:
    good = put(tmp_path / "good" / "OUTCAR", outcar(some_run(1)))
    coarse = put(tmp_path / "coarse" / "OUTCAR", outcar(replace(some_run(2), encut=400.0)))
    cut = put(tmp_path / "cut" / "OUTCAR", outcar(some_run(3)).replace("General timing", ""))
    other = put(tmp_path / "own.extxyz", "3\nnothing\n")
    words: list[str | Path] = [
        good,
        coarse,
        cut,
        other,
        tmp_path / "absent" / "OUTCAR",
        "--domain",
        "Li2O",
        "--source",
        "mine",
    ]
    with pytest.raises(ConfigError) as caught:
        ask("import", tmp_path / "store", *words)
    assert [path for path, _ in caught.value.problems] == [str(path) for path in words[1:5]]
    said = dict(caught.value.problems)
    assert "ENCUT is 400, not 500" in said[str(coarse)]
    assert "VASP was stopped" in said[str(cut)]
    assert not (tmp_path / "store").exists()
    with pytest.raises(InputError, match="got 'li/o'"):
        ask("import", tmp_path / "store", good, "--domain", "li/o")


def test_settings_of_ones_own_are_what_files_are_held_to(tmp_path: Path) -> None:
    fine = put(tmp_path / "fine" / "OUTCAR", outcar(replace(some_run(1), encut=520.0)))
    settings = put(tmp_path / "own.toml", "cutoff_eV = 520\n")
    assert "2 frames added" in ask("import", tmp_path / "store", fine, "--domain", "x", "--settings", settings)
    coarse = put(tmp_path / "coarse" / "OUTCAR", outcar(some_run(2)))
    with pytest.raises(ConfigError, match="settings or PAW sets differ"):
        ask("import", tmp_path / "store", coarse, "--domain", "x")
    put(settings, 'cutoff = 520\nsmearing_eV = "small"\nspin = "maybe"\n')
    with pytest.raises(ConfigError, match=r"3 mistakes[\s\S]*cutoff: [\s\S]*smearing_eV: [\s\S]*spin: "):
        ask("import", tmp_path / "store", fine, "--domain", "x", "--settings", settings)
    put(settings, "cutoff_eV = -1\n")
    with pytest.raises(ConfigError, match="positive"):
        ask("import", tmp_path / "store", fine, "--domain", "x", "--settings", settings)


def test_other_elements_need_the_name_of_their_paw_set(tmp_path: Path) -> None:
    run = put(tmp_path / "300K" / "OUTCAR", outcar(sulfide(1)))
    words: list[str | Path] = ["import", tmp_path / "store", run, "--domain", "Li2S"]
    with pytest.raises(ConfigError, match=r"not PAW_PBE Li_sv, PAW_PBE \?"):
        ask(*words)
    with pytest.raises(InputError, match="Element=Name"):
        ask(*words, "--potcar", "S")
    assert "2 frames added" in ask(*words, "--potcar", "S=S")


def test_extxyz_of_any_elements_becomes_data_to_train_on(tmp_path: Path) -> None:
    store = tmp_path / "store"
    role = {name: role_of(f"Li6PS5Cl/{name}", (), 0.1) for name in (f"md{k}" for k in range(40))}
    names = [next(name for name in role if role[name] == "train"), next(n for n in role if role[n] == "validation")]
    files = [tmp_path / f"{name}.extxyz" for name in names]
    frames = {file: [argyrodite(10 * k + n) for n in range(2)] for k, file in enumerate(files)}
    for file in files:
        write(file, frames[file])
    with pytest.raises(ConfigError, match=r"2 mistakes[\s\S]*--source"):
        ask("import", store, *files, "--domain", "Li6PS5Cl")
    assert "4 frames added" in ask("import", store, *files, "--domain", "Li6PS5Cl", "--source", "soft")
    with pytest.raises(ConfigError, match=r"labels of hard \(imported\) do not fit to those of soft"):
        ask("import", store, *files, "--domain", "Li6PS5Cl", "--source", "hard", "--origin", "again")
    data = prepare_data(LabelStore(store), tmp_path / "model", [])
    assert (data.source.name, data.elements) == ("soft", ("Li", "Cl", "P", "S"))
    (system,) = (tmp_path / "model" / path for path in data.systems["train"])
    assert_allclose(np.load(system / "set.000" / "energy.npy"), [a.get_potential_energy() for a in frames[files[0]]])


def test_frames_that_would_pass_for_others_are_refused(tmp_path: Path) -> None:
    """Two runs called alike: the second would be taken for the first, and lost without a word."""
    runs = [put(tmp_path / name / "md" / "OUTCAR", outcar(some_run(k))) for k, name in enumerate("ab")]
    store = tmp_path / "store"
    assert "2 frames added" in ask("import", store, runs[0], "--domain", "Li2O")
    with pytest.raises(ConfigError, match=r"2 frames, the first Li2O/md/0000, have the name of another frame"):
        ask("import", store, runs[1], "--domain", "Li2O")
    assert "2 frames added, 2 there already" in ask("import", store, *runs, "--domain", "Li2O")
    assert "2 frames added" in ask("import", store, runs[1], "--domain", "Li2O", "--origin", "other")


def test_inputs_for_vasp_are_written_for_every_structure_or_for_none(tmp_path: Path) -> None:
    structures, settings = tmp_path / "mine.extxyz", put(tmp_path / "own.toml", "cutoff_eV = 520\n")
    plain = [Atoms(atoms.symbols, atoms.positions, cell=atoms.cell, pbc=True) for atoms in map(argyrodite, (1, 2))]
    write(structures, plain)
    words: list[str | Path] = [
        "vasp-inputs",
        structures,
        tmp_path / "dft",
        "--settings",
        settings,
        "--potcar",
        "P=P",
        "--potcar",
        "S=S",
    ]
    with pytest.raises(ConfigError, match=r"2 mistakes[\s\S]*no PAW set is named for Cl"):
        ask(*words)
    assert not (tmp_path / "dft").exists()
    assert "2 folders" in ask(*words, "--potcar", "Cl=Cl", "--relax")
    for number, atoms in enumerate(plain):
        place = tmp_path / "dft" / f"{number:04d}"
        assert (place / "POTCAR.list").read_text(encoding="utf-8").split() == ["Cl", "Li_sv", "P", "S"]
        incar = dict(line.split(" = ") for line in (place / "INCAR").read_text(encoding="utf-8").splitlines())
        assert (incar["ENCUT"], incar["IBRION"]) == ("520", "2")
        back = read(place / "POSCAR")
        assert isinstance(back, Atoms)
        assert back.symbols.formula.count() == atoms.symbols.formula.count()
        assert_allclose(back.cell.array, atoms.cell.array, atol=1e-9)


def test_an_origin_to_hold_out_must_be_there(tmp_path: Path) -> None:
    store = tmp_path / "store"
    add_frames(LabelStore(store), soft_labeller(), ("train",))
    words: list[str | Path] = ["train", store, tmp_path / "model", "--held-out"]
    with pytest.raises(InputError, match=f"no origin 'li/warm' to hold out; it has {origin_for('train')}"):
        ask(*words, "li/warm")
    with pytest.raises(InputError, match="no origin 'li/warm'"):
        ask("validate", "buckingham-llzo", "--store", store, "--out", tmp_path / "x", "--held-out", "li/warm")
    assert not (tmp_path / "model").exists()


@pytest.mark.lammps
def test_what_was_held_out_is_tested_apart(tmp_path: Path) -> None:
    add_frames(LabelStore(tmp_path / "store"), soft_labeller(), ("train", "validation"))
    spec = ValidationSpec((), held_out=(origin_for("train"),))
    found = validate_potential("buckingham-llzo", tmp_path / "store", tmp_path / "out", spec)
    assert {title: errors["all"].frames for title, errors in found.errors.items()} == {
        "not trained": 2,
        "of kinds never trained": 6,
    }


@pytest.mark.lammps
def test_a_potential_of_other_elements_is_told_its_errors_and_which_checks_do_not_apply(tmp_path: Path) -> None:
    """The cheap checks ask about LLZO and its kin: what cannot answer is still held against its own frames."""
    atoms = argyrodite(1)
    write(tmp_path / "test.extxyz", atoms)
    ask(
        "import",
        tmp_path / "store",
        tmp_path / "test.extxyz",
        "--domain",
        "x",
        "--source",
        "soft",
        "--origin",
        "test 1",
    )
    card = put(
        tmp_path / "soft.toml",
        'elements = ["Li", "Cl", "P", "S"]\ncutoff = 4.0\npair_style = ["lj/smooth/linear", "4.0"]\n'
        'pair_coeff = [["*", "*", "0.05", "2.2"]]\n',
    )
    said = json.loads(ask("validate", card, "--store", tmp_path / "store", "--out", tmp_path / "out", "--json"))
    assert said["errors"]["not trained"]["x"]["frames"] == 1
    for name in ("states", "elastic", "lattice"):
        assert "Failed: " in str(said["checks"][name]["remarks"])


@pytest.mark.parametrize("command", ["label", "explore"])
def test_a_cutoff_is_gpaws_alone_and_positive(command: str, tmp_path: Path) -> None:
    write(tmp_path / "mine.extxyz", Atoms("Li", cell=[3, 3, 3], pbc=True))
    words: list[str | Path] = ["label", tmp_path / "mine.extxyz", tmp_path / "store", "--domain", "li"]
    if command == "explore":
        words = ["explore", tmp_path / "loop.toml", tmp_path / "store", tmp_path / "x"]
    with pytest.raises(InputError, match="sevennet has none"):
        ask(*words, "--cutoff", "700")
    with pytest.raises(InputError, match="cutoff_eV = 0"):
        ask(*words, "--by", "gpaw", "--cutoff", "0")
    if command == "label":
        with pytest.raises(EngineError, match="pip install gpaw"):
            ask(*words, "--by", "gpaw", "--cutoff", "700", "--gpaw-python", tmp_path / "absent")
