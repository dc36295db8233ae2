"""One iteration up to its choice: train, measure errors, run, choose; each step is done once."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gbglass.core.cards import read_card
from gbglass.core.potential import Potential
from gbglass.errors import StateError
from gbglass.lammps.preflight import check_styles
from gbglass.learning.compression import fast_potential
from gbglass.learning.exploration.asked import Asked, Means
from gbglass.learning.exploration.begin import Begun, begin
from gbglass.learning.exploration.candidates import RunRecord, choose, record_run
from gbglass.learning.exploration.dynamics import Explorer
from gbglass.learning.exploration.ending import Iteration
from gbglass.learning.exploration.steps import Made, finished_step, step
from gbglass.learning.prepare import trained_contacts
from gbglass.learning.validation.by_lammps import LammpsEvaluator
from gbglass.learning.validation.errors import ALL, frame_errors

_TRAINED, _ERRORS, _ITERATION = "trained.json", "errors.json", "iteration.json"


def explore_once(number: int, asked: Asked, means: Means) -> Iteration:
    """Do an iteration up to the choice of what is worth a label, going on from what is finished.

    Parameters
    ----------
    number
        From 0.
    asked
        What the loop is to do.
    means
        Who does it.

    Raises
    ------
    InputError
        If the store or a start does not fit.
    StateError
        If something finished was changed, or frames have vanished from the store.
    EngineError
        If training fails, or LAMMPS for another reason than atoms that went astray.

    """

    def make() -> Made:
        found = asdict(_explore(number, asked, means))
        del found["labels"]
        return found, ()

    plain = step(asked.place(number) / _ITERATION, make)
    return Iteration(**{**plain, "blown_up": tuple(plain["blown_up"])})


def is_explored(number: int, asked: Asked) -> bool:
    """Say whether an earlier call has done an iteration up to its choice."""
    return (asked.place(number) / _ITERATION).is_file()


def _explore(number: int, asked: Asked, means: Means) -> Iteration:
    place, title = asked.place(number), f"iteration {number}"
    begun = begin(number, asked)
    means.tell(f"{title}: training on {len(begun.split.train)} frames")
    potential = _train(begun, place, means)
    means.tell(f"{title}: errors on {len(begun.tested)} frames")
    errors = _errors(begun, potential, place, means)[ALL]
    runs = _run_all(begun, potential, asked, means)
    means.tell(f"{title}: choosing among {sum(len(run.steps) for run in runs)} candidates")
    chosen = choose(begun, runs, place, asked.spec.limit)
    return Iteration(
        number=number,
        card=_inside(place / finished_step(place / _TRAINED)["card"], asked.folder),
        trained=len(begun.split.train),
        tested=len(begun.tested),
        energy_rmse=float(errors["energy_rmse"]),
        force_rmse=float(errors["force_rmse"]),
        coverage=chosen["coverage"],
        candidates=int(chosen["candidates"]),
        runs=len(runs),
        blown_up=tuple(f"{run.title}: {run.cause}" for run in runs if run.cause),
        chosen=len(chosen["chosen"]),
    )


def trained_potential(place: Path) -> Potential:
    """Read the potential that an iteration trained.

    Raises
    ------
    StateError
        If it has trained none, or it was changed since.

    """
    known = finished_step(place / _TRAINED)
    potential = read_card(place / known["card"])
    if potential.checksum != known["checksum"]:
        raise StateError(f"{place / known['card']} or its model was changed after it was trained; restore it")
    return potential


def _inside(path: Path, folder: Path) -> str:
    """Write a path relative to a folder if it lies there: a loop may be moved, a potential of before stays."""
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path.absolute())


def _train(begun: Begun, place: Path, means: Means) -> Potential:
    folder = place / place.name.replace("iteration", "model")

    def make() -> Made:
        card = means.trainer.train(begun.frames, folder, means.on_training)
        return {"card": _inside(card, place), "checksum": read_card(card).checksum}, ()

    step(place / _TRAINED, make)
    potential = trained_potential(place)
    check_styles(potential, means.runner.engine)
    return fast_potential(potential, means.tell)


def _errors(begun: Begun, potential: Potential, place: Path, means: Means) -> Mapping[str, Any]:
    def make() -> Made:
        evaluator = LammpsEvaluator(potential, means.runner.engine, place)
        return {"domains": frame_errors(begun.tested, evaluator).plain()}, ()

    domains: Mapping[str, Any] = step(place / _ERRORS, make)["domains"]
    return domains


def _run_all(begun: Begun, potential: Potential, asked: Asked, means: Means) -> list[RunRecord]:
    place = asked.place(begun.number)
    explorer = Explorer(potential, means.runner, asked.spec.dynamics, trained_contacts(begun.split.train))
    runs = []
    for count, plan in enumerate(begun.plans, start=1):
        means.tell(f"iteration {begun.number}: run {count} of {len(begun.plans)}, {plan.title}")
        runs.append(record_run(plan, explorer, place, f"run-{count:02d}"))
        if runs[-1].cause:
            means.tell(f"  {runs[-1].cause}; {len(runs[-1].steps)} frames are kept")
    return runs
