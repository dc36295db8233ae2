"""Where lithium goes at a grain boundary, how much of it, and whether that is known.

The question of doi:10.1038/s41467-025-59895-9, Fig. 1. `plan` is pure, `collect` only reads.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from ase import Atoms

from gbglass.analysis.cavity import CavityProfile, cavity_profile
from gbglass.analysis.energy import RegionEnergy, region_energies
from gbglass.analysis.msd import MeanSquareDisplacement, mean_square_displacement
from gbglass.analysis.rdf import RadialDistribution, radial_distributions
from gbglass.analysis.region_counts import RegionCounts
from gbglass.analysis.segregation import BoundarySegregation, relaxation_time, segregation
from gbglass.build.decorate import LithiumMode
from gbglass.core.arrays import frozen_floats
from gbglass.core.framework import FrameworkAnchor, anchor_framework
from gbglass.core.groups import RegionGroups
from gbglass.core.partition import INTERIOR, BoundaryRegions, eleven_boundary_regions, eleven_regions
from gbglass.core.potential import Potential
from gbglass.core.region import Slab
from gbglass.core.trajectory import Trajectory
from gbglass.errors import StateError
from gbglass.lammps.engine import Lammps
from gbglass.lammps.simulation import Simulation
from gbglass.protocol.stages import Hold, Stage
from gbglass.studies.acceptance import measured_glass, require_glass
from gbglass.studies.findings import RunFindings, provenance, run_findings
from gbglass.studies.lay_out import lay_out
from gbglass.studies.model import build_model
from gbglass.studies.planned import Planned, derived_seeds
from gbglass.studies.spec import StudySpec
from gbglass.studies.tables import BoundaryChoice, CrystalChoice, ModelChoice

SPECIES = "Li"
_AROUND_LITHIUM = ("O", "La", "Zr", "Li")
"""Species whose distributions about lithium come first; others follow."""

PAPER_HOLD_PS = 500.0

_ENERGY = "c_energy"
"""The column of frames with the energies of atoms."""

_RDF_FRAMES = 50
"""About so many frames make an RDF: more of them change nothing that can be seen."""


class SegregationSpec(StudySpec):
    """A study of lithium segregation at one grain boundary."""

    study: Literal["segregation"]
    crystal: CrystalChoice
    boundary: BoundaryChoice


@dataclass(frozen=True)
class SegregationFindings:
    """Everything that the report of a segregation study shows.

    Parameters
    ----------
    run
        What is known of every run.
    lithium
        How the builder put it there.
    regions
        Which slabs are what.
    counts
        Li in each region over all counts, ramp and hold.
    hold_counts
        Li in each region during the last hold only: what the averages are over.
    segregation
        One entry for each boundary.
    cavity
        On the minimised framework; None if the potential states no radius for a species of it.
    msd
        Of Li in the last hold.
    rdfs
        By pair name, in the last hold.
    relaxation
        Time in which lithium evens out across a grain at the diffusivity of the last hold [ps]; may be endless.
    energies
        Of each boundary and of the interior in the last hold; None unless frames hold them (``per_atom``).

    """

    run: RunFindings
    lithium: LithiumMode
    regions: BoundaryRegions
    counts: RegionCounts
    hold_counts: RegionCounts
    segregation: tuple[BoundarySegregation, ...]
    cavity: CavityProfile | None
    msd: MeanSquareDisplacement
    rdfs: dict[str, RadialDistribution]
    relaxation: float
    energies: Mapping[str, RegionEnergy] | None

    @property
    def is_llzo(self) -> bool:
        """Whether the grains are cut from cubic LLZO, not from a crystal of the user's own."""
        return self.run.asked["crystal"].get("file") is None


def plan(spec: SegregationSpec) -> Planned[SegregationSpec]:
    """Build the boundary and lay out its simulation.

    Raises
    ------
    InputError
        If the boundary cannot be built, or the potential cannot describe it.

    """
    lithium_seed, _ = derived_seeds(spec.seed)
    title, built = build_model(ModelChoice(boundary=spec.boundary), spec.crystal, lithium_seed)
    return lay_out(spec, title, built, (SPECIES, _slabs()))


def _slabs() -> tuple[Slab, ...]:
    """Return the eleven regions of the paper one by one."""
    return tuple(Slab(low=low, high=high) for low, high in pairwise(eleven_regions().edges))


def collect(
    planned: Planned[SegregationSpec], simulation: Simulation, engine: Lammps, command: str
) -> SegregationFindings:
    """Read the frames of a finished simulation and work out everything the report shows.

    Raises
    ------
    NotConverged
        If a region that was to be amorphised is not glass, or its surroundings are no crystal.

    """
    glass = measured_glass(simulation, planned.spec.promises)
    require_glass(glass)
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
    made = provenance(planned, simulation, engine, command)
    radii = _radii(minimised, planned.potential)
    remarks = tuple(_remarks(planned.spec.stages, relaxation, radii))
    return SegregationFindings(
        run=run_findings(planned, simulation, made, glass, remarks),
        lithium=planned.spec.boundary.lithium,
        regions=regions,
        counts=counts,
        hold_counts=hold_counts,
        segregation=segregation(counts, hold_counts, regions, relaxation),
        cavity=cavity_profile(minimised, radii, regions) if radii else None,
        msd=msd,
        rdfs=radial_distributions(hold, _pairs(minimised), every),
        relaxation=relaxation,
        energies=_energies(planned, hold, regions, anchor),
    )


def _pairs(atoms: Atoms) -> list[tuple[str, str]]:
    """Pair lithium with each species, those of LLZO first."""
    held = set(atoms.get_chemical_symbols())
    first = [species for species in _AROUND_LITHIUM if species in held]
    return [(SPECIES, species) for species in (*first, *sorted(held - set(first)))]


def _radii(atoms: Atoms, potential: Potential) -> dict[str, float]:
    """Return the radii of a framework's cavities; none if a species of it has none: its atoms would count as room."""
    framework = {f"{SPECIES}-{species}" for species in set(atoms.get_chemical_symbols()) - {SPECIES}}
    radii = {pair: radius for pair, radius in potential.cavity_radii.items() if pair in framework}
    return radii if radii.keys() == framework else {}


def _energies(
    planned: Planned[SegregationSpec], hold: Trajectory, regions: BoundaryRegions, anchor: FrameworkAnchor
) -> Mapping[str, RegionEnergy] | None:
    """Average the energies of atoms by region, if frames hold them."""
    if "energy" not in planned.spec.run.per_atom:
        return None
    groups = RegionGroups(anchor, regions.as_regions())
    return region_energies(hold, lambda frame: frame.arrays[_ENERGY][None, :], groups, INTERIOR)


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


def _remarks(stages: tuple[Stage, ...], relaxation: float, radii: Mapping[str, float]) -> Iterator[str]:
    hold = stages[-1]
    if isinstance(hold, Hold) and hold.duration_ps < PAPER_HOLD_PS:
        yield f"The hold, {hold.duration_ps:g} ps, is shorter than the paper's ({PAPER_HOLD_PS:g} ps or more)."
    if math.isfinite(relaxation):
        yield (
            f"At the diffusivity measured in this run lithium evens out across a grain in about {relaxation:.0f} ps; "
            "before several times that, lithium at a boundary depends on where the builder put it."
        )
    if not radii:
        yield (
            "No cavity fraction was measured: the potential's card states no radius ('cavity_radii') for some species "
            "of this framework."
        )
