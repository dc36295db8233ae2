"""Trajectories that are known by construction: no simulation, so every answer can be worked out by hand."""

from collections.abc import Iterator

import numpy as np

from gbglass.core.arrays import FloatArray
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.trajectory import Frame, Trajectory

N_CATIONS = 8


def trajectory_of(paths: FloatArray, lengths: tuple[float, float, float], spacing: float = 0.1) -> Trajectory:
    """Lithium on given paths [Å, (n_frames, n_atoms, 3)] in a box with eight Zr that stand still."""
    cell = np.diag(lengths)
    cations = np.array([[i, j, k] for i in (0.25, 0.75) for j in (0.25, 0.75) for k in (0.25, 0.75)]) @ cell
    n_frames = len(paths)
    return from_arrays(np.concatenate([paths, np.tile(cations, (n_frames, 1, 1))], axis=1), cell, spacing)


def from_arrays(positions: FloatArray, cell: FloatArray, spacing: float = 0.1) -> Trajectory:
    """Frames of atoms of which the last eight are Zr and the others Li."""
    symbols = ("Li",) * (positions.shape[1] - N_CATIONS) + ("Zr",) * N_CATIONS

    def frames() -> Iterator[Frame]:
        return (Frame(100 * n, spacing * n, cell, frame) for n, frame in enumerate(positions))

    return Trajectory(symbols, frames)


def anchor_of(trajectory: Trajectory) -> FrameworkAnchor:
    """Anchor on the Zr of the first frame."""
    indices = trajectory.indices("Zr")
    return FrameworkAnchor(indices, next(iter(trajectory)).fractional[indices])


def shifted(trajectory: Trajectory, by: float) -> Trajectory:
    """The same frames, everything moved by the same distance along each axis [Å]."""

    def frames() -> Iterator[Frame]:
        return (Frame(f.step, f.time, f.cell, f.positions + by) for f in trajectory)

    return Trajectory(trajectory.symbols, frames)


def random_walk(rng: np.random.Generator, n_frames: int, n_atoms: int, step: float) -> FloatArray:
    """Brownian paths with independent steps of a standard deviation a direction [Å]."""
    steps = rng.normal(0.0, step, size=(n_frames, n_atoms, 3))
    steps[0] = rng.uniform(0.0, 10.0, size=(n_atoms, 3))
    return np.cumsum(steps, axis=0)
