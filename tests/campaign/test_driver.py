"""The driver and the local executor, with real processes and cases without science."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from gbglass.campaign.case import LOCK
from gbglass.campaign.driver import drive
from gbglass.campaign.lock import lock_folder, lock_owner
from gbglass.campaign.task import left_folders, look
from gbglass.errors import BusyError, StateError
from tests.campaign.toy_driver import Heard, local, toy_plan, toy_tasks

DRIVER = Path(__file__).with_name("toy_driver.py")


def write_cases(file: Path, cases: dict[str, dict[str, Any]]) -> Path:
    working = file.with_suffix(".tmp")
    working.write_text(json.dumps(cases), encoding="utf-8")
    working.replace(file)
    return file


def numbered(count: int, **more: Any) -> dict[str, dict[str, Any]]:  # a toy study says what it likes
    return {f"case-{n}": {"answer": n, "pieces": 3, "nap": 0.05, **more} for n in range(count)}


def run_all(root: Path, cases: dict[str, dict[str, Any]], cores: int = 4) -> Heard:
    file = write_cases(root.parent / "cases.json", cases)
    heard = Heard()
    drive(root, toy_plan(root, file), local(cores), heard.audience())
    return heard


def pieces(root: Path) -> Counter[str]:
    """How often each piece of each case was begun."""
    begun: Counter[str] = Counter()
    for log in root.glob("cases/*/pieces.log"):
        numbers = [line.split()[0] for line in log.read_text(encoding="utf-8").splitlines()]
        begun.update(f"{log.parent.name}/{number}" for number in numbers)
    return begun


def processes_of(root: Path) -> list[int]:
    """Processes that were started for a case below a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
            if b"toy_case.py" in words and str(root).encode() in words:
                found.append(int(process.name))
        except OSError:
            continue
    return found


