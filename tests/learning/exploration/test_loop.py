"""The loop on a model and a labeller of seconds: it learns, ends, and does nothing twice, however it was stopped."""

import csv
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from ase import Atoms

from gbglass.core.cards import read_card
from gbglass.core.labels import Labels, LabelSource
from gbglass.errors import EngineError, InputError, StateError
from gbglass.learning.datasets import role_of
from gbglass.learning.exploration.iteration import trained_potential
from gbglass.learning.exploration.loop import Exploration
from gbglass.learning.exploration.steps import step
from gbglass.learning.labelled import LabelStore
from gbglass.learning.trainers import GivenPotential
from gbglass.verbs.explore import ExploreMeans, explore_potential
from gbglass.verbs.listener import Listener
from tests.learning.exploration.small import (
    LOOP,
    IonLabeller,
    IonTrainer,
    engine,
    labelled_frames,
    origin_for,
    small_place,
)

pytestmark = pytest.mark.lammps


@dataclass(frozen=True)
class _Tired(IonLabeller):
    """Refuses everything."""

    def label(self, atoms: Atoms) -> Labels:
        raise EngineError(f"no memory for {atoms.symbols}")


@dataclass(frozen=True)
class _Stranger(IonLabeller):
    """Says the same under another name."""

    @property
    def source(self) -> LabelSource:
        return LabelSource("stranger", "1", "")


def run(
    place: Path,
    iterations: int = 2,
    trainer: IonTrainer | None = None,
    labeller: IonLabeller | None = None,
    tell: Callable[[str], None] = lambda _text: None,
) -> Exploration:
    labels = labeller or IonLabeller()
    means = ExploreMeans(lambda: nullcontext(labels), trainer or IonTrainer(), iterations=iterations, engine=engine())
    return explore_potential(place / "loop.toml", place / "store", place / "loop", means, Listener(phase=tell))


def records(place: Path) -> dict[str, bytes]:
    """Return everything that must not depend on how often the loop was stopped: all but times that LAMMPS took."""
    suffixes = (".json", ".extxyz", ".npz", ".toml", ".csv", ".svg")
    found = sorted(path for path in place.rglob("*") if path.suffix in suffixes)
    return {str(path.relative_to(place)): path.read_bytes() for path in found if path.name != "done.json"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Exploration]:
    """Run one iteration, and then one more."""
    place = small_place(tmp_path_factory.mktemp("whole"))
    first = run(place, 1)
    assert first.ending == "iterations"
    assert first.iterations[0].labels is None, "nothing would be trained on them"
    return place, run(place, 2)


def test_it_learns_from_what_it_had_not_seen(whole: tuple[Path, Exploration]) -> None:
    place, found = whole
    first, second = found.iterations
    assert found.ending == "iterations"
    assert first.worst_coverage < 0.99
    assert first.chosen == 1
    assert first.labels is not None
    assert (first.labels.labelled, first.labels.failed) == (1, 0)
    assert (first.trained, second.trained) == (12, 13)
    assert second.force_rmse < first.force_rmse
    assert first.tested == second.tested == 4
    assert second.labels is None
    added = [frame.tag for frame in LabelStore(place / "store").frames()][16:]
    assert [tag.domain for tag in added] == ["off"]
    assert role_of(added[0].origin, [], 0.1) == "train"


