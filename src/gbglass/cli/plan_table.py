"""``gbglass plan``: the stages of a study on their clock, and what its cases will cost."""

import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from gbglass.cli.output import print_json
from gbglass.cli.progress import progress_bar
from gbglass.verbs.engine import LammpsChoice
from gbglass.verbs.plan import CasePlan, StagePlan, StudyPlan, WorkPlan, plan
from gbglass.verbs.programs import OtherPrograms

_WIDE = 160
"""Columns of a table that goes into a pipe."""

_MOST_PROTOCOLS = 4
"""Written out; a sweep over temperatures has one for each."""


def show_plan(study: Path, lammps: LammpsChoice, others: OtherPrograms, *, is_probed: bool, as_json: bool) -> None:
    """Plan a study and print it."""
    with progress_bar(Console(stderr=True, quiet=as_json, highlight=False), unit="cases") as listener:
        planned = plan(study, lammps, listener, others, is_probed=is_probed)
    if as_json:
        print_json(planned.plain())
    else:
        _print_plan(planned)


def _print_plan(planned: StudyPlan) -> None:
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
    for work in planned.work:
        _print_work(console, work)
    if not planned.cases:
        return
    first = {case.stages: case.label for case in reversed(planned.cases)}
    protocols = list(reversed(first.items()))
    for stages, label in protocols[:_MOST_PROTOCOLS]:
        if len(protocols) > 1:
            console.print(f"{label} and those with its protocol:", markup=False)
        _print_stages(console, stages)
    if len(protocols) > _MOST_PROTOCOLS:
        console.print(f"{len(protocols) - _MOST_PROTOCOLS} more protocols; --json has all")
    table = Table(
        "case", "atoms", "MD steps", "time", "frames", "disk", "ranks", "memory", "wall time", box=None, pad_edge=False
    )
    for case in planned.cases:
        table.add_row(*_row(case))
    console.print(table, markup=False)
    hours = planned.core_hours
    if hours is not None:
        count = "1 case" if len(planned.cases) == 1 else f"{len(planned.cases)} cases"
        console.print(f"{count}, about {hours:.3g} core hours")


def _print_work(console: Console, work: WorkPlan) -> None:
    console.print(f"{work.label or 'the study'}: {len(work.items)} items of work, each done once", markup=False)
    table = Table("", "item", "by", "atoms", "", box=None, pad_edge=False)
    for number, item in enumerate(work.items, start=1):
        left = "left out" if item.left_out else ""
        table.add_row(str(number), item.title, item.by, "" if item.n_atoms is None else str(item.n_atoms), left)
    console.print(table, markup=False)
    for reason in dict.fromkeys(item.left_out for item in work.items if item.left_out):
        console.print(f"left out because {reason}", markup=False)


def _print_stages(console: Console, stages: tuple[StagePlan, ...]) -> None:
    table = Table("", "stage", "steps", "temperature", "pressure", "strain", "", box=None, pad_edge=False)
    for stage in stages:
        begin, end = stage.begin, stage.end
        heat = (begin.temperature, end.temperature)
        table.add_row(
            str(stage.number),
            stage.name,
            f"{stage.first_step} to {stage.last_step}",
            f"{heat[0]:g} K" if heat[0] == heat[1] else f"{heat[0]:g} to {heat[1]:g} K",
            f"{end.pressure:g} bar" if end.pressure is not None else "",
            f"{end.strain:+.3g}" if end.strain else "",
            stage.text,
        )
    console.print(table, markup=False)


def _row(case: CasePlan) -> tuple[str, ...]:
    wall = "not probed" if case.wall_hours is None else _hours(case.wall_hours)
    size = f"{case.disk_bytes / 2**20:.0f} MiB"
    counted = (f"{case.n_atoms}", f"{case.n_steps}", f"{case.duration_ps:g} ps", f"{case.n_frames}", size)
    memory = "" if case.memory_mib is None else f"{case.memory_mib:.0f} MiB"
    return (case.label or "the study", *counted, str(case.ranks), memory, wall)


def _hours(hours: float) -> str:
    return f"{hours * 60:.0f} min" if hours < 1.0 else f"{hours:.1f} h"
