"""A symmetric tilt boundary of a cubic crystal: neutral, whole polyhedra, no forbidden contact, or an error."""

import math
from dataclasses import dataclass
from typing import get_args

import numpy as np
from ase import Atoms

from gbglass.build.account import (
    OCTAHEDRAL,
    contacts,
    contacts_across,
    count_species,
    dipole_along_normal,
    forbidden_contacts,
    intact_octahedra,
    not_neutral,
)
from gbglass.build.boundaries.join import Bicrystal, Expansion, Shift, join_grains
from gbglass.build.boundaries.lithium import PlacedLithium, settle_lithium
from gbglass.build.crystal import Crystal, llzo_crystal
from gbglass.build.decorate import LithiumMode, fill_slab
from gbglass.build.order import check_tetrahedral
from gbglass.build.piece import SlabCut, cut_slab, plan_cut, wrap_into
from gbglass.build.tilt import Miller, TiltBoundary, tilt_boundary
from gbglass.core.arrays import FloatArray, IntArray
from gbglass.core.ledger import BoundaryEntry, BoundaryLithium, Counts, Ledger
from gbglass.core.species import FORMAL_CHARGES
from gbglass.errors import InputError
from gbglass.units import NM2_PER_A2

THINNEST_GRAIN = 10.0
"""Thinner grains are all boundary: the disturbed layer on either side of one reaches about 4 Å [Å]."""

_APART = 25.0
"""Grains of this thickness keep their two boundaries from feeling each other [Å]."""

_POSITIONS = (0.0, 0.5)
_LISTED_CONTACTS = 5
_ALL_INTACT = 100.0


@dataclass(frozen=True)
class BoundarySpec:
    """What is to be built.

    Parameters
    ----------
    axis
        Tilt axis [uvw].
    plane
        Boundary plane (hkl); contains the axis.
    layers
        Lattice planes (hkl) in each grain.
    n_tetrahedral
        Lithium on each 24 tetrahedra inside the grains, from 8 to 13.
    cut_offset
        Where the plane cuts the crystal, in parts of the plane spacing [1].
    shift
        Of grain 2 within the plane, in parts of the periods; searched when absent [1].
    expansion
        Space between the grains at boundary 1 and boundary 2; the smallest when absent [Å].
    sigma
        If given, must be that of the plane.
    lithium
        ``"placed"``: each grain holds the crystal's lithium and the boundaries share what they displace.
        ``"carried"``: what the cut exposes decides.
    extra_lithium
        Mobile ions above those that make the cell neutral, or below; near the boundaries.
    allow_nonstoichiometric
        Let the cell be charged, as extra ions make it: only a potential without fixed charges can describe it.

    Raises
    ------
    InputError
        If a value cannot be used.

    """

    axis: Miller
    plane: Miller
    layers: int
    n_tetrahedral: int = 12
    cut_offset: float = 0.0
    shift: Shift | None = None
    expansion: Expansion | None = None
    sigma: int | None = None
    lithium: LithiumMode = "placed"
    extra_lithium: int = 0
    allow_nonstoichiometric: bool = False

    def __post_init__(self) -> None:
        if self.lithium not in get_args(LithiumMode):
            raise InputError(f"'lithium' must be one of {', '.join(get_args(LithiumMode))}, got {self.lithium!r}")
        if self.layers < 1:
            raise InputError(f"'layers' must be 1 or more, got {self.layers}")
        if not (math.isfinite(self.cut_offset) and 0.0 <= self.cut_offset < 1.0):
            raise InputError(f"'cut_offset' must be from 0 up to but not including 1, got {self.cut_offset}")
        if self.shift is not None and not _is_finite_pair(self.shift):
            raise InputError(f"'shift' must be two parts of the periods, got {self.shift}")
        if self.expansion is not None and not (_is_finite_pair(self.expansion) and min(self.expansion) >= 0.0):
            raise InputError(f"'expansion' must be two distances in Å, zero or more, got {self.expansion}")
        check_tetrahedral(self.n_tetrahedral)
        if self.extra_lithium and not self.allow_nonstoichiometric:
            raise InputError(
                f"{self.extra_lithium:+d} Li would charge the cell; leave 'extra_lithium' out, or allow a composition "
                "that is not neutral (allow_nonstoichiometric), for a potential without fixed charges"
            )


@dataclass(frozen=True)
class BuiltBoundary:
    """A periodic cell with two boundaries, at the fractional heights 0 and 1/2.

    Parameters
    ----------
    atoms
        The mobile ion first, then the framework (Li, La, Zr, O), with the arrays ``grain`` (1 or 2) and ``layer``
        (from boundary 1, from 0).
    ledger
        What was done.
    geometry
        Of the boundary.
    shift
        Of grain 2 within the plane, given or found, in parts of the periods [1].

    """

    atoms: Atoms
    ledger: Ledger
    geometry: TiltBoundary
    shift: Shift


