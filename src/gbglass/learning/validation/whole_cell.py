"""Whether a full cell holds together: Li | LLZO | LixZr2O4 as a discharge runs it, the outer layer of LixZr2O4 held.

A potential may know each part and still fail where they meet. What is looked at: whether an atom left, how near atoms
came to each other against what was trained, and how much of the LLZO, taken by itself, lost the order of garnet.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from ase import Atoms
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gbglass.build.cells.cell import CellSpec, Thicknesses, build_cell
from gbglass.build.cells.lattices import Lattices, lattices_of
from gbglass.build.cells.stack import BuiltCell
from gbglass.core.arrays import BoolArray
from gbglass.core.neighbours import find_pairs
from gbglass.core.potential import Potential
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError
from gbglass.lammps.simulation import Simulation
from gbglass.learning.validation.by_lammps import Clock, LammpsEvaluator
from gbglass.learning.validation.check import Check, Number
from gbglass.learning.validation.contacts import nearer_than_trained, shortest_seen
from gbglass.learning.validation.molten import glassy_share, share_at_end
from gbglass.protocol.stages import Discharge, Hold, Minimise

MOST_ATOMS = 1000
"""In the cell: more would take a slow potential a day."""

_CLOCK = Clock(timestep_fs=2.0, frame_ps=0.1)
_EVERY = 5
"""Of so many frames one is looked at for contacts: every 0.5 ps."""

_JOINED = 4.5
"""An atom with no other within this has left; lithium atoms of the metal are 3.0 to 3.5 Å apart [Å]."""

_GLASSIER = 0.1
"""By so much the glassy share of LLZO may grow before it is remarked on [1]."""


@dataclass(frozen=True)
class HeldCell:
    """Which cell is held, and how.

    Parameters
    ----------
    hold_ps
        After it has settled [ps].
    temperature_K
        [K].
    x
        Lithium in LixZr2O4 at the start, 0 to 1.
    thicknesses
        Of the parts; with those given here the cell has 361 atoms.
    settle_ps
        Before, nothing held [ps].

    Raises
    ------
    InputError
        If a time or the temperature is not positive.

    """

    hold_ps: float = 100.0
    temperature_K: float = 800.0
    x: float = 0.5
    thicknesses: Thicknesses = field(default_factory=lambda: Thicknesses(llzo=12.0, lzo=9.0, lithium=8.0))
    settle_ps: float = 5.0

    def __post_init__(self) -> None:
        if not min(self.hold_ps, self.settle_ps, self.temperature_K) > 0.0:
            raise InputError(f"times and temperature of the check cell must be positive, got {self}")


def whole_cell(
    evaluator: LammpsEvaluator, asked: HeldCell | None = None, tell: Callable[[str], None] = lambda _text: None
) -> Check:
    """Hold a full cell and say what became of it.

    An atom that LAMMPS loses ends the run with its own error, and there is no check then.

    Parameters
    ----------
    evaluator
        The potential; a teacher is too slow.
    asked
        Which cell, and how; as `HeldCell` says if absent.
    tell
        Called with what begins.

    Raises
    ------
    InputError
        If the potential cannot describe the cell, such as one with fixed charges, or the cell is too large.

    """
    held = asked or HeldCell()
    built, remarks = _built(evaluator.potential, held)
    tell(f"Li | LLZO | LixZr2O4, {len(built.atoms)} atoms at {held.temperature_K:g} K, {held.hold_ps:g} ps")
    return _report(evaluator.potential, built, _run(evaluator, built.atoms, held), held, remarks)


def _built(potential: Potential, held: HeldCell) -> tuple[BuiltCell, list[str]]:
    """Build the cell at the potential's own lattice constants, if its card states them."""
    remarks = []
    try:
        lattices = lattices_of(potential, held.temperature_K)
    except InputError as error:
        lattices = Lattices()
        remarks.append(f"Built at the lattice constants of experiment: {error}")
    spec = CellSpec(
        "cell-0",
        x=held.x,
        thicknesses=held.thicknesses,
        llzo=lattices.llzo,
        lzo=lattices.lzo,
        lithium=lattices.lithium,
    )
    built = build_cell(spec, np.random.default_rng(1))
    if len(built.atoms) > MOST_ATOMS:
        raise InputError(f"the cell has {len(built.atoms)} atoms, at most {MOST_ATOMS} are held here; make it thinner")
    return built, remarks


