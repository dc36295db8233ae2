"""The loop that makes a potential better: trained, run, labelled where it saw something new, and again."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gbglass.campaign.case import open_case
from gbglass.core.labels import Labeller
from gbglass.errors import EngineError, InputError, StateError
from gbglass.figures.exploration import draw_exploration
from gbglass.figures.style import to_svg
from gbglass.lammps.engine import Lammps, find_lammps
from gbglass.lammps.task import Runner
from gbglass.learning.deepmd_kit import find_deepmd
from gbglass.learning.exploration.asked import Asked, Means
from gbglass.learning.exploration.begin import FRAMES, examine
from gbglass.learning.exploration.ending import Iteration
from gbglass.learning.exploration.loop import Exploration, check_source, explore, identity_of
from gbglass.learning.exploration.spec import ExplorationSpec, read_exploration
from gbglass.learning.exploration.starts import read_start_files
from gbglass.learning.labelled import LabelStore
from gbglass.learning.trainers import DeepmdTrainer, Trainer
from gbglass.store.atomic import write_json, write_text
from gbglass.store.tables import Table, csv_text
from gbglass.verbs.listener import SILENT, Listener
from gbglass.verbs.potential import held_out_origins, training_teller

Teach = Callable[[], AbstractContextManager[Labeller]]
"""Gives a labeller for as long as a ``with`` block lasts."""


@dataclass(frozen=True)
class ExploreMeans:
    """Who labels, and how much of this machine is used.

    Parameters
    ----------
    teach
        Such as ``lambda: TeacherProgram("sevennet", Path("teacher/bin/python"))``; ``nullcontext`` around a labeller.
    trainer
        Trains; DeePMD-kit if absent.
    threads
        For DeePMD-kit.
    iterations
        No more than these; as many as the file says if absent.
    engine
        The LAMMPS to run; that of this Python if absent.

    """

    teach: Teach
    trainer: Trainer | None = None
    threads: int = 1
    iterations: int | None = None
    engine: Lammps | None = None


def explore_potential(
    loop: Path, store: Path, folder: Path, means: ExploreMeans, listener: Listener = SILENT
) -> Exploration:
    """Train on a store, run the model, label what it visited and the store lacks, and again; go on where it stopped.

    Parameters
    ----------
    loop
        A TOML file, as `gbglass.learning.exploration.spec.ExplorationSpec` has it.
    store
        A folder of labels; gets those of what is chosen.
    folder
        Gets a folder an iteration, and ``exploration.json``, ``.csv`` and ``.svg``.
    means
        Who labels.
    listener
        Told how it goes on.

    Raises
    ------
    InputError
        If the file, the store or a start does not fit.
    StateError
        If the store does not exist or has labels of another source, or the folder holds another loop or is in use.
    EngineError
        If a program is missing or fails; runs that blow up are counted and are no error.

    Examples
    --------
    >>> from gbglass.teachers.program import TeacherProgram
    >>> means = ExploreMeans(lambda: TeacherProgram("sevennet", Path("teacher/bin/python")))
    >>> found = explore_potential(
    ...     Path("loop.toml"), Path("data/training"), Path("my-loop"), means
    ... )  # doctest: +SKIP

    """
    asked = _asked(loop, store, folder, means)
    spec = asked.spec
    committee = spec.training.committee()
    trainer = means.trainer or DeepmdTrainer(find_deepmd(means.threads), committee, asked.held_out)
    engine = means.engine or find_lammps()
    _refuse_unfit(engine, spec.dynamics.ranks, needs_deepmd=means.trainer is None)
    with open_case(folder, identity_of(asked, trainer.identity, LabelStore(store).source)) as case:
        if not (asked.place(0) / FRAMES).exists():
            examine(0, asked)  # mistakes come out before the folder is this loop's, and before hours are spent
            with means.teach() as labeller:
                check_source(LabelStore(store), labeller.source)
        case.claim()
        runner = Runner(engine, listener.advance, (case.lock,))
        doing = Means(trainer, means.teach, runner, training_teller(listener, committee), listener.phase)
        return explore(asked, doing, lambda found: _write(found, spec, folder))


def _asked(loop: Path, store: Path, folder: Path, means: ExploreMeans) -> Asked:
    spec = read_exploration(loop)
    if means.iterations is not None:
        if means.iterations < 1:
            raise InputError(f"'iterations' must be 1 or more, got {means.iterations}")
        spec = spec.model_copy(update={"iterations": means.iterations})
    if not store.is_dir():
        raise StateError(f"{store} is not a folder of labels")
    return Asked(spec, read_start_files(spec, loop.parent), held_out_origins(), store, folder)


def _refuse_unfit(engine: Lammps, ranks: int, *, needs_deepmd: bool) -> None:
    """Refuse a LAMMPS that could not run what will be trained, before it is."""
    if ranks > 1 and engine.mpiexec is None:
        raise EngineError(f"{ranks} ranks need mpiexec, and none was found; take 1 rank, or install an MPI")
    if needs_deepmd and "deepmd" not in engine.pair_styles:
        raise EngineError(
            f"{engine.binary} lacks pair style deepmd, which the trained models need; pip install 'gbglass[deepmd]' "
            "brings it, and 'gbglass doctor' says what is found"
        )


def _write(found: Exploration, spec: ExplorationSpec, folder: Path) -> None:
    write_json(folder / "exploration.json", found.plain())
    write_text(folder / "exploration.csv", csv_text(_table(found.iterations)))
    coverage = np.array([one.worst_coverage for one in found.iterations])
    errors = np.array([one.force_rmse for one in found.iterations])
    fresh = np.array([_fresh(one) for one in found.iterations])
    write_text(folder / "exploration.svg", to_svg(draw_exploration(coverage, errors, fresh, spec.coverage)))


def _fresh(one: Iteration) -> float:
    known = one.labels.force_rmse if one.labels is not None else None
    return np.nan if known is None else known


def _table(done: tuple[Iteration, ...]) -> Table:
    species = dict.fromkeys(name for one in done for name in one.coverage)
    columns = {
        "iteration": [one.number for one in done],
        "trained frames": [one.trained for one in done],
        "energy error (eV/atom)": [one.energy_rmse for one in done],
        "force error (eV/Å)": [one.force_rmse for one in done],
        "candidates": [one.candidates for one in done],
        **{f"coverage {name}": [one.coverage.get(name, np.nan) for one in done] for name in species},
        "worst coverage": [one.worst_coverage for one in done],
        "runs": [one.runs for one in done],
        "runs blown up": [len(one.blown_up) for one in done],
        "chosen": [one.chosen for one in done],
        "labelled": [one.labels.labelled if one.labels else 0 for one in done],
        "failed": [one.labels.failed if one.labels else 0 for one in done],
        "force error on chosen (eV/Å)": [_fresh(one) for one in done],
    }
    return Table("exploration", {heading: np.array(values, dtype=np.float64) for heading, values in columns.items()})