def build_boundary(spec: BoundarySpec, rng: np.random.Generator, crystal: Crystal | None = None) -> BuiltBoundary:
    """Build a bicrystal: the framework first, with whole polyhedra, then lithium until it is neutral.

    Parameters
    ----------
    spec
        What to build. Planes that the crystal's symmetry turns into each other give the same cell.
    rng
        Decides where lithium goes; the framework does not depend on it.
    crystal
        Cubic; LLZO by default.

    Raises
    ------
    InputError
        If the boundary does not exist, the grains are too thin, or no neutral cell without forbidden contacts was
        found; the message says what stands in the way.

    Examples
    --------
    >>> spec = BoundarySpec(axis=(1, -1, 0), plane=(1, 1, 2), layers=3)
    >>> built = build_boundary(spec, np.random.default_rng(1))
    >>> built.geometry.title, built.atoms.get_chemical_formula(), built.ledger.formal_charge
    ('Σ3(112)[1-10]', 'La72Li168O288Zr48', 0.0)

    """
    crystal = crystal or llzo_crystal()
    if spec.extra_lithium and crystal.content == 0:
        raise InputError(f"{crystal.name} has no mobile ion; leave 'extra_lithium' out")
    geometry = tilt_boundary(spec.axis, spec.plane, spec.sigma, crystal.lattice)
    _check_thickness(spec, geometry, crystal)
    cut = plan_cut(crystal, geometry.representative(), spec.layers, spec.cut_offset)
    bicrystal = join_grains(cut_slab(crystal, cut), spec.shift, spec.expansion)
    framework = _place_framework(bicrystal)
    lithium = _settle(spec, cut, bicrystal, framework, rng)
    atoms = _assemble({crystal.mobile: lithium.positions, **framework}, bicrystal, spec.layers)
    ledger = _account(atoms, bicrystal, lithium)
    _check(atoms, ledger, charge=spec.extra_lithium * float(crystal.valence.get(crystal.mobile, 0)))
    return BuiltBoundary(atoms, ledger, geometry, bicrystal.shift)


def _settle(
    spec: BoundarySpec,
    cut: SlabCut,
    bicrystal: Bicrystal,
    framework: dict[str, FloatArray],
    rng: np.random.Generator,
) -> PlacedLithium:
    first, second = (
        bicrystal.place(fill_slab(bicrystal.piece, cut, spec.lithium, spec.n_tetrahedral, rng), grain)
        for grain in (1, 2)
    )
    return settle_lithium(bicrystal, framework, (first, second), rng, spec.extra_lithium)


def _is_finite_pair(values: tuple[float, ...]) -> bool:
    return len(values) == len(_POSITIONS) and all(map(math.isfinite, values))


def _check_thickness(spec: BoundarySpec, geometry: TiltBoundary, crystal: Crystal) -> None:
    spacing = geometry.spacing * crystal.lattice_parameter
    if spec.layers * spacing < THINNEST_GRAIN:
        least, good = (math.ceil(thickness / spacing) for thickness in (THINNEST_GRAIN, _APART))
        raise InputError(
            f"'layers' must make grains of {THINNEST_GRAIN:g} Å or more, got {spec.layers} x {spacing:.2f} Å; "
            f"take {least} or more, {good} for boundaries {_APART:g} Å apart, which do not feel each other"
        )


def _place_framework(bicrystal: Bicrystal) -> dict[str, FloatArray]:
    """Return the framework of both grains by species, grain 1 first."""
    return {
        species: np.concatenate([bicrystal.place(points, grain) for grain in (1, 2)])
        for species, points in bicrystal.piece.framework().items()
    }


