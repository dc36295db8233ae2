"""Coverage: how many atoms of some structures have an atom of the training set near by, in the space of what they see.

The measure is made once, of the first training set, and kept: a later coverage then says something about the data and
not about the measure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from ase import Atoms
from scipy.spatial import KDTree

from gbglass.core.arrays import BoolArray, FloatArray, IntArray
from gbglass.errors import InputError
from gbglass.learning.selection.descriptor import Descriptor, species_of

VARIANCE_KEPT, MOST_COMPONENTS = 0.95, 8
"""As many principal components as keep this share of the variance, but no more than these."""

PERCENTILE = 99.0
"""Of the distances within the training set that becomes the radius."""

_FIRST_NEIGHBOURS = 8

_SMALLEST_RADIUS = 1e-6
"""The same structure twice has no distances."""


@dataclass(frozen=True)
class SpeciesMeasure:
    """Turns descriptors of one species into few numbers whose distances are counted in radii.

    Parameters
    ----------
    mean
        Of the descriptors [(size,)].
    components
        Principal ones, as rows [(n, size)].
    radius
        Within which an atom is covered; what `place` gives is divided by it.

    """

    mean: FloatArray
    components: FloatArray
    radius: float

    def place(self, described: FloatArray) -> FloatArray:
        """Return where atoms stand [radii, (n_atoms, n)]."""
        placed: FloatArray = (described - self.mean) @ self.components.T / self.radius
        return placed


@dataclass(frozen=True)
class Measure:
    """The measure of coverage, by species; everything in it is fixed by the first training set.

    Parameters
    ----------
    species
        Of that set.
    by_species
        One for each of them.

    """

    species: tuple[str, ...]
    by_species: Mapping[str, SpeciesMeasure]

    def place(self, structures: Sequence[Atoms]) -> dict[str, "Places"]:
        """Place the atoms of structures, by species.

        Raises
        ------
        InputError
            If a structure has a species that the first training set had not.

        """
        found = _described(structures, Descriptor(self.species))
        return {name: Places(self.by_species[name].place(values), frames) for name, (values, frames) in found.items()}


@dataclass(frozen=True)
class Places:
    """Where atoms of one species stand.

    Parameters
    ----------
    points
        [radii, (n_atoms, n)].
    frames
        Which structure each belongs to [(n_atoms,)].

    """

    points: FloatArray
    frames: IntArray


@dataclass(frozen=True)
class Coverage:
    """How much of some structures a training set covers.

    Parameters
    ----------
    covered, atoms
        Counts by species.
    uncovered_by_frame
        Share of the atoms of each structure that are not covered [1, (n_structures,)].

    """

    covered: Mapping[str, int]
    atoms: Mapping[str, int]
    uncovered_by_frame: FloatArray

    def of(self, species: str) -> float:
        """Return the covered share of one species [1]; 1 if there is none."""
        return self.covered[species] / self.atoms[species] if self.atoms[species] else 1.0

    @property
    def worst(self) -> float:
        """Return the smallest of the shares: the loop has converged when it is 0.99 or more [1]."""
        return min(self.of(species) for species in self.atoms)


def make_measure(training: Sequence[Atoms]) -> Measure:
    """Make the measure of coverage from the first training set.

    For each species: principal components up to 95 % of the variance, eight at most, and as radius the 99th percentile
    of the distance from an atom to the nearest one *of another structure*, since the atoms of one structure resemble
    each other more than any new structure will.

    Parameters
    ----------
    training
        Structures with labels.

    Raises
    ------
    InputError
        If there are fewer than two structures, or a species is in one alone; names all such species.

    Examples
    --------
    >>> from ase.build import bulk
    >>> metals = [bulk("Li", "bcc", a=a) for a in (3.40, 3.44, 3.48, 3.52)]
    >>> measure = make_measure(metals)
    >>> measure_coverage(metals, [bulk("Li", "bcc", a=3.46), bulk("Li", "fcc", a=4.1)], measure).uncovered_by_frame
    array([0., 1.])

    """
    species = species_of(training)
    found = _described(training, Descriptor(species))
    alone = [name for name, (_, frames) in found.items() if len(set(frames.tolist())) < 2]  # noqa: PLR2004  # a pair
    if alone or not species:
        raise InputError(
            f"a measure of coverage needs two or more structures with each species, "
            f"got one with {', '.join(alone) or 'none at all'}; label more"
        )
    return Measure(species, {name: _species_measure(values, frames) for name, (values, frames) in found.items()})


def measure_coverage(training: Sequence[Atoms], candidates: Sequence[Atoms], measure: Measure) -> Coverage:
    """Measure how many atoms of the candidates have one of the training set of their species within the radius.

    Parameters
    ----------
    training
        All structures that have labels by now.
    candidates
        Such as frames of fresh dynamics.
    measure
        From `make_measure`, of the first training set.

    Raises
    ------
    InputError
        If a structure has a species that the measure does not know.

    """
    known, asked = measure.place(training), measure.place(candidates)
    far = {name: distances_to(asked[name].points, known[name].points) > 1.0 for name in measure.species}
    return count_coverage(asked, far, [len(atoms) for atoms in candidates])


def count_coverage(asked: Mapping[str, Places], far: Mapping[str, BoolArray], sizes: Sequence[int]) -> Coverage:
    """Count atoms that are covered and those that are far from all known ones.

    Parameters
    ----------
    asked
        Places of the candidates' atoms.
    far
        Which of them are not covered.
    sizes
        Atoms of each candidate.

    """
    uncovered = np.zeros(len(sizes))
    for name, places in asked.items():
        uncovered += np.bincount(places.frames[far[name]], minlength=len(sizes))
    shares: FloatArray = uncovered / np.maximum(sizes, 1)
    shares.flags.writeable = False
    return Coverage(
        {name: int(np.count_nonzero(~far[name])) for name in asked},
        {name: len(places.frames) for name, places in asked.items()},
        shares,
    )


def distances_to(points: FloatArray, known: FloatArray) -> FloatArray:
    """Return the distance from each point to the nearest known one; infinite if none is known."""
    if not len(points) or not len(known):
        return np.full(len(points), np.inf)
    distances: FloatArray = KDTree(known).query(points)[0]
    return distances


def _described(structures: Sequence[Atoms], descriptor: Descriptor) -> dict[str, tuple[FloatArray, IntArray]]:
    """Describe all atoms and sort them by species, each with the number of its structure."""
    values = [descriptor.describe(atoms) for atoms in structures]
    every = np.concatenate(values) if values else np.zeros((0, descriptor.size))
    symbols = np.array([symbol for atoms in structures for symbol in atoms.get_chemical_symbols()])
    frames = np.repeat(np.arange(len(structures)), [len(atoms) for atoms in structures])
    return {name: (every[symbols == name], frames[symbols == name]) for name in descriptor.species}


def _species_measure(values: FloatArray, frames: IntArray) -> SpeciesMeasure:
    mean = values.mean(axis=0)
    centred = values - mean
    variances, vectors = np.linalg.eigh(centred.T @ centred / len(centred))
    shares = np.cumsum(variances[::-1]) / max(float(variances.sum()), 1e-300)
    count = min(int(np.searchsorted(shares, VARIANCE_KEPT)) + 1, MOST_COMPONENTS)
    components = np.ascontiguousarray(vectors[:, ::-1][:, :count].T)  # as it is read from a file: the same digits
    radius = float(np.percentile(_to_other_frames(centred @ components.T, frames), PERCENTILE))
    return SpeciesMeasure(mean, components, max(radius, _SMALLEST_RADIUS))


def _to_other_frames(points: FloatArray, frames: IntArray) -> FloatArray:
    """Return the distance from each point to the nearest one of another frame, asking for more neighbours as needed."""
    tree, nearest = KDTree(points), np.full(len(points), np.inf)
    left, count = np.arange(len(points)), _FIRST_NEIGHBOURS
    while len(left):
        count = min(count, len(points))
        distances, others = tree.query(points[left], k=count)
        distances = np.where(frames[others] == frames[left][:, None], np.inf, distances)
        nearest[left] = distances.min(axis=1)
        left = left[np.isinf(nearest[left])]
        count *= 4
    return nearest
