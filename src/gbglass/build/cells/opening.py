"""An electrolyte opened between two planes: octahedra and groups such as PS4 stay whole, the faces share lithium."""

import math

import numpy as np
from ase import Atoms

from gbglass.build.account import OCTAHEDRAL
from gbglass.build.cells.slab import VACUUM, Slab, Z, check_orthogonal, with_vacuum
from gbglass.build.piece import wrap_into
from gbglass.core.arrays import BoolArray, FloatArray, IntArray, StringArray
from gbglass.core.neighbours import find_pairs
from gbglass.core.species import FORMAL_CHARGES, bond_reach, check_known
from gbglass.errors import InputError

_LITHIUM_REACH = 3.0
"""How far beyond the cuts lithium may be taken, or left out before them [Å]."""

_CENTRE, _SMALL = 4, ("B",)
"""Ions that hold anions as one: of such a charge or more [e], and boron."""

_CUTS = 48
"""Places that are compared."""

_EDGE = 1e-6
"""Atoms this close below a cut count as on it [Å]."""


def open_slab(atoms: Atoms, axis: int, at: float, keep: float = 1.0, name: str = "LLZO") -> Slab:
    """Open a periodic electrolyte along one of its axes, so that whole octahedra stay whole, and so do PS4 and PO4.

    O goes where its Zr goes, whatever side of the cut it is on, and any anion where the nearest ion of charge four or
    more goes that holds it; other framework atoms go by their own places. Lithium is taken between two planes of its
    own, as much as makes the slab neutral, and these planes are where the dipole is smallest: what one face gains the
    other loses.

    Parameters
    ----------
    atoms
        Neutral, periodic, with orthogonal edges.
    axis
        That becomes the normal of the surfaces: 0, 1 or 2. The third axis of a cell that is opened along another one
        becomes y, so that a boundary that lay across z stands across y; the crystal is turned, never mirrored.
    at
        Where the slab begins, in parts of the cell along that axis [1].
    keep
        How much of the cell it takes, all by default [1].
    name
        Of the part.

    Raises
    ------
    InputError
        If the cell is not orthogonal or not neutral, a value is out of range, or the framework of a part of the cell
        needs more lithium than there is.

    Examples
    --------
    >>> from gbglass.build.crystals.cubic import cubic_llzo
    >>> slab = open_slab(cubic_llzo(12, np.random.default_rng(1)), axis=2, at=0.1, keep=0.5)
    >>> slab.atoms.get_chemical_formula(), round(slab.thickness, 2)
    ('La12Li28O48Zr8', 6.49)

    """
    _check_opening(atoms, axis, at, keep)
    turned = _turn(atoms, axis)
    lengths = turned.cell.lengths()
    # What is on the cut is above it, even after rounding.
    points = wrap_into(turned.positions - np.array([0.0, 0.0, at * lengths[2] - _EDGE]), lengths)
    points[:, 2] -= _EDGE
    species = np.array(turned.get_chemical_symbols())
    owners = _owners(points, species, lengths)
    centres = np.where(owners >= 0, points[owners, 2], points[:, 2])
    points = _followed(points, owners, lengths)
    thickness = keep * float(lengths[2])
    framework = np.flatnonzero((species != "Li") & (centres < thickness - _EDGE))
    lithium, heights = _take_lithium(points, species, framework, (float(lengths[2]), thickness))
    kept = np.concatenate([lithium, framework])
    points[lithium, 2] = heights
    broken = _broken(turned, points, kept)
    slab = turned[kept]
    slab.positions = points[kept]
    dipole = float(_formal(species[kept]) @ points[kept, 2])
    outside = int(((heights < 0.0) | (heights >= thickness)).sum())
    opened = (
        f"{name}: opened along {'xyz'[axis]} of its cell at {at:.4g}; {outside} Li of one face were moved to the "
        f"other, which leaves a dipole of {dipole:+.1f} e Å"
    )
    what = "octahedra shared O" if "O" in species and np.isin(species, OCTAHEDRAL).any() else "groups shared an anion"
    lost = f"{name}: {broken} {what} across the cut and lost it"
    return Slab(
        with_vacuum(slab, (float(lengths[0]), float(lengths[1]))),
        name,
        "electrolyte",
        thickness,
        {symbol: float(FORMAL_CHARGES[symbol]) for symbol in sorted(set(species.tolist()))},
        {name: (0.0, 0.0, 0.0)},
        (opened, lost) if broken else (opened,),
        -float(points[kept, 2].min()),
    )


