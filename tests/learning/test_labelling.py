"""Labelling goes in rounds, keeps causes, and interrupted equals uninterrupted; legs are dynamics."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms, units
from ase.calculators.lj import LennardJones
from numpy.testing import assert_allclose

from gbglass.core.arrays import FloatArray
from gbglass.core.labels import Labeller, Labels, LabelSource
from gbglass.errors import EngineError, InputError, StateError
from gbglass.learning.crystals import lithium
from gbglass.learning.disturb import rattle
from gbglass.learning.labelled import FRAMES_PER_CHUNK, LabelStore, StoredFrame
from gbglass.learning.labelling import label_origins
from gbglass.learning.origins import Draw, Leg, Origin, Workshop, from_chain, maxwell_velocities, verlet
from gbglass.teachers.calculator import CalculatorTeacher


def metal(_rng: np.random.Generator) -> Atoms:
    return lithium("bcc", (2, 2, 2))


def lithium_origins(size: int) -> list[Origin]:
    """One origin of rattles and one chain."""

    def draw(given: Draw) -> Atoms:
        return rattle(metal(given.rng), 300, given.rng)

    return [
        Origin("li/rattled", "li", size, draw),
        Origin("li/chain", "li", size, from_chain(metal, Leg(400, steps=4))),
    ]


@dataclass(frozen=True)
class FailsOnOxygen:
    """A labeller that can do lithium only."""

    soft: Labeller

    @property
    def source(self) -> LabelSource:
        return self.soft.source

    def label(self, atoms: Atoms) -> Labels:
        if "O" in atoms.get_chemical_symbols():
            raise EngineError("no oxygen please")
        return self.soft.label(atoms)


def names_of(store: LabelStore) -> list[str]:
    return [frame.tag.name for frame in store.frames()]


def test_frames_come_in_rounds_over_the_origins(tmp_path: Path, workshop: Workshop) -> None:
    store = LabelStore(tmp_path / "store")
    count = label_origins(lithium_origins(3), workshop, store)
    assert (count.labelled, count.failed, count.known) == (6, 0, 0)
    expected = [f"li/{origin}/{index:04d}" for index in range(3) for origin in ("rattled", "chain")]
    assert names_of(LabelStore(tmp_path / "store")) == expected


def test_labels_are_those_of_the_stored_positions(tmp_path: Path, workshop: Workshop) -> None:
    label_origins(lithium_origins(2), workshop, LabelStore(tmp_path / "store"))
    for frame in LabelStore(tmp_path / "store").frames():
        again = workshop.labeller.label(frame.atoms)
        assert frame.labels is not None
        assert frame.labels.energy == again.energy
        assert np.array_equal(frame.labels.forces, again.forces.astype(np.float32))


def test_interrupted_anywhere_equals_uninterrupted(tmp_path: Path, workshop: Workshop) -> None:
    origins = lithium_origins(3)
    label_origins(origins, workshop, LabelStore(tmp_path / "whole"))

    class Enough(Exception):  # noqa: N818
        pass

    for stop in range(1, 6):
        folder = tmp_path / f"stopped-{stop}"
        seen: list[StoredFrame] = []

        def stop_there(frame: StoredFrame, seen: list[StoredFrame] = seen, stop: int = stop) -> None:
            seen.append(frame)
            if len(seen) == stop:
                raise Enough

        with pytest.raises(Enough):
            label_origins(origins, workshop, LabelStore(folder), stop_there)
        count = label_origins(origins, workshop, LabelStore(folder))
        assert (count.labelled, count.known) == (6 - stop, stop)
        assert (folder / "chunk-0001.npz").read_bytes() == (tmp_path / "whole" / "chunk-0001.npz").read_bytes()


def test_more_frames_may_be_asked_for_later(tmp_path: Path, workshop: Workshop) -> None:
    label_origins(lithium_origins(4), workshop, LabelStore(tmp_path / "at once"))
    for size in (2, 4):
        label_origins(lithium_origins(size), workshop, LabelStore(tmp_path / "twice"))
    at_once, twice = (
        {frame.tag.name: frame.atoms for frame in LabelStore(tmp_path / name).frames()} for name in ("at once", "twice")
    )
    assert at_once == twice


def test_what_fails_is_kept_with_its_cause_and_not_tried_again(tmp_path: Path, workshop: Workshop) -> None:
    def oxide(_given: Draw) -> Atoms:
        return Atoms("LiO", [[0, 0, 0], [2, 0, 0]], cell=[6, 6, 6], pbc=True)

    def collision(_given: Draw) -> Atoms:
        return Atoms("Li2", [[0, 0, 0], [0.5, 0, 0]], cell=[6, 6, 6], pbc=True)

    def no_room(_given: Draw) -> Atoms:
        raise InputError("no room for it")

    origins = [
        *(Origin(f"off/{draw.__name__}", "off", 1, draw) for draw in (oxide, collision, no_room)),
        *lithium_origins(1),
    ]
    failing = replace(workshop, labeller=FailsOnOxygen(workshop.labeller))
    count = label_origins(origins, failing, LabelStore(tmp_path / "store"))
    assert (count.labelled, count.failed) == (2, 3)
    frames = {frame.tag.origin: frame for frame in LabelStore(tmp_path / "store").frames()}
    assert frames["off/oxide"].cause == "EngineError: no oxygen please"
    assert len(frames["off/oxide"].atoms) == 2
    assert "0.50 Å apart" in frames["off/collision"].cause
    assert frames["off/no_room"].cause == "InputError: no room for it"
    again = label_origins(origins, failing, LabelStore(tmp_path / "store"))
    assert (again.labelled, again.failed, again.known) == (0, 0, 5)


@dataclass
class FailsFirst:
    """A labeller whose first answers are none, as a machine's that is short of memory."""

    soft: Labeller
    left: int = 2

    @property
    def source(self) -> LabelSource:
        return self.soft.source

    def label(self, atoms: Atoms) -> Labels:
        if self.left:
            self.left -= 1
            raise EngineError(f"no memory, {self.left} to come")
        return self.soft.label(atoms)


