"""Several boundaries in one cell: what melts first, where polyhedra are missing, and what glass does to lithium.

The questions of doi:10.1038/s41467-025-59895-9, Fig. 5: a network of boundaries at 800 K and at 1800 K, or at the same
part of the potential's own melting point; then between electrodes, as it is (cell-gb) and amorphised (cell-a). `plan`
is pure, `collect` only reads.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from gbglass.analysis.drift import Drift, find_drift
from gbglass.analysis.interface_height import HeightMaps, interface_heights
from gbglass.analysis.melting import Melting, find_melting
from gbglass.analysis.msd import FEWEST_FRAMES as FEWEST_FOR_MSD
from gbglass.analysis.order import FrameworkOrder, framework_order
from gbglass.analysis.place_displacement import PlaceDisplacement, displaced_framework
from gbglass.analysis.polyhedra import PolyhedraCensus, PolyhedraCounter
from gbglass.analysis.streaming import stream
from gbglass.analysis.surface_summary import SurfaceSummary, summarise_surface
from gbglass.build.cells.cell import NETWORKS, CellSpec
from gbglass.build.cells.lattices import Lattices
from gbglass.build.networks.network import build_network
from gbglass.core.framework import FrameworkAnchor, anchor_framework
from gbglass.core.groups import WHOLE, RegionGroups
from gbglass.core.region import Outside, Region
from gbglass.core.trajectory import Trajectory
from gbglass.errors import InputError
from gbglass.lammps.engine import Lammps
from gbglass.lammps.log import THERMO_COLUMNS
from gbglass.lammps.simulation import Simulation
from gbglass.protocol.promises import Promise
from gbglass.protocol.stages import DynamicStage, Hold
from gbglass.protocol.timeline import TimedStage
from gbglass.studies.cell_places import BOUNDARY, BULK, between_grains
from gbglass.studies.cell_problems import cell_problems, glass_is_told
from gbglass.studies.cell_view import view_cell
from gbglass.studies.checks import Problem, Tables
from gbglass.studies.discharge import DischargeFindings, measure_cell
from gbglass.studies.findings import RunFindings, provenance, run_findings
from gbglass.studies.full_cell import CellChoice, FullCellSpec, NetworkChoice, go_on_with_cell, plan_cell
from gbglass.studies.lay_out import lay_out
from gbglass.studies.orientation import SurfaceChoice, check_reach, surface_problems
from gbglass.studies.planned import Planned, derived_seeds
from gbglass.studies.protocol_checks import ends_with_a_hold

ALONE = "network"
"""The model that has no electrodes."""

_MOST_FRAMES = 200
"""Of the whole run, in which order is measured, and of a stage, in which polyhedra are counted."""

_ALONG: Literal[0] = 0
"""The columns of a network stand along x: maps are seen along it."""

_TIME, _ENERGY, _STEP = (THERMO_COLUMNS.index(name) for name in ("time", "pe", "step"))


class NetworkCellChoice(CellChoice):
    """The network by itself, or between electrodes."""

    model: Annotated[
        str, Field(description="'network' for the network by itself, 'cell-gb' or 'cell-a' for a full cell of it")
    ] = ALONE


class NetworkStudySpec(FullCellSpec):
    """A study of several boundaries in one cell."""

    study: Literal["network"]
    network: NetworkChoice
    cell: NetworkCellChoice = NetworkCellChoice()
    surface: SurfaceChoice = SurfaceChoice()

    @property
    def promises(self) -> tuple[Promise, ...]:
        """Nothing: boundaries of a network lie elsewhere than a bicrystal's, and what melts is what is asked."""
        return ()

    @property
    def is_alone_promised(self) -> bool:
        """Nothing is promised of the network alone either."""
        return False

    def to_build(self, lattices: Lattices) -> CellSpec:
        """Return what the builder of cells is asked for.

        Raises
        ------
        InputError
            If a value cannot be used, or does not go with the model.

        """
        return self.cell.to_build(lattices, self.network)


