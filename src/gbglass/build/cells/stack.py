"""Cells from parts: slabs on top of each other, as near as contacts allow, and the periodic boundary closed or open."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, get_args

import numpy as np
from ase import Atoms

from gbglass.build.account import OCTAHEDRAL, contacts, count_species, forbidden_contacts, intact_octahedra
from gbglass.build.cells.pile import Placed, gap_between, pile_up
from gbglass.build.cells.slab import VACUUM, Slab, Z, in_species_order
from gbglass.build.piece import wrap_into
from gbglass.core.arrays import BoolArray, IntArray
from gbglass.core.ledger import BoundaryEntry, Counts, Ledger
from gbglass.core.neighbours import Pairs, find_pairs
from gbglass.errors import InputError

Axis = Literal[0, 1, 2]
Closure = Literal["vacuum", "open"]

_SIDES = 2
"""Of an interface."""

_WIDEST_CLEARANCE = 3.0
"""A gap between parts; more is a crack [Å]."""

HELD_LAYER = 4.0
"""Held of the outer face of LixZr2O4: two planes of ZrO2, so that nothing passes; the third is 4.56 Å deep [Å]."""

_SAME_EDGE = 1e-4
_REACH = 7.0
"""Contacts across an interface are sought this far [Å]."""

_NEUTRAL = 1e-6
_LISTED_CONTACTS = 5
_HOT = 0.9
"""Atoms of one part may be this near of their limit: at 1800 K they collide so; a builder never puts them there [1]."""


@dataclass(frozen=True)
class StackSpec:
    """How parts are put together.

    Parameters
    ----------
    clearance
        Put on top of every contact limit across an interface [Å].
    vacuum
        Between the two ends of the stack, through the periodic boundary [Å].
    closure
        ``"vacuum"`` keeps the ends apart; ``"open"`` lets the last part touch the first through the boundary.

    Raises
    ------
    InputError
        If a value cannot be used.

    """

    clearance: float = 0.5
    vacuum: float = 20.0
    closure: Closure = "vacuum"

    def __post_init__(self) -> None:
        if not (math.isfinite(self.clearance) and 0.0 <= self.clearance <= _WIDEST_CLEARANCE):
            raise InputError(f"'clearance' must be from 0 to 3 Å, got {self.clearance}")
        if not (math.isfinite(self.vacuum) and VACUUM <= self.vacuum <= 10.0 * VACUUM):
            raise InputError(f"'vacuum' must be from {VACUUM:g} to {10 * VACUUM:g} Å, got {self.vacuum}")
        if self.closure not in get_args(Closure):
            raise InputError(f"'closure' must be one of {', '.join(get_args(Closure))}, got {self.closure!r}")


@dataclass(frozen=True)
class PlaneAcross:
    """A plane across a cell vector.

    Parameters
    ----------
    axis
        The cell vector: 0, 1 or 2.
    position
        In parts of it [1].

    """

    axis: Axis
    position: float


@dataclass(frozen=True)
class BuiltCell:
    """A full or a half cell.

    Parameters
    ----------
    atoms
        In the order Li, La, Zr, O, with the arrays ``part`` (index of `parts`), ``grain`` (0 where there is none),
        ``layer``, and ``held`` (to be kept still, so that nothing passes through the periodic boundary).
    ledger
        What was done; interfaces and grain boundaries are its boundaries.
    parts
        Names, from the bottom.
    interfaces
        Heights of the planes between neighbouring parts [Å].
    title
        Such as ``"cell-2, Σ5(012)[100]"``.
    grain_boundaries
        Planes that are known in its electrolyte.

    """

    atoms: Atoms
    ledger: Ledger
    parts: tuple[str, ...]
    interfaces: tuple[float, ...]
    title: str = ""
    grain_boundaries: tuple[PlaneAcross, ...] = ()


def stack_parts(parts: tuple[Slab, ...], spec: StackSpec | None = None) -> BuiltCell:
    """Put slabs on top of each other along z.

    Each part comes as near to the one below as the contact limits and the clearance allow, moved within the plane to
    where that needs the least space. The electrolyte stays where it is in the plane, and so do its boundaries.

    Parameters
    ----------
    parts
        From the bottom; neutral, with equal edges. If the last is LixZr2O4 and the cell is closed by vacuum, its outer
        layer is marked as held.
    spec
        How; by default with 0.5 Å of clearance and 20 Å of vacuum.

    Raises
    ------
    InputError
        If there are fewer than two parts, their edges differ, one is not neutral, or two atoms come too near.

    Examples
    --------
    >>> from gbglass.build.cells.electrode_slabs import lithium_slab
    >>> from gbglass.build.crystals.cubic import cubic_llzo
    >>> from gbglass.build.cells.opening import open_slab
    >>> llzo = open_slab(cubic_llzo(12, np.random.default_rng(1)), axis=2, at=0.1)
    >>> cell = stack_parts((lithium_slab(llzo.edges, 10.0), llzo))
    >>> cell.parts, len(cell.interfaces)
    (('Li', 'LLZO'), 1)

    """
    spec = spec or StackSpec()
    _check_parts(parts)
    placed, gaps = pile_up(parts, spec.clearance)
    ends = _ends_gap(placed, spec)
    height = placed[-1].top + ends
    atoms = _join(placed, parts[0].edges, height)
    atoms.set_array("held", _held(placed, spec))
    middles = tuple(0.5 * (below.top + float(above.points[:, 2].min())) for below, above in pairwise(placed))
    hot = _check(atoms, spec.clearance)
    ledger = _account(atoms, placed, (middles, gaps), spec)
    ledger = replace(ledger, remarks=(*ledger.remarks, *hot))
    names = tuple(part.name for part in parts)
    planes = tuple(PlaneAcross(axis, position) for _, axis, position in _grain_boundaries(placed, height))
    return BuiltCell(in_species_order(atoms), ledger, names, middles, grain_boundaries=planes)


def _check_parts(parts: tuple[Slab, ...]) -> None:
    if len(parts) < _SIDES:
        raise InputError(f"a cell has two parts or more, got {len(parts)}")
    for part in parts:
        if max(abs(a - b) for a, b in zip(part.edges, parts[0].edges, strict=True)) > _SAME_EDGE:
            raise InputError(
                f"all parts must have the edges of {parts[0].name}, {parts[0].edges[0]:.4f} x {parts[0].edges[1]:.4f} "
                f"Å; {part.name} has {part.edges[0]:.4f} x {part.edges[1]:.4f} Å; strain it to them first"
            )
        charge = float(part.charges.sum())
        if abs(charge) > _NEUTRAL:
            raise InputError(f"each part must be neutral by its own valences; {part.name} has {charge:+g} e")


def _ends_gap(placed: list[Placed], spec: StackSpec) -> float:
    """Return the space between the top and the bottom of the next image [Å]."""
    if spec.closure == "vacuum":
        return spec.vacuum
    return gap_between(placed[-1], placed[0], spec.clearance)


def _join(placed: list[Placed], edges: tuple[float, float], height: float) -> Atoms:
    box = np.array([*edges, height])
    symbols = np.concatenate([part.species for part in placed])
    points = np.concatenate([part.points for part in placed])
    points[:, :2] = wrap_into(points[:, :2], box[:2])
    atoms = Atoms(symbols.tolist(), positions=points, cell=box, pbc=True)
    numbers: IntArray = np.repeat(np.arange(len(placed)), [len(part.points) for part in placed]).astype(np.int64)
    atoms.set_array("part", numbers)
    for name in ("grain", "layer"):
        atoms.set_array(name, np.concatenate([part.slab.atoms.get_array(name) for part in placed]))
    return atoms


def _holds(placed: list[Placed], spec: StackSpec) -> bool:
    return placed[-1].slab.role == "cathode" and spec.closure == "vacuum"


def _held(placed: list[Placed], spec: StackSpec) -> BoolArray:
    held = [np.zeros(len(part.points), dtype=bool) for part in placed]
    if _holds(placed, spec):
        held[-1] = placed[-1].points[:, 2] > placed[-1].top - HELD_LAYER
    return np.concatenate(held)


def _account(
    atoms: Atoms, placed: list[Placed], interfaces: tuple[tuple[float, ...], tuple[float, ...]], spec: StackSpec
) -> Ledger:
    height = float(atoms.cell.lengths()[2])
    charges = np.concatenate([part.slab.charges for part in placed])
    electrolytes = [part.slab.atoms for part in placed if part.slab.role == "electrolyte"]
    with_octahedra = [atoms for atoms in electrolytes if not set(OCTAHEDRAL).isdisjoint(atoms.get_chemical_symbols())]
    has_ends = spec.closure == "vacuum"
    return Ledger(
        atoms=count_species(atoms),
        cut=_count_parts(placed),
        removed={},
        added={},
        formal_charge=round(float(charges.sum()), 9) + 0.0,
        valence={part.slab.name: dict(part.slab.valence) for part in placed},
        shortest_contacts=contacts(atoms),
        dipole_along_normal=float(charges @ atoms.positions[:, 2]) if has_ends else None,
        intact_octahedra=intact_octahedra(with_octahedra[0]) if with_octahedra else None,
        area=float(np.prod(placed[0].slab.edges)),
        strain={label: strain for part in placed for label, strain in part.slab.strain.items()},
        boundaries=(
            *_interface_entries(atoms, placed, interfaces, height),
            *_grain_boundary_entries(placed, height),
        ),
        remarks=(*(remark for part in placed for remark in part.slab.remarks), *_closure_remarks(atoms, placed, spec)),
    )


def _count_parts(placed: list[Placed]) -> Counts:
    symbols = Counter(symbol for part in placed for symbol in part.slab.atoms.get_chemical_symbols())
    return dict(sorted(symbols.items()))


def _interface_entries(
    atoms: Atoms, placed: list[Placed], interfaces: tuple[tuple[float, ...], tuple[float, ...]], height: float
) -> list[BoundaryEntry]:
    entries = []
    for number, (middle, gap) in enumerate(zip(*interfaces, strict=True)):
        near = atoms[np.abs(atoms.positions[:, 2] - middle) < 0.5 * gap + _REACH]
        pairs = find_pairs(near.positions, near.cell.array, _REACH)
        part = near.get_array("part")
        lower, upper = part[pairs.first], part[pairs.second]
        across = (np.minimum(lower, upper) == number) & (np.maximum(lower, upper) == number + 1)
        chosen = Pairs(pairs.first[across], pairs.second[across], pairs.distances[across])
        entries.append(
            BoundaryEntry(
                name=f"interface {placed[number].slab.name} | {placed[number + 1].slab.name}",
                position=middle / height,
                expansion=gap,
                shortest_contacts=contacts(near, chosen),
            )
        )
    return entries


def _grain_boundary_entries(placed: list[Placed], height: float) -> list[BoundaryEntry]:
    entries = []
    for entry, axis, position in _grain_boundaries(placed, height):
        how = "parallel to" if axis == Z else "across y, perpendicular to"
        entries.append(replace(entry, name=f"{entry.name}, {how} the interfaces", position=position))
    return entries


def _grain_boundaries(placed: list[Placed], height: float) -> Iterator[tuple[BoundaryEntry, Axis, float]]:
    """List the grain boundaries of all parts: what they are, across which axis, where in parts of it."""
    for part in placed:
        floor = float(part.points[:, 2].min())
        for boundary in part.slab.boundaries:
            along = (floor + boundary.at) / height if boundary.axis == Z else boundary.at / part.slab.edges[1]
            yield boundary.entry, 2 if boundary.axis == Z else 1, along


def _closure_remarks(atoms: Atoms, placed: list[Placed], spec: StackSpec) -> list[str]:
    first, last = placed[0].slab.name, placed[-1].slab.name
    if spec.closure == "open":
        is_full = placed[-1].slab.role == "cathode"
        so = "this cell short-circuits there" if is_full else "it has a second interface there"
        return [f"{last} touches {first} through the periodic boundary: {so}, on purpose"]
    remarks = [f"{spec.vacuum:g} Å of vacuum keep {last} and {first} apart through the periodic boundary"]
    if _holds(placed, spec):
        held = int(atoms.get_array("held").sum())
        remarks.append(f"{held} atoms of the outer {HELD_LAYER:g} Å of {last} are marked as held")
    return remarks


def _check(atoms: Atoms, clearance: float) -> tuple[str, ...]:
    """Refuse what no simulation should start from; say what a hot frame brought along."""
    part = atoms.get_array("part")
    found = forbidden_contacts(atoms)
    bad = [c for c in found if part[c.first] != part[c.second] or c.distance < _HOT * c.limit]
    if bad:
        shown = "; ".join(map(str, bad[:_LISTED_CONTACTS]))
        raise InputError(
            f"the cell has {len(bad)} forbidden contacts: {shown}; minimise the parts that come from files first, or "
            f"give more clearance at the interfaces than {clearance:g} Å"
        )
    return tuple(f"{contact}: as it came, minimise before anything else" for contact in found[:_LISTED_CONTACTS])