def test_what_failed_is_tried_again_when_asked_and_its_cause_kept_until_then(
    tmp_path: Path, workshop: Workshop
) -> None:
    origins = lithium_origins(3)[:1]
    whole = tmp_path / "whole"
    label_origins(origins, workshop, LabelStore(whole))
    store, short = tmp_path / "store", replace(workshop, labeller=FailsFirst(workshop.labeller))
    first = label_origins(origins, short, LabelStore(store))
    assert (first.labelled, first.failed, first.known) == (1, 2, 0)
    assert LabelStore(store).failed == {"li/rattled/0000", "li/rattled/0001"}
    worse = replace(workshop, labeller=FailsFirst(workshop.labeller, left=1))
    second = label_origins(origins, worse, LabelStore(store), again=True)
    assert (second.labelled, second.failed, second.known) == (1, 1, 1)
    causes = [frame.cause for frame in LabelStore(store).frames()]
    assert causes == ["EngineError: no memory, 1 to come", "", ""]
    third = label_origins(origins, workshop, LabelStore(store), again=True)
    assert (third.labelled, third.failed, third.known) == (1, 0, 2)
    assert (store / "chunk-0001.npz").read_bytes() == (whole / "chunk-0001.npz").read_bytes()
    assert label_origins(origins, workshop, LabelStore(store), again=True).known == 3


def test_a_chain_is_mended_from_the_frame_before(tmp_path: Path, workshop: Workshop) -> None:
    """Not from its end, which has come since."""
    chain = lithium_origins(4)[1]
    befores: dict[int, Atoms | None] = {}

    def draw(given: Draw) -> Atoms:
        befores[given.index] = given.before
        if given.index == 2 and not mends:
            raise InputError("not this one")
        return chain.draw(given)

    store, origin = LabelStore(tmp_path / "store"), replace(chain, draw=draw)
    mends = False
    label_origins([origin], workshop, store)
    mends = True
    assert label_origins([origin], workshop, store, again=True).labelled == 1
    frames = [frame.atoms for frame in LabelStore(tmp_path / "store").frames()]
    assert befores[2] == frames[1]
    assert LabelStore(tmp_path / "store").failed == frozenset()


def test_frames_are_mended_in_any_chunk_and_more_can_follow(tmp_path: Path, workshop: Workshop) -> None:
    before, after = FRAMES_PER_CHUNK + 1, FRAMES_PER_CHUNK + 3
    failing = replace(workshop, labeller=FailsFirst(workshop.labeller, left=before))
    assert label_origins(lithium_origins(before)[:1], failing, LabelStore(tmp_path)).failed == before
    assert label_origins(lithium_origins(after)[:1], workshop, LabelStore(tmp_path), again=True).labelled == after
    assert names_of(LabelStore(tmp_path)) == [f"li/rattled/{k:04d}" for k in range(after)]
    assert LabelStore(tmp_path).failed == frozenset()
    assert [path.name for path in sorted(tmp_path.iterdir()) if path.suffix] == ["chunk-0001.npz", "chunk-0002.npz"]


