"""Where a cell has parted: a gap is found wherever it lies, through the periodic boundary too."""

import numpy as np
import pytest
from ase import Atoms
from hypothesis import given, settings
from hypothesis import strategies as st

from gbglass.analysis.fracture import thinnest_place
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.errors import InputError

LENGTH = 60.0


def gapped(shift: float, width: float, seed: int = 1) -> Atoms:
    """Points anywhere but in one gap, whose middle is at the shift."""
    z = np.random.default_rng(seed).uniform(0.5 * width, LENGTH - 0.5 * width, 4000)
    positions = np.stack([np.zeros_like(z), np.zeros_like(z), (z + shift) % LENGTH], axis=1)
    return Atoms(f"Li{len(z)}", positions=positions, cell=[5.0, 5.0, LENGTH], pbc=True)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.0, LENGTH, exclude_max=True), st.floats(6.0, 30.0))
def test_a_gap_is_found_wherever_it_lies(shift: float, width: float) -> None:
    found = thinnest_place(gapped(shift, width))
    away = (found.position * LENGTH - shift + 0.5 * LENGTH) % LENGTH - 0.5 * LENGTH
    assert abs(away) <= 1.0
    assert found.density == 0.0


def test_a_crystal_has_no_thin_place() -> None:
    found = thinnest_place(cubic_llzo(12, np.random.default_rng(1), (1, 1, 3)))
    assert found.density > 0.8


def test_a_neck_is_thinner_than_the_rest_by_as_much_as_it_is() -> None:
    whole = gapped(30.0, 0.0)
    z = whole.positions[:, 2]
    neck = (np.abs(z - 20.0) < 5.0) & (np.arange(len(z)) % 2 == 0)
    found = thinnest_place(whole[~neck])
    assert abs(found.position * LENGTH - 20.0) < 4.0
    assert found.density == pytest.approx(0.55, abs=0.12)


@pytest.mark.parametrize("window", [0.0, LENGTH, float("nan")])
def test_a_slab_must_fit_into_the_cell(window: float) -> None:
    with pytest.raises(InputError, match="'window'"):
        thinnest_place(gapped(30.0, 10.0), window)
