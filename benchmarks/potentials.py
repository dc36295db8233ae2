"""What a step of MD costs with different potentials, in turn on the same machine.

    python benchmarks/potentials.py buckingham-llzo deepmd-llzo [--ranks 1 2] [--rounds 3] [--cells 2]

A model that is kept as it was trained is timed so and compressed, as a study runs it.
Cubic LLZO of 192 atoms times the cube of --cells; 20 steps a probe; medians, lowest and highest.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator
from statistics import median

import numpy as np

from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.packaged import find_potential
from gbglass.core.potential import Potential
from gbglass.lammps.engine import find_lammps
from gbglass.lammps.preflight import Probe, probe
from gbglass.learning.compression import fast_potential


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("potentials", nargs="+")
    parser.add_argument("--ranks", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cells", type=int, default=2)
    arguments = parser.parse_args()
    atoms = cubic_llzo(12, np.random.default_rng(1)) * ((arguments.cells,) * 3)
    engine = find_lammps()
    potentials = dict(timed(arguments.potentials))
    found: dict[tuple[str, int], list[Probe]] = defaultdict(list)
    for _ in range(arguments.rounds):
        for name, potential in potentials.items():
            for ranks in arguments.ranks:
                found[name, ranks].append(probe(atoms, potential, engine, ranks))
    print(f"{len(atoms)} atoms, {arguments.rounds} rounds, LAMMPS {engine.version}")
    print("| potential | ranks | thousand atom-steps/s | memory (MiB) | start (s) |")
    print("|---|---|---|---|---|")
    for (name, ranks), probes in found.items():
        speeds = [p.atom_steps_per_second / 1e3 for p in probes]
        speed = f"{median(speeds):.1f} ({min(speeds):.1f} to {max(speeds):.1f})"
        memory, start = (
            median(values) for values in zip(*((p.memory_mib, p.start_seconds) for p in probes), strict=True)
        )
        print(f"| {name} | {ranks} | {speed} | {memory:.0f} | {start:.1f} |")


def timed(names: list[str]) -> Iterator[tuple[str, Potential]]:
    """Load the potentials, those that can be compressed in both forms."""
    for name in names:
        potential = find_potential(name)
        if potential.as_trained is not None:
            yield f"{name}, as trained", potential
        yield name, fast_potential(potential, print)


if __name__ == "__main__":
    main()
