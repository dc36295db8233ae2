"""A disk that fills up under a campaign: named, nothing that was finished is lost, and it goes on with room."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAM = """
import json, sys, threading, time
from pathlib import Path
from gbglass.campaign.driver import drive
from tests.campaign.toy_driver import Heard, local, toy_plan

disk, cases = Path(sys.argv[1]), Path(sys.argv[2])
root, filler, heard = disk / "runs", disk / "filler", Heard()


def fill() -> None:
    with filler.open("ab", buffering=0) as file:
        for size in (2**16, 2**12, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue


def run(heard: Heard) -> None:
    drive(root, toy_plan(root, cases), local(1), heard.audience())


def files(label: str) -> dict[str, int]:
    return {p.name: p.stat().st_mtime_ns for p in sorted(root.glob(f"cases/{label}-*/**/*.*")) if p.is_file()}


driver = threading.Thread(target=run, args=(heard,))
driver.start()
while not list(root.glob("cases/second-*/md/piece-1/done.json")):
    assert driver.is_alive()
    time.sleep(0.01)
first, second = files("first"), {p.parent.name for p in root.glob("cases/second-*/md/*/done.json")}
while driver.is_alive():
    fill()
    time.sleep(0.02)
full = {label: [seen.state, seen.failure.cause if seen.failure else ""] for label, seen in heard.ended.items()}
kept = files("first") == first
filler.unlink()
after = Heard()
run(after)
begun = next(root.glob("cases/second-*/pieces.log")).read_text().splitlines()
ended = {label: seen.state for label, seen in after.ended.items()}
print(json.dumps({
    "full": full, "said": heard.said, "kept": kept and files("first") == first, "finished": sorted(second),
    "after": ended, "started": after.started, "begun": [line.split()[0] for line in begun],
}))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Two cases, one after the other, on a disk of their own that is filled while the second works."""
    folder = tmp_path_factory.mktemp("full")
    cases = {"first": {"answer": 1, "pieces": 2}, "second": {"answer": 2, "pieces": 6, "nap": 0.4}}
    (folder / "cases.json").write_text(json.dumps(cases), encoding="utf-8")
    (folder / "disk").mkdir()
    unshare = shutil.which("unshare")
    assert unshare, "util-linux' unshare is needed"
    script = f'mount -t tmpfs -o size=2m tmpfs "$1" && exec "{sys.executable}" -c "$3" "$1" "$2"'
    arguments = [str(folder / "disk"), str(folder / "cases.json"), PROGRAM]
    done = subprocess.run(
        [unshare, "--mount", "--map-root-user", "sh", "-c", script, "sh", *arguments],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_case_that_finds_its_disk_full_fails_with_that_reason_and_touches_no_other(told: dict[str, Any]) -> None:
    assert told["full"]["first"] == ["done", ""]
    state, cause = told["full"]["second"]
    assert state == "failed"
    assert "No space left on device" in cause
    assert told["kept"], "a case that was finished was touched"


def test_with_room_just_what_is_missing_is_done(told: dict[str, Any]) -> None:
    assert told["started"] == ["second"]
    assert told["after"] == {"second": "done"}
    assert len(told["finished"]) >= 2
    for piece in told["finished"]:
        assert told["begun"].count(piece.removeprefix("piece-")) == 1, "a finished piece was done again"
