"""The LAMMPS that a potential needs, or what to do about its absence."""

from pathlib import Path

from gbglass.core.potential import Potential
from gbglass.errors import EngineError
from gbglass.lammps.engine import Lammps, find_lammps
from gbglass.lammps.preflight import check_known_energy, check_styles


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
