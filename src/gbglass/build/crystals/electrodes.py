"""Crystals of the electrodes: lithium metal, and the spinel LixZr2O4 with any part of its lithium."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from ase import Atoms
from ase.spacegroup import Spacegroup

from gbglass.build.crystals.bulk import BuiltCrystal, Changes, account_crystal
from gbglass.build.crystals.lattice_constants import LITHIUM_LATTICE, LZO_LATTICE
from gbglass.core.arrays import BoolArray, FloatArray
from gbglass.errors import InputError

_SPINEL = 227
LITHIUM_SITE, ZR_SITE = (0.125, 0.125, 0.125), (0.5, 0.5, 0.5)
"""8a and 16d of Fd-3m, origin at -3m; O is on 32e (u, u, u)."""

_OXYGEN_FULL, _OXYGEN_EMPTY = 0.2627, 0.270
"""u of LiZr2O4 and of Zr2O4, from relaxations with a PBE plane-wave code (GPAW 26.7, 500 eV)."""

_SITES_PER_CELL = 8
_LARGEST_REPEAT = 20
_MOST_PARTLY_FILLED = 8000
"""Lithium sites of a supercell that is neither full nor empty: spreading them out takes half a minute [1]."""

_HALVES = (3, 5)
"""Sums of the coordinates, in eighths, of the two face-centred lattices that 8a is made of."""

_OTHER_HALF, _TIE, _BETTER = 1e6, 1e-7, 1e-6
"""Repulsions: more than any, a share of it that only chance decides on, and what a move must gain [1/a⁴]."""

_SWEEPS = 40
"""Times that each lithium may move while they spread out; five are usual."""


@dataclass(frozen=True)
class SpinelSpec:
    """Which LixZr2O4.

    Parameters
    ----------
    x
        Lithium content, from 0 to 1.
    repeat
        Cells along each edge; 8 x times their number must be a whole number of lithium.
    a
        Lattice parameter; by Vegard's law between 9.12 Å and that of Zr2O4 when absent [Å].
    u
        Of oxygen; between those of the relaxed ends when absent. A relaxation with the potential in use moves it [1].

    Raises
    ------
    InputError
        If a value cannot be used; the message lists the contents that the supercell can have.

    """

    x: float = 1.0
    repeat: tuple[int, int, int] = (1, 1, 1)
    a: float | None = None
    u: float | None = None

    def __post_init__(self) -> None:
        if not all(1 <= n <= _LARGEST_REPEAT for n in self.repeat):
            raise InputError(f"'repeat' must be three numbers from 1 to {_LARGEST_REPEAT}, got {self.repeat}")
        if not 0.0 <= self.x <= 1.0:
            raise InputError(f"'x' must be from 0 to 1, got {self.x}")
        sites = self.n_sites
        if abs(self.x * sites - round(self.x * sites)) > 1e-6 * sites:
            near = sorted({Fraction(int(self.x * sites) + step, sites) for step in (0, 1)})
            cells = "x".join(map(str, self.repeat))
            raise InputError(
                f"'x' must give a whole number of the {sites} lithium sites of {cells} cells, "
                f"got {self.x:g}; the nearest that do are {' and '.join(f'{f} ({float(f):.6g})' for f in near)}"
            )
        if 0.0 < self.x < 1.0 and sites > _MOST_PARTLY_FILLED:
            raise InputError(f"'repeat' gives {sites} lithium sites to spread over; at most {_MOST_PARTLY_FILLED} are")
        for name, value in (("a", self.a), ("u", self.u)):
            if value is not None and not value > 0.0:
                raise InputError(f"'{name}' must be positive, got {value}")

    @property
    def n_sites(self) -> int:
        """Lithium sites of the supercell."""
        return _SITES_PER_CELL * int(np.prod(self.repeat))


def lithium_metal(a: float = LITHIUM_LATTICE.full, repeat: tuple[int, int, int] = (1, 1, 1)) -> BuiltCrystal:
    """Build bcc lithium.

    Parameters
    ----------
    a
        Lattice parameter [Å].
    repeat
        Cubic cells of two atoms along each edge.

    Raises
    ------
    InputError
        If the lattice parameter brings atoms too near to each other, or a repeat is less than one.

    Examples
    --------
    >>> lithium_metal(repeat=(2, 2, 2)).ledger.valence
    {'lithium metal': {'Li': 0.0}}

    """
    if min(repeat) < 1 or not a > 0.0:
        raise InputError(f"'a' must be positive and 'repeat' one or more along each edge, got {a} and {repeat}")
    cell = Atoms("Li2", scaled_positions=[(0.0, 0.0, 0.0), (0.5, 0.5, 0.5)], cell=[a, a, a], pbc=True)
    return account_crystal(cell.repeat(repeat), "lithium metal")


def spinel(spec: SpinelSpec, rng: np.random.Generator) -> BuiltCrystal:
    """Build LixZr2O4, its lithium as far from each other as a search finds.

    Zr carries the mixed valence (8 - x)/2.

    Parameters
    ----------
    spec
        Which.
    rng
        Decides which of equally spread orders it is.

    Examples
    --------
    >>> half = spinel(SpinelSpec(x=0.5), np.random.default_rng(1))
    >>> half.atoms.get_chemical_formula(), half.ledger.valence["Li0.5Zr2O4"]["Zr"]
    ('Li4O32Zr16', 3.75)

    """
    a = LZO_LATTICE.at(spec.x) if spec.a is None else spec.a
    u = oxygen_parameter(spec.x) if spec.u is None else spec.u
    sites = {"Li": spinel_orbit(LITHIUM_SITE), "Zr": spinel_orbit(ZR_SITE), "O": spinel_orbit((u, u, u))}
    cells = {
        species: Atoms([species] * len(points), scaled_positions=points, cell=[a, a, a], pbc=True).repeat(spec.repeat)
        for species, points in sites.items()
    }
    n_lithium = round(spec.x * spec.n_sites)
    lithium = cells["Li"]
    kept = _spread(lithium.positions / a, np.array(spec.repeat, dtype=np.float64), n_lithium, rng)
    atoms = lithium[kept] + cells["Zr"] + cells["O"]
    removed = spec.n_sites - n_lithium
    changes = Changes(
        cut={species: len(of_species) for species, of_species in cells.items()},
        removed={"Li": removed} if removed else {},
    )
    lithium_name = "" if n_lithium == 0 else "Li" if removed == 0 else f"Li{n_lithium / spec.n_sites:.4g}"
    return account_crystal(atoms, f"{lithium_name}Zr2O4", changes)


def oxygen_parameter(x: float) -> float:
    """Return u of LixZr2O4, between those of the relaxed ends [1]."""
    return _OXYGEN_EMPTY + x * (_OXYGEN_FULL - _OXYGEN_EMPTY)


def spinel_orbit(position: tuple[float, float, float]) -> FloatArray:
    """Return all sites of a spinel cell that symmetry makes of one, in fractional coordinates [1, (n, 3)]."""
    sites, _ = Spacegroup(_SPINEL, setting=2).equivalent_sites([position])
    return np.asarray(sites, dtype=np.float64) % 1.0


def _spread(points: FloatArray, box: FloatArray, count: int, rng: np.random.Generator) -> BoolArray:
    """Choose sites of 8a that repel each other as little as possible; where most are full, the empty ones do.

    One by one they go where the field of those before is lowest, on one of the two face-centred halves of 8a: no two of
    a half are nearest neighbours. Then one after another moves, until no move helps. Lengths in lattice parameters.
    """
    n, few = len(points), min(count, len(points) - count)
    in_half = np.round(_SITES_PER_CELL * points).sum(axis=1) % _SITES_PER_CELL == rng.choice(_HALVES)
    chosen, tie = np.zeros(n, dtype=bool), _TIE * rng.random(n)
    field = np.where(in_half, tie, _OTHER_HALF + tie)
    for _ in range(few):
        entering = int(np.argmin(np.where(chosen, np.inf, field)))
        chosen[entering] = True
        field += _repulsion(points, box, entering)
    field -= np.where(in_half, 0.0, _OTHER_HALF)
    for _ in range(_SWEEPS):
        before = chosen.copy()
        for leaving in rng.permutation(np.flatnonzero(chosen)).tolist():
            without = field - _repulsion(points, box, leaving)
            entering = int(np.argmin(np.where(chosen, np.inf, without)))
            if without[entering] < field[leaving] - _BETTER:
                chosen[leaving], chosen[entering] = False, True
                field = without + _repulsion(points, box, entering)
        if (chosen == before).all():
            break
    return chosen if few == count else ~chosen


def _repulsion(points: FloatArray, box: FloatArray, source: int) -> FloatArray:
    """Return the repulsion of one site at all others, by the nearest images."""
    apart = points - points[source]
    apart -= box * np.round(apart / box)
    squared = np.einsum("ij,ij->i", apart, apart)
    squared[source] = np.inf
    return np.asarray(squared**-2)
