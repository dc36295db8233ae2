"""Where lithium goes at a grain boundary, how much of it, and whether that is known.

The question of doi:10.1038/s41467-025-59895-9, Fig. 1. `plan` is pure, `perform` runs LAMMPS, `collect` only reads.
"""

import math
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from gbglass.analysis.amorphisation import Amorphisation
from gbglass.analysis.cavity import cavity_profile
from gbglass.analysis.msd import mean_square_displacement
from gbglass.analysis.rdf import radial_distributions
from gbglass.analysis.region_counts import RegionCounts
from gbglass.analysis.segregation import relaxation_time, segregation
from gbglass.build.boundaries.boundary import BoundarySpec, BuiltBoundary, build_boundary
from gbglass.core.arrays import frozen_floats
from gbglass.core.framework import anchor_framework
from gbglass.core.partition import BoundaryRegions, eleven_boundary_regions, eleven_regions
from gbglass.core.potential import Potential
from gbglass.core.provenance import content_id, package_versions, sha256_text
from gbglass.core.region import Slab
from gbglass.errors import StateError
from gbglass.lammps.chain import simulate
from gbglass.lammps.data import data_text
from gbglass.lammps.engine import Lammps
from gbglass.lammps.simulation import Simulation
from gbglass.lammps.task import MdTask, Runner
from gbglass.protocol.describe import sentence
from gbglass.protocol.stages import PAPER_HEATING_K_PER_FS, Hold, Ramp
from gbglass.protocol.timeline import conditions_at
from gbglass.studies.acceptance import measured_amorphisations, require_glass, require_surroundings
from gbglass.studies.findings import Provenance, SegregationFindings, Structures, Thermodynamics
from gbglass.studies.settings import md_settings
from gbglass.studies.spec import SegregationSpec

SPECIES = "Li"
RDF_PAIRS = (("Li", "O"), ("Li", "La"), ("Li", "Zr"), ("Li", "Li"))
PAPER_HOLD_PS = 500.0

_RDF_FRAMES = 50
"""About so many frames make an RDF: more of them change nothing that can be seen."""

_BYTES_PER_ATOM = 38
"""Of a frame as text."""

_BYTES_PER_COLUMN = 13
_COLUMNS = {"energy": 1, "stress": 6}


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
    def n_frames(self) -> int:
        """Frames in its trajectory; a segment of which any part lies in a dense window is dense as a whole."""
        settings, frames = self.task.settings, 1
        for timed in self.task.timeline:
            for first in range(timed.first_step, timed.last_step, settings.segment_steps):
                last = min(first + settings.segment_steps, timed.last_step)
                every = settings.frame_every_at(last, self.n_steps)
                frames += last // every - first // every
        return frames

    @property
    def disk_bytes(self) -> int:
        """About what the frames will take."""
        columns = sum(_BYTES_PER_COLUMN * _COLUMNS[what] for what in self.task.settings.per_atom)
        return self.n_frames * len(self.built.atoms) * (_BYTES_PER_ATOM + columns)


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
    settings = md_settings(spec.run, velocity_seed, (SPECIES, _slabs()), spec.committee)
    task = MdTask(built.atoms, spec.potential.load(), spec.stages, settings)
    require_surroundings(task)
    return SegregationPlan(spec, built, task)


def _slabs() -> tuple[Slab, ...]:
    """Return the eleven regions of the paper one by one."""
    return tuple(Slab(low=low, high=high) for low, high in pairwise(eleven_regions().edges))


def identity(spec: SegregationSpec) -> dict[str, object]:
    """Return what a folder belongs to: the study without its protocol, which may grow, and without who watches it.

    What has been run of the protocol is guarded by the segments themselves.
    """
    plain = spec.plain()
    del plain["stage"], plain["committee"]
    return plain


def perform(planned: SegregationPlan, folder: Path, runner: Runner) -> Simulation:
    """Run what is planned in a folder, going on from what is finished there."""
    return simulate(planned.task, folder, runner)