@dataclass(frozen=True)
class NetworkRun:
    """What a network did by itself.

    Parameters
    ----------
    orders
        Of the framework, by place, against time.
    melting
        Read off them.
    hottest_K
        Temperature of the hottest hold [K].
    energy
        Where the potential energy of an atom goes in that hold; None if it is too short for that.
    before, after
        Whole ZrO6 and lithium, seen along the columns, at the end of the first hold that is as hot as the last stage
        (of the first stage if there is none) and at the end of the last stage.
    window_ps
        Over so much time each: what is averaged for longer is more even by that alone [ps].
    framework
        How far La, Zr and O moved in the hottest hold, by place; empty if it is not in NVT or too short.

    """

    orders: Mapping[str, FrameworkOrder]
    melting: Mapping[str, Melting]
    hottest_K: float
    energy: Drift | None
    before: PolyhedraCensus
    after: PolyhedraCensus
    window_ps: float
    framework: tuple[PlaceDisplacement, ...]


@dataclass(frozen=True)
class NetworkFindings:
    """Everything that the report of a study of networks shows.

    Parameters
    ----------
    run
        What is known of every run.
    model
        The network by itself, or which cell.
    grains
        How many.
    network
        What the network did by itself.
    cell
        What every study of a cell shows; None without electrodes.
    maps, surface
        Of the metal, and what is kept of them; None without electrodes.

    """

    run: RunFindings
    model: str
    grains: int
    network: NetworkRun
    cell: DischargeFindings | None = None
    maps: HeightMaps | None = None
    surface: SurfaceSummary | None = None


def problems(tables: Tables) -> Iterator[Problem]:
    """List what makes the study impossible: no grains, or a cell whose network is not run alone first."""
    if "network" in tables:
        try:
            tables["network"].to_build()
        except InputError as error:
            yield "network", str(error)
            return
    model = tables["cell"].model if "cell" in tables else ALONE
    if model == ALONE:
        yield from ends_with_a_hold(tables)
        if tables.get("alone"):
            yield "alone", "a network without electrodes says all in [[stage]]; take cell.model = 'cell-gb' or 'cell-a'"
        return
    if model not in NETWORKS:
        yield "cell.model", f"must be one of {', '.join((ALONE, *NETWORKS))}, got {model!r}"
        return
    yield from glass_is_told(tables)
    yield from cell_problems(tables)
    yield from surface_problems(tables)
    if not tables.get("alone"):
        yield "alone", f"{model} is made of a network that is run by itself first: say how in [[alone]]"


def plan(spec: NetworkStudySpec) -> Planned[Any]:
    """Build the network, or the cell of it, and lay out its simulation.

    Raises
    ------
    InputError
        If it cannot be built, or the potential cannot describe it.

    """
    if spec.cell.model != ALONE:
        planned = plan_cell(spec)
        check_reach(planned, spec.surface.rule)
        return planned
    lithium_seed, _ = derived_seeds(spec.seed)
    built = build_network(spec.network.to_build(), np.random.default_rng(lithium_seed))
    return lay_out(spec, f"network of {len(built.seeds)} grains", built)


go_on = go_on_with_cell


def collect(
    planned: Planned[NetworkStudySpec], simulation: Simulation, engine: Lammps, command: str
) -> NetworkFindings:
    """Read the frames of a finished run.

    Raises
    ------
    StateError
        If the account of lithium of a cell does not close.
    InputError
        If all grains have one orientation, or nothing lies between them.

    """
    spec, grains = planned.spec, len(planned.spec.network.angles)
    if planned.first is None or planned.ran is None:
        made = provenance(planned, simulation, engine, command)
        run = run_findings(planned, simulation, made, {})
        return NetworkFindings(run, spec.cell.model, grains, measure_network(simulation))
    network, view = measure_network(planned.ran), view_cell(planned, simulation)
    maps = interface_heights(view.frames, view.parts, view.anchor, spec.surface.rule)
    cell = measure_cell(planned, simulation, engine, command)
    return NetworkFindings(cell.run, spec.cell.model, grains, network, cell, maps, summarise_surface(maps))


