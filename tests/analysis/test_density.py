"""Densities: they add up to all atoms, an ideal gas is even, atoms stand where they were put, drift does not smear."""

from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.io.cube import read_cube
from numpy.testing import assert_allclose

from gbglass.analysis.density import (
    DensityCounter,
    DensityHistoryCounter,
    density_grid,
    density_history,
    grid_shape,
)
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError
from gbglass.store.volumes import cube_text, vtk_text, write_volume
from tests.analysis.synthetic import anchor_of, from_arrays, random_walk, shifted, trajectory_of

BOX = (10.0, 12.0, 30.0)
SKEW = np.array([[10.0, 0.0, 0.0], [3.0, 9.0, 0.0], [-1.0, 2.0, 11.0]])


@pytest.mark.parametrize("by", [0.0, 100.0])
def test_every_density_adds_up_to_all_atoms(by: float) -> None:
    here = trajectory_of(random_walk(np.random.default_rng(1), 20, 50, 2.0), BOX)
    trajectory = shifted(here, by)
    grid = density_grid(trajectory, "Li", anchor_of(here), 0.7)
    assert_allclose(grid.density.sum() * grid.voxel, 50, rtol=1e-12)
    for axis in (0, 1, 2):
        plane = grid.plane(axis)
        assert_allclose(plane.density.sum() * plane.column, 50, rtol=1e-12)
        halves = [grid.plane(axis, *slab) for slab in ((0.0, 1 / 3), (1 / 3, 1.0))]
        if grid.density.shape[axis] % 3 == 0:
            assert_allclose(sum(h.density.sum() * h.column for h in halves), 50, rtol=1e-12)
        assert_allclose(grid.profile(axis).mean(), 50 / np.prod(BOX), rtol=1e-12)
    history = density_history(trajectory, "Li", anchor_of(here), 15)
    assert_allclose(history.density.mean(axis=1) * history.volumes, 50, rtol=1e-12)
    assert_allclose(grid.density, density_grid(here, "Li", anchor_of(here), 0.7).density, rtol=1e-9)


def test_atoms_stand_where_they_were_put_in_a_skewed_cell() -> None:
    places = np.array([[0.05, 0.55, 0.95], [0.05, 0.55, 0.95], [0.45, 0.15, 0.25]])
    frames = [Frame(0, 0.0, SKEW, np.concatenate([places, [[0.5, 0.5, 0.5]]]) @ SKEW)]
    trajectory = Trajectory(("Li", "Li", "Li", "Zr"), lambda: iter(frames))
    counter = DensityCounter(trajectory.symbols, "Li", anchor_of(trajectory), (10, 10, 10))
    counter.add(frames[0])
    density = counter.result().density * counter.result().voxel
    assert_allclose([density[0, 5, 9], density[4, 1, 2], density.sum()], [2.0, 1.0, 3.0], rtol=1e-12)
    slab = counter.result().plane(2, 0.2, 0.3)
    assert_allclose(slab.density[4, 1] * slab.column, 1.0, rtol=1e-12)
    assert_allclose(slab.density.sum() * slab.column, 1.0, rtol=1e-12)
    assert slab.slab == (0.2, 0.3)


def test_an_ideal_gas_is_even_to_its_counting_noise() -> None:
    rng = np.random.default_rng(2)
    paths = rng.random((200, 100, 3)) * BOX
    trajectory = trajectory_of(paths, BOX)
    grid = density_grid(trajectory, "Li", anchor_of(trajectory), 2.0)
    counts = grid.density * grid.voxel * 200
    assert_allclose(counts.var() / counts.mean(), 1.0, atol=0.25)  # Poisson
    assert_allclose(grid.density.mean(), 100 / np.prod(BOX), rtol=1e-12)


def test_a_drifting_framework_does_not_smear_its_lithium() -> None:
    still = np.tile(np.random.default_rng(3).random((1, 40, 3)) * BOX, (30, 1, 1))
    here = trajectory_of(still, BOX)
    drift = 0.37 * np.arange(30)[:, None, None] * np.array([1.0, -0.5, 2.0])
    moving = from_arrays(np.stack([f.positions for f in here]) + drift, np.diag(BOX))
    shape = (9, 11, 29)
    grids = []
    for trajectory in (here, moving):
        counter = DensityCounter(trajectory.symbols, "Li", anchor_of(here), shape)
        for frame in trajectory:
            counter.add(frame)
        grids.append(counter.result().density)
    assert np.count_nonzero(grids[1]) <= np.count_nonzero(grids[0]) + 2  # rounding at the edge of a voxel
    assert_allclose(grids[1].sum(), grids[0].sum(), rtol=1e-12)


