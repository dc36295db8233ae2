"""Whether a whole cell is glass: real glasses and crystals of the training data, and what must be refused."""

from pathlib import Path

import numpy as np
import pytest
from ase import Atoms

from gbglass.analysis.settling import LARGEST_CHANGE, settling
from gbglass.analysis.vitrification import Vitrification, vitrification
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.framework import anchor_framework
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError
from gbglass.learning.labelled import read_chunk

DATA = Path(__file__).parents[2] / "data" / "training"
CRYSTAL: Atoms = cubic_llzo(12, np.random.default_rng(1))
LABELLED = [frame for path in sorted(DATA.glob("*.npz")) for frame in read_chunk(path)[0]]


def run(origin: str) -> list[Atoms]:
    """Frames of the last third of one run, in order of time: a quench has come to 300 K there."""
    frames = [frame for frame in LABELLED if frame.tag.origin == origin and frame.labels is not None]
    last = max(frame.tag.index for frame in frames)
    found = [frame.atoms for frame in sorted(frames, key=lambda one: one.tag.index) if 3 * frame.tag.index >= 2 * last]
    assert len(found) >= 2
    return found


def measure(structures: list[Atoms], before: Atoms | None = None) -> Vitrification:
    frames = [Frame(n, 1.0 * n, atoms.cell.array, atoms.positions) for n, atoms in enumerate(structures)]
    symbols = tuple(structures[0].get_chemical_symbols())
    start = frames[0] if before is None else Frame(0, 0.0, before.cell.array, before.positions)
    return vitrification(Trajectory(symbols, lambda: iter(frames)), start, anchor_framework(structures[0]))


@pytest.mark.parametrize("origin", ["a-llzo/quench 1", "a-llzo/quench 2", "a-llzo/quench without Li2O"])
def test_a_real_glass_is_one(origin: str) -> None:
    found = measure(run(origin), before=CRYSTAL)
    assert found.reasons == ()
    assert found.glassy > 0.97
    assert 5.5 < found.coordination < 6.0


def test_a_crystal_that_stood_3000_kelvin_is_none_by_its_order_and_by_its_distances() -> None:
    found = measure(run("a-llzo/own 3000 K"))
    assert found.glassy == found.filled == 0.0
    assert ["glassy" in found.reasons[0], "Zr-Zr" in found.reasons[1], len(found.reasons)] == [True, True, 2]


def test_a_glass_with_crystal_in_it_is_none() -> None:
    glass = run("a-llzo/quench 1")[-1]
    crystal = CRYSTAL.copy()
    crystal.set_cell(glass.cell, scale_atoms=True)
    crystal = crystal * (1, 1, 3)
    crystal.positions += glass.cell[2]
    both = glass + crystal
    both.set_cell(glass.cell.array * [[1.0], [1.0], [4.0]])
    found = measure([both])
    assert 0.2 < found.glassy < 0.7
    assert any(reason.startswith("only") for reason in found.reasons)


def test_a_gas_and_a_glass_that_did_not_shrink_are_refused() -> None:
    rng = np.random.default_rng(3)
    gas = CRYSTAL.copy()
    gas.set_scaled_positions(rng.random((len(gas), 3)))
    assert any("O lie around a Zr" in reason for reason in measure([gas]).reasons)
    glass = run("a-llzo/quench 2")[-1]
    small = glass.copy()
    small.set_cell(0.9 * glass.cell.array, scale_atoms=True)
    assert any("hold it longer at 0 bar" in reason for reason in measure([glass], before=small).reasons)
    assert not any("0 bar" in reason for reason in measure([glass], before=glass).reasons)


def test_a_hold_without_frames_is_refused() -> None:
    empty = Trajectory(("Zr",), lambda: iter([]))
    with pytest.raises(InputError, match="with frames"):
        vitrification(empty, Frame(0, 0.0, np.eye(3), np.zeros((1, 3))), anchor_framework(CRYSTAL))


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_an_energy_that_goes_on_falling_or_rising_is_not_settled(sign: float) -> None:
    times = np.linspace(0.0, 100.0, 501)
    noise = np.random.default_rng(4).normal(0.0, 5e-4, len(times))
    assert settling(times, -22.0 + noise).reasons == ()
    going = settling(times, -22.0 + noise + sign * 2.0 * LARGEST_CHANGE * times / 100.0)
    assert going.change == pytest.approx(sign * 2.0 * LARGEST_CHANGE, rel=0.05)
    assert "still transforms" in going.reasons[0]
    slowly = settling(times, -22.0 + noise + sign * 0.5 * LARGEST_CHANGE * times / 100.0)
    assert slowly.course != "steady"
    assert slowly.reasons == ()


def test_what_is_too_short_does_not_pass_for_settled() -> None:
    (reason,) = settling(np.arange(19.0), np.zeros(19)).reasons
    assert "19 energies, 20 are needed" in reason
    assert settling(np.empty(0), np.empty(0)).reasons
