"""The loop through DeePMD-kit, LAMMPS and SevenNet-0, killed twice.

Needs the extra `deepmd` here, and `teacher` here or in the Python that GBGLASS_TEACHER_PYTHON names.
"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from ase.io import write

from gbglass.learning.deepmd_kit import newest_checkpoint
from gbglass.learning.labelled import LabelStore

pytestmark = [pytest.mark.heavy, pytest.mark.lammps, pytest.mark.filterwarnings("ignore")]

Record = Callable[[str, object], None]

DATA = Path(__file__).parents[3] / "data" / "training"
ORIGINS = {"li/bcc 450 K": 6, "lzo/x 0.500 600 K": 6, "lzo/x 0.375 600 K": 3}
"""The last one is never trained."""

LOOP = """
limit = 3
iterations = 2
[training]
preset = "quick"
steps = 200
[dynamics]
duration_ps = 0.2
frame_every_ps = 0.02
[[start]]
origin = "li/bcc 450 K"
temperatures_K = [450]
[[start]]
origin = "lzo/x 0.500 600 K"
temperatures_K = [600]
"""


def gbglass(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gbglass", "potential", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=1800)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Label a few structures anew: a store's labels are of one version of a teacher."""
    pytest.importorskip("deepmd")
    folder = tmp_path_factory.mktemp("real")
    for origin, count in ORIGINS.items():
        domain, _, name = origin.partition("/")
        structures = [frame.atoms for frame in LabelStore(DATA).frames() if frame.tag.origin == origin][:count]
        write(folder / "structures.extxyz", structures)
        words = ["label", str(folder / "structures.extxyz"), str(folder / "store")]
        done = gbglass(*words, "--domain", domain, "--origin", name)
        if "gbglass[teacher]" in done.stderr:
            pytest.skip("no teacher here; let GBGLASS_TEACHER_PYTHON name a Python that has one")
        assert done.returncode == 0, done.stderr
    (folder / "loop.toml").write_text(LOOP, encoding="utf-8")
    return folder


def _kill_when(place: Path, is_time: Callable[[], bool]) -> None:
    words = [sys.executable, "-m", "gbglass", "potential", "explore", *_words(place)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 900
        while not is_time():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        process.send_signal(signal.SIGKILL)


def _words(place: Path) -> list[str]:
    return [str(place / "loop.toml"), str(place / "store"), str(place / "loop"), "--json"]


def test_it_trains_explores_labels_and_trains_again_though_it_is_killed(place: Path, record_property: Record) -> None:
    start, loop = time.monotonic(), place / "loop"
    first, second = loop / "iteration-00", loop / "iteration-01"
    _kill_when(place, lambda: newest_checkpoint(first / "model-00" / "member-1") is not None)
    assert not (first / "trained.json").exists()
    _kill_when(place, lambda: len(LabelStore(place / "store").names) > sum(ORIGINS.values()))
    assert not (first / "labels.json").exists()
    kept = {path: path.read_bytes() for path in first.glob("*.json")}
    done = gbglass("explore", *_words(place))
    assert done.returncode == 0, done.stderr
    assert all(path.read_bytes() == content for path, content in kept.items())
    found = json.loads(done.stdout)
    one, two = found["iterations"]
    names = [frame.tag.name for frame in LabelStore(place / "store").frames()]
    assert len(names) == len(set(names)) == sum(ORIGINS.values()) + one["chosen"]
    assert one["trained"] == 12
    assert two["trained"] == 12 + one["labels"]["labelled"]
    assert one["tested"] == two["tested"] == 3
    assert one["labels"]["labelled"] >= 1
    assert one["labels"]["labelled"] + one["labels"]["failed"] == one["chosen"]
    assert found["ending"] in ("iterations", "stuck", "covered")
    assert (loop / "exploration.svg").is_file()
    assert (second / "trained.json").is_file()
    again = time.monotonic()
    assert json.loads(gbglass("explore", *_words(place)).stdout) == found
    record_property("loop of two iterations, killed twice (s)", round(again - start))
    record_property("the same when finished (s)", round(time.monotonic() - again))
    for row in found["iterations"]:
        said = f"{row['force_rmse']:.2f} eV/Å, coverage {row['worst_coverage']:.2f}"
        record_property(f"iteration {row['number']}", f"{said}, {len(row['blown_up'])} of {row['runs']} runs blown up")
