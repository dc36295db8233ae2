"""From the table ``[run]`` of a study file to what LAMMPS is told."""

from gbglass.core.region import Region
from gbglass.lammps.task import CountedRegions, DenseWindow, MdSettings
from gbglass.protocol.timeline import whole_steps
from gbglass.studies.spec import RunSettings
from gbglass.units import PS_PER_FS


def md_settings(run: RunSettings, seed: int, regions: tuple[Region, ...], species: str) -> MdSettings:
    """Turn durations into steps.

    Parameters
    ----------
    run
        The table.
    seed
        Of the velocities.
    regions, species
        What is counted while it runs, and where.

    Raises
    ------
    InputError
        If a duration is not a whole number of steps.

    """
    timestep = run.timestep_fs * PS_PER_FS
    dense = None
    if run.dense_last_ps > 0.0:
        dense = DenseWindow(
            whole_steps(run.dense_last_ps, timestep, "run.dense_last_ps"),
            whole_steps(run.dense_every_ps, timestep, "run.dense_every_ps"),
        )
    counted = CountedRegions(species, regions, whole_steps(run.count_every_ps, timestep, "run.count_every_ps"))
    return MdSettings(
        timestep=timestep,
        frame_every=whole_steps(run.frame_every_ps, timestep, "run.frame_every_ps"),
        segment_steps=whole_steps(run.segment_ps, timestep, "run.segment_ps"),
        ranks=run.ranks,
        seed=seed,
        dense=dense,
        per_atom=run.per_atom,
        counted=counted,
    )
