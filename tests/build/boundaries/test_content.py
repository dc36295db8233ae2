"""Li2O in boundaries: the cell stays neutral, the crystal stays whole, and the ledger says where it went."""

import numpy as np
import pytest

from gbglass.build.account import count_species, forbidden_contacts
from gbglass.build.boundaries.boundary import BoundarySpec, BuiltBoundary, build_boundary
from gbglass.build.boundaries.content import REACH, vary_boundary_li2o
from gbglass.core.species import formal_charge
from gbglass.errors import InputError


def plain(extra: int = 0) -> BuiltBoundary:
    spec = BoundarySpec((1, -1, 0), (1, 1, 2), 5, extra_lithium=extra, allow_nonstoichiometric=True)
    return build_boundary(spec, np.random.default_rng(1))


@pytest.mark.parametrize("units", [-4, -1, 1, 4])
def test_each_unit_is_two_lithium_and_one_oxygen_at_a_boundary(units: int) -> None:
    before = plain()
    after = vary_boundary_li2o(before, units, np.random.default_rng(3))
    counts = count_species(before.atoms)
    assert count_species(after.atoms) == {**counts, "Li": counts["Li"] + 2 * units, "O": counts["O"] + units}
    assert formal_charge(after.atoms) == 0
    assert forbidden_contacts(after.atoms) == []
    area = 2.0 * float(np.prod(after.atoms.cell.lengths()[:2])) / 100.0
    assert after.ledger.li2o_excess_per_area == pytest.approx(units / area)
    gained = [a.lithium.excess_per_area - b.lithium.excess_per_area
              for a, b in zip(after.ledger.boundaries, before.ledger.boundaries, strict=True)
              if a.lithium and b.lithium]  # fmt: skip
    assert sum(gained) == pytest.approx(2.0 * units / (0.5 * area))
    broken = max(0, -units)
    assert after.ledger.intact_octahedra == pytest.approx(100.0 * (1.0 - broken / counts["Zr"]))


def test_new_atoms_are_near_a_boundary_in_the_grain_that_they_are_in() -> None:
    before, after = plain(), vary_boundary_li2o(plain(), 4, np.random.default_rng(3))
    old = {tuple(place) for place in np.round(before.atoms.positions, 6)}
    is_new = np.array([tuple(place) not in old for place in np.round(after.atoms.positions, 6)])
    assert is_new.sum() == 12
    heights = after.atoms.get_scaled_positions()[is_new, 2]
    half = 0.5 * after.atoms.cell.lengths()[2]
    assert (np.abs(2.0 * heights - np.round(2.0 * heights)) * half < REACH + 0.3).all()
    assert (after.atoms.get_array("grain")[is_new] == 1 + np.floor(2.0 * heights)).all()
    # Layers are counted from boundary 1, of five planes in each grain.
    layers = 5.0 * 2.0 * np.abs((heights + 0.5) % 1.0 - 0.5)
    assert (np.abs(after.atoms.get_array("layer")[is_new] + 0.5 - layers) < 1.0).all()


def test_what_cannot_be_put_in_or_taken_out_is_refused() -> None:
    rng = np.random.default_rng(1)
    with pytest.raises(InputError, match=r"room for \d+ of 500 Li2O"):
        vary_boundary_li2o(plain(), 500, rng)
    with pytest.raises(InputError, match=r"takes out 500 Li2O, but the cell has no more than \d+ to take"):
        vary_boundary_li2o(plain(), -500, rng)
    with pytest.raises(InputError, match=r"would carry \+1 e"):
        vary_boundary_li2o(plain(extra=1), 1, rng)
