"""The small cells are the crystals they are called, and their frames are what DFT can be asked about."""

import warnings
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import spglib
from ase import Atoms

from gbglass.core.labels import Labels, LabelSource
from gbglass.core.neighbours import shortest_contacts
from gbglass.dft.settings import k_mesh
from gbglass.errors import InputError
from gbglass.lammps.engine import find_lammps
from gbglass.learning.labelled import LabelStore, rounded
from gbglass.learning.labelling import check_frame, label_origins
from gbglass.learning.origins import Workshop
from gbglass.learning.small_cells import SMALL_CELLS, crystal_of, small_cell, small_origins

GROUPS = {
    "Li": 229, "Li2O": 225, "ZrO2": 225, "La2O3": 164, "Li2ZrO3": 15, "LiZr2O4": 227, "Li0.5Zr2O4": 216, "Zr2O4": 227,
}  # fmt: skip
"""Of the crystals, whatever cell they are written in."""


class Nobody:
    """Says the same of every structure."""

    source = LabelSource("nobody", "1", "")

    def label(self, atoms: Atoms) -> Labels:
        return Labels(0.0, np.zeros((len(atoms), 3)), np.zeros(6), self.source)


@pytest.mark.parametrize("name", SMALL_CELLS)
def test_a_cell_is_primitive_and_has_the_symmetry_of_its_crystal(name: str) -> None:
    atoms = small_cell(name)
    cell = (atoms.cell.array, atoms.get_scaled_positions(), atoms.numbers)
    with warnings.catch_warnings():  # spglib announces that it will raise instead of returning None
        warnings.simplefilter("ignore", DeprecationWarning)
        found = spglib.get_symmetry_dataset(cell, symprec=1e-3)
        primitive = spglib.find_primitive(cell, symprec=1e-3)
    assert found is not None
    assert found.number == GROUPS[name]
    assert primitive is not None
    assert len(primitive[2]) == len(atoms)


@pytest.mark.parametrize(
    ("name", "pair", "distance"),
    [("Li", "Li-Li", 2.97), ("Li2O", "Li-O", 2.02), ("ZrO2", "Zr-O", 2.23), ("Li2ZrO3", "Zr-O", 2.10),
     ("LiZr2O4", "Zr-O", 2.19), ("La2O3", "La-O", 2.37)],
)  # fmt: skip
def test_bonds_are_as_long_as_they_are_known_to_be(name: str, pair: str, distance: float) -> None:
    assert shortest_contacts(small_cell(name))[pair] == pytest.approx(distance, abs=0.02)


def test_frames_are_drawn_the_same_again_and_differ_from_each_other(tmp_path: Path) -> None:
    frames = []
    for run in ("a", "b"):
        workshop = Workshop(Nobody(), find_lammps(), tmp_path / "work")
        count = label_origins(small_origins(), workshop, LabelStore(tmp_path / run))
        assert (count.labelled, count.failed) == (48, 0)
        frames.append(list(LabelStore(tmp_path / run).frames()))
    for ours, theirs in zip(*frames, strict=True):
        assert ours.tag == theirs.tag
        assert (ours.atoms.positions == theirs.atoms.positions).all()
    by_crystal: dict[str, list[Atoms]] = {}
    for frame in frames[0]:
        by_crystal.setdefault(crystal_of(frame.tag.origin), []).append(frame.atoms)
    assert list(by_crystal) == list(SMALL_CELLS)
    for name, cells in by_crystal.items():
        assert (cells[0].positions == rounded(small_cell(name)).positions).all()
        for one, other in pairwise(cells):
            assert one.get_volume() != pytest.approx(other.get_volume(), rel=1e-9) or len(one) != len(other) or (
                np.abs(one.positions - other.positions).max() > 0.01
            )  # fmt: skip
        for atoms in cells:
            check_frame(atoms)
            assert np.prod(k_mesh(atoms.cell.array, 0.25)) <= 1500  # minutes of DFT, not hours


def test_an_unknown_cell_is_named() -> None:
    with pytest.raises(InputError, match="no small cell 'LaLi'; take one of Li, Li2O"):
        small_cell("LaLi")
