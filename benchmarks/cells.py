"""Seconds a frame of the analyses of full cells, and OVITO on the same atoms where it computes the same thing.

    python benchmarks/cells.py [--runs N] [--peers PYTHON]

OVITO lives in an environment of its own, because it is no part of gbglass:

    python -m venv peers && peers/bin/pip install ovito ase
    python benchmarks/cells.py --peers peers/bin/python

Every measurement is a process of its own on one thread, and times the second frame, after imports and reading. Ours and
the peer's take turns.
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
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.build import bulk
from ase.io import read, write

from gbglass.analysis.discharge import Compartments, DischargeCounter
from gbglass.analysis.flux import CrossingCounter
from gbglass.analysis.interface_height import InterfaceHeights
from gbglass.analysis.metallic import MetallicCounter, MetalRule
from gbglass.analysis.migration import MigrationCounter, MigrationRule
from gbglass.analysis.voids import find_voids
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.framework import anchor_framework
from gbglass.core.interfaces import CellParts, tie_parts
from gbglass.core.trajectory import Frame, Trajectory

SIZES = {"20k": (4, 4, 6), "200k": (8, 8, 15)}
"""Cells of LLZO."""

RULE = MetalRule(most_oxygen=10**6)
"""Lithium neighbours alone decide: OVITO does not count neighbours of one species in a step of its own."""

ONE_THREAD = ("/usr/bin/env", "OMP_NUM_THREADS=1", "OVITO_THREAD_COUNT=1", "OPENBLAS_NUM_THREADS=1")
BALL = 6.0
"""Radius of the hole [Å]."""

PEER = Path(__file__).with_name("cells_peers.py")
PEER_DOES = ("metal", "voids")
HEAD = """| what | atoms | gbglass (s) | MiB | OVITO (s) | MiB | what came out |
|---|---|---|---|---|---|---|"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", type=Path, help="Python of the environment with OVITO")
    parser.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        print(json.dumps(work(*options.worker)))
        return
    print(HEAD)
    with tempfile.TemporaryDirectory() as name:
        for size, repeats in SIZES.items():
            path = Path(name) / f"{size}.extxyz"
            write(path, half_cell(repeats))
            for what in ("discharge", "crossings", "heights", "migration", "metal", "voids"):
                row(what, path, options.runs, options.peers)


def row(what: str, path: Path, runs: int, peers: Path | None) -> None:
    own = [sys.executable, __file__, "--worker", what, str(path)]
    other = [str(peers), str(PEER), what, str(path)] if peers and what in PEER_DOES else None
    ours, theirs = [], []
    for _ in range(runs):
        ours.append(measured(own))
        if other:
            theirs.append(measured(other))
    cells = [spread(ours), memory(ours), spread(theirs), memory(theirs)]
    said = "; ".join(str(each[0]["result"]) for each in (ours, theirs) if each)
    print(f"| {what} | {ours[0]['atoms']:,} | {' | '.join(cells)} | {said} |", flush=True)


def measured(command: list[str]) -> dict[str, float | str]:
    done = subprocess.run([*ONE_THREAD, *command], capture_output=True, text=True, check=True)
    found: dict[str, float | str] = json.loads(done.stdout.splitlines()[-1])
    return found


def spread(runs: list[dict[str, float | str]]) -> str:
    seconds = [float(run["seconds"]) for run in runs]
    return f"{statistics.median(seconds):.3f} ({min(seconds):.3f} to {max(seconds):.3f})" if runs else "-"


def memory(runs: list[dict[str, float | str]]) -> str:
    return f"{statistics.median(float(run['memory_MiB']) for run in runs):.0f}" if runs else "-"


def half_cell(repeats: tuple[int, int, int]) -> Atoms:
    """Lithium metal under LLZO with a ball of 6 Å cut out, 20 Å of vacuum."""
    garnet = cubic_llzo(12, np.random.default_rng(1)).repeat(repeats)
    sides = garnet.cell.lengths()
    metal = bulk("Li", "bcc", a=3.51, cubic=True).repeat((*(round(side / 3.51) for side in sides[:2]), 6))
    metal.set_cell([*sides[:2], metal.cell.lengths()[2]], scale_atoms=True)
    top = metal.positions[:, 2].max() + 2.0
    garnet.positions[:, 2] += top
    centre = np.array([0.5 * sides[0], 0.5 * sides[1], top + 0.5 * sides[2]])
    kept = np.linalg.norm(garnet.positions - centre, axis=1) > BALL
    cell = metal + garnet[kept]
    cell.set_cell([*sides[:2], top + sides[2] + 20.0])
    cell.pbc = True
    return cell


def work(what: str, path: str) -> dict[str, float | str]:
    atoms = Atoms(read(path))
    symbols = tuple(atoms.get_chemical_symbols())
    face = float(atoms.positions[np.array(symbols) != "Li", 2].min()) - 1.0
    parts = tie_parts(atoms, ("Li", "LLZO"), (face,))
    frames = [Frame(n, 0.5 * n, atoms.cell.array, atoms.positions) for n in range(4)]
    trajectory = Trajectory(symbols, lambda: iter(frames))
    step, read_out = job(what, atoms, parts, trajectory)
    step(frames[0])
    began = time.perf_counter()
    step(frames[1])
    seconds = time.perf_counter() - began
    for frame in frames[2:]:
        step(frame)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    return {"seconds": seconds, "memory_MiB": most, "atoms": len(atoms), "result": read_out()}


def job(
    what: str, atoms: Atoms, parts: CellParts, trajectory: Trajectory
) -> tuple[Callable[[Frame], None], Callable[[], str]]:
    anchor, found = anchor_framework(atoms), []
    if what == "voids":
        last = found.append
        return lambda f: last(find_voids(f.positions, f.cell)), lambda: f"{found[-1].volumes[-1]:.0f} Å³"
    if what == "metal":
        metal = MetallicCounter(trajectory, parts, anchor, RULE)
        return metal.add, lambda: f"{metal.result().metal[0]} metal, {metal.result().largest_cluster[0]} in one cluster"
    if what == "discharge":
        counter = DischargeCounter(trajectory, Compartments(parts), anchor)
        return counter.add, lambda: f"{counter.result().counts[0].tolist()}"
    if what == "crossings":
        crossings = CrossingCounter(trajectory, np.linspace(0.0, 0.9, 10), anchor)
        return crossings.add, lambda: f"{int(np.abs(crossings.result().crossed).max())} crossed"
    if what == "heights":
        heights = InterfaceHeights(trajectory, parts, anchor)
        return heights.add, lambda: f"roughness {heights.result().roughness[0]:.2f} Å"
    rule = MigrationRule(lag=0.5, average=0.5)
    migration = MigrationCounter(trajectory, anchor, atoms.cell.array, rule)
    return migration.add, lambda: f"{migration.result().framework_speed:.1f} Å/ps"


if __name__ == "__main__":
    main()
