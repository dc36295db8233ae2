"""What holds for every quantity of ``gbglass analyse``: parts side by side, regions, a word in the help and docs."""

import inspect
import pickle
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.cli.analyses import analyse_command
from gbglass.core.region import Slab
from gbglass.core.trajectory import Frame
from gbglass.errors import InputError
from gbglass.verbs.analyse import AnalysisSpec
from gbglass.verbs.quantities.layout import Beside, Known
from gbglass.verbs.quantities.system import Quantity, Shown, System
from gbglass.verbs.quantities.table import QUANTITIES, WHOLE_CELL
from tests.analysis.cells import INTERFACES, made_discharge

N_FRAMES = 24
EVERYWHERE = Slab(low=0.0, high=1.0)

OF_CELLS = {"discharge", "interface", "metal"}
OF_LOGS = {"stress"}
"""Whose numbers come from the log of a run: tests/verbs/test_analyse_run.py."""

NOT_EXACT = {
    "msd": "displacements from one part into the other are not counted",
    "haven": "its single ions are those of msd",
    "segregation": "it knows from the streamed displacements how long lithium takes to even out",
}
"""What joined parts know less well than one pass, and why."""

TO_ROUNDING = {"migration"}
"""Sums over frames of numbers that are not whole, which round another way in another order."""


@cache
def garnet() -> tuple[System, tuple[Frame, ...]]:
    """Garnet whose lithium walks, with energies of atoms."""
    rng = np.random.default_rng(12)
    atoms = cubic_llzo(12, rng)
    symbols = tuple(atoms.get_chemical_symbols())
    walk = np.cumsum(rng.normal(0.0, 0.08, (N_FRAMES, len(atoms), 3)), axis=0) * (np.array(symbols) == "Li")[:, None]
    energies = rng.normal(-5.0, 0.1, (N_FRAMES, len(atoms)))
    frames = tuple(
        Frame(100 * n, 0.1 * n, atoms.cell.array, atoms.positions + away, {"c_energy": energies[n]})
        for n, away in enumerate(walk)
    )
    return System(symbols, frames[0], interval=0.1), frames


@cache
def cell() -> tuple[System, tuple[Frame, ...]]:
    """A full cell that discharges."""
    made, _ = made_discharge(np.random.default_rng(2), rate=0.5, n_frames=N_FRAMES)
    frames = tuple(made.trajectory)
    return System(made.symbols, frames[0], interval=0.5, beside=Beside(known=Known(interfaces=INTERFACES))), frames


def fed(name: str, parts: tuple[slice, ...], region: Slab | None = None) -> Shown:
    """Show a quantity of parts of the frames that were counted apart, sent to another process and joined."""
    system, frames = cell() if name in OF_CELLS else garnet()
    system = System(system.symbols, system.first, interval=system.interval, region=region, beside=system.beside)
    counted: list[Quantity] = []
    for part in parts:
        one = QUANTITIES[name](system)
        for frame in frames[part]:
            one.add(frame)
        counted.append(pickle.loads(pickle.dumps(one)))  # noqa: S301  # our own
    joined = counted[0]
    for later in counted[1:]:
        joined.merge(later)
    return joined.show()


@cache
def whole(name: str) -> Shown:
    """Show a quantity of all frames in one pass."""
    return fed(name, (slice(None),))


def assert_same(found: Shown, expected: Shown, rtol: float) -> None:
    assert [table.name for table in found.tables] == [table.name for table in expected.tables]
    for one, other in zip(found.tables, expected.tables, strict=True):
        for heading, column in other.columns.items():
            assert_allclose(one.columns[heading], column, rtol=rtol, atol=0.1 * rtol, err_msg=heading)


COUNTED = [name for name in QUANTITIES if name not in OF_LOGS]


@pytest.mark.parametrize("name", [name for name in COUNTED if name not in NOT_EXACT])
def test_parts_side_by_side_count_what_one_pass_counts(name: str) -> None:
    halves = fed(name, (slice(0, 11), slice(11, None)))
    assert_same(halves, whole(name), 1e-9 if name in TO_ROUNDING else 0.0)
    if name not in TO_ROUNDING:
        assert halves.numbers == whole(name).numbers


@pytest.mark.parametrize("name", COUNTED)
def test_a_part_without_a_frame_in_the_window_changes_nothing(name: str) -> None:
    for parts in ((slice(0, 0), slice(None)), (slice(None), slice(0, 0))):
        assert fed(name, parts).numbers == whole(name).numbers


@pytest.mark.parametrize("name", [name for name in COUNTED if name not in {*WHOLE_CELL, "msd", "regions", "energy"}])
def test_a_region_that_is_everything_changes_nothing(name: str) -> None:
    """An MSD of paths has other lags than a streamed one, counts have other names, and energy lacks a reference."""
    everywhere, without = fed(name, (slice(None),), EVERYWHERE), whole(name)
    if name == "discharge":
        assert everywhere.numbers["gained"]["region"] == without.numbers["gained"]["LLZO"]
    else:
        assert_same(everywhere, without, 1e-12)
        assert everywhere.numbers == without.numbers


def test_paths_that_begin_anywhere_diffuse_as_all_do() -> None:
    paths, streamed = (fed("msd", (slice(None),), region).tables[0].columns for region in (EVERYWHERE, None))
    at = {round(lag, 6): value for lag, value in zip(paths["lag (ps)"], paths["msd (Å²)"], strict=True)}
    lags = [round(lag, 6) for lag in streamed["lag (ps)"]][:4]  # longer ones are streamed from fewer origins
    assert_allclose([at[lag] for lag in lags], streamed["msd (Å²)"][:4], rtol=1e-9, atol=0)


def test_energies_inside_and_outside_are_split_between_them() -> None:
    shown = fed("energy", (slice(None),), Slab(low=0.0, high=0.5))
    assert set(shown.numbers) == {"columns", "reference", "remark", "region", "outside"}
    with pytest.raises(InputError, match="outside"):
        fed("energy", (slice(None),), EVERYWHERE)


@pytest.mark.parametrize("name", WHOLE_CELL)
def test_what_cannot_be_restricted_is_refused_by_name(name: str) -> None:
    assert name in QUANTITIES
    with pytest.raises(InputError, match=f"{name} cannot be restricted to a region: "):
        AnalysisSpec((name,), region=EVERYWHERE)
    assert set(AnalysisSpec(region=EVERYWHERE).beyond_region) == set(WHOLE_CELL)


@pytest.mark.parametrize("name", QUANTITIES)
def test_every_quantity_is_named_by_the_help_and_described(name: str) -> None:
    page = Path(__file__).parents[2] / "docs" / "how-to" / "trajectories.md"
    assert f"`{name}`" in page.read_text(encoding="utf-8")
    words = (inspect.getdoc(analyse_command) or "").replace(",", " ").replace(".", " ").split()
    assert name in words
