"""Langevin dynamics by a calculator of ASE, in pieces that are kept: a stop loses the piece in work and no more.

A piece holds its frames and where it ended: positions, momenta and the state of the random numbers. What goes on from
there is, number by number, what would have been run without the stop.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from ase import Atoms, units
from ase.md.langevin import Langevin

from gbglass.core.arrays import FloatArray, IntArray
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import StateError
from gbglass.learning.origins import maxwell_velocities
from gbglass.learning.validation.evaluator import Dynamics
from gbglass.store.atomic import write_bytes
from gbglass.units import PS_PER_FS

PIECE = 200
"""Steps of a piece: below two minutes of 192 atoms at half a second a step."""

_FRICTION_PER_FS = 0.01
_FRAME_STEPS = 10
_SEED = 1


@dataclass(frozen=True)
class _Piece:
    """Frames after the first steps, and the state in which it ended; the first one has no frame.

    Parameters
    ----------
    steps, frames
        Numbers of the frames [int, (n,)], their positions [Å, (n, n_atoms, 3)].
    positions, momenta
        At the end [Å and ASE's units, (n_atoms, 3)].
    random
        State of the generator.

    """

    steps: IntArray
    frames: FloatArray
    positions: FloatArray
    momenta: FloatArray
    random: dict[str, Any]


def run_in_pieces(atoms: Atoms, asked: Dynamics, folder: Path, length: int = PIECE) -> Trajectory:
    """Run Langevin dynamics, going on from the pieces that a folder holds.

    Parameters
    ----------
    atoms
        With a calculator; they stay as they are.
    asked
        Every tenth step after those that are skipped is a frame.
    folder
        Of this run alone; gets a file a piece.
    length
        Of a piece; a multiple of ten [steps].

    Raises
    ------
    StateError
        If a piece cannot be read.

    """
    timestep = asked.timestep_fs * PS_PER_FS
    skipped, total = round(asked.skip_ps / timestep), round((asked.skip_ps + asked.duration_ps) / timestep)
    pieces = [_first(atoms, asked)]
    for start in range(0, total, length):
        end = min(start + length, total)
        path = folder / f"{end:06d}.npz"
        if not path.exists():
            _write(path, _run(atoms, asked, pieces[-1], (start, end)))
        pieces.append(_read(path))
    cell: FloatArray = atoms.cell.array.copy()

    def walk() -> Iterator[Frame]:
        for piece in pieces:
            for step, positions in zip(piece.steps.tolist(), piece.frames, strict=True):
                if step > skipped:
                    yield Frame(step, step * timestep, cell, positions)

    return Trajectory(tuple(atoms.get_chemical_symbols()), walk)


def _first(atoms: Atoms, asked: Dynamics) -> _Piece:
    rng = np.random.default_rng(_SEED)
    momenta: FloatArray = maxwell_velocities(atoms, asked.temperature_K, rng) * atoms.get_masses()[:, None]
    none = np.empty(0, dtype=np.int64), np.empty((0, len(atoms), 3))
    return _Piece(*none, atoms.positions.copy(), momenta, dict(rng.bit_generator.state))


def _run(atoms: Atoms, asked: Dynamics, before: _Piece, between: tuple[int, int]) -> _Piece:
    moving, rng = atoms.copy(), np.random.default_rng()
    moving.calc = atoms.calc
    moving.positions = before.positions
    moving.set_momenta(before.momenta)
    rng.bit_generator.state = before.random
    dynamics = Langevin(
        moving,
        asked.timestep_fs * units.fs,
        temperature_K=asked.temperature_K,
        friction=_FRICTION_PER_FS / units.fs,
        rng=rng,
        fixcm=False,  # a drift of the whole cell changes no distance
    )
    start, end = between
    steps: list[int] = []
    frames: list[FloatArray] = []

    def keep() -> None:
        if dynamics.nsteps > 0:
            steps.append(start + dynamics.nsteps)
            frames.append(moving.positions.copy())

    dynamics.attach(keep, interval=_FRAME_STEPS)
    dynamics.run(end - start)
    state = dict(rng.bit_generator.state)
    return _Piece(np.array(steps), np.array(frames), moving.positions.copy(), moving.get_momenta(), state)


def _write(path: Path, piece: _Piece) -> None:
    file = BytesIO()
    np.savez(
        file,
        allow_pickle=False,
        steps=piece.steps,
        frames=piece.frames,
        positions=piece.positions,
        momenta=piece.momenta,
        random=np.array(json.dumps(piece.random)),
    )
    write_bytes(path, file.getvalue())


def _read(path: Path) -> _Piece:
    try:
        with np.load(path, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in ("steps", "frames", "positions", "momenta")}
            return _Piece(**arrays, random=json.loads(str(kept["random"])))
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise StateError(
            f"{path} is not a piece of dynamics ({error}); move its folder away to run it again"
        ) from error
