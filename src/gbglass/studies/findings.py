"""What every finished study knows of its run; the report and the files of results are written from findings alone."""

import math
import os
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from ase import Atoms

from gbglass.core.arrays import FloatArray
from gbglass.core.ledger import Ledger
from gbglass.core.potential import Potential
from gbglass.core.provenance import content_id, package_versions, sha256_text
from gbglass.lammps.data import data_text
from gbglass.lammps.engine import Lammps
from gbglass.lammps.simulation import Simulation
from gbglass.protocol.describe import sentence
from gbglass.protocol.stages import PAPER_HEATING_K_PER_FS, Ramp, Stage
from gbglass.protocol.timeline import conditions_at
from gbglass.studies.acceptance import Found, glass_remarks
from gbglass.studies.planned import Planned, S, derived_seeds


@dataclass(frozen=True)
class Thermodynamics:
    """What LAMMPS logged over all stages.

    Parameters
    ----------
    times
        [ps, (n_rows,)].
    temperatures, targets
        Of the atoms and of the thermostat [K, (n_rows,)].
    pressures
        [bar, (n_rows,)].
    energies
        Total energy per atom [eV, (n_rows,)].
    lengths
        Cell lengths [Å, (n_rows, 3)].

    """

    times: FloatArray
    temperatures: FloatArray
    targets: FloatArray
    pressures: FloatArray
    energies: FloatArray
    lengths: FloatArray


@dataclass(frozen=True)
class Structures:
    """The structure as built, minimised and at the end of the last stage (wrapped)."""

    built: Atoms
    minimised: Atoms
    final: Atoms


@dataclass(frozen=True)
class Provenance:
    """Everything somebody needs to make the same result again.

    Parameters
    ----------
    seeds
        By what they decided.
    versions
        Of gbglass, of the packages and of LAMMPS.
    checksums
        SHA-256 of the study, the potential, the structure and each trajectory segment, by name.
    machine
        Processor, cores, ranks.
    speed
        MD steps a second, over all segments; None where no time passed.
    command
        What makes the same again.

    """

    seeds: dict[str, int]
    versions: dict[str, str]
    checksums: dict[str, str]
    machine: dict[str, str]
    speed: float | None
    command: str


@dataclass(frozen=True)
class RunFindings:
    """What is known of the run of a study, whatever it asks.

    Parameters
    ----------
    name
        Of the study, from its file.
    title
        What it is a study of, such as ``"Σ5(012)[100]"``.
    potential
        What acted between the atoms.
    ledger
        What the builder did.
    structures
        Before, minimised, after.
    thermodynamics
        From the logs.
    last_stage, last_stage_start
        What the last stage is, and when it begins [ps].
    n_steps
        MD steps in all.
    frame_every
        Steps between frames.
    timestep
        [ps].
    protocol
        One sentence a stage.
    remarks
        What a reader must know before believing the numbers, such as a heating rate that is not the paper's.
    provenance
        Versions, seeds, checksums.
    asked
        The study of this case alone as plain data, defaults written out.
    stages
        Its protocol as plain data, recipes written out, in kelvin.
    alone
        Atoms and MD steps of what was run before it, such as an electrolyte alone; None if nothing was.

    """

    name: str
    title: str
    potential: Potential
    ledger: Ledger
    structures: Structures
    thermodynamics: Thermodynamics
    last_stage: str
    last_stage_start: float
    n_steps: int
    frame_every: int
    timestep: float
    protocol: tuple[str, ...]
    remarks: tuple[str, ...]
    provenance: Provenance
    asked: Mapping[str, Any]
    stages: tuple[Mapping[str, Any], ...]
    alone: tuple[int, int] | None = None


def run_findings(
    planned: Planned[S],
    simulation: Simulation,
    made: Provenance,
    glass: Mapping[str, Found],
    remarks: tuple[str, ...] = (),
) -> RunFindings:
    """Gather what is known of a finished run.

    Parameters
    ----------
    planned
        What was to be run.
    simulation
        What was run.
    made
        From `provenance`.
    glass
        What was measured of each melt, by the number of its stage.
    remarks
        Those of the study itself; they follow those of every run.

    """
    all_remarks = (*_remarks(planned.spec.stages, simulation), *remarks, *glass_remarks(glass))
    settings, last = simulation.task.settings, simulation.task.timeline[-1]
    return RunFindings(
        name=planned.spec.name,
        title=planned.title,
        potential=planned.potential,
        ledger=planned.ledger,
        structures=Structures(planned.atoms, simulation.minimised_atoms(), simulation.final_atoms()),
        thermodynamics=_thermodynamics(simulation),
        last_stage=last.stage.kind,
        last_stage_start=last.first_step * settings.timestep,
        n_steps=last.last_step,
        frame_every=settings.frame_every,
        timestep=settings.timestep,
        protocol=tuple(map(sentence, simulation.task.stages)),
        remarks=tuple(dict.fromkeys(all_remarks)),
        provenance=made,
        asked=planned.spec.model_dump(mode="json"),
        stages=tuple(stage.model_dump(mode="json") for stage in planned.spec.stages),
        alone=None if planned.first is None else (len(planned.first.atoms), planned.first.n_steps),
    )


def _thermodynamics(simulation: Simulation) -> Thermodynamics:
    rows = simulation.thermo()
    timeline = simulation.task.timeline
    targets = np.array([conditions_at(timeline, int(step)).temperature for step in rows[:, 0]])
    energies = rows[:, 5] / len(simulation.task.atoms)
    return Thermodynamics(rows[:, 1], rows[:, 2], targets, rows[:, 3], energies, rows[:, 6:9])


def _remarks(stages: tuple[Stage, ...], simulation: Simulation) -> Iterator[str]:
    if simulation.minimisation_end != "force tolerance":
        yield (
            f"The minimisation ended by {simulation.minimisation_end}, not at its force tolerance: MD started from a "
            "rougher structure than was asked for."
        )
    for stage in stages:
        if not isinstance(stage, Ramp) or stage.to_K < stage.from_K:
            continue
        if not math.isclose(stage.rate_K_per_fs, PAPER_HEATING_K_PER_FS):
            yield (
                f"The heating rate of this run, {stage.rate_K_per_fs:g} K/fs, is not the paper's "
                f"({PAPER_HEATING_K_PER_FS:g} K/fs)."
            )


def provenance(planned: Planned[S], simulation: Simulation, engine: Lammps, command: str) -> Provenance:
    """Say where the results of a run come from.

    Parameters
    ----------
    planned
        What was to be run.
    simulation
        What was run.
    engine
        The LAMMPS that ran it.
    command
        What makes the same again.

    """
    lithium_seed, velocity_seed = derived_seeds(planned.spec.seed)
    frames = {f"{s.folder.parent.name}/{s.folder.name}": s.checksums[s.frames.name] for s in simulation.segments}
    return Provenance(
        seeds={"study": planned.spec.seed, "lithium sites": lithium_seed, "velocities": velocity_seed},
        versions={**package_versions(), "LAMMPS": engine.version, "Python": platform.python_version()},
        checksums={
            "study": content_id(planned.spec.plain()),
            "potential": planned.potential.checksum,
            "structure": sha256_text(data_text(planned.atoms, planned.potential)),
            **{f"{name} frames": checksum for name, checksum in frames.items()},
        },
        machine={
            "processor": platform.machine(),
            "cores": str(len(os.sched_getaffinity(0))),
            "MPI ranks": str(planned.spec.run.ranks),
            **({"LAMMPS switches": " ".join(engine.switches)} if engine.switches else {}),
        },
        speed=simulation.steps_per_second,
        command=command,
    )
