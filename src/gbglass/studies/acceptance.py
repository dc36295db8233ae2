"""Whether what was melted in a protocol became glass: a simulation that did not do what it was run for is a failure."""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from gbglass.analysis.amorphisation import MARGIN, Amorphisation, amorphisation, surroundings
from gbglass.analysis.order import GLASSY, cation_order
from gbglass.analysis.settling import Settling, settling
from gbglass.analysis.vitrification import Vitrification, vitrification
from gbglass.core.trajectory import Frame
from gbglass.errors import InputError, NotConverged
from gbglass.lammps.log import THERMO_COLUMNS
from gbglass.lammps.segments import Segment, end_frame
from gbglass.lammps.simulation import Simulation
from gbglass.lammps.task import MdTask
from gbglass.protocol.promises import Promise
from gbglass.protocol.stages import MeltRegion

Found = Amorphisation | Vitrification | Settling
"""What was measured: each says why it is not what was promised, if it is not."""

_ORDERED = frozenset({"La", "Zr"})
"""Of a garnet: what glass is told from crystal by."""

_STEP, _TIME, _ENERGY = (THERMO_COLUMNS.index(name) for name in ("step", "time", "pe"))


def measured_glass(simulation: Simulation, promises: Sequence[Promise]) -> dict[str, Found]:
    """Measure what a protocol promised to turn to glass, by what messages call it.

    Parameters
    ----------
    simulation
        Finished.
    promises
        Of its protocol.

    """
    found: dict[str, Found] = {}
    for promise in promises:
        before = end_frame(_segment_before(simulation, promise.first))
        hold, anchor = simulation.stage(_place(simulation, promise.hold)), simulation.task.anchor
        if promise.glass is None:
            found[promise.title] = vitrification(hold, before, anchor)
        else:
            found[promise.title] = amorphisation(hold, before, promise.glass, anchor, promise.aim.crystal)
        if not isinstance(simulation.task.stages[promise.first - 1], MeltRegion):
            found[f"{promise.name}: its last hold"] = _settling(simulation, promise.hold)
    return found


def _place(simulation: Simulation, number: int) -> int:
    """Return which of the stages in which time passes has a number."""
    return [timed.number for timed in simulation.task.timeline].index(number)


def _segment_before(simulation: Simulation, number: int) -> Segment:
    earlier = [n for n, timed in enumerate(simulation.task.timeline) if timed.number < number]
    return simulation.stages[earlier[-1]][-1] if earlier else simulation.minimised


def _settling(simulation: Simulation, number: int) -> Settling:
    timed = simulation.task.timeline[_place(simulation, number)]
    rows = simulation.thermo()
    rows = rows[(rows[:, _STEP] > timed.first_step) & (rows[:, _STEP] <= timed.last_step)]
    return settling(rows[:, _TIME], rows[:, _ENERGY] / len(simulation.task.atoms))


def glassy_before_the_end(simulation: Simulation) -> float:
    """Return the share of the La and Zr that are glassy when the last stage begins [1]; not a number without both."""
    symbols = simulation.task.atoms.get_chemical_symbols()
    if not set(symbols) >= _ORDERED:
        return math.nan
    before = end_frame(_segment_before(simulation, simulation.task.timeline[-1].number))
    return float(np.mean(cation_order(symbols, before).order < GLASSY))


def require_surroundings(task: MdTask, promises: Sequence[Promise]) -> None:
    """Refuse, before anything runs, a melt that could not be told from crystal, or that leaves no crystal around it.

    Raises
    ------
    InputError
        Names the entry of the study file.

    """
    symbols = task.atoms.get_chemical_symbols()
    if promises and not set(symbols) >= _ORDERED:
        raise InputError(
            f"{promises[0].name}: glass is told from crystal by the order of a garnet's La and Zr, and the structure "
            f"is {task.atoms.symbols}; take stages that melt nothing"
        )
    start = Frame(0, 0.0, task.atoms.cell.array, task.atoms.positions)
    for promise in promises:
        if promise.glass is None:
            continue
        view = task.anchor.view(start)
        crystal = promise.aim.crystal or surroundings(promise.glass, view.cell)
        for name, part in (("inside", promise.glass), ("outside", crystal)):
            held = {symbols[atom] for atom in np.flatnonzero(part.mask(view))}
            if missing := sorted(_ORDERED - held):
                raise InputError(
                    f"{promise.name}: no {' or '.join(missing)} lies {name} what is melted, {MARGIN:g} Å beyond its "
                    "edge for what is outside; take a thinner layer or thicker grains"
                )


def require_glass(found: Mapping[str, Found]) -> None:
    """Refuse a simulation in which what was melted is no glass, or what had to stay a crystal is none.

    Raises
    ------
    NotConverged
        Names each entry of the study file and what is wrong with it.

    """
    wrong = [f"{name}: {reason}" for name, result in found.items() for reason in result.reasons]
    if wrong:
        raise NotConverged("not amorphous as was asked for:\n  " + "\n  ".join(wrong))


def glass_remarks(found: Mapping[str, Found]) -> Iterator[str]:
    """Say what was measured, a sentence or two for each."""
    return (f"{name} {result.statement}" for name, result in found.items())
