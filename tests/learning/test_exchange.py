"""Frames go out as extxyz and come back; other people's labels keep their sign."""

from pathlib import Path

import numpy as np
import pytest
from ase.calculators.singlepoint import SinglePointCalculator
from ase.io import write
from numpy.testing import assert_allclose

from gbglass.core.labels import LabelSource
from gbglass.errors import InputError
from gbglass.learning.crystals import lithium, spinel
from gbglass.learning.disturb import rattle, strain
from gbglass.learning.exchange import origins_of, read_labelled, write_labelled
from gbglass.learning.labelled import LabelStore, StoredFrame, Tag, rounded
from gbglass.learning.labelling import label_origins
from gbglass.learning.origins import Workshop

SOURCE = LabelSource("soft-spheres", "1", "")


@pytest.fixture
def frames(workshop: Workshop) -> list[StoredFrame]:
    rng = np.random.default_rng(1)
    structures = [rounded(rattle(strain(spinel(n, rng), 0.05, rng), 300, rng)) for n in (2, 5)]
    return [
        StoredFrame(Tag("lzo", "lzo/some", k), atoms, workshop.labeller.label(atoms))
        for k, atoms in enumerate(structures)
    ]


def test_what_goes_out_comes_back(frames: list[StoredFrame], tmp_path: Path) -> None:
    failed = StoredFrame(Tag("lzo", "lzo/some", 9), frames[0].atoms, None, "no")
    assert write_labelled([*frames, failed], tmp_path / "x.extxyz") == 2
    for before, after in zip(frames, read_labelled(tmp_path / "x.extxyz", SOURCE, "li"), strict=True):
        assert after.tag == before.tag
        assert_allclose(after.atoms.positions, before.atoms.positions, atol=1e-6)
        assert before.labels is not None
        assert after.labels is not None
        assert_allclose(after.labels.energy, before.labels.energy, rtol=1e-9)
        assert_allclose(after.labels.forces, before.labels.forces, atol=1e-7)
        assert_allclose(after.labels.stress, before.labels.stress, atol=1e-9)


def test_a_virial_stands_for_a_stress(frames: list[StoredFrame], tmp_path: Path) -> None:
    atoms, labels = frames[0].atoms.copy(), frames[0].labels
    assert labels is not None
    atoms.calc = SinglePointCalculator(atoms, energy=labels.energy, forces=labels.forces)
    atoms.info["virial"] = labels.virial(atoms.get_volume())
    write(tmp_path / "dft.extxyz", atoms)
    (read,) = read_labelled(tmp_path / "dft.extxyz", SOURCE, "lzo")
    assert read.labels is not None
    assert_allclose(read.labels.stress, labels.stress, atol=1e-9)
    assert read.tag == Tag("lzo", "lzo/dft", 0)


def test_frames_that_lack_something_are_named(frames: list[StoredFrame], tmp_path: Path) -> None:
    atoms, labels = frames[0].atoms.copy(), frames[0].labels
    assert labels is not None
    write(tmp_path / "bare.extxyz", atoms)
    with pytest.raises(InputError, match=r"frame 0 of .*bare\.extxyz lacks energy and forces"):
        read_labelled(tmp_path / "bare.extxyz", SOURCE, "lzo")
    atoms.calc = SinglePointCalculator(atoms, energy=1.0, forces=labels.forces)
    write(tmp_path / "nostress.extxyz", atoms)
    with pytest.raises(InputError, match="neither stress nor virial"):
        read_labelled(tmp_path / "nostress.extxyz", SOURCE, "lzo")
    atoms.pbc = (True, True, False)
    write(tmp_path / "slab.extxyz", atoms)
    with pytest.raises(InputError, match="must be periodic"):
        read_labelled(tmp_path / "slab.extxyz", SOURCE, "lzo")


def test_given_structures_are_labelled_as_they_are(workshop: Workshop, tmp_path: Path) -> None:
    structures = [lithium("bcc", (2, 2, 2)), lithium("fcc", (2, 2, 2))]
    count = label_origins(origins_of(structures, "li", "mine"), workshop, LabelStore(tmp_path / "store"))
    assert count.labelled == 2
    for given, frame in zip(structures, LabelStore(tmp_path / "store").frames(), strict=True):
        assert_allclose(frame.atoms.positions, rounded(given).positions)
    with pytest.raises(InputError, match="'size' of origin li/none"):
        origins_of([], "li", "none")
