"""A case folder: one process at a time, one study for ever, done only once."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gbglass.campaign.case import open_case
from gbglass.errors import StateError

IDENTITY = {"study": "toy", "boundary": {"plane": [0, 1, 2]}}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_finished_case_answers_only_for_its_inputs_and_while_its_outputs_exist(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    with open_case(folder, IDENTITY) as case:
        case.claim()
        assert case.finished({"hold": 30}) is None
        (folder / "out.json").write_text("{}", encoding="utf-8")
        case.finish({"hold": 30}, ["out.json"], {"answer": 42})
    with open_case(folder, IDENTITY) as case:
        record = case.finished({"hold": 30})
        assert record is not None
        assert record["summary"] == {"answer": 42}
        assert case.finished({"hold": 40}) is None
        (folder / "out.json").unlink()
        assert case.finished({"hold": 30}) is None


def test_a_reopened_case_is_not_finished(tmp_path: Path) -> None:
    with open_case(tmp_path / "case", IDENTITY) as case:
        case.finish({}, [], {})
        case.reopen()
        assert case.finished({}) is None


def test_a_folder_of_another_study_is_refused_and_untouched(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    with open_case(folder, IDENTITY) as case:
        case.claim()
    before = contents(folder)
    other = {"study": "toy", "boundary": {"plane": [0, 1, 3]}}
    with pytest.raises(StateError, match=r"boundary\.plane\.3: there 2, here 3"), open_case(folder, other):
        pytest.fail("it opened")
    assert contents(folder) == before


def test_a_folder_that_nobody_claimed_is_open_to_a_changed_study(tmp_path: Path) -> None:
    with open_case(tmp_path / "case", IDENTITY):
        pass
    with open_case(tmp_path / "case", {"study": "another"}) as case:
        case.claim()


def test_a_folder_of_somebody_else_is_refused_and_untouched(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("x", encoding="utf-8")
    with pytest.raises(StateError, match=r"thesis\.tex"), open_case(tmp_path, IDENTITY):
        pytest.fail("it opened")
    assert list(contents(tmp_path)) == ["thesis.tex"]
    with pytest.raises(StateError, match="is a file"), open_case(tmp_path / "thesis.tex", IDENTITY):
        pytest.fail("it opened")


def test_two_processes_never_share_a_folder(tmp_path: Path) -> None:
    busy = pytest.raises(StateError, match=f"process {os.getpid()}")
    with open_case(tmp_path / "case", IDENTITY), busy, open_case(tmp_path / "case", IDENTITY):
        pytest.fail("it opened twice")


@pytest.mark.kill
def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    program = (
        "import sys, time, pathlib\nfrom gbglass.campaign.case import open_case\n"
        f"with open_case(pathlib.Path(sys.argv[1]), {IDENTITY!r}):\n    print('open', flush=True)\n    time.sleep(60)\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "case")], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    with holder, holder.stdout:
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(StateError, match=f"process {holder.pid}"), open_case(tmp_path / "case", IDENTITY):
            pytest.fail("it opened twice")
        holder.send_signal(signal.SIGKILL)
        holder.wait(timeout=10)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            with open_case(tmp_path / "case", IDENTITY):
                return
        except StateError:
            time.sleep(0.05)
    pytest.fail("the lock outlived its process")
