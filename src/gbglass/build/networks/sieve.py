"""Which groups of a network go: those that clash, and those that the crystal's composition can spare."""

import numpy as np
from scipy.spatial import cKDTree

from gbglass.build.crystal import Crystal
from gbglass.build.networks.clash import resolve_clashes
from gbglass.build.networks.grains import Framework, foreign_pairs, scatter
from gbglass.build.piece import wrap_into
from gbglass.core.arrays import BoolArray, FloatArray, IntArray, StringArray

_MARGIN = 1e-3
"""Kept to every limit, so that rounding never makes a contact forbidden [Å]."""

_THINNED, _AROUND = 6.0, 4.0
"""Groups go only this near to a boundary for the sake of composition; their neighbours are counted so far [Å]."""

_CROWDED = np.iinfo(np.int64).max
"""More framework atoms around a group than any has."""


def drop_clashing_groups(crystal: Crystal, framework: Framework, box: FloatArray) -> BoolArray:
    """Say which groups go, so that no two atoms of different grains are nearer than their contact limit.

    Groups go as a whole, with as little charge as possible.

    Parameters
    ----------
    crystal
        Gives the limits.
    framework
        Of all grains.
    box
        Edges [Å, (3,)].

    Returns
    -------
    BoolArray
        [bool, (n_groups,)].

    """
    near = framework.keep(framework.depth < clash_depth(crystal))
    pairs = foreign_pairs(near.positions, near.grain, box, float(clash_limits(crystal).max()))
    charge = group_charges(crystal, framework)
    touched, gone = end_clashes(clashing_groups(crystal, near, pairs), charge)
    removed = np.zeros(len(charge), dtype=bool)
    removed[touched[gone]] = True
    return removed


def clash_limits(crystal: Crystal) -> FloatArray:
    """Tabulate the nearest allowed distances between grains, by species of the framework [Å, (n, n)]."""
    names = crystal.framework
    return np.array([[crystal.contact_limit(a, b) for b in names] for a in names]) + _MARGIN


def clash_depth(crystal: Crystal) -> float:
    """Return how deep atoms can be that may come within a limit of one that sticks out of another grain [Å]."""
    sticks_out = float(np.linalg.norm(crystal.groups.offsets @ crystal.cell, axis=1).max())
    return float(clash_limits(crystal).max()) + sticks_out


def group_charges(crystal: Crystal, framework: Framework) -> FloatArray:
    """Sum the charges of each group [e, (n_groups,)]."""
    valence = np.array([crystal.valence[species] for species in crystal.framework])
    return np.bincount(framework.group, valence[framework.species]).astype(np.float64)


def clashing_groups(crystal: Crystal, framework: Framework, pairs: tuple[IntArray, IntArray, FloatArray]) -> IntArray:
    """Return which groups have atoms too near to each other, each pair once [int, (n_pairs, 2)].

    Parameters
    ----------
    crystal
        Gives the limits.
    framework
        Atoms near boundaries.
    pairs
        Of its atoms, of different grains, and their distances.

    """
    first, second, distance = pairs
    clash = distance < clash_limits(crystal)[framework.species[first], framework.species[second]]
    groups = np.stack([framework.group[first[clash]], framework.group[second[clash]]], axis=1)
    unique: IntArray = np.unique(np.sort(groups, axis=1), axis=0)
    return unique


def end_clashes(pairs: IntArray, charge: FloatArray) -> tuple[IntArray, BoolArray]:
    """Return the groups that clash, and which of them go so that none does, with as little charge as possible."""
    touched, compact = np.unique(pairs, return_inverse=True)
    weight = np.maximum(np.abs(charge[touched]), 1.0)
    return touched, resolve_clashes(compact.reshape(-1, 2), weight, scatter(len(touched)))


def restore_composition(
    crystal: Crystal, framework: Framework, removed: BoolArray, box: FloatArray, fewer: int = 0
) -> BoolArray:
    """Say which groups go when the kinds that lost less are thinned out until the crystal's composition is back.

    In each kind, those with the fewest framework atoms around them go first: the most exposed ones.

    Parameters
    ----------
    crystal
        Gives the composition.
    framework
        Of all grains, before any group goes.
    removed
        What goes because of clashes [bool, (n_groups,)].
    box
        Edges [Å, (3,)].
    fewer
        Formula units of the framework to leave out beyond that.

    Returns
    -------
    BoolArray
        All that goes [bool, (n_groups,)].

    """
    kind, per_cell = _kinds(crystal, framework)
    left = np.bincount(kind[~removed], minlength=len(per_cell))
    unit = per_cell // units_per_cell(crystal)
    wanted = max(0, int((left // unit).min()) - fewer) * unit
    gone = removed.copy()
    crowding = _crowding(framework, removed, box)
    for number, surplus in enumerate(left - wanted):
        candidates = np.flatnonzero((kind == number) & ~removed)
        order = np.lexsort((scatter(len(candidates)), crowding[candidates]))
        gone[candidates[order[:surplus]]] = True
    return gone


def units_per_cell(crystal: Crystal) -> int:
    """Return how many formula units a cell of a crystal holds, mobile ions included: whole units are neutral.

    Examples
    --------
    >>> from gbglass.build.crystal import llzo_crystal
    >>> units_per_cell(llzo_crystal())  # Li7La3Zr2O12
    8

    """
    _, per_cell = np.unique(_formulas(crystal, crystal.groups.group, crystal.groups.symbols), return_counts=True)
    return int(np.gcd.reduce([*per_cell.tolist(), crystal.content]))


def _kinds(crystal: Crystal, framework: Framework) -> tuple[IntArray, IntArray]:
    """Return the kind of each group, by its species, and how many of each kind a cell has."""
    symbols = np.array(crystal.framework)[framework.species]
    of_cell = _formulas(crystal, crystal.groups.group, crystal.groups.symbols)
    kinds, per_cell = np.unique(of_cell, return_counts=True)
    kind = np.searchsorted(kinds, _formulas(crystal, framework.group, symbols))
    return kind.astype(np.int64), per_cell.astype(np.int64)


def _formulas(crystal: Crystal, group: IntArray, symbols: StringArray) -> IntArray:
    """Return a number for each group that says how many atoms of which species it has."""
    most = int(np.bincount(crystal.groups.group).max()) + 1
    digits = np.zeros(len(group), dtype=np.int64)
    for place, species in enumerate(crystal.framework):
        digits[symbols == species] = most**place
    formulas: IntArray = np.bincount(group, digits).astype(np.int64)
    return formulas


def _crowding(framework: Framework, removed: BoolArray, box: FloatArray) -> IntArray:
    """Count the framework atoms within 4 Å around each group near a boundary; deep groups count as crowded."""
    crowding = np.full(len(removed), _CROWDED)
    near = np.flatnonzero((framework.depth < _THINNED) & ~removed[framework.group])
    heads = near[np.concatenate([[True], np.diff(framework.group[near]) > 0])] if len(near) else near
    around = np.flatnonzero((framework.depth < _THINNED + _AROUND) & ~removed[framework.group])
    tree = cKDTree(wrap_into(framework.positions[around], box), boxsize=box)
    crowding[framework.group[heads]] = tree.query_ball_point(
        wrap_into(framework.positions[heads], box), _AROUND, return_length=True
    )
    return crowding
