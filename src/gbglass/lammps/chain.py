"""A protocol, run in fixed segments: interrupted equals uninterrupted, because both are cut in the same places.

Each segment is one LAMMPS process that starts from the restart file at the end of the one before, with the same
number of ranks. A segment that was interrupted is redone from its start (docs/decisions/0003-segments.md).
"""

import re
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from shutil import copyfile
from typing import Any

import numpy as np
from ase import Atoms

from gbglass.core.arrays import IntArray
from gbglass.core.provenance import sha256_text, without_defaults
from gbglass.core.trajectory import Frame
from gbglass.errors import EngineError, InputError, StateError
from gbglass.lammps.committee import Watched, look_at
from gbglass.lammps.counting import COUNTS
from gbglass.lammps.data import angles_as_input, data_text
from gbglass.lammps.deck import DATA, END, END_FRAME, FRAMES, START, Recording, minimise_deck, segment_deck
from gbglass.lammps.engine import DECK, LOG, Job, run_lammps
from gbglass.lammps.log import THERMO_COLUMNS, read_thermo
from gbglass.lammps.motion import SegmentSpan, StageStart
from gbglass.lammps.segments import (
    Keeping,
    Promise,
    Segment,
    check_promise,
    end_frame,
    finish_segment,
    keep_failure,
    load_segment,
    partial_folder,
)
from gbglass.lammps.set_aside import differs_in_stage_alone, set_aside_after, settle, stage_folder
from gbglass.lammps.simulation import Simulation
from gbglass.lammps.switches import switches_as_input
from gbglass.lammps.task import MdTask, Runner, has_threads
from gbglass.lammps.watch import collapsed_pairs, forget_last_frames, likely_cause
from gbglass.protocol.stages import Discharge, MeltRegion, Minimise
from gbglass.protocol.timeline import TimedStage, without_what_may_grow

_FORMAT = 4
"""Counts changes after which old segments may not be gone on from; one of a default of a stage is such a change."""

_ENERGY = THERMO_COLUMNS.index("pe")

_SEEDS = 2**31 - 2
"""LAMMPS takes positive seeds of 31 bits."""


def simulate(task: MdTask, folder: Path, runner: Runner) -> Simulation:
    """Run a protocol in a folder, going on from whatever is finished there.

    Parameters
    ----------
    task
        What to simulate.
    folder
        Gets one folder a stage.
    runner
        Which LAMMPS, and who listens.

    Raises
    ------
    EngineError
        If LAMMPS fails; what it left is kept in a folder named ``.failed``.
    OutsideDomainError
        If a committee says that the potential has left what it was trained on.
    StateError
        If the folder holds a run that began with other inputs, or a longer last stage than is asked for. A stage that
        has changed since, and all after it, is set aside and run anew.

    """
    return _Simulator(task, folder, runner).run()


