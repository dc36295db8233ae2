"""Frames are split by origin and by nothing else; what DeePMD is given means the same as what was labelled."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.arrays import FloatArray
from gbglass.core.labels import Labels, LabelSource
from gbglass.errors import InputError, StateError
from gbglass.learning.catalogue import training_origins
from gbglass.learning.crystals import lithium, spinel
from gbglass.learning.datasets import TYPE_MAP, count_domains, role_of, split_frames, write_deepmd
from gbglass.learning.disturb import rattle
from gbglass.learning.labelled import StoredFrame, Tag, rounded
from gbglass.learning.origins import DOMAINS
from gbglass.teachers.calculator import CalculatorTeacher

SOURCE = LabelSource("by hand", "1", "")
Labelled = list[StoredFrame]


def frame(origin: str, index: int, force: float = 1.0) -> StoredFrame:
    atoms = Atoms("Li2", [[0, 0, 0], [2, 0, 0]], cell=[6, 6, 6], pbc=True)
    forces = np.array([[force, 0, 0], [-force, 0, 0]])
    return StoredFrame(Tag("li", origin, index), atoms, Labels(-1.0, forces, np.zeros(6), SOURCE))


@pytest.fixture(scope="module")
def mixed(labeller: CalculatorTeacher) -> Labelled:
    """Garnet, spinels of two compositions and lithium, atoms in any order, with true labels."""
    rng = np.random.default_rng(4)
    frames = []
    starts = [
        ("c-llzo", cubic_llzo(12, rng)),
        ("c-llzo", cubic_llzo(13, rng)),
        *(("lzo", spinel(n, rng)) for n in (0, 4, 4)),
        ("li", lithium("bcc", (2, 2, 2))),
    ]
    for index, (domain, atoms) in enumerate(starts):
        shuffled = rounded(rattle(atoms[rng.permutation(len(atoms))], 600, rng))
        frames.append(StoredFrame(Tag(domain, f"{domain}/x", index), shuffled, labeller.label(shuffled)))
    return frames


@given(st.lists(st.tuples(st.text(min_size=1, max_size=8), st.integers(0, 5)), max_size=60, unique=True))
def test_no_origin_is_ever_in_two_parts_and_no_frame_is_lost(tags: list[tuple[str, int]]) -> None:
    frames = [frame(origin, index) for origin, index in tags]
    held_out = {origin for origin, _ in tags[:3]}
    split = split_frames(frames, held_out, validation_share=0.3)
    parts = [split.train, split.validation, split.held_out]
    origins = [{one.tag.origin for one in part} for part in parts]
    assert sum(map(len, origins)) == len({origin for origin, _ in tags})
    assert Counter(one.tag for part in parts for one in part) == Counter(one.tag for one in frames)
    assert origins[2] == held_out


def test_more_data_never_move_an_origin() -> None:
    names = [f"li/{k}" for k in range(2000)]
    roles = [role_of(name, (), 0.2) for name in names]
    assert abs(roles.count("validation") - 400) < 4 * np.sqrt(2000 * 0.2 * 0.8)
    larger = [role_of(name, (), 0.4) for name in names]
    assert all(after == "validation" for before, after in zip(roles, larger, strict=True) if before == "validation")
    assert {role_of(name, (), 0.0) for name in names} == {"train"}
    with pytest.raises(InputError, match="'validation_share'"):
        split_frames([], (), validation_share=1.0)


def test_what_was_explored_is_trained_unless_it_is_held_out() -> None:
    names = [f"{domain}/explored 03 {k:08x}" for domain in ("li", "li|llzo") for k in range(100)]
    assert {role_of(name, (), 0.9) for name in names} == {"train"}
    assert role_of(names[0], names[:1], 0.9) == "held_out"
    assert {role_of(f"li/unexplored {k}", (), 0.9) for k in range(100)} == {"train", "validation"}


def test_the_default_split_of_the_catalogue_validates_every_domain() -> None:
    every = [origin for origin in training_origins() if not origin.held_out]
    origins = [origin for origin in every if "/test " not in origin.name]
    roles = {origin.name: role_of(origin.name, (), 0.1) for origin in origins}
    for role in ("train", "validation"):
        assert {origin.domain for origin in origins if roles[origin.name] == role} == set(DOMAINS)
    assert {role_of(origin.name, (), 0.1) for origin in every if "/test " in origin.name} == {"validation"}
    assert {origin.domain for origin in every if "/test " in origin.name} == set(DOMAINS) - {"li-surface", "off"}
    frames = sum(origin.size for origin in origins if roles[origin.name] == "validation")
    assert 0.05 < frames / sum(origin.size for origin in origins) < 0.15


def test_failed_and_enormous_frames_are_left_out() -> None:
    failed = StoredFrame(Tag("li", "li/x", 1), Atoms("Li"), None, "no")
    split = split_frames([frame("li/x", 0), failed, frame("li/x", 2, force=19.9), frame("li/x", 3, force=-20.1)], ())
    assert [one.tag.index for part in (split.train, split.validation) for one in part] == [0, 2]


def test_deepmd_folders_hold_every_frame_with_forces_on_their_atoms(
    mixed: Labelled, tmp_path: Path, labeller: CalculatorTeacher
) -> None:
    systems = write_deepmd(mixed, tmp_path / "train")
    assert [path.name for path in systems] == ["c-llzo.La24Li56O96Zr16", "li.Li16", "lzo.Li4O32Zr16", "lzo.O32Zr16"]
    seen = 0
    for system in systems:
        types = np.loadtxt(system / "type.raw", dtype=int, ndmin=1)
        assert (system / "type_map.raw").read_text(encoding="utf-8").split() == list(TYPE_MAP)
        assert (np.diff(types) >= 0).all()
        arrays = {
            name: np.load(system / "set.000" / f"{name}.npy") for name in ("coord", "box", "energy", "force", "virial")
        }
        names = (system / "frames.txt").read_text(encoding="utf-8").splitlines()
        for k, name in enumerate(names):
            atoms = Atoms(
                [TYPE_MAP[t] for t in types],
                positions=arrays["coord"][k].reshape(-1, 3),
                cell=arrays["box"][k].reshape(3, 3),
                pbc=True,
            )
            labels = labeller.label(atoms)
            assert_allclose(arrays["energy"][k], labels.energy, rtol=1e-9)
            assert_allclose(arrays["force"][k].reshape(-1, 3), labels.forces, atol=1e-9)
            assert_allclose(arrays["virial"][k].reshape(3, 3), labels.virial(atoms.get_volume()), atol=1e-6)
            assert name in {one.tag.name for one in mixed}
            seen += 1
    assert seen == len(mixed)


Read = Mapping[str, FloatArray]
"""``coord``, ``box``, ``energy``, ``force``, ``virial``, a row a frame."""


def _read_by_deepmd(system: Path) -> tuple[list[str], Read]:
    """Read a system as DeePMD-kit does when it trains."""
    data = pytest.importorskip("deepmd.utils.data").DeepmdData(str(system), type_map=list(TYPE_MAP))
    for name, n_numbers, of_atoms in (("energy", 1, False), ("force", 3, True), ("virial", 9, False)):
        data.add(name, n_numbers, atomic=of_atoms, must=True, high_prec=True)
    found = data.get_test()
    return [TYPE_MAP[kind] for kind in found["type"][0]], found


def _read_by_dpdata(system: Path) -> tuple[list[str], Read]:
    """Read it with the package that most people use to make and look at such folders."""
    data = pytest.importorskip("dpdata").LabeledSystem(str(system), fmt="deepmd/npy").data
    plural = {"coord": "coords", "box": "cells", "energy": "energies", "force": "forces", "virial": "virials"}
    return [data["atom_names"][kind] for kind in data["atom_types"]], {name: data[of] for name, of in plural.items()}


@pytest.mark.heavy
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("read", [_read_by_deepmd, _read_by_dpdata])
def test_others_read_the_structures_with_their_labels(
    read: Callable[[Path], tuple[list[str], Read]], mixed: Labelled, tmp_path: Path, labeller: CalculatorTeacher
) -> None:
    """The structure that was read, labelled anew, has the labels that were read; and it is one of those written."""
    skewed = mixed[-1].atoms.copy()
    skewed.set_cell(skewed.cell.array @ (np.eye(3) + np.diag([0.1, -0.05], k=-1)), scale_atoms=True)
    skewed = rounded(skewed)
    frames = [*mixed, StoredFrame(Tag("li", "li/skewed", 0), skewed, labeller.label(skewed))]
    written = {round(frame.labels.energy, 6) for frame in frames if frame.labels is not None}
    seen = set()
    for system in write_deepmd(frames, tmp_path / "train"):
        symbols, arrays = read(system)
        for k, energy in enumerate(np.ravel(arrays["energy"])):
            cell = arrays["box"][k].reshape(3, 3)
            atoms = Atoms(symbols, positions=arrays["coord"][k].reshape(-1, 3), cell=cell, pbc=True)
            labels = labeller.label(atoms)
            assert_allclose(energy, labels.energy, rtol=1e-5)
            assert_allclose(arrays["force"][k].reshape(-1, 3), labels.forces, atol=1e-4)
            assert_allclose(arrays["virial"][k].reshape(3, 3), labels.virial(atoms.get_volume()), atol=1e-3)
            seen.add(min(written, key=lambda one: abs(one - energy)))
    assert seen == written


def test_the_virial_is_what_pressure_does(labeller: CalculatorTeacher, tmp_path: Path) -> None:
    """A squeezed cell has a positive virial: its energy falls as it grows."""
    atoms = rounded(lithium("bcc", (2, 2, 2)))
    atoms.set_cell(atoms.cell.array * 0.8, scale_atoms=True)
    grown = atoms.copy()
    grown.set_cell(atoms.cell.array * 1.001, scale_atoms=True)
    assert labeller.label(grown).energy < labeller.label(atoms).energy
    write_deepmd([StoredFrame(Tag("li", "li/x", 0), atoms, labeller.label(atoms))], tmp_path / "x")
    virial = np.load(next((tmp_path / "x").rglob("virial.npy"))).reshape(3, 3)
    assert (np.diag(virial) > 0).all()
    assert_allclose(virial, virial.T)


def test_what_cannot_be_written_is_refused(mixed: Labelled, tmp_path: Path) -> None:
    write_deepmd(mixed[:1], tmp_path / "x")
    with pytest.raises(StateError, match="exists already"):
        write_deepmd(mixed[:1], tmp_path / "x")
    with pytest.raises(InputError, match=r"holds La; the types are Li, Zr, O"):
        write_deepmd(mixed[:1], tmp_path / "y", ("Li", "Zr", "O"))
    with pytest.raises(InputError, match=r"has no labels \(no\)"):
        write_deepmd([StoredFrame(Tag("li", "li/x", 1), Atoms("Li"), None, "no")], tmp_path / "z")


def test_stock_is_taken_by_domain(mixed: Labelled) -> None:
    failed = StoredFrame(Tag("li", "li/y", 1), Atoms("Li"), None, "no")
    counts = count_domains([*mixed, failed])
    assert list(counts) == ["c-llzo", "lzo", "li"]
    assert (counts["lzo"].frames, counts["lzo"].atoms, counts["lzo"].origins) == (3, 48 + 52 + 52, 1)
    assert (counts["li"].frames, counts["li"].failed) == (1, 1)
    forces = np.concatenate([one.labels.forces.ravel() for one in mixed[2:5] if one.labels])
    assert_allclose(counts["lzo"].force_rms, np.sqrt((forces**2).mean()))
    assert_array_equal(counts["lzo"].largest_force, np.abs(forces).max())
