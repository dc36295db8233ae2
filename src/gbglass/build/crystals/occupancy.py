"""Partial occupancies made whole: an ordered supercell, neutral, in which no two mobile ions are too near.

A refined structure says how often a site is full, not which sites are full together. Here whole numbers are chosen for
each class of sites, as near to the refined ones as a neutral cell allows, and then the sites, so that none within the
exclusion distance of a full one is full.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from ase import Atoms

from gbglass.build.crystals.bulk import BuiltCrystal, Changes, account_crystal, usual_valence
from gbglass.build.crystals.exclusion import SiteGraph, fill_graph, most_filled, nearest_counts
from gbglass.build.piece import wrap_into
from gbglass.core.arrays import BoolArray, FloatArray, IntArray
from gbglass.core.neighbours import find_pairs
from gbglass.core.species import FORMAL_CHARGES, check_known, contact_limit
from gbglass.errors import InputError

EXCLUSION = 2.0
"""Two mobile ions are never nearer: between the 1.60 Å that garnet forbids and the 2.38 Å that it allows [Å]."""

_FULL, _OVERFULL = 1.0 - 1e-3, 1.0 + 1e-3
"""Occupancies are refined to three digits [1]."""

_NEUTRAL = 1e-6

_LARGEST_EXCLUSION = 10.0
"""Farther apart ions do not exclude each other [Å]."""


@dataclass(frozen=True)
class SiteClass:
    """Sites that a refinement fills alike.

    Parameters
    ----------
    label
        For messages, such as ``"Li1 (24)"``.
    positions
        In fractional coordinates [1, (n_sites, 3)].
    occupancy
        Share of the sites that each species holds [1].

    Raises
    ------
    InputError
        If a share is not from 0 to 1, or they are more than 1 together.

    """

    label: str
    positions: FloatArray
    occupancy: Mapping[str, float]

    def __post_init__(self) -> None:
        if not all(0.0 <= share <= _OVERFULL for share in self.occupancy.values()) or self.filling > _OVERFULL:
            shown = ", ".join(f"{species} {share:g}" for species, share in self.occupancy.items())
            raise InputError(f"shares of a site must be from 0 to 1, also together; {self.label} has {shown}")

    @property
    def filling(self) -> float:
        """Share of the sites that hold anything [1]."""
        return sum(self.occupancy.values())


@dataclass(frozen=True)
class PartialCrystal:
    """A crystal with sites that are not full, or shared by species; its cell has orthogonal edges or any other.

    Parameters
    ----------
    name
        For people.
    cell
        Rows are the cell vectors [Å, (3, 3)].
    classes
        All sites.

    """

    name: str
    cell: FloatArray
    classes: tuple[SiteClass, ...]

    @property
    def species(self) -> tuple[str, ...]:
        """Each species once."""
        return tuple(dict.fromkeys(species for site_class in self.classes for species in site_class.occupancy))

    def repeated(self, repeat: tuple[int, int, int]) -> "PartialCrystal":
        """Return a supercell."""
        cells = np.stack(np.meshgrid(*map(np.arange, repeat), indexing="ij"), axis=-1).reshape(-1, 3)
        classes = tuple(
            SiteClass(c.label, ((c.positions[None] + cells[:, None]) / np.array(repeat)).reshape(-1, 3), c.occupancy)
            for c in self.classes
        )
        return PartialCrystal(self.name, self.cell * np.array(repeat)[:, None], classes)


def order_occupancies(
    crystal: PartialCrystal, rng: np.random.Generator, mobile: str = "Li", exclusion: float = EXCLUSION
) -> BuiltCrystal:
    """Make an ordered cell of a crystal with partial occupancies.

    Parameters
    ----------
    crystal
        A cell, or a supercell from `PartialCrystal.repeated`.
    rng
        Decides which sites are full.
    mobile
        The ion whose number makes the cell neutral.
    exclusion
        Two mobile ions are never nearer [Å]; other pairs keep to their contact limits.

    Raises
    ------
    InputError
        If the exclusion is no distance, no number of mobile ions makes the cell neutral, or there is no order with the
        refined share of each class; the message says which numbers nearest to them can be.

    Examples
    --------
    >>> half = SiteClass("Li", np.array([[0.0, 0.0, 0.0], [0.5, 0.0, 0.0]]), {"Li": 0.5})
    >>> full = SiteClass("Cl", np.array([[0.25, 0.5, 0.5]]), {"Cl": 1.0})
    >>> crystal = PartialCrystal("sample", 6.0 * np.eye(3), (half, full))
    >>> order_occupancies(crystal, np.random.default_rng(1)).atoms.get_chemical_formula()
    'ClLi'

    """
    if not 0.0 < exclusion <= _LARGEST_EXCLUSION:
        raise InputError(f"'exclusion' must be above 0, up to {_LARGEST_EXCLUSION} Å, got {exclusion}")
    check_known({*crystal.species, mobile})
    counts = _whole_counts(crystal, mobile)
    free = [number for number, c in enumerate(crystal.classes) if c.filling < _FULL or mobile in c.occupancy]
    graph = _exclusions(crystal, free, mobile, exclusion)
    occupied = fill_graph(graph, [sum(counts[number].values()) for number in free], rng)
    if occupied is None:
        raise InputError(_cannot(crystal, counts, free, graph, mobile))
    changes = Changes(remarks=_told(crystal, counts, free))
    return account_crystal(_assemble(crystal, counts, free, occupied, rng), crystal.name, changes)


def _whole_counts(crystal: PartialCrystal, mobile: str) -> list[dict[str, int]]:
    """Choose whole numbers for each species of each class; those of the mobile ion make the cell neutral."""
    counts = [
        _rounded({s: o for s, o in c.occupancy.items() if s != mobile}, len(c.positions)) for c in crystal.classes
    ]
    refined = np.array([c.occupancy.get(mobile, 0.0) * len(c.positions) for c in crystal.classes])
    charge = sum(FORMAL_CHARGES[s] * n for of_class in counts for s, n in of_class.items())
    wanted = _neutral_number(counts, mobile, round(refined.sum()), charge)
    room = [
        len(c.positions) - sum(n.values()) if mobile in c.occupancy else 0
        for c, n in zip(crystal.classes, counts, strict=True)
    ]
    if wanted != round(wanted) or not 0 <= wanted <= sum(room):
        rest = ", ".join(f"{s} {n}" for of_class in counts for s, n in of_class.items())
        raise InputError(
            f"no number of {mobile} makes {crystal.name} neutral: {rest} carry {charge:+d} e and there are {sum(room)} "
            f"sites for {mobile}; check the occupancies and whether the file names its space group, or take a supercell"
        )
    for of_class, count in zip(counts, _shared(refined, np.array(room), round(wanted)), strict=True):
        if count:
            of_class[mobile] = count
    return counts


def _neutral_number(counts: list[dict[str, int]], mobile: str, refined: int, charge: int) -> float:
    """Return the refined number of mobile ions where the others' valence follows it, else the one that is neutral."""
    total: dict[str, int] = {mobile: refined}
    for of_class in counts:
        for species, count in of_class.items():
            total[species] = total.get(species, 0) + count
    valence = usual_valence(total)
    if abs(sum(valence[species] * count for species, count in total.items())) < _NEUTRAL:
        return refined
    return -charge / FORMAL_CHARGES[mobile]