def test_only_a_failed_frame_is_mended_and_only_with_labels(tmp_path: Path, workshop: Workshop) -> None:
    store = LabelStore(tmp_path)
    label_origins(lithium_origins(1)[:1], workshop, store)
    frame = next(store.frames())
    with store.writing(), pytest.raises(StateError, match="holds no failed frame li/rattled/0000"):
        store.mend(frame, workshop.labeller.source)
    with pytest.raises(StateError, match="must be held while frames are mended"):
        store.mend(frame, workshop.labeller.source)


def test_what_is_wrong_with_the_place_ends_the_call_and_blames_no_frame(tmp_path: Path, workshop: Workshop) -> None:
    def elsewhere(_given: Draw) -> Atoms:
        raise StateError("the folder holds runs of other inputs")

    origins = [*lithium_origins(1), Origin("off/elsewhere", "off", 1, elsewhere)]
    with pytest.raises(StateError, match="other inputs"):
        label_origins(origins, workshop, LabelStore(tmp_path / "store"))
    assert names_of(LabelStore(tmp_path / "store")) == ["li/rattled/0000", "li/chain/0000"]


def test_a_chain_starts_anew_after_a_frame_that_failed(tmp_path: Path, workshop: Workshop) -> None:
    befores: list[bool] = []

    def draw(given: Draw) -> Atoms:
        befores.append(given.before is not None)
        if given.index == 1:
            raise InputError("not this one")
        return metal(given.rng)

    label_origins([Origin("li/x", "li", 4, draw)], workshop, LabelStore(tmp_path / "store"))
    assert befores == [False, True, False, True]


def test_two_origins_of_one_name_are_refused(tmp_path: Path, workshop: Workshop) -> None:
    with pytest.raises(InputError, match="li/chain, li/rattled more than once"):
        label_origins(lithium_origins(1) * 2, workshop, LabelStore(tmp_path))


SPHERES = CalculatorTeacher(LabelSource("lj", "ase", ""), LennardJones(sigma=2.6, epsilon=0.3, rc=6.0, smooth=True))


def total_energy(atoms: Atoms, velocities: FloatArray) -> float:
    return SPHERES.label(atoms).energy + 0.5 * float((atoms.get_masses()[:, None] * velocities**2).sum())


def test_a_leg_is_dynamics_energy_stays_and_time_turns_back() -> None:
    """Velocity Verlet: half the step, a quarter of the error; and it is reversible."""
    atoms = rattle(lithium("bcc", (3, 3, 3)), 100, np.random.default_rng(0))
    velocities = maxwell_velocities(atoms, 600, np.random.default_rng(5))
    errors = []
    for steps in (25, 50):
        leg = Leg(600, steps=steps, timestep_fs=50.0 / steps)
        end, final = verlet(atoms, velocities, leg, SPHERES)
        errors.append(abs(total_energy(end, final) - total_energy(atoms, velocities)))
        back, started = verlet(end, -final, leg, SPHERES)
        assert_allclose(back.positions, atoms.positions, atol=1e-9)
        assert_allclose(started, -velocities, atol=1e-9)
        assert np.abs(end.positions - atoms.positions).max() > 0.1
        assert_allclose((end.positions - atoms.positions).mean(axis=0), 0.0, atol=1e-9)
    assert 3.0 < errors[0] / errors[1] < 5.0
    assert errors[1] < 1e-3 * 54 * units.kB * 600


def test_velocities_have_their_temperature() -> None:
    atoms = Atoms("LiZr" * 2000, positions=np.zeros((4000, 3)))
    velocities = maxwell_velocities(atoms, 500, np.random.default_rng(1))
    for symbol in ("Li", "Zr"):
        chosen = atoms.symbols == symbol
        kinetic = 0.5 * float((atoms.get_masses()[chosen, None] * velocities[chosen] ** 2).mean())
        assert_allclose(kinetic, 0.5 * units.kB * 500, rtol=4 * np.sqrt(2 / 6000))
    assert_allclose((atoms.get_masses()[:, None] * velocities).sum(axis=0), 0.0, atol=1e-9)
