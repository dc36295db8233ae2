"""Partial occupancies made whole: an ordered supercell, neutral, in which no two mobile ions are too near.

A refined structure says how often a site is full, not which sites are full together. Here whole numbers are chosen for
each class of sites, as near to the refined ones as a neutral cell allows, and then the sites, so that none within the
exclusion distance of a full one is full.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from ase import Atoms
from scipy.spatial import cKDTree

from gbglass.build.bulk import BuiltCrystal, account_crystal
from gbglass.build.piece import wrap_into
from gbglass.core.arrays import BoolArray, FloatArray, IntArray
from gbglass.core.species import FORMAL_CHARGES, check_known
from gbglass.errors import InputError

EXCLUSION = 2.0
"""Two mobile ions are never nearer: between the 1.60 Å that garnet forbids and the 2.38 Å that it allows [Å]."""

_FULL = 1.0 - 1e-3
_STEPS_A_SITE = 40
_TRIES = 3
_REST = 8
"""Steps for which a site that was emptied stays empty, so that the search does not run in circles."""

_FARTHEST = 60
"""Ions moved between classes before the search for a composition that can be is given up."""


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

    """

    label: str
    positions: FloatArray
    occupancy: Mapping[str, float]

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
        Nearest distance of two ions on partially filled sites [Å].

    Raises
    ------
    InputError
        If no number of mobile ions makes the cell neutral, or no order was found with the refined share of each class;
        the message says which numbers can be.

    Examples
    --------
    >>> half = SiteClass("Li", np.array([[0.0, 0.0, 0.0], [0.5, 0.0, 0.0]]), {"Li": 0.5})
    >>> full = SiteClass("Cl", np.array([[0.25, 0.5, 0.5]]), {"Cl": 1.0})
    >>> crystal = PartialCrystal("sample", 6.0 * np.eye(3), (half, full))
    >>> order_occupancies(crystal, np.random.default_rng(1)).atoms.get_chemical_formula()
    'ClLi'

    """
    check_known({species for site_class in crystal.classes for species in site_class.occupancy} | {mobile})
    counts = _whole_counts(crystal, mobile)
    partial = [number for number, c in enumerate(crystal.classes) if c.filling < _FULL]
    problem = _Problem.of(crystal, partial, exclusion)
    filled = [sum(counts[number].values()) for number in partial]
    occupied = problem.solve(filled, rng)
    if occupied is None:
        raise InputError(_cannot(crystal, partial, filled, problem, rng))
    return account_crystal(_assemble(crystal, counts, partial, occupied, rng), crystal.name)


def _whole_counts(crystal: PartialCrystal, mobile: str) -> list[dict[str, int]]:
    """Choose whole numbers for each species of each class; those of the mobile ion make the cell neutral."""
    counts = [
        _rounded({s: o for s, o in c.occupancy.items() if s != mobile}, len(c.positions)) for c in crystal.classes
    ]
    charge = sum(FORMAL_CHARGES[s] * n for of_class in counts for s, n in of_class.items())
    wanted = -charge / FORMAL_CHARGES[mobile]
    room = [
        len(c.positions) - sum(n.values()) if mobile in c.occupancy else 0
        for c, n in zip(crystal.classes, counts, strict=True)
    ]
    if wanted != round(wanted) or not 0 <= wanted <= sum(room):
        rest = ", ".join(f"{s} {n}" for of_class in counts for s, n in of_class.items())
        raise InputError(
            f"no number of {mobile} makes {crystal.name} neutral: {rest} carry {charge:+d} e and there are {sum(room)} "
            f"sites for {mobile}; take a supercell, or check the occupancies"
        )
    refined = np.array([c.occupancy.get(mobile, 0.0) * len(c.positions) for c in crystal.classes])
    for of_class, count in zip(counts, _shared(refined, np.array(room), round(wanted)), strict=True):
        if count:
            of_class[mobile] = count
    return counts


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


@dataclass(frozen=True)
class _Problem:
    """Sites of which some must be chosen in each class, no two of them neighbours."""

    kinds: IntArray
    neighbours: tuple[IntArray, ...]

    @classmethod
    def of(cls, crystal: PartialCrystal, partial: list[int], exclusion: float) -> "_Problem":
        if not partial:
            return cls(np.empty(0, dtype=np.int64), ())
        points = np.concatenate([crystal.classes[number].positions for number in partial]) % 1.0
        kinds = np.repeat(np.arange(len(partial)), [len(crystal.classes[number].positions) for number in partial])
        near: list[set[int]] = [set() for _ in points]
        images = np.stack(np.meshgrid(*3 * [np.arange(-1, 2)], indexing="ij"), axis=-1).reshape(-1, 3)
        every = ((points[None] + images[:, None]) @ crystal.cell).reshape(-1, 3)
        for here, found in enumerate(cKDTree(every).query_ball_point(points @ crystal.cell, exclusion)):
            near[here] |= {other % len(points) for other in found} - {here}
        return cls(kinds.astype(np.int64), tuple(np.array(sorted(found), dtype=np.int64) for found in near))

    def solve(self, counts: list[int], rng: np.random.Generator) -> BoolArray | None:
        """Return which sites are chosen, or None if no order was found."""
        for _ in range(_TRIES):
            occupied = np.zeros(len(self.kinds), dtype=bool)
            for kind, count in enumerate(counts):
                of_kind = np.flatnonzero(self.kinds == kind)
                if count > len(of_kind):
                    return None
                occupied[rng.permutation(of_kind)[:count]] = True
            if self._settle(occupied, rng):
                return occupied
        return None

    def _settle(self, occupied: BoolArray, rng: np.random.Generator) -> bool:
        """Move ions that have neighbours to the emptiest sites of their class until none has any."""
        met = np.zeros(len(occupied), dtype=np.int64)
        for site in np.flatnonzero(occupied).tolist():
            met[self.neighbours[site]] += 1
        rests = np.zeros(len(occupied), dtype=np.int64)
        for step in range(_STEPS_A_SITE * len(occupied)):
            crowded = np.flatnonzero(occupied & (met > 0))
            if not len(crowded):
                return True
            leaving = int(rng.choice(crowded))
            occupied[leaving] = False
            met[self.neighbours[leaving]] -= 1
            rests[leaving] = step + _REST
            free = np.flatnonzero(~occupied & (self.kinds == self.kinds[leaving]) & (rests <= step))
            if not len(free):
                free = np.array([leaving])
            entering = int(free[np.argmin(met[free] + 0.5 * rng.random(len(free)))])
            occupied[entering] = True
            met[self.neighbours[entering]] += 1
        return False


def _cannot(
    crystal: PartialCrystal, partial: list[int], filled: list[int], problem: _Problem, rng: np.random.Generator
) -> str:
    """Say that an occupation cannot be, and which one nearest to it can."""
    labels = [crystal.classes[number].label for number in partial]
    wanted = " and ".join(f"{n} on {label}" for n, label in zip(filled, labels, strict=True))
    text = f"{crystal.name}: no order was found with {wanted} in which no two are nearer than the exclusion distance"
    for moved in range(1, _FARTHEST):
        for giving in range(len(filled)):
            for taking in range(len(filled)):
                counts = list(filled)
                counts[giving] -= moved
                counts[taking] += moved
                if giving != taking and min(counts) >= 0 and problem.solve(counts, rng) is not None:
                    nearest = " and ".join(f"{n} on {label}" for n, label in zip(counts, labels, strict=True))
                    return f"{text}; the nearest that can be is {nearest}: change the occupancies to that"
    return f"{text}; take a supercell or a smaller exclusion distance"


def _assemble(
    crystal: PartialCrystal,
    counts: list[dict[str, int]],
    partial: list[int],
    occupied: BoolArray,
    rng: np.random.Generator,
) -> Atoms:
    symbols: list[str] = []
    points = []
    start = 0
    for number, (site_class, of_class) in enumerate(zip(crystal.classes, counts, strict=True)):
        positions = site_class.positions
        if number in partial:
            stop = start + len(positions)
            positions = positions[occupied[start:stop]]
            start = stop
        species = [s for s, count in of_class.items() for _ in range(count)]
        symbols += [species[place] for place in rng.permutation(len(species)).tolist()]
        points.append(positions)
    order = np.argsort([list(FORMAL_CHARGES).index(symbol) for symbol in symbols], kind="stable")
    wrapped = wrap_into(np.concatenate(points)[order], np.ones(3))
    return Atoms([symbols[i] for i in order.tolist()], positions=wrapped @ crystal.cell, cell=crystal.cell, pbc=True)
