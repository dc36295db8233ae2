"""Atom-rows a second of the readers of trajectories, side by side with their peers in the same run: medians.

    python benchmarks/analysis.py [--runs N] [--peers PYTHON] [--long GB]

The peers live in an environment of their own, because they are no part of gbglass:

    python -m venv peers && peers/bin/pip install ovito MDAnalysis mdapy ase
    python benchmarks/analysis.py --peers peers/bin/python

Every measurement is a process of its own that walks once through all frames of a text dump (columns id type xu yu zu,
six decimals), or of the store made of it. Times are those after the imports, ours after one frame has compiled the
loop. Ours and the peers' take turns. ``--long`` writes a dump of so many GB and walks through it, to show flat memory.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from gbglass.core.trajectory import Frame, Trajectory
from gbglass.store.h5md import write_h5md
from gbglass.verbs.trajectories import Reading, open_trajectory

SIZES = {20_000: 100, 200_000: 10}
"""Frames of each number of atoms."""

OURS = ("gbglass text", "gbglass store")
PEERS = ("ovito", "mdapy", "ase", "mdanalysis")
PEER_FILE = Path(__file__).with_name("reading_peers.py")
READING = Reading(elements=("Li", "La", "Zr", "O"))
MIB_PER_KIB = 1.0 / 1024.0
MILLION = 1e6
GB = 10**9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", type=Path, help="Python of the environment with OVITO, MDAnalysis, mdapy and ASE")
    parser.add_argument("--long", type=float, help="GB of a dump to show flat memory with")
    parser.add_argument("--folder", type=Path, help="where the files are made")
    parser.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        print(json.dumps(walk(Path(options.worker[1]))))
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        if options.long:
            show_flat_memory(Path(name), options.long)
            return
        print("load of the machine: " + " ".join(f"{load:.1f}" for load in os.getloadavg()))
        print("| atoms | reader | M atom-rows/s | of CPU time | memory (MiB) |\n|---|---|---|---|---|")
        for n_atoms, n_frames in SIZES.items():
            compare(Path(name), n_atoms, n_frames, options)


def compare(folder: Path, n_atoms: int, n_frames: int, options: argparse.Namespace) -> None:
    dump, store = folder / f"{n_atoms}.lammpstrj", folder / f"{n_atoms}.h5md"
    make_dump(dump, n_atoms, n_frames)
    write_h5md(open_trajectory(dump, READING), store)
    commands = {
        name: [sys.executable, __file__, "--worker", name, str(path)]
        for name, path in zip(OURS, (dump, store), strict=True)
    }
    if options.peers:
        commands |= {name: [str(options.peers), str(PEER_FILE), name, str(dump)] for name in PEERS}
    found: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
    for _ in range(options.runs):
        for name, command in commands.items():
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"{name}: failed\n{done.stderr[-600:]}")
                continue
            found[name].append(json.loads(done.stdout.splitlines()[-1]))
    for name, runs in found.items():
        if runs:
            wall, cpu, memory = (statistics.median(run[key] for run in runs) for key in ("wall", "cpu", "memory_MiB"))
            print(f"| {n_atoms} | {name} | {wall:.2f} | {cpu:.2f} | {memory:.0f} |", flush=True)


def walk(path: Path) -> dict[str, float]:
    """Walk through all frames in this process."""
    next(iter(open_trajectory(path, READING)))
    began, cpu_began = time.perf_counter(), time.process_time()
    rows = sum(len(frame.positions) for frame in open_trajectory(path, READING))
    return measured(rows, time.perf_counter() - began, time.process_time() - cpu_began)


def measured(rows: int, wall: float, cpu: float) -> dict[str, float]:
    return {"wall": rows / wall / MILLION, "cpu": rows / cpu / MILLION, "memory_MiB": most_memory()}


def most_memory() -> float:
    """Return the most memory that this process ever held [MiB]; getrusage would count its parent's too."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * MIB_PER_KIB


def make_dump(path: Path, n_atoms: int, n_frames: int) -> None:
    """Write atoms that rattle, as LAMMPS would."""
    rng = np.random.default_rng(1)
    edge = (n_atoms / 0.09) ** (1 / 3)
    start, types = rng.uniform(-5.0, edge + 5.0, (n_atoms, 3)), rng.integers(1, 5, n_atoms)
    blocks = [rows_text(types, start + rng.normal(0.0, 0.2, start.shape)) for _ in range(min(n_frames, 10))]
    with path.open("w", encoding="ascii") as file:
        file.write("ITEM: UNITS\nmetal\n")
        for n in range(n_frames):
            box = f"{0.0:.16e} {edge:.16e}\n" * 3
            file.write(f"ITEM: TIME\n{0.1 * n:.10g}\nITEM: TIMESTEP\n{100 * n}\nITEM: NUMBER OF ATOMS\n{n_atoms}\n")
            file.write(f"ITEM: BOX BOUNDS pp pp pp\n{box}ITEM: ATOMS id type xu yu zu\n{blocks[n % len(blocks)]}")


def rows_text(
    types: np.ndarray[tuple[int], np.dtype[np.int64]], positions: np.ndarray[tuple[int, int], np.dtype[np.float64]]
) -> str:
    lines = zip(types.tolist(), positions.tolist(), strict=True)
    return "".join(f"{n} {kind} {x:.6f} {y:.6f} {z:.6f}\n" for n, (kind, (x, y, z)) in enumerate(lines, start=1))


def show_flat_memory(folder: Path, size_gb: float) -> None:
    """Walk through a long dump, then through the store made of it, and print the most memory held on the way."""
    n_atoms = 20_000
    dump = folder / "long.lammpstrj"
    make_dump(dump, n_atoms, 2)
    make_dump(dump, n_atoms, round(size_gb * GB / (dump.stat().st_size / 2)))
    print(f"dump of {dump.stat().st_size / GB:.1f} GB")
    trajectory = open_trajectory(dump, READING)
    report("text", tell(trajectory))
    n_frames = write_h5md(Trajectory(trajectory.symbols, lambda: tell(trajectory)), folder / "long.h5md")
    print(f"store of {(folder / 'long.h5md').stat().st_size / GB:.1f} GB, {n_frames} frames")
    report("store", tell(open_trajectory(folder / "long.h5md")))


def tell(frames: Iterator[Frame] | Trajectory) -> Iterator[Frame]:
    for number, frame in enumerate(frames):
        if number % 2000 == 0:
            print(f"frame {number}: at most {most_memory():.0f} MiB so far", flush=True)
        yield frame


def report(what: str, frames: Iterator[Frame]) -> None:
    began, cpu_began = time.perf_counter(), time.process_time()
    rows = sum(len(frame.positions) for frame in frames)
    print(what, measured(rows, time.perf_counter() - began, time.process_time() - cpu_began), flush=True)


if __name__ == "__main__":
    main()
