"""How grains are turned: at random, or about a common axis; and how far two of them are from each other."""

import warnings

import numpy as np
import spglib

from gbglass.build.crystal import Crystal
from gbglass.build.tilt import Miller
from gbglass.core.arrays import FloatArray
from gbglass.errors import InputError

_SYMMETRY = 0.01
"""Atoms this far from a symmetric place still count as symmetric [Å]."""

_ROUND = 1e-6


def random_orientations(count: int, rng: np.random.Generator) -> FloatArray:
    """Draw rotations, uniform over all of them.

    A unit quaternion whose direction is uniform on the sphere in four dimensions is a uniform rotation (Shoemake 1992,
    doi:10.1016/B978-0-08-050755-2.50036-1).

    Parameters
    ----------
    count
        How many.
    rng
        The generator.

    Returns
    -------
    FloatArray
        Matrices that turn vectors of the crystal into the box [1, (count, 3, 3)].

    Examples
    --------
    >>> round(float(np.linalg.det(random_orientations(1, np.random.default_rng(1))[0])), 9)
    1.0

    """
    quaternions = rng.normal(size=(count, 4))
    w, x, y, z = (quaternions / np.linalg.norm(quaternions, axis=1)[:, None]).T
    rows = [
        [1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - z * w), 2.0 * (x * z + y * w)],
        [2.0 * (x * y + z * w), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - x * w)],
        [2.0 * (x * z - y * w), 2.0 * (y * z + x * w), 1.0 - 2.0 * (x * x + y * y)],
    ]
    return np.moveaxis(np.array(rows), 2, 0)


def tilt_orientations(crystal: Crystal, axis: Miller, angles: FloatArray) -> FloatArray:
    """Turn a crystal so that a lattice direction lies along x, then about it.

    At 0° the lattice direction of the smallest indices across the axis, [001] for [100], lies along z.

    Parameters
    ----------
    crystal
        Any.
    axis
        Lattice direction [uvw].
    angles
        About the axis, by the right-hand rule [degrees, (n,)].

    Returns
    -------
    FloatArray
        Matrices that turn vectors of the crystal into the box [1, (n, 3, 3)].

    """
    along = np.array(axis) @ crystal.cell
    along = along / np.linalg.norm(along)
    up = _across(crystal, along)
    start = np.stack([along, np.cross(up, along), up])
    cosines, sines = np.cos(np.radians(angles)), np.sin(np.radians(angles))
    turns = np.zeros((len(angles), 3, 3))
    turns[:, 0, 0] = 1.0
    turns[:, 1, 1] = turns[:, 2, 2] = cosines
    turns[:, 1, 2], turns[:, 2, 1] = -sines, sines
    orientations: FloatArray = turns @ start
    return orientations


def _across(crystal: Crystal, along: FloatArray) -> FloatArray:
    """Return the unit vector across a direction towards the simplest lattice direction that is not along it."""
    for direction in ((0, 0, 1), (0, 1, 0), (1, 0, 0), (0, 1, -1), (1, 0, -1), (1, -1, 0)):
        vector = np.array(direction) @ crystal.cell
        if abs(float(vector @ along)) < _ROUND * np.linalg.norm(vector):
            unit: FloatArray = vector / np.linalg.norm(vector)
            return unit
    vector = crystal.cell[2] - (crystal.cell[2] @ along) * along
    if np.linalg.norm(vector) < _ROUND:
        vector = crystal.cell[1] - (crystal.cell[1] @ along) * along
    across: FloatArray = vector / np.linalg.norm(vector)
    return across


def check_orientations(orientations: FloatArray) -> None:
    """Refuse matrices that are no rotations.

    Raises
    ------
    InputError
        Names the first.

    """
    for number, matrix in enumerate(orientations, start=1):
        is_rotation = np.abs(matrix @ matrix.T - np.eye(3)).max() < _ROUND and np.linalg.det(matrix) > 0.0
        if not is_rotation:
            raise InputError(
                f"orientation {number} must be a rotation (orthogonal, determinant +1), got {matrix.round(4).tolist()}"
            )


def proper_rotations(crystal: Crystal) -> FloatArray:
    """Return the rotations of a crystal's Laue class: 24 for m-3m [1, (n, 3, 3)].

    Examples
    --------
    >>> from gbglass.build.crystal import llzo_crystal
    >>> len(proper_rotations(llzo_crystal()))
    24

    """
    groups = crystal.groups
    symbols = groups.symbols.tolist()
    kinds = {symbol: number for number, symbol in enumerate(dict.fromkeys(symbols), start=1)}
    points = (groups.centres[groups.group] + groups.offsets) % 1.0
    with warnings.catch_warnings():
        # spglib announces that it will raise instead of returning None; both are a crystal without symmetry here.
        warnings.simplefilter("ignore", DeprecationWarning)
        cell = (crystal.cell.tolist(), points.tolist(), [kinds[s] for s in symbols])
        found = spglib.get_symmetry(cell, symprec=_SYMMETRY)
    rotations = np.eye(3)[None] if found is None else found["rotations"]
    fractional = np.unique(rotations.reshape(-1, 9), axis=0).reshape(-1, 3, 3)
    cartesian = crystal.cell.T @ fractional @ np.linalg.inv(crystal.cell.T)
    proper = np.round(cartesian * np.linalg.det(cartesian)[:, None, None], 9)
    distinct: FloatArray = np.unique(proper.reshape(-1, 9), axis=0).reshape(-1, 3, 3)
    return distinct


def disorientation(first: FloatArray, second: FloatArray, symmetry: FloatArray) -> float:
    """Return the smallest angle that turns one grain into another, whatever symmetric way each is looked at [degrees].

    Parameters
    ----------
    first, second
        Orientations [1, (3, 3)].
    symmetry
        Rotations of the crystal [1, (n, 3, 3)].

    Examples
    --------
    >>> from gbglass.build.crystal import llzo_crystal
    >>> turned, still = tilt_orientations(llzo_crystal(), (1, 0, 0), np.array([100.0, 0.0]))
    >>> round(disorientation(turned, still, proper_rotations(llzo_crystal())), 6)
    10.0

    """
    # A trace does not change when factors go round, so that turning one of the two grains is enough.
    traces = np.einsum("ij,nji->n", second.T @ first, symmetry)
    return float(np.degrees(np.arccos(np.clip(0.5 * (traces.max() - 1.0), -1.0, 1.0))))