def _rounded(occupancy: Mapping[str, float], n_sites: int) -> dict[str, int]:
    """Round so that the sum is right: the largest rests go up."""
    exact = {species: share * n_sites for species, share in occupancy.items()}
    counts = {species: int(np.floor(value + 1e-6)) for species, value in exact.items()}
    missing = round(sum(exact.values())) - sum(counts.values())
    for species in sorted(exact, key=lambda s: (counts[s] - exact[s], s))[: max(0, missing)]:
        counts[species] += 1
    return {species: count for species, count in counts.items() if count}


def _shared(refined: FloatArray, room: IntArray, total: int) -> list[int]:
    """Share a number of ions among classes, as near to the refined numbers as their sum allows."""
    counts = np.minimum(np.round(refined).astype(np.int64), room)
    while counts.sum() != total:
        step = 1 if counts.sum() < total else -1
        can = (counts < room) & (refined > 0.0) if step > 0 else counts > 0
        if not can.any():
            can = counts < room
        strain = np.where(can, (counts + step - refined) ** 2 - (counts - refined) ** 2, np.inf)
        counts[int(np.argmin(strain))] += step
    return [int(count) for count in counts]


def _exclusions(crystal: PartialCrystal, free: list[int], mobile: str, exclusion: float) -> SiteGraph:
    """Find which sites of the free classes cannot be full together."""
    classes = [crystal.classes[number] for number in free]
    kinds = np.repeat(np.arange(len(classes)), [len(c.positions) for c in classes]).astype(np.int64)
    if not len(kinds):
        return SiteGraph(kinds, kinds, kinds)
    apart = np.array([[_apart(one, other, mobile, exclusion) for other in classes] for one in classes])
    points = np.concatenate([c.positions for c in classes]) @ crystal.cell
    pairs = find_pairs(points, crystal.cell, float(apart.max()))
    near = pairs.distances < apart[kinds[pairs.first], kinds[pairs.second]]
    return SiteGraph(kinds, pairs.first[near], pairs.second[near])


