"""Training goes on after a kill and never begins again; a small program stands in for DeePMD-kit's."""

import json
import signal
import subprocess
import sys
import textwrap
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from gbglass.core.cards import read_card
from gbglass.errors import ConfigError, EngineError, StateError
from gbglass.learning.committee import Clock, CommitteeSpec, Progress
from gbglass.learning.deepmd_kit import DeepmdKit, find_deepmd, newest_checkpoint
from gbglass.learning.labelled import LabelStore
from gbglass.learning.lcurve import last_step, read_learning_curve
from gbglass.learning.members import train_member
from gbglass.learning.prepare import prepare_data
from gbglass.learning.trainers import DeepmdTrainer
from gbglass.teachers.calculator import CalculatorTeacher
from tests.learning.frames import add_frames

STAND_IN = """\
#!{python}
'''Trains nothing: counts steps, a checkpoint every ten, and stops where a file says so.'''
import json, sys, time
from pathlib import Path
words = sys.argv[1:]
with Path("calls.txt").open("a") as file:
    file.write(" ".join(words) + "\\n")
if words[0] == "train":
    steps = json.loads(Path(words[-1]).read_text())["training"]["numb_steps"]
    first = int(words[2].rpartition("-")[2]) if words[1] == "--restart" else 0
    with Path("lcurve.out").open("a" if first else "w") as curve:
        if not first:
            curve.write("# step rmse rmse_e rmse_f rmse_v lr\\n")
        for step in range(first, steps + 1, 10):
            curve.write(f"{{step}} 1 1 {{1 / (step + 1)}} 1 1e-3\\n")
            curve.flush()
            for suffix in (".data-00000-of-00001", ".meta", ".index"):
                Path(f"model.ckpt-{{step}}{{suffix}}").write_text("x")
            time.sleep(0.05)
            if Path("fail").exists():
                sys.exit("out of luck")
else:
    Path(words[-1]).write_text(f"model after {{words[0]}}")
"""


@pytest.fixture
def kit(tmp_path: Path) -> DeepmdKit:
    program = tmp_path / "dp"
    program.write_text(STAND_IN.format(python=sys.executable), encoding="utf-8")
    program.chmod(0o755)
    return DeepmdKit(program, "stand-in 1")


def content(steps: int = 30, seed: int = 1) -> dict[str, object]:
    return {"seed": seed, "training": {"numb_steps": steps}}


def calls(folder: Path) -> list[str]:
    return (folder / "calls.txt").read_text(encoding="utf-8").splitlines()


def test_a_member_is_trained_and_frozen_once(kit: DeepmdKit, tmp_path: Path) -> None:
    place = tmp_path / "member"
    told: list[int] = []
    member = train_member(kit, place, content(), told.append)
    assert member.frozen.read_text(encoding="utf-8") == "model after freeze"
    assert told == sorted(told)
    assert member.curve().steps.tolist() == [0, 10, 20, 30]
    assert [line.split()[0] for line in calls(place)] == ["train", "freeze"]
    again = train_member(kit, place, content())
    assert again.checksums == member.checksums
    assert len(calls(place)) == 2


def test_a_failure_shows_the_programs_last_words_and_is_gone_on_from(kit: DeepmdKit, tmp_path: Path) -> None:
    place = tmp_path / "member"
    place.mkdir()
    (place / "fail").touch()
    with pytest.raises(EngineError, match=r"dp train failed(.|\n)*out of luck"):
        train_member(kit, place, content())
    (place / "fail").unlink()
    train_member(kit, place, content())
    assert "train --restart model.ckpt-0 input.json" in calls(place)


def test_a_restart_begins_to_count_at_its_checkpoint(kit: DeepmdKit, tmp_path: Path) -> None:
    """The learning curve was farther: it gets a row every few steps, a checkpoint is rarer."""
    place = tmp_path / "member"
    place.mkdir()
    rows = "".join(f"{step} 1 1 1 1 1e-3\n" for step in range(0, 381, 10))
    (place / "lcurve.out").write_text(f"# step rmse rmse_e rmse_f rmse_v lr\n{rows}", encoding="utf-8")
    for suffix in (".index", ".meta", ".data-00000-of-00001"):
        (place / f"model.ckpt-10{suffix}").write_text("x", encoding="utf-8")
    told: list[int] = []
    train_member(kit, place, content(400), told.append)
    assert told[0] == 10
    assert told[1] < 300, "a second after the start, 0.05 s for ten steps"
    assert told == sorted(told)


def test_the_time_left_is_that_of_the_steps_of_this_call() -> None:
    time_s, told = iter([0.0, 20.0, 30.0, 34.0, 40.0]), list[Progress]()
    clock = Clock(2, 1000, 3000, told.append, lambda: next(time_s))
    for step in (400, 400, 410, 420, 435):  # 20 s until the first row, then 2.5 steps/s
        clock.tell(step)
    assert [progress.step for progress in told] == [1400, 1400, 1410, 1420, 1435]
    assert [progress.seconds_left for progress in told] == [None, None, None, 1580 / 2.5, 1565 / 2.5]


def test_a_beginning_at_nothing_counts_from_its_first_row() -> None:
    time_s, told = iter([0.0, 9.0, 10.0, 12.0]), list[Progress]()
    clock = Clock(1, 0, 100, told.append, lambda: next(time_s))
    for step in (0, 0, 10, 20):
        clock.tell(step)
    assert [progress.seconds_left for progress in told] == [None, None, None, 16.0]


