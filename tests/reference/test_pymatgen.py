"""Frameworks against an independent construction: pymatgen's grain boundary generator, away from the boundaries.

Its boundaries themselves cannot be compared: it keeps no polyhedra and lets atoms of the grains overlap.
"""

import warnings
from itertools import product

import numpy as np
import pytest

from gbglass.build.boundaries.boundary import BoundarySpec, build_boundary
from gbglass.build.crystal import llzo_crystal
from gbglass.build.piece import cut_cell
from gbglass.build.tilt import Miller
from gbglass.core.arrays import FloatArray, StringArray

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from pymatgen.core.interface import GrainBoundaryGenerator
    from pymatgen.core.lattice import Lattice
    from pymatgen.core.structure import Structure

REACH = 3.7
"""Bonds Zr-O (2.11), Zr-La (3.63), La-O (2.51, 2.60): enough to fix the orientation of garnet [Å]."""

INSIDE = 6.0
"""Atoms this near to the middle of a grain, along the normal, have all their neighbours in it [Å]."""

Fingerprint = frozenset[tuple[str, str, float, float, float]]


def fingerprint(symbols: StringArray, positions: FloatArray, lengths: FloatArray, middle: float) -> Fingerprint:
    """Collect the vectors to the neighbours that the atoms inside a grain have, each once [Å]."""
    height = positions[:, 2] - middle * lengths[2]
    centres = np.flatnonzero(np.abs(height - lengths[2] * np.round(height / lengths[2])) < INSIDE)
    found = set()
    for centre in centres.tolist():
        apart = positions - positions[centre]
        apart -= lengths * np.round(apart / lengths)
        distance = np.linalg.norm(apart, axis=1)
        for other in np.flatnonzero((distance > 0.1) & (distance < REACH)).tolist():
            x, y, z = (float(value) for value in np.round(apart[other], 1) + 0.0)
            found.add((str(symbols[centre]), str(symbols[other]), x, y, z))
    return frozenset(found)


def turned(vectors: Fingerprint, signs: tuple[int, int], *, swapped: bool) -> Fingerprint:
    """Lay the in-plane axes otherwise: each construction chooses its own."""
    return frozenset(
        (one, other, *((signs[0] * y, signs[1] * x) if swapped else (signs[0] * x, signs[1] * y)), z)
        for one, other, x, y, z in vectors
    )


def overlap(one: Fingerprint, other: Fingerprint) -> float:
    """Return the share of vectors that agree to 0.15 Å; rounding may part equal ones."""
    grid = {(a, b, *(round(v + d, 1) + 0.0 for v, d in zip(r, step, strict=True)))
            for a, b, *r in other for step in product((-0.1, 0.0, 0.1), repeat=3)}  # fmt: skip
    return len(one & grid) / len(one)


@pytest.mark.parametrize(
    ("axis", "plane", "layers", "angle"),
    [((1, 0, 0), (0, 1, 2), 9, 36.87), ((1, 0, 0), (0, 1, 3), 6, 53.13), ((1, 1, 0), (1, -1, 2), 5, 70.53)],
    ids=["Σ5(012)", "Σ5(013)", "Σ3(112)"],
)
def test_grains_have_the_orientations_of_an_independent_construction(
    axis: Miller, plane: Miller, layers: int, angle: float
) -> None:
    built = build_boundary(BoundarySpec(axis, plane, layers), np.random.default_rng(1)).atoms
    framework = built[np.array(built.get_chemical_symbols()) != "Li"]
    ours = [
        fingerprint(np.array(framework.get_chemical_symbols()), framework.positions, framework.cell.lengths(), middle)
        for middle in (0.25, 0.75)
    ]
    theirs = _pymatgen_fingerprints(axis, plane, angle)
    agreements = [
        (overlap(turned(ours[0], signs, swapped=swapped), theirs[first]),
         overlap(turned(ours[1], signs, swapped=swapped), theirs[1 - first]))
        for signs in ((1, 1), (1, -1), (-1, 1), (-1, -1)) for swapped in (False, True) for first in (0, 1)
    ]  # fmt: skip
    assert max(map(min, agreements)) > 0.999
    # The two grains are different crystals, and the comparison would see it.
    assert overlap(ours[0], ours[1]) < 0.9


def _pymatgen_fingerprints(axis: Miller, plane: Miller, angle: float) -> list[Fingerprint]:
    cell = cut_cell(llzo_crystal())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        crystal = Structure(
            Lattice.cubic(cell.lengths[0]), cell.symbols.tolist(), cell.positions, coords_are_cartesian=True
        )
        generator = GrainBoundaryGenerator(crystal)
        angles = [a for found in generator.enum_sigma_cubic(5, axis).values() for a in found]
        exact = min(angles, key=lambda found: abs(found - angle))
        made = generator.gb_from_parameters(
            axis, exact, expand_times=1, vacuum_thickness=0.0, normal=True, plane=plane, rm_ratio=0.0
        )
    np.testing.assert_allclose(made.lattice.angles, 90.0, rtol=0, atol=1e-6)
    symbols = np.array([site.specie.symbol for site in made])
    lengths = np.array(made.lattice.abc)
    return [fingerprint(symbols, made.frac_coords * lengths, lengths, middle) for middle in (0.25, 0.75)]
