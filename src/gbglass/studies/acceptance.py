"""Whether what was melted in a protocol became glass: a simulation that did not do what it was run for is a failure."""

from gbglass.analysis.amorphisation import MARGIN, Amorphisation, amorphisation, surroundings
from gbglass.core.trajectory import Frame
from gbglass.errors import InputError, NotConverged
from gbglass.lammps.segments import end_frame
from gbglass.lammps.simulation import Simulation
from gbglass.lammps.task import MdTask
from gbglass.protocol.stages import Hold, MeltRegion


def measured_amorphisations(simulation: Simulation) -> dict[int, Amorphisation]:
    """Measure every melted region in the next hold, by the number of its stage in the protocol.

    A melt without a hold anywhere after it is left out: nothing was let go that could be measured.
    """
    timeline, found = simulation.task.timeline, {}
    for place, timed in enumerate(timeline):
        holds = [n for n in range(place + 1, len(timeline)) if isinstance(timeline[n].stage, Hold)]
        if not isinstance(timed.stage, MeltRegion) or not holds:
            continue
        last = simulation.stages[place - 1][-1] if place > 0 else simulation.minimised
        hold = simulation.stage(holds[0])
        found[timed.number] = amorphisation(hold, end_frame(last), timed.stage.region, simulation.task.anchor)
    return found


def require_surroundings(task: MdTask) -> None:
    """Refuse a melt around which no crystal would be left to measure it against, before anything runs.

    Raises
    ------
    InputError
        Names the stage.

    """
    for timed in task.timeline:
        if not isinstance(timed.stage, MeltRegion):
            continue
        view = task.anchor.view(Frame(0, 0.0, task.atoms.cell.array, task.atoms.positions))
        region = timed.stage.region
        for name, part in (("inside", region), ("outside", surroundings(region, view.cell))):
            if not part.mask(view)[view.cations].any():
                raise InputError(
                    f"stage {timed.number}: no La or Zr lies {name} what is melted, {MARGIN:g} Å beyond its edge for "
                    "what is outside; take a thinner layer or thicker grains"
                )


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
