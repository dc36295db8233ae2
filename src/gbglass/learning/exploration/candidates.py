"""Runs and what they visited, on disk; and which of it is worth a label."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from ase import Atoms
from ase.io import write

from gbglass.learning.exchange import read_periodic
from gbglass.learning.exploration.begin import Begun
from gbglass.learning.exploration.dynamics import Explorer, RunPlan
from gbglass.learning.exploration.steps import Made, finished_step, step
from gbglass.learning.selection.coverage import Coverage
from gbglass.learning.selection.select import select
from gbglass.store.atomic import write_text

_RUNS, _CHOSEN, _SELECTION = "runs", "chosen.extxyz", "selection.json"


@dataclass(frozen=True)
class RunRecord:
    """A run that is over.

    Parameters
    ----------
    name
        Of its folder.
    title
        Start and temperature.
    domain
        Of its frames.
    cause
        Why it blew up; empty if it ended well.
    steps
        Of the frames that it left.

    """

    name: str
    title: str
    domain: str
    cause: str
    steps: tuple[int, ...]


@dataclass(frozen=True)
class Choice:
    """A candidate that was chosen.

    Parameters
    ----------
    atoms
        As it stands in the file.
    domain
        Of the start of its run.

    """

    atoms: Atoms
    domain: str


def record_run(plan: RunPlan, explorer: Explorer, place: Path, name: str) -> RunRecord:
    """Do a run, going on from what is finished, and keep its sane frames; one that is over is only read.

    Parameters
    ----------
    plan
        Which run.
    explorer
        What all runs of the iteration share.
    place
        Folder of the iteration.
    name
        Of the run.

    """
    folder, file = place / _RUNS, f"{name}.extxyz"

    def make() -> Made:
        visited = explorer.visit(plan, folder / name)
        write_text(folder / file, _text(atoms for _, atoms in visited.frames))
        steps = [number for number, _ in visited.frames]
        return {"title": plan.title, "domain": plan.domain, "cause": visited.cause, "steps": steps}, (file,)

    found = step(folder / f"{name}.json", make)
    return RunRecord(name, found["title"], found["domain"], found["cause"], tuple(found["steps"]))


def choose(begun: Begun, runs: Sequence[RunRecord], place: Path, limit: int) -> dict[str, Any]:
    """Measure how much of what the runs visited is covered, and choose what is worth a label.

    Parameters
    ----------
    begun
        Gives the trained frames and the measure.
    runs
        All of the iteration.
    place
        Folder of the iteration; gets the chosen structures.
    limit
        Choose no more than these.

    Returns
    -------
    dict
        Number of ``candidates``; ``coverage`` of each species before and ``coverage_with_chosen`` [1]; ``chosen``, a
        record each, the farthest first.

    """

    def make() -> Made:
        found = [(run, number) for run in runs for number in range(len(run.steps))]
        structures = [
            atoms for run in runs if run.steps for atoms in read_periodic(place / _RUNS / f"{run.name}.extxyz")
        ]
        if not found:
            write_text(place / _CHOSEN, "")
            return {"candidates": 0, "coverage": {}, "coverage_with_chosen": {}, "chosen": []}, (_CHOSEN,)
        selection = select([frame.atoms for frame in begun.split.train], structures, begun.measure, limit)
        write_text(place / _CHOSEN, _text(structures[number] for number in selection.chosen))
        picked = zip((found[number] for number in selection.chosen), selection.farthest, strict=True)
        chosen = [
            {"run": run.name, "title": run.title, "domain": run.domain, "step": run.steps[at], "farthest_in_radii": far}
            for (run, at), far in picked
        ]
        before, after = _shares(selection.before), _shares(selection.after)
        made = {"candidates": len(found), "coverage": before, "coverage_with_chosen": after, "chosen": chosen}
        return made, (_CHOSEN,)

    return step(place / _SELECTION, make)


def chosen_structures(place: Path) -> list[Choice]:
    """Read what an iteration chose.

    Parameters
    ----------
    place
        Folder of the iteration.

    """
    records = finished_step(place / _SELECTION)["chosen"]
    structures = read_periodic(place / _CHOSEN) if records else []
    return [Choice(atoms, record["domain"]) for atoms, record in zip(structures, records, strict=True)]


def _shares(coverage: Coverage) -> Mapping[str, float]:
    return {species: coverage.of(species) for species, count in coverage.atoms.items() if count}


def _text(structures: Iterable[Atoms]) -> str:
    text = StringIO()
    for atoms in structures:
        write(text, atoms, format="extxyz")
    return text.getvalue()
