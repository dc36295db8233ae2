"""What flows through a cell when it discharges, how fast, and what its electrolyte keeps.

The questions of doi:10.1038/s41467-025-59895-9, Figs. 2 to 5: a full cell, lithium metal on an electrolyte on LixZr2O4,
whose lithium goes where its chemical potential is lower. `plan` is pure, `collect` only reads.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import ConfigDict, Field

from gbglass.analysis.density import DensityHistory, density_history
from gbglass.analysis.discharge import Compartments, Discharge, measure_discharge
from gbglass.analysis.discharge_rate import DischargeRate, discharge_rate
from gbglass.analysis.statistics import estimate
from gbglass.build.cells.cell import MODELS, CellSpec, Thicknesses, build_cell
from gbglass.build.cells.lattices import Lattices, lattices_of
from gbglass.build.cells.match import WANTED_STRAIN
from gbglass.build.cells.stack import BuiltCell, StackSpec
from gbglass.build.cells.wanted import WantedBoundary, boundary_for
from gbglass.core.framework import IMMOBILE_CATIONS, anchor_framework
from gbglass.core.interfaces import tie_parts
from gbglass.core.potential import Potential
from gbglass.core.region import Region
from gbglass.core.results import Estimate
from gbglass.core.tokens import File
from gbglass.errors import InputError
from gbglass.lammps.engine import Lammps
from gbglass.lammps.log import THERMO_COLUMNS
from gbglass.lammps.simulation import Simulation
from gbglass.protocol.stages import Cool, Hold, Ramp, Strain
from gbglass.protocol.stages import Discharge as DischargeStage
from gbglass.store.structures import read_structure
from gbglass.studies.acceptance import measured_glass, require_glass
from gbglass.studies.checks import Problem, Tables
from gbglass.studies.findings import RunFindings, provenance, run_findings
from gbglass.studies.lay_out import lay_out
from gbglass.studies.planned import Planned, derived_seeds
from gbglass.studies.protocol_checks import PlacedStage, placed_stages
from gbglass.studies.spec import StudySpec
from gbglass.studies.tables import Miller, Repeat, RunSettings, Table

SPECIES = "Li"
ELECTROLYTE = "LLZO"
FEWEST_FRAMES = 32
"""That a rate needs: stretches of time are its samples."""

_BINS = 200
"""Along z, of the density."""

Thickness = Annotated[float, Field(gt=0.0, le=1000.0)]


class CellChoice(Table):
    """Which cell is discharged; as ``gbglass build cell`` makes it."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    model: Annotated[str, Field(description="one of the cells that 'gbglass build cell' names, such as cell-2")]
    axis: Annotated[Miller | None, Field(description="tilt axis [uvw] of its boundary")] = None
    plane: Annotated[Miller | None, Field(description="boundary plane (hkl)")] = None
    layers: Annotated[int | None, Field(ge=1, le=400, description="planes in each grain; enough if absent")] = None
    cut_offset: Annotated[float, Field(ge=0.0, lt=1.0, description="where the plane cuts, in parts of d_hkl")] = 0.0
    electrolyte: Annotated[
        File | None, Field(description="a structure taken as the electrolyte, such as a boundary that was equilibrated")
    ] = None
    x: Annotated[float, Field(ge=0.0, le=1.0, description="lithium in LixZr2O4 at the start")] = 0.0
    twin: Annotated[bool, Field(description="the same cell without its boundary")] = False
    llzo_A: Annotated[Thickness, Field(description="least thickness of the electrolyte [Å]")] = 25.0
    lzo_A: Annotated[Thickness, Field(description="least thickness of LixZr2O4 [Å]")] = 18.0
    lithium_A: Annotated[Thickness, Field(description="least thickness of the metal [Å]")] = 20.0
    repeats: Annotated[
        tuple[Repeat, Repeat] | None, Field(description="of the electrolyte along x and y; searched if absent")
    ] = None
    strain_limit: Annotated[float, Field(gt=0.0, le=0.2, description="largest misfit of LixZr2O4 [1]")] = WANTED_STRAIN
    vacuum_A: Annotated[float, Field(gt=0.0, le=200.0, description="between the two ends [Å]")] = 20.0

    def to_build(self, lattices: Lattices) -> CellSpec:
        """Return what the builder is asked for.

        Raises
        ------
        InputError
            If a value cannot be used, or does not go with the model.

        """
        thicknesses = Thicknesses(self.llzo_A, self.lzo_A, self.lithium_A)
        if (self.axis is None) != (self.plane is None):
            raise InputError("'axis' and 'plane' belong together: give both, or neither")
        wanted = None
        if self.axis is not None and self.plane is not None:
            wanted = WantedBoundary(self.axis, self.plane, self.layers, self.cut_offset)
        return CellSpec(
            self.model,
            boundary=None if wanted is None else boundary_for(self.model, wanted, thicknesses),
            x=self.x,
            thicknesses=thicknesses,
            twin=self.twin,
            repeats=self.repeats,
            strain_limit=self.strain_limit,
            llzo=lattices.llzo,
            lzo=lattices.lzo,
            lithium=lattices.lithium,
            stack=StackSpec(vacuum=self.vacuum_A),
        )


class DischargeSpec(StudySpec):
    """A study of a full cell that discharges."""

    study: Literal["discharge"]
    cell: CellChoice
    regions: Annotated[
        dict[str, Region], Field(description="of the electrolyte, counted by themselves, such as its boundary")
    ] = Field(default_factory=dict)


