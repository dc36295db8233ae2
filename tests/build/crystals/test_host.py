"""Lithium in an electrode: whole contents, orders that differ, and the names of what is left."""

from itertools import combinations

import numpy as np
import pytest
from ase import Atoms
from hypothesis import given
from hypothesis import strategies as st

from gbglass.build.crystals.host import MOST_ORDERS, Host
from gbglass.errors import InputError
from gbglass.learning.crystals import spinel_host
from tests.studies.own import layered


def repulsion(atoms: Atoms) -> float:
    """Sum 1/r over the pairs of lithium, by the nearest images."""
    lithium = atoms[atoms.symbols == "Li"]
    return sum(1.0 / float(lithium.get_distance(i, j, mic=True)) for i, j in combinations(range(len(lithium)), 2))


@given(st.integers(0, 6), st.integers(1, 5))
def test_orders_keep_the_host_fill_as_many_sites_and_repel_more_and_more(n_lithium: int, most: int) -> None:
    host = Host(layered().repeat((2, 1, 1)))
    orders = host.orders(n_lithium, most)
    assert 1 <= len(orders) <= most
    everything = {tuple(np.round(place, 6)) for place in host.full.positions[host.full.symbols == "Li"]}
    for atoms in orders:
        filled = {tuple(np.round(place, 6)) for place in atoms.positions[atoms.symbols == "Li"]}
        assert len(filled) == n_lithium
        assert filled <= everything
        assert (atoms.symbols.count("Zr"), atoms.symbols.count("O")) == (6, 12)
    repelled = [repulsion(atoms) for atoms in orders]
    assert repelled == sorted(repelled)
    assert len({round(one, 6) for one in repelled}) == len(repelled), "each order is another one"


def test_the_first_order_is_the_best_of_all_ways() -> None:
    """A naive second version: all 20 ways to put three lithium on six sites."""
    host = Host(layered().repeat((2, 1, 1)))
    sites = np.flatnonzero(host.full.symbols == "Li")
    ways = (np.delete(np.arange(len(host.full)), sites[list(gone)]) for gone in combinations(range(6), 3))
    assert repulsion(host.orders(3, 1)[0]) == pytest.approx(min(repulsion(host.full[way]) for way in ways), abs=1e-3)


@pytest.mark.parametrize("count", range(9))
def test_the_spinel_follows_its_own_lattice(count: int) -> None:
    lengths = [spinel_host().orders(n, 1)[0].cell.lengths()[0] for n in (0, count, 8)]
    assert lengths[1] == pytest.approx(lengths[0] + count / 8 * (lengths[2] - lengths[0]))


@pytest.mark.parametrize(
    ("symbols", "formula"),
    [("Li3Co3O6", "LixCoO2"), ("Li3V2P3O12", "Li3xV2P3O12"), ("Li8Zr16O32", "LixZr2O4"), ("Li4Ti5O12", "Li4xTi5O12")],
)
def test_an_electrode_is_called_by_its_formula(symbols: str, formula: str) -> None:
    atoms = Atoms(symbols, cell=[9.0] * 3, pbc=True)
    assert Host(atoms).formula == formula


def test_what_is_no_electrode_or_no_content_of_it_is_refused() -> None:
    for symbols in ("Li4", "ZrO2"):
        with pytest.raises(InputError, match="must hold lithium, on all of its sites, and something else"):
            Host(Atoms(symbols, cell=[9.0] * 3, pbc=True))
    host = Host(layered())
    assert [host.n_lithium(x) for x in (0.0, 0.333333, 2 / 3, 1.0)] == [0, 1, 2, 3]
    for x in (0.33, 0.5):
        with pytest.raises(InputError, match=f"whole parts of the 3 lithium sites of the cell, got {x:g}"):
            host.n_lithium(x)
    many = Host(layered().repeat((3, 2, 1)))
    assert many.n_lithium(1 / 3) == 6
    with pytest.raises(InputError, match=f"10 lithium on 20 sites stand in 184756 ways, of which {MOST_ORDERS} can"):
        Host(Atoms("Li20Zr", cell=[9.0] * 3, pbc=True)).orders(10, 1)