def polarity(atoms: Atoms, axis: int, places: FloatArray) -> FloatArray:
    """Return how many charges opening an electrolyte at some places would leave on its faces.

    That many lithium ions are moved from face to face by `open_slab`; planes with few are the quiet ones.

    Parameters
    ----------
    atoms
        As for `open_slab`.
    axis
        That is to be opened: 0, 1 or 2.
    places
        In parts of the cell; may lie outside it [1, (n,)].

    Returns
    -------
    FloatArray
        Dipole over the period [e, (n,)].

    """
    _check_opening(atoms, axis, 0.0)
    turned = _turn(atoms, axis)
    lengths = turned.cell.lengths()
    species = np.array(turned.get_chemical_symbols())
    points = wrap_into(turned.positions, lengths)
    owners = _owners(points, species, lengths)
    charges = _formal(species)
    # An octahedron is cut as one ion: its charge counts where its centre is, its own dipole stays the same.
    carried = np.where(owners >= 0, 0.0, charges)
    np.add.at(carried, owners[owners >= 0], charges[owners >= 0])
    heights = points[:, 2] / lengths[2]
    whole = float(charges @ _followed(points, owners, lengths)[:, 2]) / lengths[2]
    # Cutting at a height moves all charge below it up by one period.
    order = np.argsort(heights, kind="stable")
    below = np.searchsorted(heights[order], places % 1.0)
    left: FloatArray = whole + np.concatenate([[0.0], np.cumsum(carried[order])])[below]
    return left


def quietest_cut(atoms: Atoms, axis: int) -> float:
    """Find where an electrolyte opens with the fewest ions to be moved between its faces.

    Parameters
    ----------
    atoms
        As for `open_slab`.
    axis
        That is to be opened: 0, 1 or 2.

    Returns
    -------
    float
        For `open_slab`; of equal places the first [1].

    """
    places = np.arange(_CUTS) / _CUTS
    return float(places[int(np.argmin(np.round(abs(polarity(atoms, axis, places)), 6)))])


def _take_lithium(
    points: FloatArray, species: StringArray, framework: IntArray, periods: tuple[float, float]
) -> tuple[IntArray, FloatArray]:
    """Choose as much lithium as makes a framework neutral, in one layer; return the atoms and their heights [Å].

    Parameters
    ----------
    points
        Of all atoms, the slab beginning at height 0 [Å, (n, 3)].
    species
        Of all atoms.
    framework
        The atoms that lithium is to make neutral.
    periods
        Of the cell along the normal, and thickness of the slab [Å].

    """
    length, thickness = periods
    charges = _formal(species)
    wanted = -round(float(charges[framework].sum()))
    lithium = np.flatnonzero(species == "Li")
    # One order for all images: of atoms at one height, the same ones come first at the bottom and at the top.
    lithium = lithium[np.argsort(np.round(points[lithium, 2], 6), kind="stable")]
    images = np.concatenate([points[lithium, 2] + shift * length for shift in (-1, 0, 1)])
    near = (images >= -_LITHIUM_REACH) & (images < thickness + _LITHIUM_REACH)
    atoms, heights = np.tile(lithium, 3)[near], images[near]
    if not 0 <= wanted <= min(len(heights), len(lithium)):
        raise InputError(
            f"the framework from the cut to {thickness:.2f} Å above it needs {wanted} Li to be neutral, and "
            f"{min(len(heights), len(lithium))} are there; keep a whole number of the crystal's planes"
        )
    below = np.concatenate([[0.0], np.cumsum(heights)])
    dipoles = below[wanted:] - below[: len(below) - wanted] + float(charges[framework] @ points[framework, 2])
    first = int(np.argmin(np.round(abs(dipoles), 6)))
    return atoms[first : first + wanted], heights[first : first + wanted]