class _Simulator:
    """Walks along the chain of segments, running those that are missing."""

    def __init__(self, task: MdTask, folder: Path, runner: Runner) -> None:
        self._task = task
        self._folder = folder
        self._runner = runner
        self._data = data_text(task.atoms, task.potential)
        self._timeline = task.timeline
        self._total = self._timeline[-1].last_step
        self._threads = has_threads(runner.engine, task.potential)
        self._counting = task.counting()

    def run(self) -> Simulation:
        minimised = self._minimise()
        self._refuse_a_collapse(minimised)
        stages: list[tuple[Segment, ...]] = []
        last = minimised
        for timed in self._timeline:
            segments = tuple(self._run_stage(timed, last))
            stages.append(segments)
            last = segments[-1]
        set_aside_after(self._folder, len(self._task.stages))
        return Simulation(self._task, minimised, tuple(stages), self._runner.store)

    def _minimise(self) -> Segment:
        stage = self._task.stages[0]
        if not isinstance(stage, Minimise):
            raise InputError(f"the first stage must be a minimise, got {stage.kind}")
        inputs = self._inputs_of_start(stage)
        folder = self._folder / "1-minimise" / "segment-0000"
        if differs_in_stage_alone(folder.parent, inputs):
            settle(folder.parent, inputs)
        found = load_segment(folder, lambda _last: inputs)
        if found:
            return found
        working = partial_folder(folder)
        (working / DATA).write_text(self._data, encoding="utf-8")
        deck = minimise_deck(stage, self._task.potential, threads=self._threads)
        return self._run_deck(folder, deck, Promise(inputs, 0, 0, (0,)), "minimise")

    def _refuse_a_collapse(self, minimised: Segment) -> None:
        frame = end_frame(minimised)
        atoms = Atoms(self._task.atoms.get_chemical_symbols(), positions=frame.positions, cell=frame.cell, pbc=True)
        close = collapsed_pairs(atoms)
        if close:
            raise EngineError(
                f"atoms fell into each other in the minimisation ({', '.join(close)}): the potential has no core "
                "there; take one that has, or a structure without such close contacts",
                minimised.folder,
            )

    def _inputs_of_start(self, stage: Minimise) -> Mapping[str, Any]:
        settings, counted = self._task.settings, self._task.settings.counted
        return {
            "format": _FORMAT,
            "lammps": self._runner.engine.version,
            "threads": self._threads,
            **switches_as_input(self._runner.engine),
            "potential": self._task.potential.checksum,
            "structure": sha256_text(self._data),
            "stage": without_defaults(stage),
            **angles_as_input(self._data, stage),
            "timestep": settings.timestep,
            "frame_every": settings.frame_every,
            "per_atom": list(settings.per_atom),
            "counted": counted
            and {
                "species": counted.species,
                "every": counted.every,
                "regions": [without_defaults(region) for region in counted.regions],
            },
            "ranks": settings.ranks,
            "seed": settings.seed,
        }

    def _run_stage(self, timed: TimedStage, before: Segment) -> Iterator[Segment]:
        folder = stage_folder(self._folder, timed)
        settle(folder, self._inputs_of_stage(timed, before))
        last_of_stage_before = before
        step, number = timed.first_step, 0
        while step < timed.last_step:
            place = folder / f"segment-{number:04d}"
            segment = load_segment(place, partial(self._inputs, timed, before))
            segment = segment or self._run_segment(place, timed, before, last_of_stage_before)
            self._ask_the_committee(segment)
            yield segment
            before, step, number = segment, segment.last_step, number + 1
        if step > timed.last_step or (folder / f"segment-{number:04d}").exists():
            raise StateError(
                f"{folder} holds a longer {timed.stage.kind} than {timed.n_steps * self._task.settings.timestep:g} ps; "
                "ask for at least what is there, or use another output folder"
            )

    def _run_segment(self, place: Path, timed: TimedStage, before: Segment, stage_before: Segment) -> Segment:
        settings = self._task.settings
        done = before.last_step - timed.first_step
        on_grid = timed.first_step + (done // settings.segment_steps + 1) * settings.segment_steps
        last_step = min(on_grid, timed.last_step)
        start = self._start_of(timed, stage_before)
        seed, energy = self._velocity_seed(timed, before), float(read_thermo(before.log)[-1, _ENERGY])
        span = SegmentSpan(timed, before.last_step, last_step, start, energy, seed)
        working = partial_folder(place)
        copyfile(before.restart, working / START)
        every = settings.frame_every_at(last_step, self._total)
        recording = Recording(settings.timestep, every, self._threads, settings.per_atom, self._counting)
        deck = segment_deck(span, self._task.potential, recording)
        first_frame = span.first_step if span.first_step == 0 else span.first_step + 1
        frames = tuple(range(-(-first_frame // every) * every, last_step + 1, every))
        files = (FRAMES, LOG, END, END_FRAME, *((COUNTS,) if self._counting else ()))
        promise = Promise(self._inputs(timed, before, last_step), span.first_step, last_step, frames, files)
        return self._run_deck(place, deck, promise, timed.stage.kind)

    def _ask_the_committee(self, segment: Segment) -> None:
        committee, task = self._task.settings.committee, self._task
        if committee is not None:
            symbols = tuple(task.atoms.get_chemical_symbols())
            potentials = (task.potential, *committee.members)
            engine, store = self._runner.engine, self._runner.store
            look_at(segment, committee, Watched(symbols, task.anchor, potentials, engine, store))

    def _start_of(self, timed: TimedStage, stage_before: Segment) -> StageStart:
        frame = end_frame(stage_before)
        groups = self._task.groups_at(timed, frame)
        return StageStart(float(frame.cell[2, 2]), groups, held_above=_lies_above(groups.get("held"), frame))

    def _velocity_seed(self, timed: TimedStage, before: Segment) -> int | None:
        """Return a seed where velocities are drawn: at first, where a region is heated, and where all is let go."""
        if before.last_step != timed.first_step:
            return None
        number = self._timeline.index(timed)
        if number == 0:
            return self._task.settings.seed
        was_held = isinstance(self._timeline[number - 1].stage, MeltRegion | Discharge)
        if not was_held and not isinstance(timed.stage, MeltRegion):
            return None
        words = np.random.SeedSequence((self._task.settings.seed, timed.number)).generate_state(1, np.uint32)
        return int(words[0]) % _SEEDS + 1

    def _run_deck(self, place: Path, deck: str, promise: Promise, text: str) -> Segment:
        working = place.with_name(f"{place.name}.partial")
        (working / DECK).write_text(deck, encoding="utf-8")
        is_md = promise.last_step > promise.first_step
        job = Job(working, self._task.settings.ranks, promise.last_step if is_md else None, self._runner.pass_fds)

        def on_step(step: int) -> None:
            self._runner.on_step(text, step if is_md else 0, self._total)

        start = time.monotonic()
        try:
            run_lammps(self._runner.engine, job, on_step)
            check_promise(working, promise)
        except EngineError as error:
            raise self._explained(error, place, is_md=is_md) from error
        (working / START).unlink(missing_ok=True)  # a copy of what the segment before keeps
        forget_last_frames(working)
        return finish_segment(place, promise, time.monotonic() - start, self._keeping() if is_md else None)

    def _keeping(self) -> Keeping | None:
        store = self._runner.store
        return None if store is None else Keeping(store, tuple(self._task.atoms.get_chemical_symbols()))

    def _explained(self, error: EngineError, place: Path, *, is_md: bool) -> EngineError:
        """Keep what a failed run left, and say what probably went wrong in it."""
        kept = keep_failure(place)
        cause = ""
        if is_md and re.search(_BLOWN_UP, error.what):
            symbols = self._task.atoms.get_chemical_symbols()
            cause = f"\n  likely cause: {likely_cause(kept, symbols, self._task.settings.timestep)}"
        return EngineError(f"{error.what}{cause}", kept, error.log_tail)

    def _inputs(self, timed: TimedStage, before: Segment, last_step: int) -> Mapping[str, Any]:
        return {**self._inputs_of_stage(timed, before), "first_step": before.last_step, "last_step": last_step}

    def _inputs_of_stage(self, timed: TimedStage, before: Segment) -> Mapping[str, Any]:
        return {
            "before": before.key,
            "restart": before.checksums[END],
            "stage": without_what_may_grow(timed.stage),
        }


_BLOWN_UP = r"Fix halt condition|Lost atoms|Non-numeric|Out of range atoms|non-finite|\b[Nn]a[Nn]\b"
"""What LAMMPS says when atoms have gone where no atom should be."""


def _lies_above(held: IntArray | None, frame: Frame) -> bool:
    """Say whether what is held lies above the middle of everything else along z."""
    if held is None:
        return False
    z = frame.positions[:, 2]
    return float(z[held].mean()) > float(np.delete(z, held).mean())
