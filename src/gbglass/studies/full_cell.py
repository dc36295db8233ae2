"""A full cell in a study: which one, and what its electrolyte goes through alone before.

The paper equilibrates a boundary alone, melts some, and only then puts it between the electrodes
(doi:10.1038/s41467-025-59895-9, Fig. 2f and SI Note 2). So a study of a cell has two protocols: ``[[alone]]`` for the
periodic electrolyte, ``[[stage]]`` for the cell that is built of what it left. All functions here are pure.
"""

from dataclasses import replace
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import ConfigDict, Field

from gbglass.build.cells.alone import AloneElectrolyte, electrolyte_alone
from gbglass.build.cells.cell import CellSpec, Thicknesses, build_cell
from gbglass.build.cells.lattices import Lattices, lattices_of
from gbglass.build.cells.match import WANTED_STRAIN
from gbglass.build.cells.stack import StackSpec
from gbglass.build.cells.wanted import WantedBoundary, boundary_for
from gbglass.build.networks.layout import Arrangement, NetworkSpec
from gbglass.core.potential import Potential
from gbglass.core.region import Region
from gbglass.core.tokens import File
from gbglass.errors import InputError
from gbglass.lammps.simulation import Simulation
from gbglass.protocol.promises import Promise
from gbglass.protocol.recipes import ProtocolEntry
from gbglass.protocol.stages import Discharge
from gbglass.studies.acceptance import measured_glass, require_glass
from gbglass.studies.lay_out import lay_out
from gbglass.studies.own_electrolyte import given_structure, own_bicrystal
from gbglass.studies.planned import Planned, derived_seeds
from gbglass.studies.spec import StudySpec
from gbglass.studies.tables import Miller, Repeat, Table

Thickness = Annotated[float, Field(gt=0.0, le=1000.0)]


class NetworkChoice(Table):
    """Columns of crystal turned about one axis along x, as ``gbglass build network`` makes them."""

    axis: Annotated[Miller, Field(description="lattice direction along x [uvw]")]
    angles: Annotated[tuple[float, ...], Field(min_length=1, description="of each grain about the axis [degrees]")]
    size_A: Annotated[tuple[float, float], Field(description="edges of the box along y and z [Å]")]
    repeats: Annotated[int, Field(ge=1, le=100, description="of the crystal's period along the axis")] = 1
    arrangement: Annotated[Arrangement, Field(description="of the grains in the plane")] = "hexagonal"

    def to_build(self) -> NetworkSpec:
        """Return what the builder is asked for.

        Raises
        ------
        InputError
            If a value cannot be used.

        """
        return NetworkSpec(self.axis, self.angles, self.size_A, self.repeats, self.arrangement)


