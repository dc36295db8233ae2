"""Whether what was melted in a protocol became glass: a simulation that did not do what it was run for is a failure."""

from itertools import pairwise

from gbglass.analysis.amorphisation import Amorphisation, amorphisation
from gbglass.errors import NotConverged
from gbglass.lammps.segments import end_frame
from gbglass.lammps.simulation import Simulation
from gbglass.protocol.stages import Hold, MeltRegion


def measured_amorphisations(simulation: Simulation) -> dict[int, Amorphisation]:
    """Measure every melted region in the hold that follows it, by the number of its stage in the protocol.

    A melt without a hold after it is left out: nothing was let go that could be measured.
    """
    timeline, found = simulation.task.timeline, {}
    for place, (timed, after) in enumerate(pairwise(timeline)):
        if not isinstance(timed.stage, MeltRegion) or not isinstance(after.stage, Hold):
            continue
        last = simulation.stages[place - 1][-1] if place > 0 else simulation.minimised
        hold = simulation.stage(place + 1)
        found[timed.number] = amorphisation(hold, end_frame(last), timed.stage.region, simulation.task.anchor)
    return found


def require_glass(found: dict[int, Amorphisation]) -> None:
    """Refuse a simulation in which a melted region is no glass, or what lies around it no crystal.

    Raises
    ------
    NotConverged
        Names each stage and what is wrong with it.

    """
    wrong = [f"stage {number}: {reason}" for number, result in found.items() for reason in result.reasons]
    if wrong:
        raise NotConverged("not amorphous in a crystal as was asked for:\n  " + "\n  ".join(wrong))
