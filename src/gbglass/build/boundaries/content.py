"""Boundaries with more or less lithium: Li2O put into them or taken out, so that the cell stays neutral."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from ase import Atoms

from gbglass.build.account import contacts_across, dipole_along_normal
from gbglass.build.boundaries.boundary import BuiltBoundary
from gbglass.build.crystals.bulk import BuiltCrystal
from gbglass.build.crystals.li2o import vary_li2o
from gbglass.core.arrays import BoolArray, FloatArray, IntArray
from gbglass.core.ledger import BoundaryEntry, Counts, Ledger
from gbglass.units import NM2_PER_A2

REACH = 6.0
"""Li2O goes in or out this near to the middle of a boundary [Å]."""


def vary_boundary_li2o(built: BuiltBoundary, units: int, rng: np.random.Generator) -> BuiltBoundary:
    """Put Li2O into the boundaries of a cell, where there is most room, or take it out of them.

    An O that is put in joins no octahedron; one that is taken out leaves its octahedron with five, and the ledger says
    how many are whole then.

    Parameters
    ----------
    built
        A neutral boundary.
    units
        Above zero to put in, below zero to take out.
    rng
        Decides which.

    Raises
    ------
    InputError
        If there is no room for so many, or there are not so many to take out, or the cell is not neutral.

    Examples
    --------
    >>> from gbglass.build.boundaries.boundary import BoundarySpec, build_boundary
    >>> plain = build_boundary(BoundarySpec((1, -1, 0), (1, 1, 2), 3), np.random.default_rng(1))
    >>> richer = vary_boundary_li2o(plain, 2, np.random.default_rng(1))
    >>> plain.atoms.get_chemical_formula(), richer.atoms.get_chemical_formula()
    ('La72Li168O288Zr48', 'La72Li172O290Zr48')

    """
    height = float(built.atoms.cell.lengths()[2])

    def is_near(points: FloatArray) -> BoolArray:
        halves = points[:, 2] / (0.5 * height)
        return np.asarray(np.abs(halves - np.round(halves)) * 0.5 * height < REACH)

    valence = built.ledger.valence["grain 1"]
    changed = vary_li2o(built.atoms, units, rng, built.geometry.title, valence, is_near=is_near)
    atoms = _with_grains(changed.atoms)
    return replace(built, atoms=atoms, ledger=_account(built, atoms, changed, units))


def _with_grains(atoms: Atoms) -> Atoms:
    """Give atoms that are new the grain that they are in, and the layer of the nearest atom of it."""
    grain, layer = atoms.get_array("grain"), atoms.get_array("layer")
    heights = atoms.get_scaled_positions()[:, 2]
    for new in np.flatnonzero(grain == 0).tolist():
        grain[new] = 1 + int(2.0 * heights[new])
        own = np.flatnonzero((grain == grain[new]) & (np.arange(len(atoms)) != new))
        layer[new] = layer[own[np.argmin(np.abs(heights[own] - heights[new]))]]
    atoms.set_array("grain", grain)
    atoms.set_array("layer", layer)
    return atoms


def _account(built: BuiltBoundary, atoms: Atoms, changed: BuiltCrystal, units: int) -> Ledger:
    ledger = built.ledger
    before, after = _lithium_beside(built.atoms), _lithium_beside(atoms)
    gained = (after - before) / (float(np.prod(atoms.cell.lengths()[:2])) * NM2_PER_A2)
    excess = ledger.li2o_excess_per_area
    area = 2.0 * (ledger.area or np.inf) * NM2_PER_A2
    return replace(
        ledger,
        atoms=changed.ledger.atoms,
        removed=_sum(ledger.removed, changed.ledger.removed),
        added=_sum(ledger.added, changed.ledger.added),
        shortest_contacts=changed.ledger.shortest_contacts,
        dipole_along_normal=None if ledger.dipole_along_normal is None else dipole_along_normal(atoms),
        li2o_excess_per_area=None if excess is None else excess + units / area,
        intact_octahedra=changed.ledger.intact_octahedra,
        boundaries=tuple(
            _changed_entry(entry, atoms, float(more)) for entry, more in zip(ledger.boundaries, gained, strict=True)
        ),
        remarks=(*ledger.remarks, *changed.ledger.remarks),
    )


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> Counts:
    return dict(sorted((Counter(one) + Counter(other)).items()))


def _lithium_beside(atoms: Atoms) -> IntArray:
    """Count the lithium that is nearer to boundary 1, and that nearer to boundary 2."""
    heights = atoms.get_scaled_positions()[np.array(atoms.get_chemical_symbols()) == "Li", 2]
    return np.bincount(np.round(2.0 * heights).astype(np.int64) % 2, minlength=2)


def _changed_entry(entry: BoundaryEntry, atoms: Atoms, gained: float) -> BoundaryEntry:
    lithium = entry.lithium and replace(entry.lithium, excess_per_area=entry.lithium.excess_per_area + gained)
    return replace(entry, shortest_contacts=contacts_across(atoms, entry.position), lithium=lithium)
