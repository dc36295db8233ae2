r"""What an atom sees: numbers that do not change when the structure is turned, moved or numbered anew.

A neighbour of species :math:`s` at a distance :math:`r` counts with a weight :math:`w_k(r)`, a Gaussian that ends
smoothly at the reach. Radial numbers are :math:`\sum_j w_k(r_j)` of each species; angular ones are the power spectrum

.. math:: p_{kl}^{st} = \sum_{j∈s} \sum_{j'∈t} w_k(r_j)\, w_k(r_{j'})\, P_l(\cos θ_{jj'}),

made of spherical harmonics by their addition theorem, as in SOAP (Bartók, Kondor, Csányi, Phys. Rev. B 87, 184115
(2013), doi:10.1103/PhysRevB.87.184115). All are given as :math:`x/\sqrt{1 + |x|}`: the few that are large would
otherwise be all that a distance between two environments knows of.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from ase import Atoms
from scipy.special import sph_harm_y

from gbglass.core.arrays import FloatArray, IntArray
from gbglass.core.neighbours import find_vectors
from gbglass.errors import InputError

REACH = 6.0
"""As far as the potentials see [Å]."""

_RADIAL = np.linspace(1.0, 5.5, 8)
_RADIAL_WIDTH = 0.6
_ANGULAR = np.array([2.0, 3.2, 4.4])
_ANGULAR_WIDTH = 0.8
"""Middles and widths of the Gaussians [Å]."""

_DEGREES = (1, 2, 3, 4)
"""Of the harmonics; an octahedron has none of 1 to 3."""


@dataclass(frozen=True)
class Descriptor:
    """Describes atoms among others of known species.

    Parameters
    ----------
    species
        Which may occur, in the order in which they are counted.

    """

    species: tuple[str, ...]

    @property
    def size(self) -> int:
        """Numbers an atom."""
        kinds = len(self.species)
        return kinds * len(_RADIAL) + kinds * (kinds + 1) // 2 * len(_ANGULAR) * len(_DEGREES)

    def describe(self, atoms: Atoms) -> FloatArray:
        """Describe each atom [(n_atoms, size)].

        Raises
        ------
        InputError
            If there is a species that is not known; names all.

        Examples
        --------
        >>> from ase.build import bulk
        >>> found = Descriptor(("Li",)).describe(bulk("Li", "bcc", a=3.44, cubic=True))
        >>> found.shape, bool(np.abs(found[0] - found[1]).max() < 1e-9)  # the two sites of bcc are the same
        ((2, 20), True)

        """
        kinds = self._kinds(atoms)
        first, second, away = find_vectors(atoms.positions, atoms.cell.array, REACH)
        distances = np.linalg.norm(away, axis=1)
        ends = 0.5 * (1.0 + np.cos(np.pi * distances / REACH))
        slots = first * len(self.species) + kinds[second]
        shape = (len(atoms), len(self.species))
        radial = _summed(_gaussians(distances, ends, _RADIAL, _RADIAL_WIDTH), slots, shape)
        weights = _gaussians(distances, ends, _ANGULAR, _ANGULAR_WIDTH)
        parts = [radial.reshape(len(atoms), -1)]
        parts += [self._spectrum(_moments(degree, away, weights, slots, shape)) for degree in _DEGREES]
        numbers = np.concatenate(parts, axis=1)
        compressed: FloatArray = numbers / np.sqrt(1.0 + np.abs(numbers))
        return compressed

    def _kinds(self, atoms: Atoms) -> IntArray:
        symbols = atoms.get_chemical_symbols()
        unknown = sorted(set(symbols) - set(self.species))
        if unknown:
            raise InputError(
                f"{atoms.symbols} has {', '.join(unknown)}, known are {', '.join(self.species)}; "
                f"label some structures with {', '.join(unknown)} first"
            )
        number = {symbol: kind for kind, symbol in enumerate(self.species)}
        return np.array([number[symbol] for symbol in symbols], dtype=np.int64)

    def _spectrum(self, moments: FloatArray) -> FloatArray:
        """Contract the moments of two species [(n_atoms, species, weights, m)] over m; each pair of species once."""
        pairs = combinations_with_replacement(range(len(self.species)), 2)
        parts = [np.einsum("akm,akm->ak", moments[:, s], moments[:, t]) for s, t in pairs]
        return np.concatenate(parts, axis=1)


def _gaussians(distances: FloatArray, ends: FloatArray, middles: FloatArray, width: float) -> FloatArray:
    weights: FloatArray = np.exp(-0.5 * ((distances[:, None] - middles) / width) ** 2) * ends[:, None]
    return weights


def _summed(values: FloatArray, slots: IntArray, shape: tuple[int, int]) -> FloatArray:
    """Sum values over the neighbours of each atom and species [(n_atoms, species, ...)]."""
    flat = values.reshape(len(values), math.prod(values.shape[1:]))
    n_slots = shape[0] * shape[1]
    sums = np.zeros((n_slots, flat.shape[1]))
    for column in range(flat.shape[1]):
        sums[:, column] = np.bincount(slots, weights=flat[:, column], minlength=n_slots)
    return sums.reshape(*shape, *values.shape[1:])


def _moments(degree: int, away: FloatArray, weights: FloatArray, slots: IntArray, shape: tuple[int, int]) -> FloatArray:
    """Sum real harmonics over neighbours, scaled so that their products are Legendre polynomials."""
    polar = np.arccos(np.clip(away[:, 2] / np.linalg.norm(away, axis=1), -1.0, 1.0))
    azimuth = np.arctan2(away[:, 1], away[:, 0])
    orders = np.arange(degree + 1)
    complex_ones = sph_harm_y(degree, orders, polar[:, None], azimuth[:, None])
    scale = np.sqrt(4.0 * np.pi / (2 * degree + 1)) * np.where(orders > 0, np.sqrt(2.0), 1.0)
    harmonics = np.concatenate([complex_ones.real * scale, complex_ones.imag[:, 1:] * scale[1:]], axis=1)
    return _summed(weights[:, :, None] * harmonics[:, None, :], slots, shape)


def species_of(structures: Sequence[Atoms]) -> tuple[str, ...]:
    """Return all species of some structures in the order of the alphabet."""
    return tuple(sorted({symbol for atoms in structures for symbol in atoms.get_chemical_symbols()}))
