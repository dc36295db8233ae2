"""Seconds and memory of the builders, side by side with their peers in the same run: medians, lowest and highest.

    python benchmarks/build.py [--runs N] [--peers PYTHON]

The peers live in an environment of their own, because they are no part of gbglass:

    python -m venv peers && peers/bin/pip install pymatgen mdapy ase
    python benchmarks/build.py --peers peers/bin/python

Every measurement is a process of its own on one thread: its times are those of the first call after the imports, its
memory is the most that it ever held, imports included. Ours and the peer's take turns.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ase.io import write

from gbglass.build.boundaries.boundary import BoundarySpec, build_boundary
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.networks.layout import PolycrystalSpec
from gbglass.build.networks.network import build_polycrystal

POLYCRYSTALS = {"20k": (64.0, 8), "100k": (107.0, 8), "1M": (233.0, 20)}
"""Edge of the box [Å], and grains."""

BOUNDARY = BoundarySpec(axis=(1, 0, 0), plane=(0, 1, 2), layers=10, sigma=5)
"""1920 atoms; the peer's cell of the same boundary has the framework of about as many."""

HEAD = """| what | atoms | wall (s) | CPU (s) | memory (MiB) | what came out |
|---|---|---|---|---|---|"""

PEERS = Path(__file__).with_name("build_peers.py")
MIB_PER_KIB = 1.0 / 1024.0


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    command: list[str]
    runs: list[dict[str, float | str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", type=Path, help="Python of the environment with pymatgen and mdapy")
    parser.add_argument("--only", help="such as 20k")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        print(json.dumps(work(options.worker)))
        return
    with tempfile.TemporaryDirectory() as name:
        cell = Path(name) / "cell.extxyz"
        write(cell, cubic_llzo(12, np.random.default_rng(1)))
        print(HEAD)
        for group in groups(cell, options.peers):
            if options.only in (None, group[0].what.split()[0]):
                measure(group, options.runs)


def groups(cell: Path, peers: Path | None) -> list[list[Row]]:
    """List what is measured in turn."""
    own = [sys.executable, __file__, "--worker"]
    pairs = [("boundary", ["pymatgen", str(cell)])]
    pairs += [(size, ["mdapy", str(cell), *map(str, shape)]) for size, shape in POLYCRYSTALS.items()]
    rows = []
    for what, peer in pairs:
        rows.append([Row(f"{what} gbglass", [*own, what], [])])
        if peers is None:
            print(f"{what}: {peer[0]} is left out; install it as the head of this file says and give --peers")
        else:
            rows[-1].append(Row(f"{what} {peer[0]}", [str(peers), str(PEERS), *peer], []))
    return rows


def measure(rows: list[Row], runs: int) -> None:
    one_thread = [f"{name}_NUM_THREADS=1" for name in ("OMP", "OPENBLAS", "MDAPY")]
    for _ in range(runs):
        for row in rows:
            done = subprocess.run(
                ["/usr/bin/env", *one_thread, *row.command], capture_output=True, text=True, check=False
            )
            if done.returncode:
                print(f"{row.what}: failed\n{done.stderr[-800:]}")
                continue
            row.runs.append(json.loads(done.stdout.splitlines()[-1]))
    for row in rows:
        if row.runs:
            print(line(row), flush=True)


def line(row: Row) -> str:
    spreads = []
    for clock in ("seconds", "cpu_seconds"):
        values = [float(run[clock]) for run in row.runs]
        spreads.append(f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})")
    memory = statistics.median(float(run["memory_MiB"]) for run in row.runs)
    last = row.runs[-1]
    return f"| {row.what} | {last['atoms']} | {' | '.join(spreads)} | {memory:.0f} | {last['result']} |"


def work(what: str) -> dict[str, float | str]:
    """Build once in this process."""
    rng = np.random.default_rng(1)
    began, cpu_began = time.perf_counter(), time.process_time()
    if what == "boundary":
        built = build_boundary(BOUNDARY, rng)
        atoms, ledger = built.atoms, built.ledger
    else:
        edge, grains = POLYCRYSTALS[what]
        network = build_polycrystal(PolycrystalSpec((edge, edge, edge), grains), rng)
        atoms, ledger = network.atoms, network.ledger
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
    return {
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "memory_MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MIB_PER_KIB,
        "atoms": len(atoms),
        "result": f"{ledger.formal_charge:+g} e, shortest contact {min(ledger.shortest_contacts.values()):.2f} Å, "
        f"{ledger.intact_octahedra:.0f} % of ZrO6 whole",
    }


if __name__ == "__main__":
    main()
