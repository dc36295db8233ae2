"""A disk that fills up under a study of two real cases: said so, nothing that was finished is lost, and it goes on."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.test_campaign import swept

pytestmark = [pytest.mark.heavy, pytest.mark.lammps]

PROGRAM = '''
import json, subprocess, sys, time
from pathlib import Path
from tests.end_to_end.conftest import command, gbglass
from tests.end_to_end.test_campaign import states
from tests.end_to_end.test_run import contents

study, disk = Path(sys.argv[1]), Path(sys.argv[2])
run = disk / "run"


def fill() -> None:
    """Leave no byte free, while others write."""
    with (disk / "filler").open("ab", buffering=0) as file:
        for size in (2**20, 2**12, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue


driver = subprocess.Popen(command("run", study, "--out", run, "--cores", "1"), stderr=subprocess.PIPE, text=True)
while not list(run.glob("cases/seed-8-*/md/3-hold/segment-0001.partial")):
    assert driver.poll() is None, driver.stderr.read()
    time.sleep(0.01)
(seven,), (eight,) = run.glob("cases/seed-7-*"), run.glob("cases/seed-8-*")
before = contents(seven)
while driver.poll() is None:
    fill()
    time.sleep(0.05)
full = {"code": driver.returncode, "said": driver.stderr.read(), "kept": contents(seven) == before}
full["looks_finished"] = [name for name in ("done.json", "results.json") if (eight / name).exists()]
status = json.loads(gbglass("status", study, "--out", run, "--json").stdout)
full["states"] = {case["label"]: case["state"] for case in status["cases"]}
segments = {p: p.stat().st_mtime_ns for p in eight.glob("md/*/segment-????/done.json")}

(disk / "filler").unlink()
again = gbglass("run", study, "--out", run)
room = {"code": again.returncode, "said": again.stderr, "states": states(run), "kept": contents(seven) == before}
room["n_segments"] = len(segments)
room["run_again"] = [str(p) for p, when in segments.items() if p.stat().st_mtime_ns != when]
print(json.dumps({"full": full, "room": room}))
'''


SHORTER = {
    "max_iterations = 200": "max_iterations = 30",
    "to_K = 400.0": "to_K = 310.0",
    "temperature_K = 400.0": "temperature_K = 310.0",
    "frame_every_ps = 0.02": "frame_every_ps = 0.01",
    "segment_ps = 0.2": "segment_ps = 0.05",
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Two cases, one after the other, on a disk of their own that is filled while the second runs."""
    folder = tmp_path_factory.mktemp("full")
    disk = folder / "disk"
    disk.mkdir()
    unshare = shutil.which("unshare")
    assert unshare, "util-linux' unshare is needed"
    study = swept(folder, "seed = [7, 8]", hold=0.3)
    text = study.read_text(encoding="utf-8")
    for long, short in SHORTER.items():
        assert long in text
        text = text.replace(long, short)
    study.write_text(text, encoding="utf-8")
    script = f'mount -t tmpfs -o size=64m tmpfs "$2" && exec "{sys.executable}" -c "$3" "$1" "$2"'
    done = subprocess.run(
        [unshare, "--mount", "--map-root-user", "sh", "-c", script, "sh", study, disk, PROGRAM],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_campaign_whose_disk_fills_up_says_so_and_loses_nothing(told: dict[str, Any]) -> None:
    full = told["full"]
    assert full["code"] == 1
    assert "No space left on device" in full["said"] or "its disk is full" in full["said"]
    assert "MiB are free on its disk" in full["said"]
    assert "FAILED seed-8" in full["said"]
    assert "Traceback" not in full["said"]
    assert full["states"]["seed-7"] == "done"
    assert full["states"]["seed-8"] != "done"
    assert full["kept"], "the case that was finished was touched"
    assert full["looks_finished"] == []


def test_it_goes_on_when_there_is_room(told: dict[str, Any]) -> None:
    room = told["room"]
    assert room["code"] == 0, room["said"]
    assert room["states"] == {"seed-7": "done", "seed-8": "done"}
    assert room["kept"], "what was finished was run again"
    assert room["n_segments"] >= 3
    assert room["run_again"] == []
    assert "1 to run" in room["said"]
