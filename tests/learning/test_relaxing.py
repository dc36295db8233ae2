"""Labellers bring structures to rest: known minima, an interruption that loses a step, and what is stored of it."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.calculators.lj import LennardJones
from ase.io import write

from gbglass.core.arrays import FloatArray
from gbglass.core.labels import Labeller, Labels, LabelSource
from gbglass.errors import EngineError, InputError, StateError
from gbglass.learning.labelled import LabelStore
from gbglass.learning.relaxing import Relaxation, bring_to_rest
from gbglass.teachers.calculator import CalculatorTeacher
from gbglass.verbs.labelling import RELAXATIONS, LabelOptions, label_structures
from gbglass.verbs.listener import Listener

SIGMA = 2.2
APART = 2.0 ** (1.0 / 6.0) * SIGMA
"""Of two Lennard-Jones spheres at rest [Å]."""

SPHERES = CalculatorTeacher(LabelSource("spheres", "ase", ""), LennardJones(sigma=SIGMA, epsilon=0.5, rc=9.0))


def cluster(seed: int = 1, n: int = 6) -> Atoms:
    """Some spheres near each other, far from their images."""
    rng = np.random.default_rng(seed)
    grid = np.array([[i, j, k] for i in range(2) for j in range(2) for k in range(2)])[:n]
    return Atoms(f"Li{n}", positions=8.0 + 2.6 * grid + rng.normal(0.0, 0.1, (n, 3)), cell=[25.0] * 3, pbc=True)


def largest_force(atoms: Atoms) -> float:
    return float(np.linalg.norm(SPHERES.label(atoms).forces, axis=1).max())


@dataclass
class Counting:
    """Notes where it is asked, and is interrupted or fails at a call."""

    soft: Labeller = SPHERES
    stop_at: int | None = None
    asked: list[FloatArray] = field(default_factory=list)

    @property
    def source(self) -> LabelSource:
        return self.soft.source

    def label(self, atoms: Atoms) -> Labels:
        if len(self.asked) == self.stop_at:
            raise KeyboardInterrupt
        self.asked.append(atoms.positions.copy())
        return self.soft.label(atoms)


def test_two_spheres_come_to_rest_where_the_formula_says(tmp_path: Path) -> None:
    start = Atoms("Li2", [[5, 5, 5], [5, 5, 7.9]], cell=[25.0] * 3, pbc=True)
    found = bring_to_rest(start, SPHERES, Relaxation(force=1e-4), tmp_path / "0.json")
    assert found.atoms.get_distance(0, 1) == pytest.approx(APART, abs=1e-4)
    assert (found.atoms.cell.array == start.cell.array).all()
    assert json.loads((tmp_path / "0.json").read_text(encoding="utf-8"))["steps"] == found.steps > 2


def test_an_interruption_loses_one_step(tmp_path: Path) -> None:
    whole = Counting()
    uninterrupted = bring_to_rest(cluster(), whole, Relaxation(0.01), tmp_path / "whole.json")
    assert uninterrupted.steps == len(whole.asked) - 1 > 6
    stopped, record = Counting(stop_at=5), tmp_path / "stopped.json"
    with pytest.raises(KeyboardInterrupt):
        bring_to_rest(cluster(), stopped, Relaxation(0.01), record)
    assert json.loads(record.read_text(encoding="utf-8"))["steps"] == 4  # the fifth answer is that of the fourth step
    after = Counting()
    found = bring_to_rest(cluster(), after, Relaxation(0.01), record)
    assert (after.asked[0] == stopped.asked[-1]).all(), "it goes on where the last answer was given"
    assert found.steps == 4 + len(after.asked) - 1
    assert largest_force(found.atoms) <= 0.01
    again = Counting()
    assert bring_to_rest(cluster(), again, Relaxation(0.01), record).steps == found.steps
    assert len(again.asked) == 1


def test_another_start_or_labeller_is_begun_anew_and_another_file_is_named(tmp_path: Path) -> None:
    record = tmp_path / "0.json"
    bring_to_rest(cluster(), SPHERES, Relaxation(0.01), record)
    other = Counting()
    bring_to_rest(cluster(seed=2), other, Relaxation(0.01), record)
    assert (other.asked[0] == cluster(seed=2).positions).all()
    stranger = Counting(CalculatorTeacher(LabelSource("spheres", "another", ""), SPHERES.calculator))
    bring_to_rest(cluster(seed=2), stranger, Relaxation(0.01), record)
    assert (stranger.asked[0] == cluster(seed=2).positions).all()
    record.write_text("{}", encoding="utf-8")
    with pytest.raises(StateError, match="is not the record of a relaxation"):
        bring_to_rest(cluster(), SPHERES, Relaxation(0.01), record)


def test_what_no_labeller_can_be_asked_is_refused(tmp_path: Path) -> None:
    near = Atoms("Li2", [[0, 0, 0], [0, 0, 0.5]], cell=[9.0] * 3, pbc=True)
    counting = Counting()
    with pytest.raises(InputError, match="0\\.50 Å apart"):
        bring_to_rest(near, counting, Relaxation(), tmp_path / "0.json")
    assert not counting.asked
    with pytest.raises(InputError, match="one step or more"):
        Relaxation(most_steps=0)


def test_the_end_is_stored_with_its_labels_and_its_steps(tmp_path: Path) -> None:
    structures, store = tmp_path / "mine.extxyz", tmp_path / "store"
    write(structures, [cluster(1), cluster(2)])
    told: list[str] = []
    how = LabelOptions(relax=Relaxation(0.05))
    count = label_structures(structures, store, SPHERES, ("li", "mine relaxed"), Listener(told.append), how=how)
    assert (count.labelled, count.failed) == (2, 0)
    for frame, start in zip(LabelStore(store).frames(), (cluster(1), cluster(2)), strict=True):
        assert frame.labels is not None
        assert np.linalg.norm(frame.labels.forces, axis=1).max() < 0.0501  # rounded positions
        assert np.abs(frame.atoms.positions - start.positions).max() > 0.05
        record = store / RELAXATIONS / "li" / "mine relaxed" / f"{frame.tag.index:04d}.json"
        steps = json.loads(record.read_text(encoding="utf-8"))["steps"]
        assert f"{frame.tag.name} at rest after {steps} steps" in told
    assert label_structures(structures, store, SPHERES, ("li", "mine relaxed"), how=how).known == 2


def test_what_was_not_at_rest_in_time_is_gone_on_with(tmp_path: Path) -> None:
    structures, store = tmp_path / "mine.extxyz", tmp_path / "store"
    write(structures, [cluster()])
    short = LabelOptions(again=True, relax=Relaxation(0.01, most_steps=3))
    tried = 0
    while label_structures(structures, store, SPHERES, ("li", "mine"), how=short).labelled == 0:
        tried += 1
        assert tried < 100
        cause = next(LabelStore(store).frames()).cause
        assert cause.startswith("EngineError: forces of up to")
        assert "are left after 3 steps, 0.01 eV/Å are asked for" in cause
    assert tried > 1
    record = json.loads((store / RELAXATIONS / "li" / "mine" / "0000.json").read_text(encoding="utf-8"))
    assert record["steps"] > 6


def test_a_labeller_that_fails_is_the_cause(tmp_path: Path) -> None:
    gold = Atoms("Au2", [[0, 0, 0], [0, 0, 3]], cell=[9.0] * 3, pbc=True)

    class NoGold:
        source = SPHERES.source

        def label(self, atoms: Atoms) -> Labels:
            raise EngineError(f"no {atoms.symbols} please")

    with pytest.raises(EngineError, match="no Au2 please"):
        bring_to_rest(gold, NoGold(), Relaxation(), tmp_path / "0.json")
