"""Measure the numbers of buckingham-llzo.toml that are not from the literature: core reach and cavity radii.

    python tools/measure_buckingham.py FOLDER

Runs a cell of cubic LLZO (384 atoms) with the potential, its core shrunk to 80 % so that it cannot have shaped what is
measured. A crystal of rigid ions superheats: it is melted at 5000 K first, then cooled to 3000 K and held there for
20 ps, for the shortest contact of each pair after the first 5 ps. Another cell is held at 1000 K for 20 ps, for the
onsets of the radial distribution functions. Goes on from whatever is finished in FOLDER.
"""

import dataclasses
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import numpy as np

from gbglass.analysis.msd import mean_square_displacement
from gbglass.analysis.rdf import radial_distributions
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.framework import anchor_framework
from gbglass.core.neighbours import find_pairs
from gbglass.core.packaged import load_potential
from gbglass.core.pair_lines import buckingham_lines
from gbglass.core.potential import Potential
from gbglass.core.species import pair_name, species_pairs
from gbglass.core.trajectory import Trajectory
from gbglass.errors import GbglassError
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import find_lammps
from gbglass.lammps.simulation import Simulation
from gbglass.lammps.task import MdSettings, MdTask, Runner
from gbglass.protocol.stages import Hold, Minimise, Ramp, Stage

SETTLED_PS = 5.0
SHRUNK = 0.8
CELLS = (2, 1, 1)
SEED = 2025


def potential_with_a_smaller_core() -> Potential:
    """Shrink the core: it still keeps a melt from collapsing, but lets contacts be what they are."""
    name = "buckingham-llzo"
    data = tomllib.loads((files("gbglass") / "data" / "potentials" / f"{name}.toml").read_text(encoding="utf-8"))
    data["core"]["reach"] = {pair: SHRUNK * reach for pair, reach in data["core"]["reach"].items()}
    return dataclasses.replace(load_potential(name), lines=buckingham_lines(data))


MELT = (
    Minimise(),
    Ramp(from_K=300, to_K=5000, rate_K_per_fs=0.2),
    Hold(temperature_K=5000, duration_ps=5),
    Ramp(from_K=5000, to_K=3000, rate_K_per_fs=0.2),
    Hold(temperature_K=3000, duration_ps=20),
)
BULK = (Minimise(), Ramp(from_K=300, to_K=1000, rate_K_per_fs=0.1), Hold(temperature_K=1000, duration_ps=20))


def run(folder: Path, stages: tuple[Stage, ...]) -> Simulation:
    """Run a protocol on ordered cubic LLZO."""
    atoms = cubic_llzo(12, np.random.default_rng(SEED)) * CELLS
    settings = MdSettings(timestep=0.001, frame_every=10, segment_steps=5000, ranks=1, seed=SEED)
    task = MdTask(atoms, potential_with_a_smaller_core(), stages, settings)
    return simulate(task, folder, Runner(find_lammps()))


def shortest_contacts(trajectory: Trajectory) -> dict[str, float]:
    """Shortest distance of each pair of species over all settled frames [Å]."""
    symbols = np.array(trajectory.symbols)
    pairs = species_pairs(symbols.tolist())
    shortest = {pair_name(*pair): np.inf for pair in pairs}
    start = None
    for frame in trajectory:
        start = frame.time if start is None else start
        if frame.time - start < SETTLED_PS:
            continue
        near = find_pairs(frame.positions, frame.cell, 7.0)
        first, second = symbols[near.first], symbols[near.second]
        for a, b in pairs:
            chosen = ((first == a) & (second == b)) | ((first == b) & (second == a))
            name = pair_name(a, b)
            shortest[name] = min(shortest[name], float(near.distances[chosen].min(initial=np.inf)))
    return shortest


def main() -> None:
    folder = Path(sys.argv[1])
    melt = run(folder / "melt", MELT)
    print("shortest contacts at 3000 K [Å]")
    for pair, distance in shortest_contacts(melt.last_stage()).items():
        print(f"{pair} = {distance:.3f}")
    anchor = anchor_framework(melt.minimised_atoms())
    for species in ("La", "Zr", "O"):
        msd = mean_square_displacement(melt.last_stage(), species, anchor)
        print(f"{species}: MSD {msd.msd[len(msd.msd) // 2]:.1f} Å² in 10 ps (a melt diffuses)")
    bulk = run(folder / "bulk", BULK)
    print("onsets at 1000 K, g = 0.02 [Å]")
    pairs = (("Li", "O"), ("Li", "Zr"), ("Li", "La"))
    for name, rdf in radial_distributions(bulk.last_stage(), pairs).items():
        print(f"{name} = {rdf.onset:.2f}")


if __name__ == "__main__":
    try:
        main()
    except GbglassError as error:
        sys.exit(str(error))
