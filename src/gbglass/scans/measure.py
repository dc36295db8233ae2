"""What is measured of one relaxed cell with two boundaries."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ase import Atoms

from gbglass.analysis.cavity import cavity_profile
from gbglass.build.account import contacts, count_species, forbidden_contacts, intact_octahedra
from gbglass.build.boundaries.boundary import BuiltBoundary
from gbglass.build.boundaries.join import Shift
from gbglass.build.garnet import LATTICE_PARAMETER
from gbglass.core.framework import IMMOBILE_CATIONS
from gbglass.core.partition import eleven_boundary_regions
from gbglass.core.potential import Potential
from gbglass.errors import InputError
from gbglass.lammps.relaxation import Relaxed

LLZO = {"Li": 7, "La": 3, "Zr": 2, "O": 12}


@dataclass(frozen=True)
class MeasuredCell:
    """One decoration of a candidate at rest.

    Parameters
    ----------
    energy
        Of the cell [eV].
    formula_units
        In the cell.
    area
        Of one boundary [Å²].
    height
        Of the cell along the normal [Å].
    atoms
        Of each species.
    expansion
        Space that the builder put between the grains at boundary 1 and 2 [Å].
    shift
        Of grain 2 after the relaxation, in parts of the periods [1].
    lithium_excess
        At boundary 1 and 2, of the structure as built [1/nm²].
    cavity
        Fraction of the region around boundary 1 and 2 in which lithium would fit [1].
    room_per_lithium
        Volume of those cavities over the lithium in the region [Å³].
    contacts
        Shortest distance of each pair of species [Å].
    forbidden
        Contacts below their limits, as text.
    intact_octahedra
        Share of the Zr with exactly six O within 2.6 Å [%].
    wall_seconds
        Of the relaxation.
    folder
        Where the relaxed structure lies.

    """

    energy: float
    formula_units: float
    area: float
    height: float
    atoms: dict[str, int]
    expansion: tuple[float, float]
    shift: Shift
    lithium_excess: tuple[float, float]
    cavity: tuple[float, float]
    room_per_lithium: tuple[float, float]
    contacts: dict[str, float]
    forbidden: tuple[str, ...]
    intact_octahedra: float
    wall_seconds: float
    folder: str


def at_lattice_parameter(atoms: Atoms, parameter: float) -> Atoms:
    """Scale a structure of garnet to the lattice parameter that its potential wants [Å].

    Else the grains of a boundary would be strained against the bulk that they are compared with.
    """
    scaled: Atoms = atoms.copy()
    scaled.set_cell(atoms.cell.array * (parameter / LATTICE_PARAMETER), scale_atoms=True)
    return scaled


def measure(built: BuiltBoundary, started: Atoms, relaxed: Relaxed, folder: Path, potential: Potential) -> MeasuredCell:
    """Measure a relaxed cell.

    Parameters
    ----------
    built
        What the builder gave.
    started
        The same, scaled: what the relaxation started from.
    relaxed
        What came of it.
    folder
        Of its case.
    potential
        Gives the radii of cavities.

    Raises
    ------
    InputError
        If the composition is not that of Li7La3Zr2O12, so that its energy cannot be compared with the bulk.

    """
    atoms = relaxed.atoms
    counts = count_species(atoms)
    units = counts["Zr"] / LLZO["Zr"]
    if any(counts.get(species, 0) != units * number for species, number in LLZO.items()) or len(counts) != len(LLZO):
        raise InputError(f"{atoms.symbols} is not so many Li7La3Zr2O12, so no bulk energy can be taken from its own")
    regions = eleven_boundary_regions()
    cavity = cavity_profile(atoms, potential.cavity_radii, regions)
    first, second = cavity.boundary_fractions
    lithium = regions.partition.assign(atoms.get_scaled_positions()[np.array(atoms.get_chemical_symbols()) == "Li"])
    rooms = []
    for fraction, slabs in zip((first, second), regions.boundaries, strict=True):
        volume = fraction * float(regions.partition.widths[list(slabs)].sum()) * float(atoms.get_volume())
        rooms.append(volume / max(1, int(np.isin(lithium, slabs).sum())))
    lengths = atoms.cell.lengths()
    lower, upper = built.ledger.boundaries
    return MeasuredCell(
        energy=relaxed.energy,
        formula_units=units,
        area=float(lengths[0] * lengths[1]),
        height=float(lengths[2]),
        atoms=counts,
        expansion=(lower.expansion, upper.expansion),
        shift=_relaxed_shift(built, started, atoms),
        lithium_excess=_excesses(built),
        cavity=(first, second),
        room_per_lithium=(rooms[0], rooms[1]),
        contacts=contacts(atoms),
        forbidden=tuple(map(str, forbidden_contacts(atoms))),
        intact_octahedra=intact_octahedra(atoms),
        wall_seconds=relaxed.wall_seconds,
        folder=folder.name,
    )


def _excesses(built: BuiltBoundary) -> tuple[float, float]:
    first, second = (entry.lithium.excess_per_area for entry in built.ledger.boundaries if entry.lithium is not None)
    return first, second


def _relaxed_shift(built: BuiltBoundary, started: Atoms, relaxed: Atoms) -> Shift:
    """Add to the shift how far the La and Zr of grain 2 went within the plane beyond those of grain 1."""
    cations = np.isin(started.get_chemical_symbols(), IMMOBILE_CATIONS)
    grain = started.get_array("grain")
    moved = (relaxed.positions - started.positions)[:, :2] / relaxed.cell.lengths()[:2]
    first, second = (moved[cations & (grain == number)].mean(axis=0) for number in (1, 2))
    x, y = second - first
    return built.shift[0] + float(x), built.shift[1] + float(y)
