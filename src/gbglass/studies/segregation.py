"""Where lithium goes at a grain boundary, how much of it, and whether that is known.

The question of doi:10.1038/s41467-025-59895-9, Fig. 1. `plan` is pure, `perform` runs LAMMPS, `collect` only reads.
"""

import math
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gbglass.analysis.cavity import cavity_profile
from gbglass.analysis.msd import mean_square_displacement
from gbglass.analysis.rdf import radial_distributions
from gbglass.analysis.region_counts import count_regions
from gbglass.analysis.segregation import relaxation_time, segregation
from gbglass.build.boundary import BoundarySpec, BuiltBoundary, build_boundary
from gbglass.core.framework import anchor_framework
from gbglass.core.partition import eleven_boundary_regions
from gbglass.core.potential import Potential
from gbglass.core.provenance import content_id, package_versions, sha256_text
from gbglass.lammps.data import data_text
from gbglass.lammps.engine import Lammps
from gbglass.lammps.simulation import MdSettings, MdTask, Runner, Simulation, simulate
from gbglass.protocol.stages import Hold, Minimise, Ramp, Stage
from gbglass.protocol.timeline import temperature_at, whole_steps
from gbglass.studies.findings import Provenance, SegregationFindings, Structures, Thermodynamics
from gbglass.studies.spec import SegregationSpec
from gbglass.units import PS_PER_FS

SPECIES = "Li"
RDF_PAIRS = (("Li", "O"), ("Li", "La"), ("Li", "Zr"), ("Li", "Li"))
PAPER_RATE_K_PER_FS = 0.02
PAPER_HOLD_PS = 500.0

_RDF_FRAMES = 50
"""About so many frames make an RDF: more of them change nothing that can be seen."""

_BYTES_PER_ATOM = 45
"""Of a frame as text."""


@dataclass(frozen=True)
class SegregationPlan:
    """A study, ready to run.

    Parameters
    ----------
    spec
        What was asked.
    built
        The boundary.
    task
        What LAMMPS will do.

    """

    spec: SegregationSpec
    built: BuiltBoundary
    task: MdTask

    @property
    def potential(self) -> Potential:
        """What acts between the atoms."""
        return self.task.potential

    @property
    def n_steps(self) -> int:
        """MD steps in all."""
        return self.task.timeline[-1].last_step

    @property
    def disk_bytes(self) -> int:
        """About what the frames will take."""
        return self.n_steps // self.task.settings.frame_every * len(self.built.atoms) * _BYTES_PER_ATOM


def plan(spec: SegregationSpec) -> SegregationPlan:
    """Build the boundary and lay out its simulation.

    Raises
    ------
    InputError
        If the boundary cannot be built, or the potential cannot describe it.

    """
    boundary = spec.boundary
    wanted = BoundarySpec(
        axis=boundary.axis,
        plane=boundary.plane,
        layers=boundary.layers,
        n_tetrahedral=spec.crystal.tetrahedral_Li,
        cut_offset=boundary.cut_offset,
        shift=boundary.shift,
        sigma=boundary.sigma,
        lithium=boundary.lithium,
    )
    lithium_seed, velocity_seed = _seeds(spec.seed)
    built = build_boundary(wanted, np.random.default_rng(lithium_seed))
    timestep = spec.run.timestep_fs * PS_PER_FS
    settings = MdSettings(
        timestep=timestep,
        frame_every=whole_steps(spec.run.frame_every_ps, timestep, "run.frame_every_ps"),
        segment_steps=whole_steps(spec.run.segment_ps, timestep, "run.segment_ps"),
        ranks=spec.run.ranks,
        seed=velocity_seed,
    )
    return SegregationPlan(spec, built, MdTask(built.atoms, spec.potential.load(), spec.stage, settings))


def identity(spec: SegregationSpec) -> dict[str, object]:
    """Return what a folder belongs to: the study without the length of its last hold, which may grow."""
    plain = spec.plain()
    del plain["stage"][-1]["duration_ps"]
    return plain


def perform(planned: SegregationPlan, folder: Path, runner: Runner) -> Simulation:
    """Run what is planned in a folder, going on from what is finished there."""
    return simulate(planned.task, folder, runner)


