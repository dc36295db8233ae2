"""Slabs, interfaces and thin boundaries: whole octahedra, exact compositions, contacts kept."""

import numpy as np
import pytest
from ase import Atoms
from numpy.testing import assert_allclose

from gbglass.build.account import forbidden_contacts, intact_octahedra
from gbglass.core.neighbours import shortest_contacts
from gbglass.core.species import formal_charge
from gbglass.core.suitability import count_metallic_lithium
from gbglass.learning.crystals import LITHIUM_A
from gbglass.learning.parts import (
    CUT_110,
    VACUUM,
    Cut,
    cracked,
    cut_001,
    free,
    llzo_slab,
    metal_on,
    pile,
    shifted,
    spinel_on,
    thin_boundary,
)

AREA = (12.9827, 12.9827)


@pytest.mark.parametrize(("cut", "n_atoms"), [(cut_001(1), 48), (cut_001(2), 96), (cut_001(3), 144), (CUT_110, 192)])
def test_slabs_are_neutral_stoichiometric_and_whole(cut: Cut, n_atoms: int) -> None:
    slab = free(llzo_slab(cut, np.random.default_rng(1)))
    assert len(slab) == n_atoms
    counts = {s: slab.symbols.count(s) * 192 / n_atoms for s in ("Li", "La", "Zr", "O")}
    assert counts == {"Li": 56, "La": 24, "Zr": 16, "O": 96}
    assert formal_charge(slab) == 0
    assert intact_octahedra(slab) == 100.0
    assert not forbidden_contacts(slab)
    z = slab.positions[:, 2]
    assert_allclose(slab.cell.lengths()[2] - (z.max() - z.min()), VACUUM)


@pytest.mark.parametrize("cells", [(3, 2), (4, 4), (4, 5)])
def test_metal_keeps_its_volume_and_is_metal(cells: tuple[int, int]) -> None:
    metal = metal_on(AREA, 6, cells)
    assert_allclose(metal.get_volume() / len(metal), LITHIUM_A**3 / 2)
    assert count_metallic_lithium(metal) == len(metal)
    assert shortest_contacts(metal)["Li-Li"] > 2.5


def test_the_turned_metal_is_nearly_unstrained_bcc() -> None:
    metal = metal_on((np.sqrt(13) * LITHIUM_A,) * 2, 6, (3, 2))
    assert len(metal) == 6 * 13
    assert_allclose(shortest_contacts(metal)["Li-Li"], np.sqrt(3) / 2 * LITHIUM_A, rtol=1e-9)
    second = metal.get_all_distances(mic=True)
    neighbours = ((second > 0) & (second < 0.5 * (1 + np.sqrt(3) / 2) * LITHIUM_A)).sum(axis=1)
    assert set(neighbours.tolist()) == {8}


@pytest.mark.parametrize("planes", [1, 2, 3, 4])
@pytest.mark.parametrize("n", [0, 4, 8])
def test_planes_of_spinel_hold_their_composition(planes: int, n: int) -> None:
    slab = spinel_on(AREA, planes, n, np.random.default_rng(2))
    assert (slab.symbols.count("Zr"), slab.symbols.count("O")) == (8 * planes, 16 * planes)
    assert slab.symbols.count("Li") <= 4 * planes
    if n in (0, 8) or planes == 4:
        assert slab.symbols.count("Li") == 2 * n * planes // 4
    assert_allclose(slab.cell.lengths()[:2], AREA)


@pytest.mark.parametrize("closed", [True, False])
def test_piles_hold_all_atoms_and_touch_nowhere(*, closed: bool) -> None:
    rng = np.random.default_rng(3)
    slab = llzo_slab(cut_001(2), rng)
    parts = [slab, spinel_on(AREA, 2, 4, rng), shifted(metal_on(AREA, 4, (3, 2)), (0.3, 0.2))]
    whole = pile(parts, closed=closed)
    assert len(whole) == sum(map(len, parts))
    assert not forbidden_contacts(whole)
    assert sorted(whole.get_chemical_symbols()) == sorted(s for p in parts for s in p.get_chemical_symbols())
    heights = np.sort(whole.positions[:, 2])
    around = whole.cell.lengths()[2] - heights[-1] + heights[0]
    assert np.diff(heights).max() < 3.0, "parts meet"
    assert (around < 3.0) if closed else (around > VACUUM - 0.01)


@pytest.mark.parametrize(
    ("axis", "plane", "layers"),
    [((1, -1, 0), (1, 1, 2), 1), ((1, 0, 0), (0, 1, 2), 2), ((1, -1, 0), (3, 3, 2), 2)],
)
def test_thin_boundaries_and_their_cracks(axis: tuple[int, int, int], plane: tuple[int, int, int], layers: int) -> None:
    built = thin_boundary(axis, plane, layers, 0.0, np.random.default_rng(1))
    opened = cracked(built, 4.0)
    for atoms in (built, opened):
        assert formal_charge(atoms) == 0
        assert not forbidden_contacts(atoms)
        assert intact_octahedra(atoms) == 100.0
        assert atoms.symbols.count("Li") * 3 == atoms.symbols.count("La") * 7
    assert_allclose(opened.cell.lengths() - built.cell.lengths(), [0, 0, 4.0], atol=1e-9)
    assert emptiest(opened) > emptiest(built) + 2.0


def emptiest(atoms: Atoms) -> float:
    """Largest distance along z between neighbouring La and Zr planes [Å]."""
    heavy = np.sort(atoms.positions[np.isin(atoms.get_chemical_symbols(), ("La", "Zr")), 2])
    return float(np.diff(np.append(heavy, heavy[0] + atoms.cell.lengths()[2])).max())