class CellChoice(Table):
    """Which cell is discharged; as ``gbglass build cell`` makes it."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    model: Annotated[str, Field(description="one of the cells that 'gbglass build cell' names, such as cell-2")]
    axis: Annotated[Miller | None, Field(description="tilt axis [uvw] of its boundary")] = None
    plane: Annotated[Miller | None, Field(description="boundary plane (hkl)")] = None
    layers: Annotated[int | None, Field(ge=1, le=400, description="planes in each grain; of LLZO enough if absent")] = (
        None
    )
    cut_offset: Annotated[float, Field(ge=0.0, lt=1.0, description="where the plane cuts, in parts of d_hkl")] = 0.0
    boundaries: Annotated[
        Literal[1, 2], Field(description="of the two of a bicrystal, how many parallel ones are kept")
    ] = 2
    electrolyte: Annotated[
        File | None, Field(description="a structure taken as the electrolyte, such as a boundary that was equilibrated")
    ] = None
    supercell: Annotated[
        tuple[Repeat, Repeat, Repeat] | None,
        Field(description="of that structure along its edges, such as one cell of your own crystal"),
    ] = None
    crystal: Annotated[
        File | None,
        Field(description="one cell of your own cubic crystal: its boundary (axis, plane, layers) in place of LLZO's"),
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
    within_A: Annotated[
        float, Field(gt=0.0, le=50.0, description="what is nearer to a boundary's plane than this belongs to it [Å]")
    ] = 5.0

    def to_build(self, lattices: Lattices, network: NetworkChoice | None = None) -> CellSpec:
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
            boundary=None if wanted is None else boundary_for(self.model, wanted, thicknesses, self.boundaries),
            network=None if network is None else network.to_build(),
            x=self.x,
            thicknesses=thicknesses,
            twin=self.twin,
            boundaries=self.boundaries,
            repeats=self.repeats,
            strain_limit=self.strain_limit,
            llzo=lattices.llzo,
            lzo=lattices.lzo,
            lithium=lattices.lithium,
            stack=StackSpec(vacuum=self.vacuum_A),
        )


class FullCellSpec(StudySpec):
    """What all studies of a full cell that discharges have in common."""

    cell: CellChoice
    alone: Annotated[
        tuple[ProtocolEntry, ...],
        Field(max_length=100, description="stages of the electrolyte alone, before it comes between the electrodes"),
    ] = ()
    regions: Annotated[
        dict[str, Region],
        Field(description="of the electrolyte, counted by themselves; its boundary if nothing is said"),
    ] = Field(default_factory=dict)

    @property
    def is_alone_promised(self) -> bool:
        """Whether the recipes of ``[[alone]]`` are held to leaving glass where a bicrystal has its boundaries."""
        return True

    def to_build(self, lattices: Lattices) -> CellSpec:
        """Return what the builder of cells is asked for.

        Raises
        ------
        InputError
            If a value cannot be used, or does not go with the model.

        """
        return self.cell.to_build(lattices)


class AloneSpec(StudySpec):
    """What the electrolyte of a cell goes through by itself: a protocol of its own within a study of a cell."""

    study: Literal["alone"] = "alone"
    is_promised: bool = True

    @property
    def stage_names(self) -> tuple[str, ...]:
        """What messages call each of the stages: by the entry of ``[[alone]]`` that it comes from."""
        return tuple(map(of_alone, super().stage_names))

    @property
    def promises(self) -> tuple[Promise, ...]:
        """What the protocol promises to turn to glass."""
        if not self.is_promised:
            return ()
        return tuple(replace(promise, name=of_alone(promise.name)) for promise in super().promises)


def of_alone(name: str) -> str:
    """Return what messages call a stage of ``[[alone]]``, from what they would call it in ``[[stage]]``."""
    return f"alone{name.removeprefix('stage')}" if name.startswith("stage.") else name


def plan_cell(spec: FullCellSpec) -> Planned[Any]:
    """Build a cell and lay out its simulation, and that of its electrolyte alone if it is to be run first.

    What the electrolyte will look like then is not known yet: the cell is built of it as it is now, so that atoms and
    cost can be told (`go_on_with_cell` builds the one that is run).

    Raises
    ------
    InputError
        If it cannot be built, or the potential cannot describe it.

    """
    lithium_seed, _ = derived_seeds(spec.seed)
    wanted = _wanted(spec, spec.potential.load())
    if not spec.alone:
        own = _own(wanted, spec)
        given = None if own is None else own.as_built()
        built = build_cell(wanted, np.random.default_rng(lithium_seed), given)
        return lay_out(spec, built.title, built)
    alone = _alone(wanted, spec)
    first = lay_out(_alone_spec(spec), f"{alone.title} alone", alone.built)
    built = build_cell(wanted, np.random.default_rng(lithium_seed), alone.after(alone.built.atoms))
    return replace(lay_out(spec, built.title, built), first=first)


def go_on_with_cell(planned: Planned[Any], ran: Simulation) -> Planned[Any]:
    """Build the cell of what the run of its electrolyte alone left.

    Raises
    ------
    NotConverged
        If what was to be amorphised is not glass, or its surroundings are no crystal.
    InputError
        If the cell cannot be built of it.

    """
    spec: FullCellSpec = planned.spec
    if planned.first is None:
        raise InputError(f"{planned.title}: no electrolyte was to be run alone")
    require_glass(measured_glass(ran, planned.first.spec.promises))
    lithium_seed, _ = derived_seeds(spec.seed)
    wanted = _wanted(spec, planned.potential)
    left = _alone(wanted, spec).after(ran.final_atoms())
    built = build_cell(wanted, np.random.default_rng(lithium_seed), left)
    return replace(lay_out(spec, built.title, built), first=planned.first, ran=ran)


def _wanted(spec: FullCellSpec, potential: Potential) -> CellSpec:
    last = spec.stages[-1]
    if potential.lattice and isinstance(last, Discharge):
        builds_llzo = spec.cell.crystal is None and spec.cell.electrolyte is None
        return spec.to_build(lattices_of(potential, last.temperature_K, builds_llzo=builds_llzo))
    return spec.to_build(Lattices())


def _own(wanted: CellSpec, spec: FullCellSpec) -> AloneElectrolyte | None:
    """Read or cut the electrolyte that a study names; None if it is LLZO's own."""
    lithium_seed, _ = derived_seeds(spec.seed)
    cell = spec.cell
    if cell.electrolyte is not None:
        return given_structure(cell.electrolyte, cell.supercell or (1, 1, 1), lithium_seed)
    if cell.crystal is not None and wanted.boundary is not None:
        return own_bicrystal(cell.crystal, wanted.boundary, lithium_seed)
    return None


def _alone(wanted: CellSpec, spec: FullCellSpec) -> AloneElectrolyte:
    """Build or take what is run alone; it follows from the study, so that it is the same at every call."""
    lithium_seed, _ = derived_seeds(spec.seed)
    return _own(wanted, spec) or electrolyte_alone(wanted, np.random.default_rng(lithium_seed))


def _alone_spec(spec: FullCellSpec) -> AloneSpec:
    run = spec.run.model_copy(update={"dense_last_ps": 0.0})
    promised = spec.is_alone_promised
    return AloneSpec(
        name=spec.name, seed=spec.seed, potential=spec.potential, stage=spec.alone, run=run, is_promised=promised
    )