@dataclass(frozen=True)
class DischargeFindings:
    """Everything that the report of a study of discharge shows.

    Parameters
    ----------
    run
        What is known of every run.
    built
        The cell.
    stage
        The discharge.
    discharge
        Lithium in each compartment against time.
    rate
        Over the whole of the stage.
    stress
        Normal stress on the held layer, or on the cell; compression positive [bar].
    history
        Density of lithium along z against time.

    """

    run: RunFindings
    built: BuiltCell
    stage: DischargeStage
    discharge: Discharge
    rate: DischargeRate
    stress: Estimate
    history: DensityHistory


def problems(tables: Tables) -> Iterator[Problem]:
    """List what makes a discharge impossible: a cell of another kind, a barostat on a vacuum, too few frames."""
    if "cell" in tables:
        yield from _cell_is_full(tables["cell"])
    placed = placed_stages(tables)
    if not placed:
        return
    for this in placed:
        stage = this.stage
        if isinstance(stage, Ramp | Cool | Strain) or (isinstance(stage, Hold) and stage.ensemble == "npt"):
            yield this.path, "a cell that ends in a vacuum has no length along z to be set: take holds in NVT alone"
    last = placed[-1]
    if not isinstance(last.stage, DischargeStage):
        yield last.key("kind"), "the last stage must be a discharge"
    elif "run" in tables:
        yield from _has_frames(last, last.stage, tables["run"])


def _cell_is_full(cell: CellChoice) -> Iterator[Problem]:
    if cell.model not in MODELS:
        yield "cell.model", f"must be one of {', '.join(name for name, m in MODELS.items() if m.has_cathode)}"
    elif not MODELS[cell.model].has_cathode:
        yield "cell.model", f"{cell.model} has no cathode, so nothing discharges; take cell-0, cell-1 or cell-2"
    else:
        try:
            cell.to_build(Lattices())
        except InputError as error:
            yield "cell", str(error)


def _has_frames(last: PlacedStage, stage: DischargeStage, run: RunSettings) -> Iterator[Problem]:
    if stage.duration_ps < FEWEST_FRAMES * run.frame_every_ps * (1 - 1e-9):
        few = f"{stage.duration_ps:g} ps hold fewer than {FEWEST_FRAMES} frames of {run.frame_every_ps:g} ps"
        yield last.key("duration_ps"), f"{few}, and a rate needs as many; lengthen it or shorten run.frame_every_ps"


def plan(spec: DischargeSpec) -> Planned[DischargeSpec]:
    """Build the cell and lay out its simulation.

    Raises
    ------
    InputError
        If it cannot be built, or the potential cannot describe it.

    """
    lithium_seed, _ = derived_seeds(spec.seed)
    potential = spec.potential.load()
    built = _build(spec, potential, np.random.default_rng(lithium_seed))
    return lay_out(spec, built.title, built)


def _build(spec: DischargeSpec, potential: Potential, rng: np.random.Generator) -> BuiltCell:
    given, last = spec.cell.electrolyte, spec.stages[-1]
    lattices = Lattices()
    if potential.lattice and isinstance(last, DischargeStage):
        lattices = lattices_of(potential, last.temperature_K)
    return build_cell(spec.cell.to_build(lattices), rng, None if given is None else read_structure(given.path))


def collect(planned: Planned[DischargeSpec], simulation: Simulation, engine: Lammps, command: str) -> DischargeFindings:
    """Read the frames of a finished discharge.

    Raises
    ------
    NotConverged
        If a region that was to be amorphised is not glass, or its surroundings are no crystal.
    StateError
        If the account of lithium does not close.

    """
    glass = measured_glass(simulation, planned.spec.promises)
    require_glass(glass)
    built, stage = planned.built, planned.spec.stages[-1]
    if not isinstance(built, BuiltCell) or not isinstance(stage, DischargeStage):
        raise InputError(f"a discharge needs a cell, and the stage discharge at its end, got {stage.kind}")
    atoms = built.atoms
    inside = atoms.get_array("part") == built.parts.index(ELECTROLYTE)
    cations = np.isin(np.array(atoms.get_chemical_symbols()), IMMOBILE_CATIONS)
    anchor = anchor_framework(atoms, np.flatnonzero(inside & cations))
    parts = tie_parts(atoms, built.parts, built.interfaces)
    frames = simulation.last_stage()
    discharge = measure_discharge(frames, Compartments(parts, ELECTROLYTE, planned.spec.regions), anchor, SPECIES)
    made = provenance(planned, simulation, engine, command)
    return DischargeFindings(
        run=run_findings(planned, simulation, made, glass, tuple(_remarks(planned, stage))),
        built=built,
        stage=stage,
        discharge=discharge,
        rate=discharge_rate(discharge),
        stress=_stress(simulation),
        history=density_history(frames, SPECIES, anchor, _BINS),
    )


def _stress(simulation: Simulation) -> Estimate:
    rows = simulation.thermo()
    last = rows[rows[:, 0] > simulation.task.timeline[-1].first_step]
    return estimate(last[:, THERMO_COLUMNS.index("v_normal")], "bar")


def _remarks(planned: Planned[DischargeSpec], stage: DischargeStage) -> Iterator[str]:
    yield (
        "There is no external circuit and no voltage: lithium goes as neutral atoms from the metal to the cathode "
        "because its chemical potential is lower there. The current density counts one electron for each of them."
    )
    if stage.piston is None:
        yield "The metal ends at a free surface: the shrinking anode may form voids instead of following."
    if not planned.potential.lattice:
        yield (
            f"The card of {planned.potential.name} states no lattice constants, so the parts were built at those of "
            "experiment and may be strained."
        )