def _run(evaluator: LammpsEvaluator, atoms: Atoms, held: HeldCell) -> Simulation:
    stages = (
        Minimise(max_iterations=500),
        Hold(temperature_K=held.temperature_K, duration_ps=held.settle_ps),
        Discharge(temperature_K=held.temperature_K, duration_ps=held.hold_ps),
    )
    # Its length is no part of the name: the same run goes on when more is asked for.
    place = Path("cell") / evaluator.key(atoms, f"{stages[:-1]} {held.temperature_K:g}")
    return evaluator.follow(atoms, stages, place, _CLOCK)


def _report(potential: Potential, built: BuiltCell, run: Simulation, held: HeldCell, remarks: list[str]) -> Check:
    at, frames = f"at {held.temperature_K:g} K", run.last_stage()
    inside = built.atoms.get_array("part") == built.parts.index("LLZO")
    before, after = glassy_share(built.atoms[inside]), share_at_end(_part_of(frames, inside))
    gone, seen = left_behind(run.final_atoms()), shortest_seen(built.atoms, frames, _EVERY)
    near = nearer_than_trained(seen, potential.shortest)
    if gone:
        remarks.append(f"{gone} atoms left the cell: they are farther than {_JOINED:g} Å from the rest")
    if near:
        remarks.append(f"Nearer to each other than any that was trained (in brackets): {near}")
    if after > before + _GLASSIER:
        remarks.append(f"The LLZO became glassy: {before:.0%} of its La and Zr as built, {after:.0%} at the end")
    numbers = [
        Number(f"held {at}", held.hold_ps, "ps"),
        Number("atoms of the cell", len(built.atoms), "1"),
        Number("atoms that left it", gone, "1"),
        Number("glassy La and Zr of the LLZO as built", before, "1"),
        Number(f"glassy La and Zr of the LLZO {at}", after, "1"),
        *_contacts(seen, potential, at),
    ]
    return Check("A full cell, Li | LLZO | LixZr2O4", tuple(numbers), remarks=tuple(remarks))


def _contacts(seen: dict[str, float], potential: Potential, at: str) -> Iterator[Number]:
    for pair, distance in seen.items():
        yield Number(f"shortest {pair} {at}", distance, "Å")
        if pair in potential.shortest:
            yield Number(f"shortest {pair} over the shortest trained", distance / potential.shortest[pair], "1")


def left_behind(atoms: Atoms) -> int:
    """Return how many atoms are not joined, from neighbour to neighbour within 4.5 Å, to the most of them.

    A periodic cell with vacuum loses no atom to LAMMPS: what evaporates flies on in it.

    Parameters
    ----------
    atoms
        In their cell.

    Examples
    --------
    >>> left_behind(Atoms("Li3", [[0, 0, 0], [0, 0, 3], [0, 0, 10]], cell=[20, 20, 20], pbc=True))
    1

    """
    pairs = find_pairs(atoms.positions, atoms.cell.array, _JOINED)
    joined = coo_array((np.ones(len(pairs.first)), (pairs.first, pairs.second)), shape=(len(atoms), len(atoms)))
    _, body = connected_components(joined, directed=False)
    return len(atoms) - int(np.bincount(body).max())


def _part_of(run: Trajectory, inside: BoolArray) -> Trajectory:
    """Return some atoms of a run, the others left out: the Zr of the spinel are no part of the garnet."""
    symbols = tuple(symbol for symbol, is_in in zip(run.symbols, inside.tolist(), strict=True) if is_in)

    def frames() -> Iterator[Frame]:
        return (Frame(frame.step, frame.time, frame.cell, frame.positions[inside]) for frame in run)

    return Trajectory(symbols, frames)