def _broken(turned: Atoms, points: FloatArray, kept: IntArray) -> int:
    """Count the highly charged ions of the slab that held an anion across a cut."""
    symbols = np.array(turned.get_chemical_symbols())
    lengths = turned.cell.lengths()
    is_kept = np.zeros(len(points), dtype=bool)
    is_kept[kept] = True
    height = float(np.ptp(points[kept, 2])) + VACUUM

    def bonds(chosen: BoolArray, period: float) -> IntArray:
        atoms = np.flatnonzero(chosen)
        _, centres, _ = _bonds(points[atoms], symbols[atoms], np.diag([lengths[0], lengths[1], period]))
        return np.bincount(atoms[centres], minlength=len(points)).astype(np.int64)

    everywhere, here = bonds(np.ones(len(points), dtype=bool), float(lengths[2])), bonds(is_kept, height)
    return int((everywhere != here)[kept].sum())


def _check_opening(atoms: Atoms, axis: int, at: float, keep: float = 1.0) -> None:
    check_orthogonal(atoms, "an electrolyte that is to be opened")
    if axis not in (0, 1, 2):
        raise InputError(f"'axis' must be 0, 1 or 2, got {axis}")
    if not (math.isfinite(at) and 0.0 <= at < 1.0):
        raise InputError(f"'at' must be from 0 up to but not including 1, got {at}")
    if not 0.0 < keep <= 1.0:
        raise InputError(f"'keep' must be above 0 and at most 1, got {keep}")
    symbols = atoms.get_chemical_symbols()
    check_known(symbols)
    charge = sum(FORMAL_CHARGES[symbol] for symbol in symbols)
    if charge != 0:
        raise InputError(
            f"an electrolyte must be neutral, got {charge:+d} e in {atoms.get_chemical_formula()}; "
            "add or remove lithium, or Li2O, until it is"
        )


def _turn(atoms: Atoms, axis: int) -> Atoms:
    """Turn a box so that one axis becomes z, and the old z becomes y; right-handed."""
    turned: Atoms = atoms.copy()
    if axis != Z:
        order = {0: [1, 2, 0], 1: [0, 2, 1]}[axis]
        points = atoms.positions[:, order]
        if axis == 1:
            points[:, 0] *= -1.0
        turned.set_cell(atoms.cell.lengths()[order])
        turned.positions = points
    return turned


def _owners(points: FloatArray, species: StringArray, lengths: FloatArray) -> IntArray:
    """Return the centre that each anion belongs to, the nearest that holds it; -1 for all else."""
    anion, centre, distance = _bonds(points, species, np.diag(lengths))
    owners = np.full(len(points), -1, dtype=np.int64)
    nearest_last = np.argsort(-distance, kind="stable")
    owners[anion[nearest_last]] = centre[nearest_last]
    return owners


def _bonds(points: FloatArray, species: StringArray, cell: FloatArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Return anions, the highly charged ions that hold them, and their distances: octahedra of garnet, PS4, PO4."""
    kinds = sorted(set(species.tolist()))
    centres = [kind for kind in kinds if FORMAL_CHARGES[kind] >= _CENTRE or kind in _SMALL]
    reaches = {(one, other): bond_reach(one, other) for one in centres for other in kinds if FORMAL_CHARGES[other] < 0}
    if not reaches:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)
    pairs = find_pairs(points, cell, max(reaches.values()))
    one, two = np.concatenate([pairs.first, pairs.second]), np.concatenate([pairs.second, pairs.first])
    distances = np.concatenate([pairs.distances, pairs.distances])
    held = np.zeros(len(one), dtype=bool)
    for (centre, anion), reach in reaches.items():
        held |= (species[one] == anion) & (species[two] == centre) & (distances < reach)
    return one[held].astype(np.int64), two[held].astype(np.int64), distances[held]


def _followed(points: FloatArray, owners: IntArray, lengths: FloatArray) -> FloatArray:
    """Put every O on the same side along z as the centre that owns it."""
    follows = owners >= 0
    followed = points.copy()
    apart = points[follows, 2] - points[owners[follows], 2]
    followed[follows, 2] = points[owners[follows], 2] + apart - lengths[2] * np.round(apart / lengths[2])
    return followed


def _formal(species: StringArray) -> FloatArray:
    return np.array([FORMAL_CHARGES[symbol] for symbol in species.tolist()], dtype=np.float64)
