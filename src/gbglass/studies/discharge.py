"""What flows through a cell when it discharges, how fast, and what its electrolyte keeps.

The questions of doi:10.1038/s41467-025-59895-9, Figs. 2 to 5: a full cell, lithium metal on an electrolyte on LixZr2O4,
whose lithium goes where its chemical potential is lower; its boundary may be equilibrated alone before. `plan` is pure,
`collect` only reads.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ase import Atoms

from gbglass.analysis.density import DensityCounter, DensityHistory, DensityMap, density_history
from gbglass.analysis.discharge import Compartments, Discharge, measure_discharge
from gbglass.analysis.discharge_rate import DischargeRate, discharge_rate
from gbglass.analysis.group_counts import GroupCounts, count_groups
from gbglass.analysis.statistics import estimate
from gbglass.build.account import is_garnet
from gbglass.build.cells.slab import GARNET
from gbglass.build.cells.stack import BuiltCell
from gbglass.core.framework import anchor_framework
from gbglass.core.groups import RegionGroups
from gbglass.core.region import Outside, Region, Shell, Union
from gbglass.core.results import Estimate
from gbglass.lammps.engine import Lammps
from gbglass.lammps.log import THERMO_COLUMNS
from gbglass.lammps.simulation import Simulation
from gbglass.protocol.describe import sentence
from gbglass.protocol.stages import Discharge as DischargeStage
from gbglass.studies.acceptance import glass_remarks, measured_glass, require_glass
from gbglass.studies.cell_places import BOUNDARY, BULK, between_grains, electrolyte_part
from gbglass.studies.cell_problems import cell_problems
from gbglass.studies.cell_view import CellView, view_cell
from gbglass.studies.findings import RunFindings, provenance, run_findings
from gbglass.studies.full_cell import FullCellSpec, go_on_with_cell, plan_cell
from gbglass.studies.planned import Planned

SPECIES = "Li"

_BINS = 200
"""Along z, of the density."""

_MAPS = 4
"""Windows of time that the yz plane is drawn in."""

_SPACING = 1.0
"""Of the maps [Å]."""


class DischargeSpec(FullCellSpec):
    """A study of a full cell that discharges."""

    study: Literal["discharge"]


@dataclass(frozen=True)
class AloneFindings:
    """What the electrolyte did before it came between the electrodes.

    Parameters
    ----------
    title
        Of what was run.
    protocol
        One sentence a stage.
    counts
        Lithium in its boundary and outside against time; None if it has no boundary.
    n_lanthanum
        La in it: three a formula unit; 0 where it is no garnet.
    remarks
        What was measured of what was melted.

    """

    title: str
    protocol: tuple[str, ...]
    counts: GroupCounts | None
    n_lanthanum: int
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class TimedMap:
    """A map of density and when it was taken.

    Parameters
    ----------
    begin, end
        Of its window [ps].
    density
        Seen along x.

    """

    begin: float
    end: float
    density: DensityMap


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
    model
        Which of the cells.
    is_twin
        Whether it is a cell without a boundary that stands beside one with a boundary.
    discharge
        Lithium in each compartment against time.
    rate
        Over the whole of the stage.
    stress
        Normal stress on the held layer, or on the cell; compression positive [bar].
    history
        Density of lithium along z against time.
    maps
        Density of lithium in the yz plane, in windows of time.
    places
        Lithium in the boundary and in the rest of the electrolyte against time.
    n_lanthanum
        La in the electrolyte: three a formula unit; 0 where it is no garnet.
    alone
        What the electrolyte did before; None if it was put into the cell as it was built or given.

    """

    run: RunFindings
    built: BuiltCell
    stage: DischargeStage
    model: str
    is_twin: bool
    discharge: Discharge
    rate: DischargeRate
    stress: Estimate
    history: DensityHistory
    maps: tuple[TimedMap, ...]
    places: GroupCounts
    n_lanthanum: int
    alone: AloneFindings | None


problems, plan, go_on = cell_problems, plan_cell, go_on_with_cell


def collect(planned: Planned[DischargeSpec], simulation: Simulation, engine: Lammps, command: str) -> DischargeFindings:
    """Read the frames of a finished discharge.

    Raises
    ------
    NotConverged
        If a region that was to be amorphised is not glass, or its surroundings are no crystal.
    StateError
        If the account of lithium does not close.

    """
    return measure_cell(planned, simulation, engine, command)