def collect(planned: SegregationPlan, simulation: Simulation, engine: Lammps, command: str) -> SegregationFindings:
    """Read the frames of a finished simulation and work out everything the report shows."""
    regions = eleven_boundary_regions()
    minimised = simulation.minimised_atoms()
    anchor = anchor_framework(minimised)
    counts = count_regions(simulation.trajectory(), SPECIES, regions.partition, anchor)
    hold = simulation.last_stage()
    hold_counts = counts.after(simulation.task.timeline[-1].first_step)
    msd = mean_square_displacement(hold, SPECIES, anchor)
    relaxation = relaxation_time(float(hold_counts.lengths[-1]) / 2, msd.diffusivity.value)
    every = max(1, len(hold_counts.steps) // _RDF_FRAMES)
    return SegregationFindings(
        name=planned.spec.name,
        boundary_title=planned.built.geometry.title,
        lithium=planned.spec.boundary.lithium,
        potential=planned.potential,
        ledger=planned.built.ledger,
        structures=Structures(planned.built.atoms, minimised, simulation.final_atoms()),
        regions=regions,
        counts=counts,
        hold_start=simulation.task.timeline[-1].first_step * simulation.task.settings.timestep,
        hold_counts=hold_counts,
        segregation=segregation(counts, hold_counts, regions, relaxation),
        cavity=cavity_profile(minimised, planned.potential.cavity_radii, regions),
        msd=msd,
        rdfs=radial_distributions(hold, RDF_PAIRS, every),
        thermodynamics=_thermodynamics(simulation),
        frame_every=simulation.task.settings.frame_every,
        timestep=simulation.task.settings.timestep,
        protocol=tuple(map(_sentence, simulation.task.stages)),
        remarks=tuple(dict.fromkeys(_remarks(planned, simulation, relaxation))),
        provenance=_provenance(planned, simulation, engine, command),
    )


def _seeds(seed: int) -> tuple[int, int]:
    """Derive independent seeds for lithium and for velocities; LAMMPS wants a positive one of 31 bits."""
    lithium, velocities = np.random.SeedSequence(seed).generate_state(2, np.uint32)
    return int(lithium), int(velocities) % (2**31 - 2) + 1


def _thermodynamics(simulation: Simulation) -> Thermodynamics:
    rows = simulation.thermo()
    timeline = simulation.task.timeline
    targets = np.array([temperature_at(timeline, int(step)) for step in rows[:, 0]])
    energies = rows[:, 5] / len(simulation.task.atoms)
    return Thermodynamics(rows[:, 1], rows[:, 2], targets, rows[:, 3], energies, rows[:, 6:9])


def _sentence(stage: Stage) -> str:
    if isinstance(stage, Minimise):
        cell = {"fixed": "in a fixed cell", "normal": "with the cell's height", "lengths": "with the cell's lengths"}
        return f"energy minimisation {cell[stage.cell]} (force tolerance {stage.force_eV_per_A:g} eV/Å)"
    if isinstance(stage, Ramp):
        verb = "heating" if stage.to_K > stage.from_K else "cooling"
        return (
            f"{verb} from {stage.from_K:g} K to {stage.to_K:g} K at {stage.rate_K_per_fs:g} K/fs in NPT at "
            f"{stage.pressure_bar:g} bar, each cell length on its own ({stage.duration_ps:g} ps)"
        )
    return f"{stage.duration_ps:g} ps at {stage.temperature_K:g} K in NVT"


def _remarks(planned: SegregationPlan, simulation: Simulation, relaxation: float) -> Iterator[str]:
    stages = planned.spec.stage
    if simulation.minimisation_end != "force tolerance":
        yield (
            f"The minimisation ended by {simulation.minimisation_end}, not at its force tolerance: MD started from a "
            "rougher structure than was asked for."
        )
    for stage in stages:
        if not isinstance(stage, Ramp) or stage.to_K < stage.from_K:
            continue
        if not math.isclose(stage.rate_K_per_fs, PAPER_RATE_K_PER_FS):
            yield (
                f"The heating rate of this run, {stage.rate_K_per_fs:g} K/fs, is not the paper's "
                f"({PAPER_RATE_K_PER_FS:g} K/fs)."
            )
    hold = stages[-1]
    if isinstance(hold, Hold) and hold.duration_ps < PAPER_HOLD_PS:
        yield f"The hold, {hold.duration_ps:g} ps, is shorter than the paper's ({PAPER_HOLD_PS:g} ps or more)."
    if math.isfinite(relaxation):
        yield (
            f"At the diffusivity measured in this run lithium evens out across a grain in about {relaxation:.0f} ps; "
            "before several times that, lithium at a boundary depends on where the builder put it."
        )


def _provenance(planned: SegregationPlan, simulation: Simulation, engine: Lammps, command: str) -> Provenance:
    lithium_seed, velocity_seed = _seeds(planned.spec.seed)
    segments = {f"{s.folder.parent.name}/{s.folder.name}": s.checksums for s in simulation.segments}
    return Provenance(
        seeds={"study": planned.spec.seed, "lithium sites": lithium_seed, "velocities": velocity_seed},
        versions={**package_versions(), "LAMMPS": engine.version, "Python": platform.python_version()},
        checksums={
            "study": content_id(planned.spec.plain()),
            "potential": planned.potential.checksum,
            "structure": sha256_text(data_text(planned.built.atoms, planned.potential)),
            **{f"{name} frames": sums["frames.lammpstrj"] for name, sums in segments.items()},
        },
        machine={
            "processor": platform.machine(),
            "cores": str(len(os.sched_getaffinity(0))),
            "MPI ranks": str(planned.spec.run.ranks),
        },
        speed=simulation.steps_per_second,
        command=command,
    )
