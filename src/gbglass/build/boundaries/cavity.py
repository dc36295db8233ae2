"""Boundaries with a larger cavity: formula units taken out as a lens or as a crack, the cell stays neutral.

The variants of doi:10.1038/s41467-025-59895-9, Fig. 3 (Model-2s): the same boundary with more room in it.
"""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from ase import Atoms

from gbglass.build.account import contacts, contacts_across, count_species, dipole_along_normal, intact_octahedra
from gbglass.build.boundaries.boundary import BuiltBoundary
from gbglass.build.crystal import WHOLE_OCTAHEDRON
from gbglass.core.arrays import FloatArray, IntArray, StringArray
from gbglass.core.ledger import Ledger
from gbglass.core.neighbours import find_pairs
from gbglass.errors import InputError

CavityShape = Literal["lens", "crack"]
"""``lens``: round within the boundary, flat across it. ``crack``: a slab along the whole boundary."""

FORMULA_UNIT = {"Zr": 2, "La": 3, "Li": 7}
"""What is taken out together; each Zr takes its six O along."""

_FLATNESS = 3.0
"""Radius of a lens within the boundary over half its thickness [1]."""

_LARGEST_PART = 0.25
"""More than this part of the cell is no cavity in a boundary any more [1]."""

_OXYGEN = 6


@dataclass(frozen=True)
class CavitySpec:
    """What is to be taken out.

    Parameters
    ----------
    units
        Formula units Li7La3Zr2O12.
    shape
        ``"lens"`` or ``"crack"``.
    boundary
        1 or 2.
    centre
        Of a lens, in parts of the two periods [1].

    Raises
    ------
    InputError
        If a value cannot be used.

    """

    units: int
    shape: CavityShape = "lens"
    boundary: int = 1
    centre: tuple[float, float] = (0.5, 0.5)

    def __post_init__(self) -> None:
        if self.units < 1:
            raise InputError(f"'units' must be 1 or more formula units, got {self.units}")
        if self.shape not in get_args(CavityShape):
            raise InputError(f"'shape' must be one of {', '.join(get_args(CavityShape))}, got {self.shape!r}")
        if self.boundary not in (1, 2):
            raise InputError(f"'boundary' must be 1 or 2, got {self.boundary}")


def enlarge_cavity(built: BuiltBoundary, spec: CavitySpec) -> BuiltBoundary:
    """Take formula units out of one boundary, those nearest to the middle of the cavity; octahedra go as a whole.

    Parameters
    ----------
    built
        A boundary of LLZO.
    spec
        How much, where and in which shape.

    Raises
    ------
    InputError
        If the structure is no undoped LLZO, or more than a quarter of it would go.

    Examples
    --------
    >>> from gbglass.build.boundaries.boundary import BoundarySpec, build_boundary
    >>> whole = build_boundary(BoundarySpec((1, -1, 0), (1, 1, 2), 3), np.random.default_rng(1))
    >>> enlarge_cavity(whole, CavitySpec(units=2)).atoms.get_chemical_formula()
    'La66Li154O264Zr44'

    """
    atoms = built.atoms
    symbols = np.array(atoms.get_chemical_symbols())
    if set(symbols.tolist()) != {"Li", "La", "Zr", "O"}:
        raise InputError(f"a cavity is made in undoped LLZO; the structure has {', '.join(sorted(set(symbols)))}")
    largest = int(_LARGEST_PART * (symbols == "Zr").sum() / FORMULA_UNIT["Zr"])
    if spec.units > largest:
        raise InputError(
            f"'units' must be at most {largest}, a quarter of this cell, got {spec.units}; take a larger cell"
        )
    gone = _nearest_units(atoms, symbols, _distances(atoms, built, spec), spec.units)
    rest = atoms[np.setdiff1d(np.arange(len(atoms)), gone)]
    return replace(built, atoms=rest, ledger=_account(built, rest, spec, Counter(symbols[gone].tolist())))


def _distances(atoms: Atoms, built: BuiltBoundary, spec: CavitySpec) -> FloatArray:
    """Return how far each atom is from the middle of the cavity, the way its shape counts it [Å, (n_atoms,)]."""
    scaled = atoms.get_scaled_positions()
    middle = np.array([*spec.centre, built.ledger.boundaries[spec.boundary - 1].position])
    apart = scaled - middle
    x, y, z = ((apart - np.round(apart)) * atoms.cell.lengths()).T
    across: FloatArray = np.abs(z)
    return across if spec.shape == "crack" else np.sqrt(z**2 + (x**2 + y**2) / _FLATNESS**2)


def _nearest_units(atoms: Atoms, symbols: StringArray, distances: FloatArray, units: int) -> IntArray:
    gone = []
    for species, count in FORMULA_UNIT.items():
        of_species = np.flatnonzero(symbols == species)
        order = np.lexsort((of_species, np.round(distances[of_species], 6)))
        gone.append(of_species[order[: count * units]])
    return np.sort(np.concatenate([*gone, _ligands(atoms, symbols, gone[0])])).astype(np.int64)


def _ligands(atoms: Atoms, symbols: StringArray, centres: IntArray) -> IntArray:
    pairs = find_pairs(atoms.positions, atoms.cell.array, WHOLE_OCTAHEDRON)
    one, other = np.concatenate([pairs.first, pairs.second]), np.concatenate([pairs.second, pairs.first])
    ligands = np.unique(other[np.isin(one, centres) & (symbols[other] == "O")])
    if len(ligands) != _OXYGEN * len(centres):
        raise InputError(
            f"{len(centres)} Zr hold {len(ligands)} O within {WHOLE_OCTAHEDRON} Å, not six each; "
            "make the cavity in a structure as it was built"
        )
    return ligands.astype(np.int64)


def _account(built: BuiltBoundary, rest: Atoms, spec: CavitySpec, gone: Counter[str]) -> Ledger:
    ledger = built.ledger
    boundaries = tuple(
        replace(entry, shortest_contacts=contacts_across(rest, entry.position)) for entry in ledger.boundaries
    )
    return replace(
        ledger,
        atoms=count_species(rest),
        removed={species: ledger.removed.get(species, 0) + gone.get(species, 0) for species in ledger.atoms},
        shortest_contacts=contacts(rest),
        dipole_along_normal=dipole_along_normal(rest),
        intact_octahedra=intact_octahedra(rest),
        boundaries=boundaries,
        remarks=(
            *ledger.remarks,
            f"{spec.units} formula units taken out of boundary {spec.boundary} as a {spec.shape}.",
        ),
    )
