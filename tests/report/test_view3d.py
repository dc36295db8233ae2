"""The picture that turns: what a page holds of it is where the atoms are, and never more than it has room for."""

import json
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk

from gbglass.core.arrays import FloatArray
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.report.course import MOST, ROOM, even_steps, with_course
from gbglass.report.present import present
from gbglass.report.presented import Presented
from gbglass.report.view3d import Moment, View, one_group, view_json
from tests.report.sample import findings


def unpacked(structure: dict[str, Any], symbol: str) -> FloatArray:
    """Read positions as the script of the page does [Å, (n, 3)]."""
    whole = np.frombuffer(b64decode(structure["species"][symbol]["xyz"]), dtype="<u2").reshape(3, -1)
    positions: FloatArray = (np.array(structure["low"])[:, None] + whole * np.array(structure["step"])[:, None]).T
    return positions


@pytest.mark.parametrize("pbc", [(True, True, True), (True, True, False)], ids=["periodic", "free surface"])
def test_positions_come_back_to_a_hundredth_of_an_angstrom(pbc: tuple[bool, bool, bool]) -> None:
    rng = np.random.default_rng(1)
    atoms = Atoms(
        "Li60O30", positions=rng.uniform(-30.0, 90.0, (90, 3)), cell=[[30, 0, 0], [5, 40, 0], [0, 0, 60]], pbc=pbc
    )
    groups = np.arange(90) % 3
    data = json.loads(view_json(View({"it": atoms}, lambda _: groups, (("a", "#000"), ("b", "#111"), ("c", "#222")))))
    wrapped = atoms.copy()
    wrapped.wrap()
    for symbol in ("Li", "O"):
        chosen = np.array(atoms.get_chemical_symbols()) == symbol
        read = data["structures"]["it"]
        np.testing.assert_allclose(unpacked(read, symbol), wrapped.positions[chosen], atol=0.01)
        assert list(b64decode(read["species"][symbol]["region"])) == groups[chosen].tolist()


def test_a_moment_is_grouped_by_where_its_atoms_are_then() -> None:
    before, after = Atoms("Li", positions=[[1.0, 0, 0]]), Atoms("Li", positions=[[9.0, 0, 0]])
    view = View({"x": before}, lambda atoms: (atoms.positions[:, 0] > 5.0).astype(int), (), (Moment(2.0, after),))
    (moment,) = json.loads(view_json(view))["moments"]
    assert moment["time"] == 2.0
    assert b64decode(moment["species"]["Li"]["region"]) == b"\x01"


@pytest.mark.parametrize(("last", "every"), [(100, 100), (1900, 100), (1_000_000, 100), (12_345, 100)])
def test_frames_are_even_and_the_ends_are_among_them(last: int, every: int) -> None:
    steps = even_steps(last, every, MOST)
    assert (steps[0], steps[-1]) == (0, last // every * every)
    assert len(steps) == min(MOST, last // every + 1)
    assert max(np.diff(steps)) - min(np.diff(steps)) <= every


def run_of(atoms: Atoms) -> tuple[Presented, Trajectory]:
    """A run of 121 frames in which all atoms march along x."""
    run = replace(findings().run, structures=replace(findings().run.structures, built=atoms))
    shown = present(findings())
    view = View({"as built": atoms}, one_group, ())

    def frames() -> Iterator[Frame]:
        reused = atoms.positions.copy()
        for number in range(121):
            reused[:, 0] = atoms.positions[:, 0] + 0.01 * number
            yield Frame(100 * number, 0.1 * number, atoms.cell.array, reused)

    return replace(shown, run=run, view=view), Trajectory(tuple(atoms.get_chemical_symbols()), frames)


@pytest.mark.parametrize(("side", "n_moments"), [(5, 20), (30, 15), (64, 0)])
def test_large_cells_get_fewer_frames_and_the_page_keeps_its_size(side: int, n_moments: int) -> None:
    atoms = bulk("Li", "sc", a=3.0).repeat((side, side, side))
    shown = with_course(*run_of(atoms))
    assert shown.view
    assert len(shown.view.moments) == n_moments
    assert len(view_json(replace(shown.view, structures={"as built": atoms[:1]}))) < 1.05 * ROOM
    times = [moment.time for moment in shown.view.moments]
    assert times[:1] + times[-1:] == ([0.0, pytest.approx(12.0)] if n_moments else [])
    for moment in shown.view.moments:
        np.testing.assert_allclose(moment.atoms.positions[:, 0] - atoms.positions[:, 0], 0.1 * moment.time, atol=1e-9)
