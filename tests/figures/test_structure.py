"""A picture of a structure shows every atom where it is."""

from typing import Literal

import numpy as np
import pytest
from ase import Atoms
from matplotlib.collections import PathCollection
from numpy.testing import assert_allclose

from gbglass.figures.structure import draw_structures

ATOMS = Atoms("LiLaO", [[1.0, 2.0, 3.0], [4.0, 1.0, 9.0], [2.0, 5.5, -1.0]], cell=[5.0, 6.0, 10.0], pbc=True)


@pytest.mark.parametrize(("along", "up"), [(0, 1), (1, 0)])
def test_atoms_stand_at_their_height_and_across_and_boundaries_at_theirs(along: Literal[0, 1], up: int) -> None:
    figure = draw_structures({"first": ATOMS, "second": ATOMS}, along)
    panels = figure.axes
    assert [axes.get_title(loc="left") for axes in panels] == ["first", "second"]
    for axes in panels:
        drawn = [c for c in axes.collections if isinstance(c, PathCollection) and len(np.asarray(c.get_offsets()))]
        offsets = np.concatenate([np.asarray(c.get_offsets()) for c in drawn])
        expected = np.stack([(ATOMS.positions[:, 2] + 2.5) % 10.0 - 2.5, ATOMS.positions[:, up]], axis=1)
        assert_allclose(sorted(offsets.tolist()), sorted(expected.tolist()))
        marks = [float(np.asarray(line.get_xdata())[0]) for line in axes.lines]
        assert_allclose(marks, [0.0, 5.0])
        assert axes.get_xlim() == (-2.5, 7.5)
        assert axes.get_ylim() == (0.0, float(ATOMS.cell.lengths()[up]))
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["La", "Li", "O", "boundary 1", "boundary 2"]
