"""Whether dynamics hold together: a melt without a lost atom, and energy that is kept without a thermostat."""

from pathlib import Path

import numpy as np
from ase import Atoms

from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.trajectory import Trajectory
from gbglass.lammps.drift import FreeMotion, energy_drift
from gbglass.learning.validation.by_lammps import Clock, LammpsEvaluator
from gbglass.learning.validation.check import Check, Number
from gbglass.learning.validation.contacts import shortest_seen
from gbglass.learning.validation.molten import MELT_K, MELTING, MOLTEN, need_molten, share_at_end
from gbglass.protocol.stages import Hold, Minimise, Stage

_FREE = FreeMotion(start_K=2000.0, duration_ps=5.0)
_EVERY = 25
_SETTLES = 0.2
"""Part of the time at 3000 K that is left out."""


def stability(
    evaluator: LammpsEvaluator, melt_ps: float = 50.0, melt: Atoms | None = None, free: FreeMotion = _FREE
) -> Check:
    """Hold molten LLZO at 3000 K; then let the crystal move freely at about 1000 K.

    A lost atom ends the run with LAMMPS' own error, and there is no check then.

    Parameters
    ----------
    evaluator
        The model; a teacher is too slow.
    melt_ps
        At 3000 K [ps].
    melt
        LLZO that is molten already, in an orthogonal cell whose volume it keeps. Without one a crystal is melted first,
        at 5000 K and 0 bar, and keeps the volume that it has when it is back at 3000 K.
    free
        How the crystal moves without a thermostat.

    Raises
    ------
    InputError
        If the melt is not molten.

    """
    if melt is not None:
        need_molten(melt, "the start of the melt at 3000 K")
    crystal = cubic_llzo(12, np.random.default_rng(1))
    start = crystal if melt is None else melt
    held = _held(evaluator, start, () if melt is not None else MELTING, melt_ps)
    drift = energy_drift(crystal, evaluator.potential, evaluator.engine, free)
    share = share_at_end(held)
    numbers = [
        Number("held at 3000 K", melt_ps, "ps"),
        Number("glassy La and Zr at the end, 3000 K", share, "1"),
        Number("drift of the energy", drift.per_atom_ps * 1e3, "meV/atom/ps"),
        Number("temperature of the free motion", drift.temperature_K, "K"),
    ]
    contacts = shortest_seen(start, held, _EVERY)
    numbers += [Number(f"shortest {pair} at 3000 K", distance, "Å") for pair, distance in contacts.items()]
    solid = f"Not a melt: {share:.0%} of the La and Zr are glassy at the end, {MOLTEN:.0%} are needed"
    return Check("Stability", tuple(numbers), remarks=() if share >= MOLTEN else (solid,))


def _held(evaluator: LammpsEvaluator, start: Atoms, before: tuple[Stage, ...], melt_ps: float) -> Trajectory:
    """Hold at 3000 K and return the last four fifths of the time."""
    holds = [Hold(temperature_K=MELT_K, duration_ps=part * melt_ps) for part in (_SETTLES, 1.0 - _SETTLES)]
    stages = (Minimise(max_iterations=50), *before, *holds)
    place = Path("stability") / evaluator.key(start, f"{stages}")
    return evaluator.follow(start, stages, place, Clock()).last_stage()