def _assemble(positions: dict[str, FloatArray], bicrystal: Bicrystal, layers: int) -> Atoms:
    """Make the atoms; O that sticks out of its grain keeps that grain, lithium belongs to the side it is on."""
    symbols = np.repeat(list(positions), [len(of_species) for of_species in positions.values()])
    points = wrap_into(np.concatenate(list(positions.values())), bicrystal.lengths)
    atoms = Atoms(symbols.tolist(), positions=points, cell=bicrystal.lengths, pbc=True)
    # Half-open like the wrapped heights: a coordinate of exactly 1/2 is in grain 2.
    grain = 1 + np.floor(2.0 * atoms.get_scaled_positions()[:, 2]).astype(np.int64)
    for species in bicrystal.piece.crystal.framework:
        grain[symbols == species] = np.repeat([1, 2], len(positions[species]) // 2)
    atoms.set_array("grain", grain)
    atoms.set_array("layer", _layers(atoms, bicrystal, layers))
    return atoms


def _layers(atoms: Atoms, bicrystal: Bicrystal, layers: int) -> IntArray:
    """Count lattice planes from boundary 1 into each grain, from 0; what is in a boundary goes to the nearest plane."""
    from_boundary = np.abs((atoms.get_scaled_positions()[:, 2] + 0.5) % 1.0 - 0.5) * bicrystal.lengths[2]
    spacing = bicrystal.piece.lengths[2] / layers
    planes: IntArray = np.floor((from_boundary - 0.5 * bicrystal.expansion[0]) / spacing).astype(np.int64)
    return planes.clip(0, layers - 1)


def _account(atoms: Atoms, bicrystal: Bicrystal, lithium: PlacedLithium) -> Ledger:
    crystal, counts = bicrystal.piece.crystal, count_species(atoms)
    area = float(bicrystal.lengths[0] * bicrystal.lengths[1])
    valence = {species: float(crystal.valence[species]) for species in counts}
    is_ionic = all(valence[species] == FORMAL_CHARGES[species] for species in counts)
    charge = sum(valence[species] * count for species, count in counts.items())
    has_octahedra = any(centre in OCTAHEDRAL and ligand == "O" for centre, ligand in crystal.keep_out)
    return Ledger(
        atoms=counts,
        cut=_cut_counts(bicrystal, lithium),
        removed={crystal.mobile: lithium.removed},
        added={crystal.mobile: lithium.added},
        formal_charge=charge,
        valence={"grain 1": valence, "grain 2": valence},
        shortest_contacts=contacts(atoms),
        dipole_along_normal=dipole_along_normal(atoms) if is_ionic and charge == 0 else None,
        li2o_excess_per_area=0.5 * _excess(atoms, bicrystal) / (2.0 * area * NM2_PER_A2) if charge == 0 else None,
        intact_octahedra=intact_octahedra(atoms) if has_octahedra else None,
        area=area,
        strain={"grain 1": (0.0, 0.0, 0.0), "grain 2": (0.0, 0.0, 0.0)},
        boundaries=tuple(
            BoundaryEntry(
                name=f"boundary {number + 1}",
                position=position,
                expansion=bicrystal.expansion[number],
                shortest_contacts=contacts_across(atoms, position),
                lithium=BoundaryLithium(
                    lithium.sites_lost[number],
                    lithium.on_cavities[number],
                    _excess_beside(atoms, bicrystal, number) / (area * NM2_PER_A2),
                ),
            )
            for number, position in enumerate(_POSITIONS)
        ),
        remarks=() if charge == 0 else (not_neutral(charge),),
    )


def _cut_counts(bicrystal: Bicrystal, lithium: PlacedLithium) -> Counts:
    framework = {species: 2 * len(points) for species, points in bicrystal.piece.framework().items()}
    return dict(sorted({bicrystal.piece.crystal.mobile: lithium.cut, **framework}.items()))


def _excess(atoms: Atoms, bicrystal: Bicrystal) -> float:
    """Return how many mobile ions the cell has above the crystal's composition."""
    crystal = bicrystal.piece.crystal
    per_atom = crystal.content / len(crystal.groups.symbols)
    symbols = atoms.get_chemical_symbols()
    return float(symbols.count(crystal.mobile)) - per_atom * 2 * len(bicrystal.piece.symbols)


def _excess_beside(atoms: Atoms, bicrystal: Bicrystal, number: int) -> float:
    """Return the same for the half of each grain next to one boundary; each half has half of the framework's planes."""
    crystal, layer = bicrystal.piece.crystal, atoms.get_array("layer")
    last = int(layer.max())
    beside_first = np.where(2 * layer == last, 0.5, np.where(2 * layer < last, 1.0, 0.0))
    weights = beside_first if number == 0 else 1.0 - beside_first
    is_mobile = np.array(atoms.get_chemical_symbols()) == crystal.mobile
    per_atom = crystal.content / len(crystal.groups.symbols)
    return float(weights[is_mobile].sum()) - per_atom * len(bicrystal.piece.symbols)


def _check(atoms: Atoms, ledger: Ledger, charge: float) -> None:
    """Refuse a cell that no simulation should start from, and show why."""
    problems = [str(contact) for contact in forbidden_contacts(atoms)]
    if len(problems) > _LISTED_CONTACTS:
        problems = [*problems[:_LISTED_CONTACTS], f"and {len(problems) - _LISTED_CONTACTS} more"]
    if ledger.formal_charge != charge:
        problems.append(f"formal charge {ledger.formal_charge:+g} e, atoms {ledger.atoms}")
    if ledger.intact_octahedra is not None and ledger.intact_octahedra < _ALL_INTACT:
        problems.append(f"only {ledger.intact_octahedra:.1f} % of the Zr have exactly six O within 2.6 Å")
    if problems:
        expansions = ", ".join(f"{entry.expansion:.2f} Å" for entry in ledger.boundaries)
        raise InputError(
            f"the cell is not sound (expansions {expansions}): {'; '.join(problems)}; "
            "leave out the expansion and the shift to have them searched, or take another cut_offset"
        )
