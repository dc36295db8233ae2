"""Cubic LLZO: the distances of the crystal (Awaka set, a = 12.9827 Å) and the rule that orders its lithium."""

import numpy as np
import pytest

from gbglass.build.account import count_species, forbidden_contacts, intact_octahedra
from gbglass.build.crystal import llzo_crystal
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.decorate import fill_sites
from gbglass.build.garnet import LATTICE_PARAMETER, garnet_motif
from gbglass.build.piece import OUTSIDE, LithiumSites, cut_cell, cut_slab, plan_cut
from gbglass.build.tilt import tilt_boundary
from gbglass.core.arrays import FloatArray
from gbglass.core.species import formal_charge
from gbglass.errors import InputError

PRINTED = 6e-4
"""Distances are known to three digits."""


def shells(origins: FloatArray, targets: FloatArray, reach: float) -> list[tuple[float, int]]:
    """List distance and number of neighbours of the first origin, by all images: slow and obvious."""
    images = np.stack(np.meshgrid(*3 * [[-1, 0, 1]], indexing="ij"), axis=-1).reshape(-1, 1, 3)
    distances = np.linalg.norm(targets[None] + images - origins[0], axis=2).ravel() * LATTICE_PARAMETER
    near = np.round(distances[(distances > 1e-6) & (distances < reach)], 3)
    values, counts = np.unique(near, return_counts=True)
    return list(zip(values.tolist(), counts.tolist(), strict=True))


def split_sites() -> FloatArray:
    motif = garnet_motif()
    return (motif.octahedra[:, None] + motif.halves).reshape(-1, 3)


def oxygen() -> FloatArray:
    motif = garnet_motif()
    return (motif.zr[:, None] + motif.oxygen).reshape(-1, 3)


def test_known_distances_of_the_crystal() -> None:
    motif = garnet_motif()
    tetrahedra, split = motif.tetrahedra, split_sites()
    known = [
        (tetrahedra, tetrahedra, 4.0, [(3.975, 4)]),
        (tetrahedra, split, 2.5, [(1.602, 4), (2.380, 4)]),
        (split, split, 2.6, [(0.806, 1), (2.458, 2)]),
        (tetrahedra, oxygen(), 2.0, [(1.908, 4)]),
        (motif.la, oxygen(), 3.0, [(2.511, 4), (2.601, 4)]),
        (motif.zr, oxygen(), 3.0, [(2.110, 6)]),
        (motif.la, motif.la, 4.0, [(3.975, 4)]),
        (motif.la, motif.zr, 4.0, [(3.629, 4)]),
        (split, oxygen(), 2.8, [(1.887, 1), (2.089, 1), (2.186, 1), (2.214, 1), (2.618, 1), (2.743, 1)]),
    ]
    for origins, targets, reach, expected in known:
        found = shells(origins, targets, reach)
        assert [count for _, count in found] == [count for _, count in expected]
        assert [d for d, _ in found] == pytest.approx([d for d, _ in expected], abs=2 * PRINTED)


def test_every_oxygen_belongs_to_one_zr() -> None:
    distinct = np.unique(np.round(oxygen() % 1.0, 5) % 1.0, axis=0)
    assert len(distinct) == 96


def test_each_octahedron_joins_one_tetrahedron_of_each_kind_and_each_tetrahedron_has_four() -> None:
    sites = cut_cell(llzo_crystal()).sites
    assert isinstance(sites, LithiumSites)
    assert (sites.ends != OUTSIDE).all()
    assert (sites.even[sites.ends].sum(axis=1) == 1).all()
    assert (np.bincount(sites.ends.ravel(), minlength=24) == 4).all()


@pytest.mark.parametrize("n_tetrahedral", range(8, 14))
@pytest.mark.parametrize("seed", range(6))
def test_ordered_cell_keeps_the_exclusion_rule(n_tetrahedral: int, seed: int) -> None:
    atoms = cubic_llzo(n_tetrahedral, np.random.default_rng(seed))
    assert count_species(atoms) == {"La": 24, "Li": 56, "O": 96, "Zr": 16}
    assert formal_charge(atoms) == 0
    assert intact_octahedra(atoms) == 100.0
    assert forbidden_contacts(atoms) == []
    lithium = atoms.positions[:56]
    apart = (lithium[:, None] - lithium[None]) / LATTICE_PARAMETER
    distances = np.linalg.norm(apart - np.round(apart), axis=2) * LATTICE_PARAMETER + 9.0 * np.eye(56)
    assert distances.min() == pytest.approx(2.380, abs=PRINTED)
    to_tetrahedra = (lithium[:, None] / LATTICE_PARAMETER - garnet_motif().tetrahedra[None] + 0.5) % 1.0 - 0.5
    assert (np.linalg.norm(to_tetrahedra, axis=2).min(axis=1) < 1e-6).sum() == n_tetrahedral


def test_density_is_that_of_the_crystal() -> None:
    atoms = cubic_llzo(12, np.random.default_rng(0))
    dalton_per_a3_in_grams_per_cm3 = 1.66053907
    density = atoms.get_masses().sum() / atoms.get_volume() * dalton_per_a3_in_grams_per_cm3
    assert density == pytest.approx(5.098, abs=PRINTED)


@pytest.mark.parametrize("n_tetrahedral", [7, 14, 0, 24])
def test_orderings_that_do_not_exist_are_refused(n_tetrahedral: int) -> None:
    with pytest.raises(InputError, match=rf"from 8 to 13, got {n_tetrahedral}"):
        cubic_llzo(n_tetrahedral, np.random.default_rng(0))


def test_orderings_really_differ_in_what_is_occupied() -> None:
    def occupied(seed: int) -> frozenset[tuple[float, ...]]:
        lithium = cubic_llzo(12, np.random.default_rng(seed)).positions[:56]
        return frozenset(tuple(row) for row in np.round(lithium, 3).tolist())

    assert len({occupied(seed) for seed in range(8)}) == 8


@pytest.mark.parametrize("n_tetrahedral", [8, 11, 13])
@pytest.mark.parametrize("cut_offset", [0.0, 0.31, 0.5, 0.9])
def test_any_slab_of_whole_layers_is_stoichiometric(n_tetrahedral: int, cut_offset: float) -> None:
    geometry = tilt_boundary((2, 1, 0), (1, -2, 3))
    piece = cut_slab(llzo_crystal(), plan_cut(llzo_crystal(), geometry, 4, cut_offset))
    lithium = fill_sites(piece.sites, n_tetrahedral, np.random.default_rng(0))
    counts = np.array([len(lithium), *(len(piece.of(species)) for species in ("La", "Zr", "O"))])
    assert counts / counts[2] == pytest.approx([3.5, 1.5, 1.0, 6.0])
    assert sum(counts) == round(4 * geometry.cells_per_layer * 192)