def measure_network(simulation: Simulation) -> NetworkRun:
    """Measure what a network did by itself.

    Raises
    ------
    InputError
        If nothing lies between its grains.

    """
    anchor = anchor_framework(simulation.minimised_atoms())
    places = _places(simulation)
    every = simulation.task.settings.frame_every
    n_frames = simulation.task.timeline[-1].last_step // every
    orders = framework_order(
        simulation.trajectory(), max(1, -(-n_frames // _MOST_FRAMES)), RegionGroups(anchor, places)
    )
    hottest = _hottest(simulation)
    first = first_like_last([timed.stage for timed in simulation.task.timeline])
    ends = [(simulation.stage(place), simulation.task.timeline[place]) for place in (first, -1)]
    before, after, n_counted = compared_ends(ends[0], ends[1], every, anchor)
    return NetworkRun(
        orders=orders,
        melting=find_melting(orders),
        hottest_K=simulation.task.timeline[hottest].stage.ends_at_K,
        energy=_energy(simulation, hottest),
        before=before,
        after=after,
        window_ps=n_counted * every * simulation.task.settings.timestep,
        framework=_framework(simulation, hottest, anchor, places),
    )


def compared_ends(
    first: tuple[Trajectory, TimedStage], last: tuple[Trajectory, TimedStage], every: int, anchor: FrameworkAnchor
) -> tuple[PolyhedraCensus, PolyhedraCensus, int]:
    """Count whole ZrO6 and lithium along the columns at the ends of two stages, over equal times.

    The unevenness of moving lithium falls with the time that it is averaged over, whether anything changed or not.

    Parameters
    ----------
    first, last
        Frames of each stage, and where it lies on the clock.
    every
        MD steps from frame to frame.
    anchor
        The framework whose drift is removed.

    Returns
    -------
    tuple of PolyhedraCensus, PolyhedraCensus and int
        Of either stage, and from how many frames at its end: as many as the shorter one has.

    Raises
    ------
    InputError
        If a stage has no frame.

    """
    n = min(_n_frames(timed, every) for _, timed in (first, last))
    before, after = (_census(_after(frames, timed.last_step - n * every), anchor, n) for frames, timed in (first, last))
    return before, after, n


def _after(frames: Trajectory, step: int) -> Trajectory:
    return Trajectory(frames.symbols, lambda: (frame for frame in frames if frame.step > step))


def first_like_last(stages: Sequence[DynamicStage]) -> int:
    """Return the place of the first hold before the last stage that is as hot as it; of the first stage if none is.

    Parameters
    ----------
    stages
        In which time passes, in order.

    Examples
    --------
    >>> first_like_last([Hold(temperature_K=at, duration_ps=5.0) for at in (300.0, 800.0, 1800.0, 800.0)])
    1

    """
    *before, last = stages
    alike = (n for n, one in enumerate(before) if isinstance(one, Hold) and one.ends_at_K == last.ends_at_K)
    return next(alike, 0)


def _places(simulation: Simulation) -> dict[str, Region]:
    boundary = between_grains(simulation.task.atoms)
    if boundary is None:
        raise InputError("nothing lies between the grains of this network; give angles that differ")
    return {BOUNDARY: boundary, BULK: Outside(of=boundary)}


def _hottest(simulation: Simulation) -> int:
    """Return the place of the hottest hold, of equals the last; of the last stage if there is no hold."""
    holds = [n for n, timed in enumerate(simulation.task.timeline) if isinstance(timed.stage, Hold)]
    return max(holds, key=lambda n: (simulation.task.timeline[n].stage.ends_at_K, n), default=-1)


def _n_frames(timed: TimedStage, every: int) -> int:
    """Count the frames after a stage began; the first stage has one more, of its start."""
    return timed.last_step // every - timed.first_step // every


def _energy(simulation: Simulation, place: int) -> Drift | None:
    timed, rows = simulation.task.timeline[place], simulation.thermo()
    rows = rows[(rows[:, _STEP] > timed.first_step) & (rows[:, _STEP] <= timed.last_step)]
    try:
        return find_drift(rows[:, _TIME], rows[:, _ENERGY] / len(simulation.task.atoms), "eV")
    except InputError:
        return None  # the hold is too short for a line


def _census(frames: Trajectory, anchor: FrameworkAnchor, n_frames: int) -> PolyhedraCensus:
    counter = PolyhedraCounter(frames.symbols, anchor, axis=_ALONG)
    return stream(frames, counter, max(1, -(-n_frames // _MOST_FRAMES))).result()[WHOLE]


def _framework(
    simulation: Simulation, place: int, anchor: FrameworkAnchor, places: Mapping[str, Region]
) -> tuple[PlaceDisplacement, ...]:
    timed = simulation.task.timeline[place]
    stage, n_frames = timed.stage, _n_frames(timed, simulation.task.settings.frame_every)
    if not isinstance(stage, Hold) or stage.ensemble != "nvt" or n_frames < FEWEST_FOR_MSD:
        return ()
    return displaced_framework(simulation.stage(place), anchor, places, n_frames)