def test_it_leaves_a_table_plain_data_and_a_figure(whole: tuple[Path, Exploration]) -> None:
    folder, found = whole[0] / "loop", whole[1]
    assert json.loads((folder / "exploration.json").read_text(encoding="utf-8")) == found.plain()
    with (folder / "exploration.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    errors, coverage = zip(*((one.force_rmse, one.worst_coverage) for one in found.iterations), strict=True)
    assert [float(row["force error (eV/Å)"]) for row in rows] == pytest.approx(errors)
    assert [float(row["worst coverage"]) for row in rows] == pytest.approx(coverage)
    assert (folder / "exploration.svg").read_text(encoding="utf-8").endswith("</svg>\n")


def test_a_finished_loop_is_only_read_and_belongs_to_what_it_was_begun_with(whole: tuple[Path, Exploration]) -> None:
    place, found = whole
    before, trainer = records(place), IonTrainer()
    assert run(place, 2, trainer, _Tired()) == found
    assert (trainer.trainings, records(place)) == (0, before)
    with pytest.raises(StateError, match=r"training\.wrong: there \"3\", here \"9\""):
        run(place, 2, IonTrainer(wrong=9.0))


def test_stopped_at_every_step_it_does_the_same(whole: tuple[Path, Exploration], tmp_path: Path) -> None:
    """Interrupted before each step in turn, and gone on with by a call that knows nothing of the one before."""
    place, heard, found = small_place(tmp_path), set[str](), None

    def tell(text: str) -> None:
        if text not in heard:
            heard.add(text)
            raise KeyboardInterrupt

    while found is None:
        try:
            found = run(place, tell=tell)
        except KeyboardInterrupt:
            assert len(heard) < 20
    assert found == whole[1]
    assert len(heard) >= 10
    assert records(place) == records(whole[0])


RUN = """
import sys
from pathlib import Path
from tests.learning.exploration.test_loop import run
run(Path(sys.argv[1]), 1)
"""


@pytest.mark.kill
def test_killed_in_its_dynamics_it_ends_the_same(whole: tuple[Path, Exploration], tmp_path: Path) -> None:
    place, root = small_place(tmp_path), Path(__file__).parents[3]
    deadline = time.monotonic() + 60
    with subprocess.Popen([sys.executable, "-c", RUN, str(place)], cwd=root) as process:
        while not (place / "loop" / "iteration-00" / "runs" / "run-01" / "1-minimise").is_dir():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    assert not (place / "loop" / "iteration-00" / "runs" / "run-01.json").exists()
    assert run(place, 1).iterations[0] == replace(whole[1].iterations[0], labels=None)
    first = records(place / "loop" / "iteration-00")
    assert first == {name: text for name, text in records(whole[0] / "loop" / "iteration-00").items() if name in first}
    assert "selection.json" in first


def test_what_is_finished_may_not_change(tmp_path: Path) -> None:
    def make() -> tuple[dict[str, int], tuple[str, ...]]:
        (tmp_path / "a.txt").write_text("a", encoding="utf-8")
        return {"n": 1}, ("a.txt",)

    assert step(tmp_path / "a.json", make) == {"n": 1}
    (tmp_path / "a.txt").write_text("b", encoding="utf-8")
    with pytest.raises(StateError, match=r"a\.txt is missing or was changed"):
        step(tmp_path / "a.json", make)
    (tmp_path / "a.json").write_text("{}", encoding="utf-8")
    with pytest.raises(StateError, match="cannot be read"):
        step(tmp_path / "a.json", make)


def test_nothing_is_added_to_a_store_that_is_not_the_loops(whole: tuple[Path, Exploration], tmp_path: Path) -> None:
    other = small_place(tmp_path)
    shutil.copytree(whole[0] / "loop", other / "loop")
    before = records(other / "store")
    with pytest.raises(StateError, match="lacks 1 of the 17 frames"):
        run(other, 3)
    assert records(other / "store") == before


def test_a_loop_that_cannot_begin_leaves_its_folder_free_for_a_better_one(tmp_path: Path) -> None:
    place = small_place(tmp_path)
    wrong = f'[[start]]\norigin = "{origin_for("validation")}"\ntemperatures_K = [300]\n'
    (place / "loop.toml").write_text(LOOP + wrong, encoding="utf-8")
    with pytest.raises(InputError, match="is not trained but tested on"):
        run(place)
    for path in (place / "store").glob("chunk-*"):
        path.unlink()
    store = LabelStore(place / "store")
    with store.writing():
        for frame in labelled_frames()[:12]:
            store.add(frame, IonLabeller().source)
    (place / "loop.toml").write_text(LOOP, encoding="utf-8")
    with pytest.raises(InputError, match="12 and 0"):
        run(place)
    assert [path.name for path in (place / "loop").iterdir()] == [".lock"]


def test_ranks_without_an_mpi_are_refused_before_anything_is_trained(tmp_path: Path) -> None:
    place, trainer = small_place(tmp_path), IonTrainer()
    (place / "loop.toml").write_text(LOOP.replace("[dynamics]", "[dynamics]\nranks = 2"), encoding="utf-8")
    means = ExploreMeans(lambda: nullcontext(IonLabeller()), trainer, engine=replace(engine(), mpiexec=None))
    with pytest.raises(EngineError, match="2 ranks need mpiexec"):
        explore_potential(place / "loop.toml", place / "store", place / "loop", means)
    assert not (place / "loop").exists()


def test_a_labeller_that_is_not_the_stores_is_refused_before_hours_are_spent(tmp_path: Path) -> None:
    place, trainer = small_place(tmp_path), IonTrainer()
    with pytest.raises(StateError, match=r"labels of buckingham-llzo .* the labeller is stranger"):
        run(place, 1, trainer, _Stranger())
    assert not trainer.trainings
    assert not (place / "loop" / "iteration-00").exists()


def test_a_loop_in_which_nothing_can_be_labelled_is_stuck(tmp_path: Path) -> None:
    found = run(small_place(tmp_path), labeller=_Tired())
    assert found.ending == "stuck"
    assert found.iterations[0].labels is not None
    assert found.iterations[0].labels.failed == found.iterations[0].chosen


def test_a_potential_that_is_there_is_run_and_never_trained(tmp_path: Path) -> None:
    place, trainer = small_place(tmp_path), IonTrainer()
    card = trainer.train(labelled_frames(), tmp_path / "before", lambda _progress: None)
    means = ExploreMeans(lambda: nullcontext(IonLabeller()), GivenPotential(card), iterations=2, engine=engine())
    found = explore_potential(place / "loop.toml", place / "store", place / "loop", means)
    first, second = found.iterations
    assert first.labels is not None
    assert first.labels.labelled == first.chosen > 0
    assert second.trained == first.trained + first.labels.labelled, "it would be trained on what was found"
    assert second.force_rmse == first.force_rmse, "the same potential in both"
    assert trained_potential(place / "loop" / "iteration-01").checksum == read_card(card).checksum
