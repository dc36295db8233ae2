"""Whether dynamics hold together: a hot melt without a lost atom, and energy that is kept without a thermostat."""

import numpy as np

from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.neighbours import shortest_contacts
from gbglass.lammps.drift import FreeMotion, energy_drift
from gbglass.learning.validation.by_lammps import LammpsEvaluator
from gbglass.learning.validation.check import Check, Number
from gbglass.learning.validation.evaluator import Dynamics

_FREE = FreeMotion(start_K=2000.0, duration_ps=5.0)
_EVERY = 25


def stability(evaluator: LammpsEvaluator, melt_ps: float = 50.0) -> Check:
    """Heat LLZO to 3000 K and hold it there; then let it move freely at about 1000 K.

    A lost atom ends the run with LAMMPS' own error, and there is no check then.

    Parameters
    ----------
    evaluator
        The model; a teacher is too slow.
    melt_ps
        At 3000 K [ps].

    """
    start = cubic_llzo(12, np.random.default_rng(1))
    asked = Dynamics(temperature_K=3000.0, skip_ps=0.2 * melt_ps, duration_ps=0.8 * melt_ps, timestep_fs=1.0)
    melt = evaluator.run(start, asked)
    shortest: dict[str, float] = {}
    for number, frame in enumerate(melt):
        if number % _EVERY == 0:
            atoms = start.copy()
            atoms.set_cell(frame.cell)
            atoms.set_positions(frame.positions)
            for pair, distance in shortest_contacts(atoms).items():
                shortest[pair] = min(distance, shortest.get(pair, distance))
    drift = energy_drift(start, evaluator.potential, evaluator.engine, _FREE)
    numbers = [
        Number("held at 3000 K", melt_ps, "ps"),
        Number("drift of the energy", drift.per_atom_ps * 1e3, "meV/atom/ps"),
    ]
    numbers.append(Number("temperature of the free motion", drift.temperature_K, "K"))
    numbers += [Number(f"shortest {pair} at 3000 K", distance, "Å") for pair, distance in shortest.items()]
    return Check("Stability", tuple(numbers))
