"""A driver of toy cases, as a program and for tests: the cases stand in a JSON file that may change while it runs.

python toy_driver.py ROOT CASES.json CORES
"""

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gbglass.campaign.driver import Audience, Plan, drive
from gbglass.campaign.executor import Executor
from gbglass.campaign.local import LocalExecutor
from gbglass.campaign.task import CaseLook, CaseTask, case_folder
from gbglass.core.provenance import content_id
from gbglass.errors import InputError

PROGRAM = Path(__file__).with_name("toy_case.py")


@dataclass
class Heard:
    """Remembers what a driver said."""

    started: list[str] = field(default_factory=list)
    ended: dict[str, CaseLook] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    most_cores: int = 0

    def audience(self) -> Audience:
        active: dict[str, int] = {}

        def start(task: CaseTask) -> None:
            self.started.append(task.label)
            active[task.label] = task.cores
            self.most_cores = max(self.most_cores, sum(active.values()))

        def end(task: CaseTask, seen: CaseLook) -> None:
            active.pop(task.label)
            self.ended[task.label] = seen

        return Audience(lambda _tasks, _n: None, start, lambda _task, _progress: None, end, self.said.append)


def toy_tasks(root: Path, cases: dict[str, dict[str, Any]]) -> tuple[CaseTask, ...]:
    """Cases by label; ``cores`` is no part of what a case is."""
    tasks = []
    for label, asked in cases.items():
        study = {key: value for key, value in asked.items() if key != "cores"}
        identity = content_id(study)
        folder = case_folder(root, label, identity)
        tasks.append(CaseTask(label, identity, folder, study, study, asked.get("cores", 1)))
    return tuple(tasks)


def toy_plan(root: Path, file: Path) -> Plan:
    """Cases from a file that may change."""
    seen = [b""]

    def tasks() -> tuple[CaseTask, ...]:
        seen[0] = file.read_bytes()
        try:
            return toy_tasks(root, json.loads(seen[0]))
        except ValueError as error:
            raise InputError(f"{file} is no JSON") from error

    return Plan(tasks, lambda: file.read_bytes() != seen[0], lambda folder: len(list(folder.rglob("done.json"))))


def toy_command(case: Path) -> list[str]:
    """The command of a toy case on this machine."""
    return [sys.executable, str(PROGRAM), str(case), "--die-with", str(os.getpid())]


def toy_job(case: Path) -> list[str]:
    """The command of a toy case as a job, which outlives its driver."""
    return [sys.executable, str(PROGRAM), str(case)]


def local(cores: int) -> Executor:
    """The executor that is tested."""
    return LocalExecutor(toy_command, cores)


if __name__ == "__main__":
    heard = Heard()
    drive(Path(sys.argv[1]), toy_plan(Path(sys.argv[1]), Path(sys.argv[2])), local(int(sys.argv[3])), heard.audience())
