"""Whether a melt became glass in a crystal: made layers of known glass, and what must be refused."""

from collections.abc import Callable

import numpy as np
import pytest
from ase import Atoms

from gbglass.analysis.amorphisation import Amorphisation, amorphisation, surroundings
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.arrays import FloatArray
from gbglass.core.framework import AnchoredFrame, anchor_framework
from gbglass.core.masses import atomic_masses
from gbglass.core.region import Region, Shell, Slab, Union
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError

CRYSTAL: Atoms = cubic_llzo(12, np.random.default_rng(1)) * (1, 1, 4)
SYMBOLS = tuple(CRYSTAL.get_chemical_symbols())
LAYER = Shell(position=0.5, within_A=8.0)
ANCHOR = anchor_framework(CRYSTAL)

Change = Callable[[FloatArray, np.random.Generator], FloatArray]


def melted(positions: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Scatter what is in the layer by so much that no order is left."""
    start = Frame(0, 0.0, CRYSTAL.cell.array, positions)
    inside = LAYER.mask(ANCHOR.view(start))
    return positions + np.where(inside[:, None], rng.normal(0.0, 1.6, positions.shape), 0.0)


def held(start: FloatArray, seed: int = 2, drift: float = 0.0, rattle: float = 0.1) -> Trajectory:
    rng = np.random.default_rng(seed)
    frames = [
        Frame(n, 1.0 * n, CRYSTAL.cell.array, start + rng.normal(0.0, rattle, start.shape) + drift * n)
        for n in range(5)
    ]
    return Trajectory(SYMBOLS, lambda: iter(frames))


def measure(hold: Trajectory) -> Amorphisation:
    return amorphisation(hold, Frame(0, 0.0, CRYSTAL.cell.array, CRYSTAL.positions), LAYER, ANCHOR)


def test_a_made_layer_of_glass_is_accepted_with_its_width() -> None:
    found = measure(held(melted(CRYSTAL.positions, np.random.default_rng(5))))
    assert found.reasons == ()
    assert found.glass_inside > 0.9
    assert 16.0 < found.width < 16.0 + 2 * 5.0  # the order of a cation is smeared over its neighbours
    assert found.kept_octahedra > 0.97
    assert abs(found.drift) < 0.02


def test_a_crystal_that_was_never_melted_is_refused() -> None:
    found = measure(held(CRYSTAL.positions))
    assert any("inside are glassy" in reason for reason in found.reasons)
    assert found.width == pytest.approx(0.0, abs=1.0)


def test_a_melt_that_has_spread_is_refused() -> None:
    rng = np.random.default_rng(7)
    everywhere = CRYSTAL.positions + rng.normal(0.0, 1.6, CRYSTAL.positions.shape)
    reasons = measure(held(everywhere)).reasons
    assert sum("spread" in reason for reason in reasons) == 2


def test_a_crystal_that_moves_and_a_whole_that_drifts_are_refused() -> None:
    start = melted(CRYSTAL.positions, np.random.default_rng(5))
    assert any("drifts" in reason for reason in measure(held(start, drift=0.05)).reasons)
    assert any("no crystal" in reason for reason in measure(held(start, rattle=0.9)).reasons)


def test_the_density_of_a_crystal_is_that_of_its_cell() -> None:
    found = measure(held(CRYSTAL.positions, rattle=0.01))
    expected = atomic_masses(SYMBOLS).sum() / CRYSTAL.get_volume() * 1.6605391
    assert found.density_inside == pytest.approx(expected, rel=0.06)  # a cut through planes of atoms


def test_a_shifted_system_gives_the_same() -> None:
    start = melted(CRYSTAL.positions, np.random.default_rng(5))
    here, there = measure(held(start)), measure(held(start + 100.0))
    for name in ("glass_inside", "new_glass_outside", "displacement_outside", "width", "drift"):
        assert getattr(there, name) == pytest.approx(getattr(here, name), rel=1e-6, abs=1e-6)


def test_one_frame_is_no_hold() -> None:
    with pytest.raises(InputError, match="two frames or more"):
        measure(Trajectory(SYMBOLS, lambda: iter([Frame(1, 1.0, CRYSTAL.cell.array, CRYSTAL.positions)])))


def test_a_cell_that_breathes_about_its_middle_does_not_drift() -> None:
    """LAMMPS expands a cell about its middle, and frames count from its corner."""
    start = melted(CRYSTAL.positions, np.random.default_rng(5))
    factors = (1.0, 1.001, 1.002, 1.005)
    frames = [Frame(n, 1.0 * n, CRYSTAL.cell.array * f, start * f) for n, f in enumerate(factors)]
    assert measure(Trajectory(SYMBOLS, lambda: iter(frames))).drift == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    "region",
    [
        Shell(position=0.5, within_A=8.0),
        Slab(low=0.5 - 8.0 / 51.93, high=0.5 + 8.0 / 51.93),
        Union(of=(Slab(low=0.346, high=0.5), Slab(low=0.5, high=0.654))),
    ],
    ids=lambda region: region.kind,
)
def test_however_a_layer_is_given_its_rim_belongs_to_neither_side(region: Region) -> None:
    outside = surroundings(region, CRYSTAL.cell.array)
    z = np.linspace(0.0, 1.0, 521)[:-1]
    view = AnchoredFrame(np.stack([z * 0, z * 0, z], axis=1), CRYSTAL.cell.array, np.arange(1))
    distance = np.abs(z - 0.5) * CRYSTAL.cell.lengths()[2]
    assert outside.mask(view)[distance > 12.2].all()
    assert not outside.mask(view)[distance < 11.8].any()
