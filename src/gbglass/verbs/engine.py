"""The LAMMPS that a potential needs, or what to do about its absence."""

import shlex
from dataclasses import replace
from pathlib import Path

from gbglass.core.potential import Potential
from gbglass.errors import EngineError
from gbglass.lammps.engine import Lammps, find_lammps
from gbglass.lammps.preflight import check_known_energy, check_styles
from gbglass.store.atomic import write_text


def engine_for(potential: Potential, ranks: int, lammps: Path | None = None) -> Lammps:
    """Find a LAMMPS that can do a job.

    Parameters
    ----------
    potential
        What is to act between the atoms.
    ranks
        MPI processes.
    lammps
        Your own LAMMPS binary; that of the wheel if absent.

    Raises
    ------
    EngineError
        If LAMMPS is missing, lacks what the job needs, or gives another energy than the card of the potential states.

    """
    engine = find_lammps(lammps)
    check_styles(potential, engine)
    check_known_energy(potential, engine)
    if ranks > 1 and engine.mpiexec is None:
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