def _apart(one: SiteClass, other: SiteClass, mobile: str, exclusion: float) -> float:
    """Return the distance that suits all species of two classes of sites [Å]."""
    limits = [
        exclusion if first == second == mobile else contact_limit(first, second)
        for first in one.occupancy
        for second in other.occupancy
    ]
    return max(limits, default=0.0)


def _cannot(
    crystal: PartialCrystal, counts: list[dict[str, int]], free: list[int], graph: SiteGraph, mobile: str
) -> str:
    """Say that an occupation cannot be, and which one nearest to it can."""
    classes = [crystal.classes[number] for number in free]
    filled = [sum(counts[number].values()) for number in free]
    fixed = [sum(n for s, n in counts[number].items() if s != mobile) for number in free]
    room = [
        (least, len(c.positions)) if mobile in c.occupancy else (least, least)
        for c, least in zip(classes, fixed, strict=True)
    ]
    text = f"{crystal.name}: no order was found with {_on(classes, filled)} in which none are too near to each other"
    nearest = nearest_counts(graph, filled, room)
    if nearest is not None:
        return f"{text}; the nearest that can be is {_on(classes, nearest)}: change the occupancies to that"
    most = most_filled(graph)
    if most < sum(filled):
        return (
            f"{text}: no more than {most} sites can be full together, and {sum(filled)} are needed for a neutral cell; "
            "check the occupancies of the other sites"
        )
    return f"{text}; take another supercell, or a smaller exclusion distance"


def _on(classes: list[SiteClass], counts: list[int]) -> str:
    return " and ".join(
        f"{count} on {c.label} (occupancy {count / len(c.positions):.3f})"
        for c, count in zip(classes, counts, strict=True)
    )


def _told(crystal: PartialCrystal, counts: list[dict[str, int]], free: list[int]) -> tuple[str, ...]:
    """Say how far the whole numbers are from the refined ones."""
    remarks = []
    for number, c in enumerate(crystal.classes):
        shares = [
            f"{counts[number].get(species, 0)} {species} ({share * len(c.positions):.1f} refined)"
            for species, share in c.occupancy.items()
        ]
        if number in free or len(shares) > 1:
            remarks.append(f"{c.label}: {', '.join(shares)} on {len(c.positions)} sites.")
    return tuple(remarks)


def _assemble(
    crystal: PartialCrystal,
    counts: list[dict[str, int]],
    free: list[int],
    occupied: BoolArray,
    rng: np.random.Generator,
) -> Atoms:
    symbols: list[str] = []
    points = []
    start = 0
    for number, (site_class, of_class) in enumerate(zip(crystal.classes, counts, strict=True)):
        positions = site_class.positions
        if number in free:
            stop = start + len(positions)
            positions = positions[occupied[start:stop]]
            start = stop
        species = [s for s, count in of_class.items() for _ in range(count)]
        symbols += [species[place] for place in rng.permutation(len(species)).tolist()]
        points.append(positions)
    order = np.argsort([list(FORMAL_CHARGES).index(symbol) for symbol in symbols], kind="stable")
    wrapped = wrap_into(np.concatenate(points)[order], np.ones(3))
    return Atoms([symbols[i] for i in order.tolist()], positions=wrapped @ crystal.cell, cell=crystal.cell, pbc=True)
