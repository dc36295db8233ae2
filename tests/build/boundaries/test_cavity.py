"""Larger cavities: neutral, whole octahedra, empty where it was asked for and untouched elsewhere."""

from functools import cache

import numpy as np
import pytest

from gbglass.build.account import forbidden_contacts, intact_octahedra
from gbglass.build.boundaries.boundary import BoundarySpec, BuiltBoundary, build_boundary
from gbglass.build.boundaries.cavity import CavityShape, CavitySpec, enlarge_cavity
from gbglass.core.species import formal_charge
from gbglass.errors import InputError


@cache
def whole() -> BuiltBoundary:
    return build_boundary(BoundarySpec((1, 0, 0), (0, 1, 2), 5), np.random.default_rng(1))


@pytest.mark.parametrize("shape", ["lens", "crack"])
@pytest.mark.parametrize("boundary", [1, 2])
@pytest.mark.parametrize("units", [1, 4])
def test_formula_units_go_and_the_rest_stays(shape: CavityShape, boundary: int, units: int) -> None:
    opened = enlarge_cavity(whole(), CavitySpec(units, shape, boundary))
    assert len(whole().atoms) - len(opened.atoms) == 24 * units
    assert formal_charge(opened.atoms) == 0
    assert intact_octahedra(opened.atoms) == 100.0
    assert forbidden_contacts(opened.atoms) == []
    kept = {tuple(row) for row in whole().atoms.positions.tolist()}
    assert all(tuple(row) in kept for row in opened.atoms.positions.tolist())
    for species, count in opened.ledger.atoms.items():
        before = whole().ledger.atoms[species] + whole().ledger.removed.get(species, 0)
        assert count + opened.ledger.removed[species] == before
    assert f"{units} formula units taken out of boundary {boundary}" in opened.ledger.remarks[-1]


@pytest.mark.parametrize("boundary", [1, 2])
def test_a_lens_is_round_and_a_crack_is_wide(boundary: int) -> None:
    """What is gone lies around the boundary; a lens leaves the far corners of it as they were, a crack does not."""
    position = whole().ledger.boundaries[boundary - 1].position
    spans = {}
    shapes: tuple[CavityShape, ...] = ("lens", "crack")
    for shape in shapes:
        opened = enlarge_cavity(whole(), CavitySpec(6, shape, boundary))
        left = {tuple(row) for row in opened.atoms.positions.tolist()}
        gone = np.array([tuple(row) not in left for row in whole().atoms.positions.tolist()])
        zr = gone & (np.array(whole().atoms.get_chemical_symbols()) == "Zr")
        scaled = whole().atoms.get_scaled_positions()[zr] - [0.5, 0.5, position]
        apart = (scaled - np.round(scaled)) * whole().atoms.cell.lengths()
        spans[shape] = (np.hypot(apart[:, 0], apart[:, 1]).max(), np.abs(apart[:, 2]).max())
    assert spans["lens"][0] < spans["crack"][0]
    assert spans["lens"][1] > spans["crack"][1]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"units": 0}, "'units' must be 1 or more"),
        ({"units": 2, "shape": "sphere"}, "'shape' must be one of lens, crack"),
        ({"units": 2, "boundary": 3}, "'boundary' must be 1 or 2"),
        ({"units": 1000}, "a quarter of this cell, got 1000"),
    ],
)
def test_what_makes_no_cavity_is_refused(values: dict[str, object], says: str) -> None:
    with pytest.raises(InputError, match=says):
        enlarge_cavity(whole(), CavitySpec(**values))  # type: ignore[arg-type]
