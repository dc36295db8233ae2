"""Crystals of the electrodes: lithium metal, and the spinel LixZr2O4 with any part of its lithium."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from ase import Atoms
from ase.spacegroup import Spacegroup

from gbglass.build.bulk import BuiltCrystal, Changes, account_crystal
from gbglass.build.match import LITHIUM_LATTICE, LZO_LATTICE
from gbglass.core.arrays import BoolArray, FloatArray
from gbglass.errors import InputError

_SPINEL = 227
_LITHIUM, _ZR = (0.125, 0.125, 0.125), (0.5, 0.5, 0.5)
"""8a and 16d of Fd-3m, origin at -3m; O is on 32e (u, u, u)."""

OXYGEN_FULL, OXYGEN_EMPTY = 0.2627, 0.270
"""u of LiZr2O4 and of Zr2O4, from relaxations with a PBE plane-wave code (GPAW 26.7, 500 eV)."""

_SITES_PER_CELL = 8
_LARGEST_REPEAT = 20
_BETTER = 1e-12
"""Of two orders that repel alike either may follow the other [1/Å⁴]."""

_SWEEPS = 40
"""Attempted moves a lithium site while they spread out."""


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
    return account_crystal(cell.repeat(repeat), "lithium metal", valence={"Li": 0.0})


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
    u = OXYGEN_EMPTY + spec.x * (OXYGEN_FULL - OXYGEN_EMPTY) if spec.u is None else spec.u
    sites = {"Li": _orbit(_LITHIUM), "Zr": _orbit(_ZR), "O": _orbit((u, u, u))}
    cells = {
        species: Atoms([species] * len(points), scaled_positions=points, cell=[a, a, a], pbc=True).repeat(spec.repeat)
        for species, points in sites.items()
    }
    n_lithium = round(spec.x * spec.n_sites)
    lithium = cells["Li"]
    kept = _spread(lithium.positions, lithium.cell.lengths(), n_lithium, rng)
    atoms = lithium[kept] + cells["Zr"] + cells["O"]
    removed = spec.n_sites - n_lithium
    name = f"Li{spec.x:g}Zr2O4" if n_lithium else "Zr2O4"
    changes = Changes(removed={"Li": removed} if removed else {})
    return account_crystal(atoms, name, changes, {"Li": 1.0, "Zr": 4.0 - spec.x / 2.0, "O": -2.0})


def _orbit(position: tuple[float, float, float]) -> FloatArray:
    sites, _ = Spacegroup(_SPINEL, setting=2).equivalent_sites([position])
    return np.asarray(sites, dtype=np.float64) % 1.0


def _spread(points: FloatArray, box: FloatArray, count: int, rng: np.random.Generator) -> BoolArray:
    """Choose points that repel each other as little as possible, by exchanging a chosen one while that helps."""
    n = len(points)
    chosen = np.zeros(n, dtype=bool)
    chosen[rng.permutation(n)[:count]] = True
    if count in (0, n):
        return chosen
    apart = points[:, None] - points[None]
    apart -= box * np.round(apart / box)
    squared = (apart**2).sum(axis=2)
    np.fill_diagonal(squared, np.inf)
    repulsion = squared**-2
    field = repulsion[:, chosen].sum(axis=1)
    for _ in range(_SWEEPS * n):
        leaving = int(rng.choice(np.flatnonzero(chosen)))
        gain = np.where(chosen, np.inf, field - repulsion[:, leaving]) - field[leaving]
        entering = int(np.argmin(gain + 1e-9 * rng.random(n)))
        if gain[entering] < _BETTER:
            chosen[leaving], chosen[entering] = False, True
            field += repulsion[:, entering] - repulsion[:, leaving]
    return chosen
