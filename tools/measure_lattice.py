"""Measure the lattice constants of a potential at several temperatures, as its card states them.

    python tools/measure_lattice.py deepmd-llzo FOLDER [--hold-ps 5]

Cubic LLZO, lithium, LiZr2O4 and Zr2O4 at 0 bar, all edges free, each temperature after the one before; the first third
of a hold is left out. Writes FOLDER/lattice.json and prints the entries of the card. Goes on from whatever is finished.
A crystal that falls apart is named and left out.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ase import Atoms

from gbglass.analysis.statistics import estimate
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.packaged import find_potential
from gbglass.errors import EngineError, GbglassError
from gbglass.lammps.engine import find_lammps
from gbglass.learning.compression import fast_potential
from gbglass.learning.crystals import lithium, spinel
from gbglass.learning.validation.by_lammps import Clock, LammpsEvaluator
from gbglass.protocol.stages import Hold, Minimise
from gbglass.store.atomic import write_json

SETTLES = 1.0 / 3.0
FRAME_PS = 0.02


@dataclass(frozen=True)
class Crystal:
    """A crystal, how many cubic cells it has along each edge, and how warm it is made [K]."""

    atoms: Atoms
    cells: int
    temperatures: tuple[float, ...]


def crystals() -> dict[str, Crystal]:
    """Return the four by their names in a card; lithium melts at 454 K."""
    rng = np.random.default_rng(1)
    hot = (300.0, 800.0, 1200.0)
    return {
        "LLZO": Crystal(cubic_llzo(12, rng), 1, hot),
        "LiZr2O4": Crystal(spinel(8, rng), 1, hot),
        "Zr2O4": Crystal(spinel(0, rng), 1, hot),
        "Li": Crystal(lithium("bcc", (3, 3, 3)), 3, (200.0, 300.0, 400.0)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("potential")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--hold-ps", type=float, default=5.0)
    asked = parser.parse_args()
    evaluator = LammpsEvaluator(fast_potential(find_potential(asked.potential), print), find_lammps(), asked.folder)
    entries = []
    for name, crystal in crystals().items():
        holds = [Hold(temperature_K=t, duration_ps=asked.hold_ps, ensemble="npt") for t in crystal.temperatures]
        place = Path("lattice") / f"{name}-{asked.hold_ps:g}"
        stages = (Minimise(max_iterations=50), *holds)
        try:
            run = evaluator.follow(crystal.atoms, stages, place, Clock(frame_ps=FRAME_PS))
        except EngineError as error:  # what a potential cannot hold together must not hide the rest
            print(f"# {name} does not last: {str(error).splitlines()[0]}", flush=True)
            continue
        for number, temperature in enumerate(crystal.temperatures):
            edges = np.array([np.diag(frame.cell).mean() for frame in run.stage(number)]) / crystal.cells
            found = estimate(edges[round(SETTLES * len(edges)) :], "Å")
            entries.append({"of": name, "temperature_K": temperature, "a": round(found.value, 4)})
            print(f'    {{ of = "{name}", temperature_K = {temperature:g}, a = {found.value:.4f} }},', end="  ")
            print(f"# ± {found.standard_error:.4f}", flush=True)
    write_json(asked.folder / "lattice.json", {"lattice": entries})


if __name__ == "__main__":
    try:
        main()
    except GbglassError as error:
        sys.exit(str(error))
