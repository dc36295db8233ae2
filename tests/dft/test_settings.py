"""The mesh of k-points by what it must hold, and where spin is wanted."""

import math

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.calculators.calculator import kptdensity2monkhorstpack
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from scipy.spatial.transform import Rotation

from gbglass.core.arrays import FloatArray
from gbglass.dft.settings import DftSettings, k_mesh, spin_matters
from gbglass.errors import InputError

SEEDS = st.integers(0, 2**32 - 1)
SPACINGS = st.floats(0.1, 1.0)


def some_cell(seed: int) -> FloatArray:
    rng = np.random.default_rng(seed)
    return np.diag(rng.uniform(2.5, 15.0, 3)) + rng.uniform(-1.0, 1.0, (3, 3))


@pytest.mark.parametrize(
    ("cell", "mesh"),
    [
        (bulk("Li", "bcc", a=3.44).cell.array, (11, 11, 11)),  # |b| = √2/a: 10.33 with 2π/0.25
        (bulk("Li", "bcc", a=3.44, cubic=True).cell.array, (8, 8, 8)),
        (np.diag([13.13, 13.13, 12.66]), (2, 2, 2)),
        (np.diag([26.0, 8 * math.pi, 8 * math.pi - 0.01]), (1, 1, 2)),  # at 8π Å one point is just enough
    ],
)
def test_known_cells(cell: FloatArray, mesh: tuple[int, int, int]) -> None:
    assert k_mesh(cell, 0.25) == mesh


@given(SEEDS, SPACINGS)
def test_the_spacing_holds_and_one_point_fewer_would_break_it(seed: int, spacing: float) -> None:
    cell = some_cell(seed)
    mesh = k_mesh(cell, spacing)
    lengths = 2 * math.pi * np.linalg.norm(np.linalg.inv(cell), axis=0)
    assert (lengths / mesh <= spacing * (1 + 1e-6)).all()
    assert all(n == 1 or length / (n - 1) > spacing for n, length in zip(mesh, lengths, strict=True))


@given(SEEDS, SPACINGS)
def test_the_mesh_belongs_to_the_lattice_not_to_its_place_in_space(seed: int, spacing: float) -> None:
    """Turned and mirrored it is the same; with its vectors in another order, so is the mesh."""
    cell = some_cell(seed)
    mesh = k_mesh(cell, spacing)
    turned = cell @ Rotation.random(rng=np.random.default_rng(seed)).as_matrix()
    assert k_mesh(turned, spacing) == k_mesh(-cell, spacing) == k_mesh(cell[:, ::-1], spacing) == mesh
    assert_array_equal(k_mesh(cell[[2, 0, 1]], spacing), np.array(mesh)[[2, 0, 1]])


@given(SEEDS, SPACINGS, st.integers(2, 4))
def test_a_cell_repeated_n_times_needs_an_nth_of_the_points(seed: int, spacing: float, n: int) -> None:
    cell = some_cell(seed)
    assert k_mesh(cell * n, spacing) == tuple(math.ceil(points / n) for points in k_mesh(cell, spacing))


@given(SEEDS)
def test_it_is_the_mesh_of_ase_for_a_density_of_four(seed: int) -> None:
    cell = some_cell(seed)
    atoms = Atoms("Li", cell=cell, pbc=True)
    assert k_mesh(cell, 0.25) == tuple(kptdensity2monkhorstpack(atoms, 4.0, even=False))


@pytest.mark.parametrize(("cell", "spacing"), [(np.zeros((3, 3)), 0.25), (np.eye(3), 0.0), (np.eye(3), np.nan)])
def test_a_mesh_of_nothing_is_refused(cell: FloatArray, spacing: float) -> None:
    with pytest.raises(InputError, match="positive spacing"):
        k_mesh(cell, spacing)


def test_all_wrong_settings_are_named_at_once() -> None:
    with pytest.raises(InputError, match=r"cutoff_eV = -1.*smearing_eV = nan"):
        DftSettings(cutoff_eV=-1, smearing_eV=math.nan)


def test_spin_is_asked_for_where_it_matters_or_as_told() -> None:
    closed, opened = Atoms("Li14La6Zr4O24"), Atoms("Li15La6Zr4O24")
    assert [spin_matters(atoms) for atoms in (closed, opened, Atoms("Li128"))] == [False, True, False]
    assert [DftSettings(spin=word).wants_spin(closed) for word in ("always", "never")] == [True, False]
    assert DftSettings().wants_spin(opened)


def test_the_checksum_changes_with_every_setting_and_with_what_else_decides() -> None:
    kinds = [
        DftSettings().checksum(),
        DftSettings().checksum("Li_sv"),
        DftSettings(cutoff_eV=520.0).checksum(),
        DftSettings(spin="always").checksum(),
    ]
    assert len(set(kinds)) == len(kinds)
    assert DftSettings().checksum() == kinds[0]