def collect(planned: SegregationPlan, simulation: Simulation, engine: Lammps, command: str) -> SegregationFindings:
    """Read the frames of a finished simulation and work out everything the report shows.

    Raises
    ------
    NotConverged
        If a region that was to be amorphised is not glass, or its surroundings are no crystal.

    """
    amorphisations = measured_amorphisations(simulation)
    require_glass(amorphisations)
    regions = eleven_boundary_regions()
    minimised = simulation.minimised_atoms()
    anchor = anchor_framework(minimised)
    counts = _region_counts(simulation, regions)
    hold = simulation.last_stage()
    hold_counts = counts.after(simulation.task.timeline[-1].first_step)
    msd = mean_square_displacement(hold, SPECIES, anchor)
    relaxation = relaxation_time(float(hold_counts.lengths[-1]) / 2, msd.diffusivity.value)
    n_frames = simulation.task.timeline[-1].n_steps // simulation.task.settings.frame_every
    every = max(1, n_frames // _RDF_FRAMES)
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
        n_steps=simulation.task.timeline[-1].last_step,
        frame_every=simulation.task.settings.frame_every,
        timestep=simulation.task.settings.timestep,
        protocol=tuple(map(sentence, simulation.task.stages)),
        remarks=tuple(dict.fromkeys((*_remarks(planned, simulation, relaxation), *_of_glass(amorphisations)))),
        provenance=_provenance(planned, simulation, engine, command),
    )


def _region_counts(simulation: Simulation, regions: BoundaryRegions) -> RegionCounts:
    """Return what LAMMPS counted while it ran.

    Raises
    ------
    StateError
        If the regions do not hold every atom once.

    """
    counted, n_total = simulation.counts(), simulation.task.atoms.get_chemical_symbols().count(SPECIES)
    wrong = np.flatnonzero(counted.counts.sum(axis=1) != n_total)
    if len(wrong):
        held = counted.counts[wrong[0]].sum()
        raise StateError(f"the regions hold {held} {SPECIES} at step {counted.steps[wrong[0]]}, not all {n_total}")
    return RegionCounts(
        species=SPECIES,
        partition=regions.partition,
        n_total=n_total,
        steps=counted.steps,
        times=frozen_floats(counted.steps * simulation.task.settings.timestep),
        counts=counted.counts,
        lengths=frozen_floats(counted.edges[:, 2]),
        areas=frozen_floats(counted.edges[:, 0] * counted.edges[:, 1]),
    )


def _seeds(seed: int) -> tuple[int, int]:
    """Derive independent seeds for lithium and for velocities; LAMMPS wants a positive one of 31 bits."""
    lithium, velocities = np.random.SeedSequence(seed).generate_state(2, np.uint32)
    return int(lithium), int(velocities) % (2**31 - 2) + 1


def _thermodynamics(simulation: Simulation) -> Thermodynamics:
    rows = simulation.thermo()
    timeline = simulation.task.timeline
    targets = np.array([conditions_at(timeline, int(step)).temperature for step in rows[:, 0]])
    energies = rows[:, 5] / len(simulation.task.atoms)
    return Thermodynamics(rows[:, 1], rows[:, 2], targets, rows[:, 3], energies, rows[:, 6:9])


def _remarks(planned: SegregationPlan, simulation: Simulation, relaxation: float) -> Iterator[str]:
    stages = planned.spec.stages
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
    hold = stages[-1]
    if isinstance(hold, Hold) and hold.duration_ps < PAPER_HOLD_PS:
        yield f"The hold, {hold.duration_ps:g} ps, is shorter than the paper's ({PAPER_HOLD_PS:g} ps or more)."
    if math.isfinite(relaxation):
        yield (
            f"At the diffusivity measured in this run lithium evens out across a grain in about {relaxation:.0f} ps; "
            "before several times that, lithium at a boundary depends on where the builder put it."
        )


def _of_glass(amorphisations: dict[int, Amorphisation]) -> Iterator[str]:
    for number, found in amorphisations.items():
        density = f", {found.density_inside:.2f} g/cm³" if found.density_inside is not None else ""
        yield (
            f"Stage {number} left glass: {found.glass_inside:.0%} of the La and Zr inside are glassy{density}, "
            f"{found.coordination_inside:.2f} O around a Zr, about {found.width:.0f} Å thick; outside, "
            f"{found.kept_octahedra:.0%} of the ZrO6 are left and {found.new_glass_outside:+.0%} of the La and Zr "
            f"became glassy. After the release the whole moves by {found.drift:.4f} Å/ps."
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
