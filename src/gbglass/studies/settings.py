"""From the table ``[run]`` of a study file to what LAMMPS is told."""

from gbglass.core.potential import Potential
from gbglass.core.region import Region
from gbglass.lammps.committee import Committee
from gbglass.lammps.task import CountedRegions, DenseWindow, MdSettings
from gbglass.protocol.timeline import whole_steps
from gbglass.studies.tables import CommitteeChoice, RunSettings
from gbglass.units import PS_PER_FS


def md_settings(
    run: RunSettings,
    seed: int,
    counted: tuple[str, tuple[Region, ...]] | None = None,
    committee: Committee | None = None,
) -> MdSettings:
    """Turn durations into steps.

    Parameters
    ----------
    run
        The table.
    seed
        Of the velocities.
    counted
        What is counted while it runs, and where; nothing if absent.
    committee
        From `watching_committee`, if one watches.

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
    every = whole_steps(run.count_every_ps, timestep, "run.count_every_ps")
    return MdSettings(
        timestep=timestep,
        frame_every=whole_steps(run.frame_every_ps, timestep, "run.frame_every_ps"),
        segment_steps=whole_steps(run.segment_ps, timestep, "run.segment_ps"),
        ranks=run.ranks,
        seed=seed,
        dense=dense,
        per_atom=run.per_atom,
        counted=CountedRegions(*counted, every) if counted is not None else None,
        committee=committee,
    )


def watching_committee(choice: CommitteeChoice, potential: Potential, run: RunSettings) -> Committee:
    """Gather who watches a run.

    Parameters
    ----------
    choice
        The table ``[committee]``.
    potential
        The one that runs; its own committee watches if the table names nobody.
    run
        The table ``[run]``.

    Raises
    ------
    InputError
        If there is nobody, or an interval is not a whole number of steps.

    """
    members = tuple(member.load() for member in choice.members) or potential.committee
    every = whole_steps(choice.every_ps, run.timestep_fs * PS_PER_FS, "committee.every_ps")
    return Committee(members, choice.limit_eV_per_A, every, choice.region)