def test_a_front_that_moves_is_seen_to_move() -> None:
    places = np.random.default_rng(4).random((50, 200, 3)) * [10.0, 12.0, 1.0]
    places[:, :, 2] *= 5.0 + 0.4 * np.arange(50)[:, None]
    trajectory = trajectory_of(places, BOX)
    history = density_history(trajectory, "Li", anchor_of(trajectory), 60)
    highest = [history.z[np.flatnonzero(row)[-1]] for row in history.density]
    assert_allclose(np.polyfit(history.times, highest, 1)[0], 4.0, atol=0.2)  # 0.4 Å every 0.1 ps


def test_a_cube_is_read_by_another_reader_at_the_same_places() -> None:
    rng = np.random.default_rng(5)
    frames = [Frame(n, 0.1 * n, SKEW, rng.random((30, 3)) @ SKEW) for n in range(5)]
    trajectory = Trajectory(("Li",) * 29 + ("Zr",), lambda: iter(frames))
    counter = DensityCounter(trajectory.symbols, "Li", anchor_of(trajectory), (4, 5, 7))
    for frame in frames:
        counter.add(frame)
    grid = counter.result()
    atoms = Atoms(trajectory.symbols, positions=frames[0].positions, cell=SKEW, pbc=True)
    read = read_cube(StringIO(cube_text(grid, atoms)))
    assert_allclose(read["atoms"].cell.array, SKEW, atol=1e-6)
    assert_allclose(read["atoms"].positions, atoms.positions, atol=1e-6)
    per_angstrom = read["data"] / 0.529177210903**3
    assert_allclose(per_angstrom, grid.density, rtol=1e-4, atol=1e-9)
    assert_allclose(per_angstrom.sum() * abs(np.linalg.det(SKEW)) / (4 * 5 * 7), 29, rtol=1e-4)
    assert_allclose(read["origin"], 0.5 * (SKEW / [[4], [5], [7]]).sum(axis=0), atol=1e-6)


def test_vtk_has_every_value_at_its_point(tmp_path: Path) -> None:
    trajectory = trajectory_of(random_walk(np.random.default_rng(6), 4, 30, 1.0), BOX)
    grid = density_grid(trajectory, "Li", anchor_of(trajectory), 4.0)
    lines = vtk_text(grid).splitlines()
    assert lines[4] == "DIMENSIONS 3 3 8"
    points = np.array([[float(word) for word in line.split()] for line in lines[6:78]])
    values = np.array([float(line) for line in lines[81:153]])
    voxels = np.round(points / (np.array(BOX) / [3, 3, 8]) - 0.5).astype(int)
    assert_allclose(values, grid.density[tuple(voxels.T)], rtol=1e-8)
    write_volume(tmp_path / "li.vtk", grid)
    write_volume(tmp_path / "li.cube", grid)
    assert (tmp_path / "li.vtk").read_text().splitlines() == lines
    for name, atoms, message in (("li.png", None, "ends with .cube or .vtk"), ("a.vtk", Atoms("Li"), "holds no atoms")):
        with pytest.raises(InputError, match=message):
            write_volume(tmp_path / name, grid, atoms)


def test_grids_that_cannot_be_are_refused() -> None:
    trajectory = trajectory_of(random_walk(np.random.default_rng(7), 2, 5, 1.0), BOX)
    anchor = anchor_of(trajectory)
    for call, message in (
        (lambda: grid_shape(np.eye(3), 0.0), "'spacing' must be positive"),
        (lambda: DensityCounter(trajectory.symbols, "Li", anchor, (5000, 5000, 5)), "coarser grid"),
        (lambda: DensityCounter(trajectory.symbols, "Na", anchor, (5, 5, 5)), "no atom of Na"),
        (lambda: DensityHistoryCounter(trajectory.symbols, "Li", anchor, 0), "'n_bins' must be 1 or more"),
        (lambda: density_grid(trajectory, "Li", anchor, 2.0).plane(2, 0.6, 0.5), "within 0 and 1"),
        (lambda: density_grid(Trajectory(("Li", "Zr"), lambda: iter([])), "Li", anchor), "at least one frame"),
    ):
        with pytest.raises(InputError, match=message):
            call()
