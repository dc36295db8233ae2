"""The items of a study without time, each done once in its own folder; an interruption loses the one in work."""

import os
import platform
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gbglass.campaign.case import Case
from gbglass.campaign.tries import read_plain_json
from gbglass.core.potential import Potential
from gbglass.core.provenance import content_id, package_versions
from gbglass.lammps.engine import Lammps
from gbglass.learning.validation.by_lammps import LammpsEvaluator
from gbglass.store.atomic import write_json
from gbglass.studies.findings import Provenance
from gbglass.studies.static import Bench, Done, PlannedWork, WorkDone, WorkItem
from gbglass.verbs.listener import Listener
from gbglass.verbs.programs import OtherPrograms, one_teacher

WORK = "work"
"""Folder of the items in that of the case."""

_RECORD = "done.json"
_SCHEMA = "gbglass.work/1"
_ID_LETTERS = 8


@dataclass(frozen=True)
class Hands:
    """Who does the items.

    Parameters
    ----------
    potential
        As fast as it can be; the plan knows it by its checksum.
    engine
        Asks the potential; None if no item does.
    programs
        A teacher and GPAW.
    listener
        Told which item begins.
    command
        What makes the same again.

    """

    potential: Potential
    engine: Lammps | None
    programs: OtherPrograms
    listener: Listener
    command: str


def do_work(planned: PlannedWork[Any], case: Case, hands: Hands) -> WorkDone[Any]:
    """Do what is not done of a plan.

    Parameters
    ----------
    planned
        The plan.
    case
        Open; its folder gets one a item.
    hands
        Who does the items.

    Raises
    ------
    EngineError
        If a program that was named fails; what is done stays.

    """
    ids = item_ids(planned)
    done: dict[str, Done] = {}
    left_out: dict[str, str] = {}
    gpaw = cache(hands.programs.find_gpaw)
    with one_teacher(hands.programs, planned.spec.threads) as teacher:
        for number, item in enumerate(planned.items, start=1):
            folder = case.folder / WORK / f"{item.name}-{ids[item.name][:_ID_LETTERS]}"
            record = _read(folder, ids[item.name])
            reason = "" if record is not None else _why_not(item, hands.programs, left_out)
            if reason:
                left_out[item.name] = reason
                continue
            hands.listener.advance(f"{_by(item, planned)}: {item.title}", number - 1, len(planned.items))
            if record is None:
                bench = Bench(
                    folder=folder,
                    potential=None if hands.engine is None else LammpsEvaluator(hands.potential, hands.engine, folder),
                    teacher=teacher.ask,
                    gpaw=gpaw() if item.by == "gpaw" else None,
                    threads=planned.spec.threads,
                    earlier={name: done[name] for name in item.needs},
                )
                record = _do(item, bench, ids[item.name], _by(item, planned))
            done[item.name] = Done(folder, record["by"], record["seconds"], record["result"])
    hands.listener.advance("done", len(planned.items), len(planned.items))
    return WorkDone(planned, done, left_out, _provenance(planned, done, hands))


def item_ids(planned: PlannedWork[Any]) -> dict[str, str]:
    """Hash, for each item, everything that its result follows from."""
    ids: dict[str, str] = {}
    potential = planned.potential.checksum
    for item in planned.items:
        inputs: dict[str, Any] = {"inputs": dict(item.inputs), "needs": [ids[name] for name in item.needs]}
        if item.by == "potential":
            inputs["potential"] = potential
        ids[item.name] = content_id({"name": item.name, **inputs})
    return ids


def planned_items(planned: PlannedWork[Any], programs: OtherPrograms) -> Iterator[tuple[WorkItem, str, str]]:
    """Yield each item, whose work it is, and why it would be left out; empty if it would not."""
    left: dict[str, str] = {}
    for item in planned.items:
        reason = _why_not(item, programs, left)
        if reason:
            left[item.name] = reason
        yield item, _by(item, planned), reason


def missing_programs(planned: PlannedWork[Any], programs: OtherPrograms) -> set[str]:
    """Say why items of a plan would be left out."""
    return {reason for _, _, reason in planned_items(planned, programs) if reason}


def _why_not(item: WorkItem, programs: OtherPrograms, left_out: Mapping[str, str]) -> str:
    """Say why an item cannot be done here; empty if it can."""
    if item.by == "teacher" and programs.why_no_teacher(item.inputs["teacher"]):
        return programs.why_no_teacher(item.inputs["teacher"])
    if item.by == "gpaw" and programs.why_no_gpaw():
        return programs.why_no_gpaw()
    return next((left_out[name] for name in item.needs if name in left_out), "")


def _by(item: WorkItem, planned: PlannedWork[Any]) -> str:
    """Name whose work an item is."""
    named = {"us": "gbglass", "potential": planned.potential.name, "gpaw": "GPAW"}
    return named.get(item.by) or str(item.inputs["teacher"])


def _do(item: WorkItem, bench: Bench, identity: str, by: str) -> dict[str, Any]:
    bench.folder.mkdir(parents=True, exist_ok=True)
    version = {"gpaw": bench.gpaw.version if bench.gpaw is not None else ""}.get(item.by, "")
    began = time.monotonic()
    result = item.do(bench)
    seconds = time.monotonic() - began
    record = {
        "schema": _SCHEMA, "inputs": identity, "by": version or str(result.get("who", by)), "seconds": seconds,
        "result": result,
    }  # fmt: skip
    write_json(bench.folder / _RECORD, record)
    return record


def _read(folder: Path, identity: str) -> dict[str, Any] | None:
    record = read_plain_json(folder / _RECORD)
    return record if record is not None and record.get("inputs") == identity else None


def _provenance(planned: PlannedWork[Any], done: Mapping[str, Done], hands: Hands) -> Provenance:
    engine = {} if hands.engine is None else {"LAMMPS": hands.engine.version}
    others = sorted({one.by for one in done.values()} - {planned.potential.name, "gbglass"})
    return Provenance(
        seeds={"study": planned.spec.seed},
        versions={
            **package_versions(), **engine, "Python": platform.python_version(),
            **{name.split(" ")[0]: name for name in others},
        },
        checksums={"study": content_id(planned.spec.plain()), "potential": planned.potential.checksum},
        machine={"processor": platform.machine(), "cores": str(len(os.sched_getaffinity(0)))},
        speed=None,
        command=hands.command,
    )  # fmt: skip
