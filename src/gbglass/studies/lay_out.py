"""From a structure that was built to what LAMMPS will do with it, the same for every study."""

from gbglass.core.ledger import Built
from gbglass.core.region import Region
from gbglass.lammps.task import MdTask
from gbglass.studies.acceptance import require_surroundings
from gbglass.studies.planned import Planned, S, derived_seeds
from gbglass.studies.settings import md_settings, watching_committee


def lay_out(spec: S, title: str, built: Built, counted: tuple[str, tuple[Region, ...]] | None = None) -> Planned[S]:
    """Lay out the simulation of a built structure.

    Parameters
    ----------
    spec
        What was asked.
    title
        What it is a study of.
    built
        The structure.
    counted
        What is counted while it runs, and where; nothing if absent.

    Raises
    ------
    InputError
        If the potential cannot describe the structure, or a stage does not fit it.

    """
    _, velocity_seed = derived_seeds(spec.seed)
    potential = spec.potential.load()
    committee = watching_committee(spec.committee, potential, spec.run) if spec.committee is not None else None
    settings = md_settings(spec.run, velocity_seed, counted, committee)
    task = MdTask(built.atoms, potential, spec.stages, settings, spec.stage_names)
    require_surroundings(task, spec.promises)
    return Planned(spec, title, built, task)
