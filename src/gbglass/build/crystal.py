"""The noun of the build floor: a crystal as rigid groups of framework atoms, and places where mobile ions can be."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np

from gbglass.build.garnet import ATOMS_PER_CELL, LATTICE_PARAMETER, GarnetMotif, garnet_motif
from gbglass.build.tilt import GARNET, CubicLattice
from gbglass.core.arrays import BoolArray, FloatArray, IntArray, StringArray, frozen_floats
from gbglass.core.species import FORMAL_CHARGES, contact_limit
from gbglass.errors import InputError

WHOLE_OCTAHEDRON = 2.6
"""A Zr has exactly six O within this distance: the bond is 2.11 Å, the next O of a crystal 4.3 Å away [Å]."""

_METAL_CONTACT = 0.8
"""Atoms of a metal are not pushed nearer than this part of their distance in the crystal [1]."""

_ROUND, _WHOLE = 1e-6, 1e-6


def _shown_cell(cell: FloatArray) -> str:
    """Write a cell as people know it, edges and angles."""
    lengths = np.linalg.norm(cell, axis=1)
    cosines = [cell[i] @ cell[j] / (lengths[i] * lengths[j]) for i, j in ((1, 2), (0, 2), (0, 1))]
    edges = ", ".join(f"{length:.3f}" for length in lengths)
    angles = ", ".join(f"{angle:.1f}" for angle in np.degrees(np.arccos(cosines)))
    return f"its edges are {edges} Å and its angles {angles}°"


@dataclass(frozen=True)
class RigidGroups:
    """Framework atoms, in groups that belong to one grain as a whole: an octahedron, or an atom by itself.

    Parameters
    ----------
    centres
        Of each group; decides which grain it is in [(n_groups, 3)].
    symbols
        Of each atom [str, (n_atoms,)].
    offsets
        Of each atom from the centre of its group [(n_atoms, 3)].
    group
        Which group each atom is in, rising [int, (n_atoms,)].

    """

    centres: FloatArray
    symbols: StringArray
    offsets: FloatArray
    group: IntArray

    def members(self, groups: IntArray) -> tuple[IntArray, IntArray]:
        """Return the atoms of some groups, and for each of them its place in the list of groups."""
        counts = np.bincount(self.group, minlength=len(self.centres))
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        owner = np.repeat(np.arange(len(groups)), counts[groups])
        within = np.arange(len(owner)) - np.repeat(np.cumsum(counts[groups]) - counts[groups], counts[groups])
        return (starts[groups][owner] + within).astype(np.int64), owner.astype(np.int64)


@dataclass(frozen=True)
class PlainSites:
    """Places of mobile ions in a crystal whose order is known.

    Parameters
    ----------
    positions
        [(n_sites, 3)].
    occupied
        Which of them hold an ion [bool, (n_sites,)].

    """

    positions: FloatArray
    occupied: BoolArray


@dataclass(frozen=True)
class Crystal:
    """A crystal that grains are cut from.

    Parameters
    ----------
    name
        For people.
    cell
        Rows are the vectors of the conventional cell [Å, (3, 3)].
    cubic
        Lattice of a cubic crystal; None for any other.
    groups
        The framework; positions in fractional coordinates.
    sites
        Of the mobile ions, in fractional coordinates: garnet's, which are filled anew in every piece, or plain ones.
    mobile
        The mobile ion, ``"Li"`` as a rule.
    content
        Mobile ions in a cell.
    valence
        Charge of each species; 0 for a metal [e].
    keep_out
        How near a ligand of another group may come to the centre of a polyhedron, by centre and ligand [Å].
    is_centrosymmetric
        Whether the framework has a centre of inversion.

    """

    name: str
    cell: FloatArray
    cubic: CubicLattice | None
    groups: RigidGroups
    sites: GarnetMotif | PlainSites
    mobile: str
    content: int
    valence: Mapping[str, float]
    keep_out: Mapping[tuple[str, str], float]
    is_centrosymmetric: bool

    @property
    def framework(self) -> tuple[str, ...]:
        """Species of the framework, in the order in which builders list them."""
        return tuple(dict.fromkeys(self.groups.symbols.tolist()))

    @property
    def atoms_per_cell(self) -> int:
        """Atoms of the stoichiometric crystal in a cell."""
        return len(self.groups.symbols) + self.content

    @property
    def lattice(self) -> CubicLattice:
        """The cubic lattice.

        Raises
        ------
        InputError
            If the crystal is not cubic.

        """
        if self.cubic is None:
            raise InputError(
                f"{self.name} is not cubic, or not given in its conventional cell: {_shown_cell(self.cell)}; symmetric "
                "tilt boundaries are built from the conventional cell of a cubic crystal, which databases call "
                "conventional standard"
            )
        return self.cubic

    @property
    def lattice_parameter(self) -> float:
        """First edge of the conventional cell [Å]."""
        return float(np.linalg.norm(self.cell[0]))

    def contact_limit(self, first: str, second: str) -> float:
        """Return the distance below which two framework atoms of different groups must not come [Å].

        A ligand of another group is kept out of a whole polyhedron.
        """
        whole = self.keep_out.get((first, second), self.keep_out.get((second, first)))
        if whole is not None:
            return whole
        if self.valence[first] == self.valence[second] == 0:
            return _METAL_CONTACT * self._nearest_distance()
        return contact_limit(first, second)

    def _nearest_distance(self) -> float:
        points = self.groups.centres[self.groups.group] + self.groups.offsets
        images = np.stack(np.meshgrid(*3 * [np.arange(-1, 2)], indexing="ij"), axis=-1).reshape(-1, 3)
        apart = (points[None, :] + images[:, None] - points[0]).reshape(-1, 3) @ self.cell
        distances = np.linalg.norm(apart, axis=1)
        return float(distances[distances > _ROUND].min())


def neutral_count(crystal: Crystal, framework: Mapping[str, int]) -> int:
    """Return how many mobile ions make a framework neutral.

    Parameters
    ----------
    crystal
        Gives the charges.
    framework
        Atoms of each of its species.

    Raises
    ------
    InputError
        If no whole number does.

    """
    if crystal.content == 0:
        return 0
    charge = sum(crystal.valence[species] * count for species, count in framework.items())
    wanted = -charge / crystal.valence[crystal.mobile]
    if wanted < -_WHOLE or abs(wanted - round(wanted)) > _WHOLE:
        atoms = ", ".join(f"{species} {count}" for species, count in framework.items())
        raise InputError(
            f"no number of {crystal.mobile} makes the framework neutral: {atoms} carry {charge:+g} e and each "
            f"{crystal.mobile} carries {crystal.valence[crystal.mobile]:+g} e; check the charges of {crystal.name}"
        )
    return round(wanted)


@cache
def llzo_crystal() -> Crystal:
    """Return cubic Li7La3Zr2O12, whose lithium is ordered anew in every piece.

    Examples
    --------
    >>> crystal = llzo_crystal()
    >>> crystal.framework, crystal.atoms_per_cell, round(crystal.contact_limit("Zr", "O"), 2)
    (('La', 'Zr', 'O'), 192, 2.6)

    """
    motif = garnet_motif()
    n_la, n_zr = len(motif.la), len(motif.zr)
    oxygen = motif.oxygen.reshape(-1, 3)
    octahedra = np.repeat(np.arange(n_la, n_la + n_zr), motif.oxygen.shape[1])
    # Each Zr before its six O, as the groups are numbered.
    group = np.concatenate([np.arange(n_la + n_zr), octahedra])
    order = np.argsort(group, kind="stable")
    symbols = np.repeat(["La", "Zr", "O"], [n_la, n_zr, len(oxygen)])[order]
    offsets = np.concatenate([np.zeros((n_la + n_zr, 3)), oxygen])[order]
    return Crystal(
        name="cubic Li7La3Zr2O12",
        cell=frozen_floats(LATTICE_PARAMETER * np.eye(3)),
        cubic=GARNET,
        groups=RigidGroups(
            frozen_floats(np.concatenate([motif.la, motif.zr])), symbols, frozen_floats(offsets), group[order]
        ),
        sites=motif,
        mobile="Li",
        content=ATOMS_PER_CELL - len(symbols),
        valence=MappingProxyType({species: float(FORMAL_CHARGES[species]) for species in ("Li", "La", "Zr", "O")}),
        keep_out=MappingProxyType({("Zr", "O"): WHOLE_OCTAHEDRON}),
        is_centrosymmetric=True,
    )
