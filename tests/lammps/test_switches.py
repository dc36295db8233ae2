"""Threads and GPUs by LAMMPS' own switches: they reach it, they change nothing but the order of sums, they are kept."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gbglass.errors import EngineError, InputError, StateError
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import DECK, LOG, Lammps
from gbglass.lammps.switches import switch_words, with_switches
from gbglass.lammps.task import Runner
from tests.lammps.conftest import short_task

TWO_THREADS = "-pk omp 2 -sf omp"


@pytest.mark.lammps
def test_threads_that_are_asked_for_are_those_of_the_run(engine: Lammps, tmp_path: Path) -> None:
    task = short_task(0.1)
    threaded = simulate(task, tmp_path / "two", Runner(with_switches(engine, TWO_THREADS)))
    usual = simulate(task, tmp_path / "one", Runner(engine))
    log = threaded.segments[-1].log
    assert log.name == LOG
    assert "1 MPI tasks x 2 OpenMP threads" in log.read_text(encoding="utf-8")
    assert "package omp" not in log.with_name(DECK).read_text(encoding="utf-8")
    assert "package omp 1" in usual.segments[-1].log.with_name(DECK).read_text(encoding="utf-8")
    energies = [simulation.thermo()[0, 5] for simulation in (threaded, usual)]
    assert energies[0] == pytest.approx(energies[1], rel=1e-7)  # after a short minimisation
    first = [next(iter(simulation.trajectory())).positions for simulation in (threaded, usual)]
    assert np.abs(first[0] - first[1]).max() < 1e-4


@pytest.mark.lammps
def test_a_run_does_not_go_on_with_other_switches(engine: Lammps, tmp_path: Path) -> None:
    simulate(short_task(0.1), tmp_path, Runner(engine))
    with pytest.raises(StateError, match="switches"):
        simulate(short_task(0.2), tmp_path, Runner(with_switches(engine, TWO_THREADS)))


@pytest.mark.lammps
def test_a_package_that_this_lammps_lacks_is_named(engine: Lammps, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="GPU"):
        simulate(short_task(0.1), tmp_path, Runner(with_switches(engine, "-sf gpu -pk gpu 1")))


@pytest.mark.parametrize(
    "text", ["-in other", "-sf gpu -in other", "omp", "-sf omp -var x 1", "-sf 'a b'", "-sf $X", "-sf '"]
)
def test_nothing_but_speed_can_be_switched(text: str) -> None:
    with pytest.raises(InputError, match="switches"):
        switch_words(text)


def test_numbers_below_zero_are_no_switches() -> None:
    assert switch_words("-pk gpu 1 split -1.0 -sf gpu") == ("-pk", "gpu", "1", "split", "-1.0", "-sf", "gpu")


def test_without_switches_an_engine_is_as_it_was(engine: Lammps) -> None:
    assert with_switches(engine, "") == replace(engine, switches=()) == engine