def test_the_last_step_is_that_of_the_last_whole_row_written_since(tmp_path: Path) -> None:
    curve = tmp_path / "lcurve.out"
    assert last_step(curve, 0) is None
    before = "# step rmse lr\n0 1 1\n10 1 1\n"
    for text, since, step in (
        ("# step rmse lr\n", 0, None),
        (before, 0, 10),
        (before, len(before), None),
        (f"{before}5 1 1\n", len(before), 5),
        (f"{before}5 1 1\n6 1", len(before), 5),
    ):
        curve.write_text(text, encoding="utf-8")
        assert last_step(curve, since) == step


def test_weights_of_another_training_are_for_the_first_step_alone(kit: DeepmdKit, tmp_path: Path) -> None:
    """A member that was stopped goes on from its own checkpoint, not from where it began."""
    place, weights = tmp_path / "member", tmp_path / "model.ckpt-9"
    place.mkdir()
    (place / "fail").touch()
    with pytest.raises(EngineError):
        train_member(kit, place, content(), weights=weights)
    (place / "fail").unlink()
    train_member(kit, place, content(), weights=weights)
    assert calls(place)[:2] == [
        f"train --init-model {weights} input.json",
        "train --restart model.ckpt-0 input.json",
    ]


def test_the_card_of_a_committee_states_each_member_and_holds_it_to_that(
    kit: DeepmdKit, tmp_path: Path, labeller: CalculatorTeacher
) -> None:
    store = add_frames(LabelStore(tmp_path / "store"), labeller, ("train", "validation"))
    data, spec = prepare_data(store, tmp_path / "mine", []), CommitteeSpec("quick", members=2, steps=20)
    DeepmdTrainer(kit, spec, ()).train_on(data, lambda _progress: None)
    card = tmp_path / "mine" / "mine.toml"
    assert len(read_card(card).committee) == 1
    (tmp_path / "mine" / "mine-2.pb").write_text("another model", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"mine-2\.pb .*is not the file that this card was written for"):
        read_card(card)


DRIVER = """
    import sys
    from pathlib import Path
    from gbglass.learning.deepmd_kit import DeepmdKit
    from gbglass.learning.members import train_member
    kit = DeepmdKit(Path(sys.argv[1]), "stand-in 1")
    train_member(kit, Path(sys.argv[2]), {"seed": 1, "training": {"numb_steps": 2000}})
"""


@pytest.mark.kill
def test_a_killed_training_takes_dp_with_it_and_goes_on_from_its_checkpoint(kit: DeepmdKit, tmp_path: Path) -> None:
    place = tmp_path / "member"
    driver = subprocess.Popen([sys.executable, "-c", textwrap.dedent(DRIVER), str(kit.program), str(place)])
    deadline = time.monotonic() + 30
    while newest_checkpoint(place) is None or (newest_checkpoint(place) or ("", 0))[1] < 20:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    time.sleep(0.3)
    reached = newest_checkpoint(place)
    time.sleep(0.3)
    assert newest_checkpoint(place) == reached, "dp went on alone"
    assert reached is not None
    steps = reached[1] + 20
    (place / "input.json").write_text(json.dumps(content(steps)), encoding="utf-8")
    member = train_member(kit, place, content(steps))
    assert calls(place)[1] == f"train --restart {reached[0]} input.json"
    assert member.curve().steps[-1] == steps


def test_another_input_or_a_changed_model_is_refused(kit: DeepmdKit, tmp_path: Path) -> None:
    place = tmp_path / "member"
    member = train_member(kit, place, content())
    with pytest.raises(StateError, match="another input"):
        train_member(kit, place, content(seed=2))
    member.frozen.write_text("changed", encoding="utf-8")
    with pytest.raises(StateError, match="was changed after it was finished"):
        train_member(kit, place, content())


def test_a_checkpoint_that_is_not_whole_is_not_gone_on_from(tmp_path: Path) -> None:
    for step, suffixes in ((10, (".index", ".meta", ".data-00000-of-00001")), (20, (".index", ".meta"))):
        for suffix in suffixes:
            (tmp_path / f"model.ckpt-{step}{suffix}").write_text("x", encoding="utf-8")
    assert newest_checkpoint(tmp_path) == ("model.ckpt-10", 10)
    (tmp_path / "model.ckpt-10.meta").write_text("", encoding="utf-8")
    assert newest_checkpoint(tmp_path) is None


@pytest.mark.parametrize("text", ["", "# step rmse rmse_e rmse_f rmse_v lr\n", "# step rmse lr\n1 2"])
def test_a_curve_that_has_just_begun_has_no_rows(tmp_path: Path, text: str) -> None:
    (tmp_path / "lcurve.out").write_text(text, encoding="utf-8")
    assert len(read_learning_curve(tmp_path / "lcurve.out").steps) == 0


def test_what_a_restart_wrote_again_stands_once(tmp_path: Path) -> None:
    rows = "0 9 1 1 1 1\n10 8 1 2 1 1\n20 7 1 3 1 1\n10 8 1 5 1 1\n20 7 1 6 1 1\n"
    (tmp_path / "lcurve.out").write_text(f"# step rmse rmse_e rmse_f rmse_v lr\n{rows}", encoding="utf-8")
    curve = read_learning_curve(tmp_path / "lcurve.out")
    assert curve.steps.tolist() == [0, 10, 20]
    assert curve.force.tolist() == [1.0, 5.0, 6.0]


@pytest.mark.skipif(find_spec("deepmd") is not None, reason="it is installed here")
def test_without_deepmd_kit_the_way_to_get_it_is_said() -> None:
    with pytest.raises(EngineError, match=r"pip install 'gbglass\[deepmd\]'"):
        find_deepmd()
