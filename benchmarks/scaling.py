"""How far a simulation gets in a day: measured here on 1 and 2 ranks, extrapolated to clusters, each number marked.

    python -m benchmarks.scaling [--card MODEL.toml] [--runs N]

What is measured: atom-steps a second of garnet at several sizes, from probes of 20 steps. What is extrapolated: other
numbers of atoms in proportion, other numbers of cores by the speed of a core in the two-rank run times an efficiency
of n / (n + 300) for n atoms a core, which is 1 for large pieces and one half where a piece's ghosts are about as many
as its own atoms. It knows nothing of the network, of PPPM's transposes or of GPUs: treat it as an upper bound.
"""

import argparse
import statistics
from pathlib import Path

import numpy as np

from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.cards import read_card
from gbglass.core.packaged import load_potential
from gbglass.core.potential import Potential
from gbglass.lammps.engine import Lammps, find_lammps
from gbglass.lammps.preflight import probe

CELLS = ((2, 2, 2), (4, 4, 4))
CORES = (1, 2, 16, 128, 1024)
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
HALF_SPEED_ATOMS = 300
FEWEST_PER_CORE = 50
NS_PER_STEP = 1e-6
SECONDS_PER_DAY = 86_400


def measure(potential: Potential, engine: Lammps, ranks: int, runs: int) -> dict[int, float]:
    """Return atom-steps a second by number of atoms, the median of some probes."""
    speeds = {}
    for cells in CELLS:
        atoms = cubic_llzo(12, np.random.default_rng(1)) * cells
        times = [probe(atoms, potential, engine, ranks).step_seconds for _ in range(runs)]
        speeds[len(atoms)] = len(atoms) / statistics.median(times)
    return speeds


def ns_a_day(atoms: int, cores: int, speed_of_core: float) -> float | None:
    """Extrapolate; None where a core would have too few atoms to make sense."""
    share = atoms / cores
    if share < FEWEST_PER_CORE:
        return None
    efficiency = share / (share + HALF_SPEED_ATOMS) if cores > 1 else 1.0
    return speed_of_core * cores * efficiency / atoms * SECONDS_PER_DAY * NS_PER_STEP


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--card", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    potential = read_card(given.card) if given.card else load_potential("buckingham-llzo")
    engine = find_lammps()
    measured = {ranks: measure(potential, engine, ranks, given.runs) for ranks in (1, 2)}
    print(f"{potential.name}, thousand atom-steps a second, measured:\n")
    print("| atoms | 1 rank | 2 ranks |\n|---|---|---|")
    for atoms in measured[1]:
        print(f"| {atoms:,} | {measured[1][atoms] / 1e3:.1f} | {measured[2][atoms] / 1e3:.1f} |")
    largest = max(measured[2])
    print("\nNanoseconds a day with steps of 1 fs, extrapolated:\n")
    print(f"| atoms | {' | '.join(f'{cores:,} cores' for cores in CORES)} |\n|---|{'---|' * len(CORES)}")
    for atoms in SIZES:
        values = [ns_a_day(atoms, c, measured[1][largest] if c == 1 else measured[2][largest] / 2) for c in CORES]
        print(f"| {atoms:,} | {' | '.join('-' if v is None else f'{v:.3g}' for v in values)} |")


if __name__ == "__main__":
    main()