def measure_cell(planned: Planned[Any], simulation: Simulation, engine: Lammps, command: str) -> DischargeFindings:
    """Read what every study of a full cell shows.

    Raises
    ------
    NotConverged, StateError
        As `collect` does.

    """
    glass = measured_glass(simulation, planned.spec.promises)
    require_glass(glass)
    view = view_cell(planned, simulation)
    electrolyte = view.built.parts[electrolyte_part(view.built)]
    compartments = Compartments(view.parts, electrolyte, view.regions)
    discharge = measure_discharge(view.frames, compartments, view.anchor, SPECIES)
    made = provenance(planned, simulation, engine, command)
    return DischargeFindings(
        run=run_findings(planned, simulation, made, glass, tuple(_remarks(planned, view.stage))),
        built=view.built,
        stage=view.stage,
        model=planned.spec.cell.model,
        is_twin=planned.spec.cell.twin or planned.spec.cell.model == "layer-0",
        discharge=discharge,
        rate=discharge_rate(discharge),
        stress=_stress(simulation),
        history=density_history(view.frames, SPECIES, view.anchor, _BINS),
        maps=tuple(_maps(view)),
        places=count_groups(view.frames, SPECIES, RegionGroups(view.anchor, view.places)),
        n_lanthanum=_lanthanum(view.built.atoms, is_of_garnet=GARNET in view.built.parts),
        alone=_alone(planned),
    )


def _maps(view: CellView) -> Iterator[TimedMap]:
    """Average the density in the yz plane over each quarter of the discharge."""
    lengths = view.built.atoms.cell.lengths()
    shape = (1, max(1, round(float(lengths[1]) / _SPACING)), max(1, round(float(lengths[2]) / _SPACING)))
    counters = [DensityCounter(view.frames.symbols, SPECIES, view.anchor, shape) for _ in range(_MAPS)]
    times: list[list[float]] = [[] for _ in range(_MAPS)]
    for number, frame in enumerate(view.frames):
        window = min(number * _MAPS // view.n_frames, _MAPS - 1)
        counters[window].add(frame)
        times[window].append(frame.time)
    for counter, of in zip(counters, times, strict=True):
        yield TimedMap(of[0], of[-1], counter.result().plane(0))


def _alone(planned: Planned[Any]) -> AloneFindings | None:
    if planned.first is None or planned.ran is None:
        return None
    first, ran = planned.first, planned.ran
    places = places_alone(first, planned.spec.cell.within_A)
    anchor = anchor_framework(ran.minimised_atoms())
    counts = count_groups(ran.trajectory(), SPECIES, RegionGroups(anchor, places)) if places else None
    return AloneFindings(
        title=first.title,
        protocol=tuple(map(sentence, ran.task.stages)),
        counts=counts,
        n_lanthanum=_lanthanum(first.atoms, is_of_garnet=is_garnet(first.atoms.get_chemical_symbols())),
        remarks=tuple(glass_remarks(measured_glass(ran, first.spec.promises))),
    )


def _lanthanum(atoms: Atoms, *, is_of_garnet: bool) -> int:
    return int(atoms.symbols.count("La")) if is_of_garnet else 0


def places_alone(first: Planned[Any], within: float) -> Mapping[str, Region]:
    """Return the boundary of a periodic electrolyte and the rest of it, by name; nothing if it has no boundary.

    Parameters
    ----------
    first
        Whose.
    within
        What is nearer to a plane belongs to it [Å].

    """
    planes = first.ledger.boundaries
    boundary: Region | None
    if planes:
        boundary = Union(of=tuple(Shell(position=plane.position, within_A=within) for plane in planes))
    else:
        boundary = between_grains(first.atoms)
    return {} if boundary is None else {BOUNDARY: boundary, BULK: Outside(of=boundary)}


def _stress(simulation: Simulation) -> Estimate:
    rows = simulation.thermo()
    last = rows[rows[:, 0] > simulation.task.timeline[-1].first_step]
    return estimate(last[:, THERMO_COLUMNS.index("v_normal")], "bar")


def _remarks(planned: Planned[Any], stage: DischargeStage) -> Iterator[str]:
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