def wait_until(what: str, condition: Any, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen in {seconds:g} s"
        time.sleep(0.02)


def test_all_cases_are_done_once_and_a_rerun_does_nothing(tmp_path: Path) -> None:
    root, cases = tmp_path / "runs", numbered(5)
    heard = run_all(root, cases)
    assert {label: seen.state for label, seen in heard.ended.items()} == dict.fromkeys(cases, "done")
    assert heard.ended["case-3"].answers == ("the answer is 3",)
    assert set(pieces(root).values()) == {1}
    again = run_all(root, cases)
    assert again.started == []
    assert set(pieces(root).values()) == {1}


@pytest.mark.parametrize(("cores", "most"), [(1, 1), (4, 4), (5, 4)])
def test_the_budget_of_cores_is_kept(tmp_path: Path, cores: int, most: int) -> None:
    cases = {f"{n}": {"answer": n, "pieces": 1, "cores": n % 2 + 1} for n in range(4)} if cores > 1 else numbered(2)
    heard = run_all(tmp_path / "runs", cases, cores)
    assert heard.most_cores <= cores
    assert len(heard.ended) == len(cases)
    assert heard.most_cores >= min(most, cores) - 1


def test_a_case_larger_than_the_budget_runs_alone(tmp_path: Path) -> None:
    heard = run_all(tmp_path / "runs", {**numbered(2), "large": {"answer": 1, "pieces": 1, "cores": 9}}, cores=2)
    assert heard.most_cores == 9
    assert all(seen.state == "done" for seen in heard.ended.values())


def test_a_failure_is_a_value_and_the_others_go_on(tmp_path: Path) -> None:
    root = tmp_path / "runs"
    cases = numbered(3)
    cases["case-1"]["trouble"] = "crash"
    cases["bad"] = {"answer": 9, "pieces": 1, "trouble": "wrong"}
    heard = run_all(root, cases)
    assert {label: seen.state for label, seen in heard.ended.items()} == {
        "case-0": "done", "case-1": "failed", "case-2": "done", "bad": "failed",
    }  # fmt: skip
    crash, wrong = heard.ended["case-1"].failure, heard.ended["bad"].failure
    assert crash is not None
    assert wrong is not None
    assert crash.cause == "the toy broke: ERROR: Lost atoms"
    assert crash.log.splitlines() == ["Step 1000", "ERROR: Lost atoms"]
    assert crash.may_pass
    assert (wrong.cause, wrong.may_pass) == ("the toy is wrong; mend it", False)
    tasks = toy_tasks(root, cases)
    assert [look(task).state for task in tasks] == ["done", "failed", "done", "failed"]


def test_the_next_run_tries_a_failed_case_again_and_no_other(tmp_path: Path) -> None:
    root, cases = tmp_path / "runs", numbered(2)
    cases["case-1"]["trouble"] = "crash once"
    assert run_all(root, cases).ended["case-1"].state == "failed"
    again = run_all(root, cases)
    assert again.started == ["case-1"]
    assert again.ended["case-1"].state == "done"
    assert again.ended["case-1"].failure is None
    assert pieces(root).most_common(1)[0][1] == 2, "only the piece that broke was done again"


def test_a_case_that_cannot_say_why_is_given_a_cause(tmp_path: Path) -> None:
    cases = numbered(1, trouble="kill once")
    (seen,) = run_all(tmp_path / "runs", cases).ended.values()
    assert seen.state == "failed"
    assert seen.failure is not None
    assert "signal 9 (SIGKILL)" in seen.failure.cause
    assert look(toy_tasks(tmp_path / "runs", cases)[0]).failure is not None, "it is kept for 'gbglass status'"


def test_a_changed_input_reruns_only_what_depends_on_it(tmp_path: Path) -> None:
    root, cases = tmp_path / "runs", numbered(3)
    run_all(root, cases)
    changed = {**cases, "case-1": {**cases["case-1"], "answer": 77}}
    heard = run_all(root, changed)
    assert heard.started == ["case-1"]
    tasks = toy_tasks(root, changed)
    assert len(left_folders(root, tasks)) == 1, "the old one is left, and said"
    assert set(pieces(root).values()) == {1}


def test_a_renamed_case_is_found_by_its_content(tmp_path: Path) -> None:
    root, cases = tmp_path / "runs", numbered(2)
    run_all(root, cases)
    assert run_all(root, {"other-name": cases["case-0"], "third": cases["case-1"]}).started == []


def test_a_case_added_while_others_run_restarts_none(tmp_path: Path) -> None:
    root, cases = tmp_path / "runs", numbered(2, nap=0.4)
    file = write_cases(tmp_path / "cases.json", cases)
    heard = Heard()
    thread = threading.Thread(target=drive, args=(root, toy_plan(root, file), local(4), heard.audience()))
    thread.start()
    wait_until("a piece", lambda: pieces(root))
    file.write_text("{ half a", encoding="utf-8")
    wait_until("a word about it", lambda: heard.said)
    assert "cannot be taken up" in heard.said[0]
    write_cases(file, {**cases, "late": {"answer": 5, "pieces": 1}})
    thread.join(30)
    assert sorted(heard.started) == ["case-0", "case-1", "late"]
    assert all(seen.state == "done" for seen in heard.ended.values())
    assert set(pieces(root).values()) == {1}


def test_a_second_driver_says_so_and_does_nothing(tmp_path: Path) -> None:
    root, file = tmp_path / "runs", write_cases(tmp_path / "cases.json", numbered(2, nap=1.0))
    first, second = Heard(), Heard()
    thread = threading.Thread(target=drive, args=(root, toy_plan(root, file), local(4), first.audience()))
    thread.start()
    wait_until("a piece", lambda: pieces(root))
    with pytest.raises(BusyError, match=rf"process {os.getpid()} on [\s\S]*takes up changes"):
        drive(root, toy_plan(root, file), local(4), second.audience())
    thread.join(30)
    assert second.started == []
    assert set(pieces(root).values()) == {1}
    assert len(first.ended) == 2


def test_a_case_that_somebody_else_works_on_is_waited_for_not_failed(tmp_path: Path) -> None:
    root, cases = tmp_path / "runs", numbered(1)
    file = write_cases(tmp_path / "cases.json", cases)
    (task,) = toy_tasks(root, cases)
    heard = Heard()
    thread = threading.Thread(target=drive, args=(root, toy_plan(root, file), local(1), heard.audience()))
    with lock_folder(task.folder, LOCK):
        thread.start()
        wait_until("the start", lambda: heard.started)
        time.sleep(1.5)
        assert not pieces(root)
        assert look(task).state == "running"
    thread.join(30)
    assert heard.ended["case-0"].state == "done"


def test_looking_never_disturbs_a_case(tmp_path: Path) -> None:
    """`look` holds a lock for a moment: a case that starts just then must not fail for it."""
    stop = threading.Event()
    folder = tmp_path / "case"

    def gaze() -> None:
        while not stop.is_set():
            lock_owner(folder, LOCK)

    thread = threading.Thread(target=gaze)
    thread.start()
    try:
        for _ in range(50):
            with lock_folder(folder, LOCK):
                pass
    finally:
        stop.set()
        thread.join()


@pytest.mark.kill
def test_kill_nine_of_the_driver_leaves_nothing_behind_and_loses_one_piece_a_case(tmp_path: Path) -> None:
    root, cases = tmp_path / "runs", numbered(3, pieces=6, nap=0.2)
    file = write_cases(tmp_path / "cases.json", cases)
    for _ in range(3):
        driver = subprocess.Popen([sys.executable, str(DRIVER), str(root), str(file), "2"], env=_environment())
        seen = sum(pieces(root).values())
        wait_until("two pieces more", lambda seen=seen: sum(pieces(root).values()) >= seen + 2)
        driver.send_signal(signal.SIGKILL)
        driver.wait()
        wait_until("the end of its cases", lambda: not processes_of(root), seconds=5.0)
    heard = run_all(root, cases)
    assert all(look(task).state == "done" for task in toy_tasks(root, cases))
    assert all(seen.state == "done" for seen in heard.ended.values())
    begun = pieces(root)
    assert sum(begun.values()) <= 3 * 6 + 3 * 2, "each kill costs one piece of each case that ran"


def test_control_c_ends_all_cases_and_fails_none(tmp_path: Path) -> None:
    root, cases = tmp_path / "runs", numbered(3, pieces=6, nap=0.2)
    file = write_cases(tmp_path / "cases.json", cases)
    words = [sys.executable, str(DRIVER), str(root), str(file), "2"]
    with subprocess.Popen(words, env=_environment(), stderr=subprocess.DEVNULL) as driver:
        wait_until("two pieces", lambda: sum(pieces(root).values()) >= 2)
        driver.send_signal(signal.SIGINT)
        driver.wait(timeout=30)
    assert not processes_of(root)
    assert not list(root.rglob("failed.json"))
    assert {look(task).state for task in toy_tasks(root, cases)} <= {"begun", "new"}
    assert {seen.state for seen in run_all(root, cases).ended.values()} == {"done"}


@pytest.mark.kill
def test_kill_nine_of_a_case_fails_that_case_alone(tmp_path: Path) -> None:
    root, cases = tmp_path / "runs", numbered(3, pieces=5, nap=0.2)
    file = write_cases(tmp_path / "cases.json", cases)
    heard = Heard()
    thread = threading.Thread(target=drive, args=(root, toy_plan(root, file), local(4), heard.audience()))
    thread.start()
    folder = toy_tasks(root, cases)[1].folder
    wait_until("its first piece", (folder / "pieces.log").exists)
    (victim,) = processes_of(folder)
    os.kill(victim, signal.SIGKILL)
    thread.join(30)
    assert {label: seen.state for label, seen in heard.ended.items()} == {
        "case-0": "done", "case-1": "failed", "case-2": "done",
    }  # fmt: skip
    assert run_all(root, cases).ended["case-1"].state == "done"


def test_a_clock_that_was_set_back_changes_nothing(tmp_path: Path) -> None:
    """Everything that is there seems to come from next year."""
    root, cases = tmp_path / "runs", numbered(3)
    cases["case-1"]["trouble"] = "crash once"
    run_all(root, cases)
    next_year = time.time() + 3.2e7
    for path in root.rglob("*"):
        os.utime(path, (next_year, next_year))
    again = run_all(root, cases)
    assert again.started == ["case-1"]
    assert again.ended["case-1"].state == "done"


def test_a_folder_that_cannot_be_written_says_so_and_keeps_everything(tmp_path: Path) -> None:
    root, cases = tmp_path / "runs", numbered(2)
    run_all(root, cases)
    unshare = shutil.which("unshare")
    assert unshare, "util-linux' unshare is needed"
    file = write_cases(tmp_path / "cases.json", {**cases, "new": {"answer": 3, "pieces": 1}})
    script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'
    words = [sys.executable, str(DRIVER), str(root), str(file), "2"]
    refused = subprocess.run(
        [unshare, "--mount", "--map-root-user", "sh", "-c", script, "sh", str(root), *words],
        capture_output=True, text=True, check=False, env=_environment(),
    )  # fmt: skip
    assert refused.returncode != 0
    assert f"StateError: {root} cannot be worked in (Read-only file system)" in refused.stderr
    assert [look(task).state for task in toy_tasks(root, cases)] == ["done", "done"]


def test_a_lock_in_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StateError, match="cannot be worked in"), lock_folder(tmp_path / "file", LOCK):
        pytest.fail("it opened")


def _environment() -> dict[str, str]:
    source, root = Path(__file__).parents[2] / "src", Path(__file__).parents[2]
    return {"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{source}:{root}"}
