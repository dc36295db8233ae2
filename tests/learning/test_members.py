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
from gbglass.learning.committee import CommitteeSpec
from gbglass.learning.deepmd_kit import DeepmdKit, find_deepmd, newest_checkpoint
from gbglass.learning.labelled import LabelStore
from gbglass.learning.lcurve import read_learning_curve
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
