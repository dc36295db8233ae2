"""Seconds and memory of the analyses, side by side with their peers in the same run: medians, lowest, highest.

    python benchmarks/analysis_quantities.py [--runs N] [--peers PYTHON] [--only NAME] [--sizes 20k 200k]

The peers live in an environment of their own, because they are no part of gbglass:

    python -m venv peers && peers/bin/pip install freud-analysis MDAnalysis ovito gemdat
    python benchmarks/analysis_quantities.py --peers peers/bin/python

Every measurement is a process of its own on one thread, given the same arrays in memory: reading files is measured
elsewhere. It works once to warm up and then for as many times as it has repeats, of which it reports the median; ours
and the peers' take turns. Where a peer follows ours in the table it computes the same thing from the same numbers, and
the last column, a number of the result, says whether it agrees.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from gbglass.analysis.coordination import JointCoordinations
from gbglass.analysis.density import DensityCounter
from gbglass.analysis.msd import Displacements
from gbglass.analysis.multiple_tau import MultipleTau
from gbglass.analysis.order import cation_order
from gbglass.analysis.polyhedra import PolyhedraCounter
from gbglass.analysis.rdf import RadialDistributions
from gbglass.analysis.region_counts import RegionCounter
from gbglass.analysis.streaming import A
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.framework import FrameworkAnchor
from gbglass.core.partition import eleven_regions
from gbglass.core.trajectory import Frame, Trajectory

SIZES = {"20k": (5, 5, 4), "200k": (10, 10, 10), "1M": (18, 17, 17)}
PEERS = Path(__file__).with_name("analysis_peers.py")
MIB_PER_KIB = 1.0 / 1024.0
REACH, BINS = 6.0, 120
GRID = (100, 100, 100)
MSD_FRAMES = {"20k": 400, "200k": 100, "1M": 40}
SPECIES = ("Li", "La", "Zr", "O")
PAIRS = [(a, b) for i, a in enumerate(SPECIES) for b in SPECIES[i:]]

QUANTITIES: dict[str, list[str]] = {
    "rdf-all": ["ovito"],
    "rdf-li-o": ["freud", "mdanalysis"],
    "msd": ["freud", "mdanalysis", "gemdat"],
    "msd-streamed": [],
    "coordination": ["freud", "ovito"],
    "polyhedra": ["freud"],
    "density": ["ovito"],
    "order": ["freud"],
    "counts": ["ovito"],
}

HEAD = """| quantity | code | atoms | wall (s) | CPU (s) | memory (MiB) | what came out |
|---|---|---|---|---|---|---|"""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    quantity: str
    code: str
    size: str
    command: list[str]
    runs: list[dict[str, float | str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peers", type=Path, help="Python of the environment with the peers")
    parser.add_argument("--only", choices=QUANTITIES)
    parser.add_argument("--sizes", nargs="+", default=["20k", "200k"], choices=SIZES)
    parser.add_argument("--worker", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        quantity, size, path = options.worker
        print(json.dumps(work(quantity, size, Path(path))))
        return
    print(HEAD)
    with tempfile.TemporaryDirectory() as name:
        for size in options.sizes:
            path = Path(name) / f"{size}.npz"
            write_frames(path, size)
            for quantity, peers in QUANTITIES.items():
                if options.only in (None, quantity):
                    measure(rows(quantity, peers, size, (path, options.peers)), options.runs)


def write_frames(path: Path, size: str) -> None:
    """Write garnet that shakes: two frames of all atoms, and a walk of its lithium."""
    rng = np.random.default_rng(1)
    atoms = cubic_llzo(12, rng) * SIZES[size]
    positions = atoms.positions + rng.normal(0.0, 0.12, (2, len(atoms), 3))
    np.savez(path, symbols=atoms.get_chemical_symbols(), positions=positions, lengths=atoms.cell.lengths())


def rows(quantity: str, peers: list[str], size: str, places: tuple[Path, Path | None]) -> list[Row]:
    """List what is measured in turn."""
    path, python = places
    ours = Row(quantity, "gbglass", size, [sys.executable, __file__, "--worker", quantity, size, str(path)], [])
    if python is None:
        return [ours]
    frames = str(MSD_FRAMES[size])
    theirs = [
        Row(quantity, peer, size, [str(python), str(PEERS), peer, quantity, str(path), frames], []) for peer in peers
    ]
    return [ours, *theirs]


def measure(group: list[Row], runs: int) -> None:
    one_thread = [f"{name}=1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OVITO_THREAD_COUNT")]
    for _ in range(runs):
        for row in group:
            command = ["/usr/bin/env", *one_thread, *row.command]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"{row.quantity} {row.code} {row.size}: failed\n{done.stderr[-600:]}")
                continue
            row.runs.append(json.loads(done.stdout.splitlines()[-1]))
    for row in group:
        if row.runs:
            print(line(row), flush=True)


def line(row: Row) -> str:
    spreads = []
    for clock in ("seconds", "cpu_seconds"):
        values = [float(run[clock]) for run in row.runs]
        spreads.append(f"{statistics.median(values):.3f} ({min(values):.3f} to {max(values):.3f})")
    memory = statistics.median(float(run["memory_MiB"]) for run in row.runs)
    cells = [row.quantity, row.code, row.size, *spreads, f"{memory:.0f}", str(row.runs[-1]["result"])]
    return f"| {' | '.join(cells)} |"


def work(quantity: str, size: str, path: Path) -> dict[str, float | str]:
    """Measure one quantity in this process."""
    data = np.load(path)
    symbols, cell = tuple(str(s) for s in data["symbols"]), np.diag(data["lengths"])
    frames = [Frame(n, 0.1 * n, cell, positions) for n, positions in enumerate(data["positions"])]
    zr = np.flatnonzero(np.isin(data["symbols"], ("La", "Zr")))
    anchor = FrameworkAnchor(zr, frames[0].fractional[zr])
    if quantity.startswith("msd"):
        frames = walk(frames[0], data["symbols"], MSD_FRAMES[size])
    call = calls(symbols, anchor, frames)[quantity]
    call()
    seconds, cpu_seconds = [], []
    for _ in range(1 if quantity.startswith("msd") else 5):
        began, cpu_began = time.perf_counter(), time.process_time()
        result = call()
        seconds.append(time.perf_counter() - began)
        cpu_seconds.append(time.process_time() - cpu_began)
    return {
        "seconds": statistics.median(seconds),
        "cpu_seconds": statistics.median(cpu_seconds),
        "memory_MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MIB_PER_KIB,
        "result": result,
    }


def walk(frame: Frame, symbols: np.ndarray, n_frames: int) -> list[Frame]:
    """Let lithium walk 0.1 Å a frame along each axis, and nothing else move."""
    rng = np.random.default_rng(2)
    lithium = symbols == "Li"
    steps = rng.normal(0.0, 0.1, (n_frames, int(lithium.sum()), 3))
    steps[0] = 0.0
    paths = np.cumsum(steps, axis=0)
    frames = []
    for number, moved in enumerate(paths):
        positions = frame.positions.copy()
        positions[lithium] += moved
        frames.append(Frame(number, 0.1 * number, frame.cell, positions))
    return frames


def calls(symbols: tuple[str, ...], anchor: FrameworkAnchor, frames: list[Frame]) -> dict[str, Callable[[], str]]:
    """Return what is timed: all frames of an MSD, one frame of anything else."""
    frame = frames[0]
    is_zr = np.array(symbols)[np.isin(symbols, ("La", "Zr"))] == "Zr"
    recorded = fed(Displacements(symbols, "Li", anchor), frames)

    def coordination() -> str:
        share = fed(JointCoordinations(symbols), [frame]).result()["all"].histogram
        return f"{share.sum(axis=1) @ np.arange(21):.4f} Li, {share.sum(axis=0) @ np.arange(13):.4f} O"

    counter = partial(RegionCounter, Trajectory(symbols, lambda: iter(())), "Li", eleven_regions(), anchor)
    return {
        "rdf-all": lambda: rdf(symbols, PAIRS, frame),
        "rdf-li-o": lambda: rdf(symbols, [("Li", "O")], frame),
        "msd": lambda: f"MSD {recorded.result()['all'].msd[8]:.4f} Å² after 8 frames",
        "msd-streamed": lambda: (
            f"MSD {fed(MultipleTau(symbols, 'Li', anchor), frames).result().msd[7]:.4f} Å² after 8 frames"
        ),
        "coordination": coordination,
        "polyhedra": lambda: f"{fed(PolyhedraCounter(symbols, anchor), [frame]).result()['all'].whole[0]} whole",
        "density": lambda: (
            f"{fed(DensityCounter(symbols, 'Li', anchor, GRID), [frame]).result().density.max():.4f} Å⁻³ at most"
        ),
        "order": lambda: f"mean q6 of Zr {cation_order(symbols, frame).order[is_zr].mean():.4f}",
        "counts": lambda: f"{fed(counter(), [frame]).result().counts[0].max()} Li at most",
    }


def rdf(symbols: tuple[str, ...], pairs: list[tuple[str, str]], frame: Frame) -> str:
    total = fed(RadialDistributions(symbols, pairs, REACH, REACH / BINS), [frame])
    return f"g(Li-O) at most {total.result()['Li-O'].g.max():.3f}"


def fed(accumulator: A, frames: list[Frame]) -> A:
    for frame in frames:
        accumulator.add(frame)
    return accumulator


if __name__ == "__main__":
    main()
