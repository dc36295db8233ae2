"""The committed training data are what their README says, and physics holds in them."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gbglass.learning.catalogue import training_origins
from gbglass.learning.datasets import EXPLORED, TYPE_MAP, count_domains, split_frames
from gbglass.learning.labelled import LabelStore, StoredFrame
from gbglass.learning.labelling import check_frame
from gbglass.learning.origins import DOMAINS

FOLDER = Path(__file__).parents[2] / "data" / "training"


@pytest.fixture(scope="module")
def frames() -> list[StoredFrame]:
    return list(LabelStore(FOLDER).frames())


def test_every_domain_is_there_and_nearly_nothing_failed(frames: list[StoredFrame]) -> None:
    counts = count_domains(frames)
    assert set(counts) == set(DOMAINS)
    assert sum(count.failed for count in counts.values()) <= 0.02 * len(frames)
    assert {symbol for frame in frames for symbol in frame.atoms.symbols} == set(TYPE_MAP)


def test_all_labels_are_by_one_teacher_and_all_frames_of_the_catalogue_or_explored(frames: list[StoredFrame]) -> None:
    source = LabelStore(FOLDER).source
    assert source is not None
    assert source.name == "sevennet-0"
    origins = {origin.name: origin for origin in training_origins()}
    for frame in frames:
        if frame.tag.origin.startswith(f"{frame.tag.domain}/{EXPLORED} "):
            continue
        origin = origins[frame.tag.origin]
        assert frame.tag.domain == origin.domain
        assert frame.tag.index < origin.size


def test_forces_add_up_to_nothing_and_structures_are_sane(frames: list[StoredFrame]) -> None:
    for frame in frames:
        if frame.labels is None:
            continue
        check_frame(frame.atoms)
        scale = max(1.0, float(np.abs(frame.labels.forces).max()))
        assert_allclose(frame.labels.forces.sum(axis=0) / scale, 0.0, atol=2e-3, err_msg=frame.tag.name)


def test_energies_are_those_of_their_composition_to_within_heat(frames: list[StoredFrame]) -> None:
    """A least-squares sum over the elements leaves what structure and heat make: tenths of an eV an atom."""
    labelled = [frame for frame in frames if frame.labels is not None]
    counts = np.array([[frame.atoms.symbols.count(symbol) for symbol in TYPE_MAP] for frame in labelled], dtype=float)
    energies = np.array([frame.labels.energy for frame in labelled if frame.labels])
    sizes = counts.sum(axis=1)
    fitted, *_ = np.linalg.lstsq(counts / sizes[:, None], energies / sizes, rcond=None)
    rest = energies / sizes - counts @ fitted / sizes
    assert np.sqrt(np.mean(rest**2)) < 0.3
    explored = np.array([EXPLORED in frame.tag.origin for frame in labelled])
    assert np.abs(rest[~explored]).max() < 1.5
    assert np.abs(rest[explored]).max() < 2.0, "cells that fell in hold more, and no more than this"


def test_what_is_held_out_is_there_and_never_trained(frames: list[StoredFrame]) -> None:
    held_out = {origin.name for origin in training_origins() if origin.held_out}
    split = split_frames(frames, held_out)
    assert {frame.tag.origin for frame in split.held_out} == held_out
    assert not {frame.tag.origin for frame in (*split.train, *split.validation)} & held_out
    assert (
        {frame.tag.domain for frame in split.train} == {frame.tag.domain for frame in split.validation} == set(DOMAINS)
    )


def test_the_readme_counts_right(frames: list[StoredFrame]) -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    said = {row[0].replace(" on ", "|"): [int(number) for number in row[1:5]] for row in rows if row[0] in _written()}
    counted = count_domains(frames)
    assert said == {d: [c.frames, c.atoms, c.origins, c.failed] for d, c in counted.items()}
    assert sum(Counter(frame.tag.domain for frame in frames).values()) == len(frames)


def _written() -> set[str]:
    return {domain.replace("|", " on ") for domain in DOMAINS}


def test_the_data_are_small_enough_for_a_repository() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 15 * 2**20
