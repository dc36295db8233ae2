"""How fast lithium moves: diffusivity along each axis, conductivity, and whether ions help or hinder each other.

The question behind "slightly reduces" in the abstract of doi:10.1038/s41467-025-59895-9: the crystal, a boundary along
and across, and the glass, each at several temperatures. `plan` is pure, `collect` only reads.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from gbglass.analysis.conductivity import FEWEST_FOR_HAVEN, HavenRatio, haven_ratio, nernst_einstein
from gbglass.analysis.msd import MeanSquareDisplacement, mean_square_displacement
from gbglass.core.framework import anchor_framework
from gbglass.core.results import Estimate
from gbglass.core.species import FORMAL_CHARGES
from gbglass.lammps.engine import Lammps
from gbglass.lammps.simulation import Simulation
from gbglass.studies.acceptance import glassy_before_the_end, measured_glass, require_glass
from gbglass.studies.findings import RunFindings, provenance, run_findings
from gbglass.studies.lay_out import lay_out
from gbglass.studies.model import build_model
from gbglass.studies.planned import Planned, derived_seeds
from gbglass.studies.spec import StudySpec
from gbglass.studies.tables import CrystalChoice, ModelChoice

SPECIES = "Li"

FAR = 4.0
"""Lithium that moved less than this on average has hardly left its cage: a site is 1.7 Å from the next [Å²]."""


class TransportSpec(StudySpec):
    """A study of how fast lithium moves."""

    study: Literal["transport"]
    crystal: CrystalChoice = CrystalChoice(name="llzo-cubic")
    model: ModelChoice


@dataclass(frozen=True)
class TransportFindings:
    """Everything that the report of a study of transport shows.

    Parameters
    ----------
    run
        What is known of every run.
    temperature
        Of the last hold [K].
    msd
        Of lithium in the last hold, and its diffusivities.
    conductivity
        Of ions that move by themselves (Nernst-Einstein) [S/cm].
    axes
        The same along x, y and z.
    haven
        Tracer over charge diffusivity; None if the hold has too few frames for it.
    glassy
        Share of the La and Zr that are glassy when the last hold begins [1]; not a number without both.

    """

    run: RunFindings
    temperature: float
    msd: MeanSquareDisplacement
    conductivity: Estimate
    axes: tuple[Estimate, Estimate, Estimate]
    haven: HavenRatio | None
    glassy: float

    @property
    def is_diffusing(self) -> bool:
        """Whether lithium went far enough for a diffusivity, and the diffusivity is known to be above zero."""
        return _is_diffusing(self.msd)


def plan(spec: TransportSpec) -> Planned[TransportSpec]:
    """Build the model and lay out its simulation.

    Raises
    ------
    InputError
        If it cannot be built, or the potential cannot describe it.

    """
    lithium_seed, _ = derived_seeds(spec.seed)
    title, built = build_model(spec.model, spec.crystal, lithium_seed)
    return lay_out(spec, title, built)


def collect(planned: Planned[TransportSpec], simulation: Simulation, engine: Lammps, command: str) -> TransportFindings:
    """Read the frames of the last hold.

    Raises
    ------
    NotConverged
        If a region that was to be amorphised is not glass, or its surroundings are no crystal.

    """
    glass = measured_glass(simulation, planned.spec.promises)
    require_glass(glass)
    timed = simulation.task.timeline[-1]
    temperature = timed.stage.ends_at_K
    anchor = anchor_framework(simulation.minimised_atoms())
    hold, final = simulation.last_stage(), simulation.final_atoms()
    msd = mean_square_displacement(hold, SPECIES, anchor)
    density = msd.n_atoms / float(final.cell.volume)
    charge = float(FORMAL_CHARGES[SPECIES])
    x, y, z = (nernst_einstein(d, density, charge, temperature) for d in msd.diffusivity_axes)
    n_frames = timed.n_steps // simulation.task.settings.frame_every
    made = provenance(planned, simulation, engine, command)
    return TransportFindings(
        run=run_findings(planned, simulation, made, glass, tuple(_remarks(msd))),
        temperature=temperature,
        msd=msd,
        conductivity=nernst_einstein(msd.diffusivity, density, charge, temperature),
        axes=(x, y, z),
        haven=haven_ratio(hold, SPECIES, anchor) if n_frames >= FEWEST_FOR_HAVEN else None,
        glassy=glassy_before_the_end(simulation),
    )


def _is_diffusing(msd: MeanSquareDisplacement) -> bool:
    longest = float(msd.msd[len(msd.msd) // 2])
    return longest >= FAR and msd.diffusivity.interval[0] > 0.0


def _remarks(msd: MeanSquareDisplacement) -> Iterator[str]:
    if not _is_diffusing(msd):
        yield (
            "Lithium hardly left its sites in this hold: what is fitted is rattling. Run longer, or hotter and read "
            "the conductivity off an Arrhenius line."
        )
    yield (
        "The conductivity is that of ions that move by themselves; the Haven ratio, where it is given, says by how "
        "much all together carry more or less."
    )
