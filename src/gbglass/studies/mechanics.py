"""How much a cell bears when it is pulled apart along z, and where it breaks.

The question of doi:10.1038/s41467-025-59895-9, Fig. 6a, b: bulk, a boundary and the same boundary amorphised, each
pulled at the same rate. `plan` is pure, `collect` only reads.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gbglass.analysis.fracture import Thinnest, thinnest_place
from gbglass.analysis.stress_strain import ELASTIC, FEWEST_IN_ELASTIC, Pull, StressStrain, stress_strain
from gbglass.errors import InputError
from gbglass.lammps.deck import THERMO_EVERY
from gbglass.lammps.engine import Lammps
from gbglass.lammps.simulation import Simulation
from gbglass.protocol.stages import Minimise, Strain
from gbglass.studies.acceptance import glassy_before_the_end, measured_glass, require_glass
from gbglass.studies.checks import Problem, Tables
from gbglass.studies.findings import RunFindings, provenance, run_findings
from gbglass.studies.lay_out import lay_out
from gbglass.studies.model import build_model
from gbglass.studies.planned import Planned, derived_seeds
from gbglass.studies.protocol_checks import PlacedStage, placed_stages
from gbglass.studies.spec import StudySpec
from gbglass.studies.tables import CrystalChoice, ModelChoice, RunSettings
from gbglass.units import PS_PER_FS

_SQUARE = 1e-6


class MechanicsSpec(StudySpec):
    """A study of a cell that is pulled apart along z."""

    study: Literal["mechanics"]
    crystal: CrystalChoice = CrystalChoice(name="llzo-cubic")
    model: ModelChoice


@dataclass(frozen=True)
class MechanicsFindings:
    """Everything that the report of a study of mechanics shows.

    Parameters
    ----------
    run
        What is known of every run.
    stage
        The pull.
    curve
        Stress against strain.
    thinnest
        Where along z the fewest atoms are left at the end.
    glassy
        Share of the La and Zr that are glassy before it is pulled [1]; not a number without both.

    """

    run: RunFindings
    stage: Strain
    curve: StressStrain
    thinnest: Thinnest
    glassy: float


def problems(tables: Tables) -> Iterator[Problem]:
    """List what makes a pull impossible: another last stage, or one too fast to be measured."""
    placed = placed_stages(tables)
    if not placed:
        return
    last = placed[-1]
    if not isinstance(last.stage, Strain) or last.stage.to_strain <= 0.0:
        yield last.key("kind"), "the last stage must be a strain with 'to_strain' above 0, or the recipe tensile"
    elif "run" in tables:
        yield from _can_be_measured(placed, last.stage, tables["run"])


def _can_be_measured(placed: list[PlacedStage], strain: Strain, run: RunSettings) -> Iterator[Problem]:
    row = THERMO_EVERY * run.timestep_fs * PS_PER_FS
    before = sum(this.stage.duration_ps for this in placed[:-1] if not isinstance(this.stage, Minimise))
    if abs(before / row - round(before / row)) > _SQUARE:
        said = f"begins at {before:g} ps, between two rows of the log, which has one every {row:g} ps"
        yield placed[-1].path, f"{said}; lengthen a stage before it"
    elastic = min(ELASTIC, strain.to_strain)
    fastest = elastic / (FEWEST_IN_ELASTIC * max(row, 1.0))
    if strain.rate_per_ps > fastest:
        said = f"is too fast for a modulus: {FEWEST_IN_ELASTIC} means over 1 ps must lie below a strain of {elastic:g}"
        yield placed[-1].key("rate_per_ps"), f"{said}; take {fastest:g} per ps or less"


def plan(spec: MechanicsSpec) -> Planned[MechanicsSpec]:
    """Build what is pulled and lay out its simulation.

    Raises
    ------
    InputError
        If it cannot be built, the cell is not at right angles, or the potential cannot describe it.

    """
    lithium_seed, _ = derived_seeds(spec.seed)
    title, built = build_model(spec.model, spec.crystal, lithium_seed)
    cell = built.atoms.cell.array
    if np.abs(cell - np.diag(np.diag(cell))).max() > _SQUARE * cell.max():
        raise InputError(
            f"{title}: a cell is pulled along z and must be at right angles; its vectors are {cell.tolist()}"
        )
    return lay_out(spec, title, built)


def collect(planned: Planned[MechanicsSpec], simulation: Simulation, engine: Lammps, command: str) -> MechanicsFindings:
    """Read the log of a finished pull, and where its atoms ended.

    Raises
    ------
    NotConverged
        If a region that was to be amorphised is not glass, or its surroundings are no crystal.
    InputError
        If the curve cannot be read, such as of a pull that is too short.

    """
    glass = measured_glass(simulation, planned.spec.promises)
    require_glass(glass)
    stage = planned.spec.stages[-1]
    if not isinstance(stage, Strain):
        raise InputError(f"the last stage must be a strain, got {stage.kind}")
    curve = stress_strain(_pull(simulation))
    made = provenance(planned, simulation, engine, command)
    return MechanicsFindings(
        run=run_findings(planned, simulation, made, glass, tuple(_remarks(curve))),
        stage=stage,
        curve=curve,
        thinnest=thinnest_place(simulation.final_atoms()),
        glassy=glassy_before_the_end(simulation),
    )


def _pull(simulation: Simulation) -> Pull:
    """Return what was logged of the last stage."""
    rows = simulation.thermo()
    rows = rows[rows[:, 0] >= simulation.task.timeline[-1].first_step]
    return Pull(times=rows[:, 1], lengths=rows[:, 8], areas=rows[:, 6] * rows[:, 7], pressures=rows[:, 11])


def _remarks(curve: StressStrain) -> Iterator[str]:
    yield (
        f"This is one sample, pulled at {curve.strain_rate:g} per ps, {curve.strain_rate * 1e12:.0e} per second: real "
        "tests are ten orders of magnitude slower. Compare it with cells of the same length at the same rate."
    )
    if curve.strain_at_break is None:
        yield f"It did not break up to a strain of {curve.strain[-1]:.1%}: its strength may be larger."
