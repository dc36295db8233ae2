"""Whether it matters how a boundary lies in a cell: along the electrodes, across them, wide open, or not there at all.

The questions of doi:10.1038/s41467-025-59895-9, Fig. 3 and SI Fig. 11: how fast each cell discharges beside its twin
without a boundary, where lithium gathers, how fast it migrates there, whether the metal grows into the electrolyte, and
whether La, Zr and O stay. `plan` is pure, `collect` only reads.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from gbglass.analysis.interface_height import HeightMaps, HeightRule, interface_heights
from gbglass.analysis.migration import MigrationMap, MigrationRule, map_migration
from gbglass.analysis.msd import FEWEST_FRAMES as FEWEST_FOR_MSD
from gbglass.analysis.place_displacement import PlaceDisplacement, displaced_framework
from gbglass.analysis.surface_summary import SurfaceSummary, summarise_surface
from gbglass.core.arrays import FloatArray
from gbglass.core.framework import AnchoredFrame, anchor_framework
from gbglass.core.region import Region
from gbglass.errors import InputError
from gbglass.lammps.engine import Lammps
from gbglass.lammps.simulation import Simulation
from gbglass.protocol.stages import Hold
from gbglass.studies.cell_problems import cell_problems
from gbglass.studies.cell_view import CellView, view_cell
from gbglass.studies.checks import Problem, Tables
from gbglass.studies.discharge import DischargeFindings, measure_cell, places_alone
from gbglass.studies.full_cell import FullCellSpec, go_on_with_cell, plan_cell
from gbglass.studies.planned import Planned
from gbglass.studies.protocol_checks import placed_stages
from gbglass.studies.tables import Table

FEWEST_MAPS = 4
"""Of the surface: their mean needs as many."""


class SurfaceChoice(Table):
    """How the surface of the metal is mapped."""

    window_ps: Annotated[float, Field(gt=0.0, description="densities are averaged over this time [ps]")] = 10.0
    below_A: Annotated[float, Field(gt=0.0, le=100.0, description="heights are looked for from so far below [Å]")] = 8.0
    above_A: Annotated[float, Field(gt=0.0, le=500.0, description="to so far above the interface [Å]")] = 30.0

    @property
    def rule(self) -> HeightRule:
        """What the analysis is told."""
        return HeightRule(window=self.window_ps, below=self.below_A, above=self.above_A)


class MigrationChoice(Table):
    """How migration is measured."""

    lag_ps: Annotated[float, Field(gt=0.0, description="over which displacements are taken [ps]")] = 1.0
    average_ps: Annotated[float, Field(gt=0.0, description="positions are averaged over this time [ps]")] = 0.5

    def rule(self) -> MigrationRule:
        """Return what the analysis is told.

        Raises
        ------
        InputError
            If the lag is no whole number of averages.

        """
        return MigrationRule(lag=self.lag_ps, average=self.average_ps)


class OrientationSpec(FullCellSpec):
    """A study of how a boundary lies in a cell."""

    study: Literal["orientation"]
    surface: SurfaceChoice = SurfaceChoice()
    migration: MigrationChoice = MigrationChoice()


@dataclass(frozen=True)
class OrientationFindings:
    """Everything that the report of a study of orientation shows.

    Parameters
    ----------
    cell
        What every study of a cell shows.
    maps
        Heights of the surface of the metal.
    surface
        What is kept of them to compare runs by.
    migration
        In the yz plane.
    migration_in
        Root mean square over each place of the electrolyte, by its name [Å/ps].
    framework
        How far La, Zr and O moved that were in each place when the discharge began.
    framework_alone
        The same in the last hold of the electrolyte alone; empty if there is none in NVT with frames enough.

    """

    cell: DischargeFindings
    maps: HeightMaps
    surface: SurfaceSummary
    migration: MigrationMap
    migration_in: Mapping[str, float]
    framework: tuple[PlaceDisplacement, ...]
    framework_alone: tuple[PlaceDisplacement, ...]


def problems(tables: Tables) -> Iterator[Problem]:
    """List what makes the study impossible: no cell, or a discharge too short for maps of its surface."""
    yield from cell_problems(tables)
    yield from surface_problems(tables)
    if "migration" in tables:
        try:
            tables["migration"].rule()
        except InputError as error:
            yield "migration.lag_ps", str(error)
    placed = placed_stages(tables)
    if placed and "migration" in tables and "run" in tables and isinstance(tables["migration"], MigrationChoice):
        migration, run = tables["migration"], tables["run"]
        if run.frame_every_ps > migration.average_ps * (1 + 1e-9):
            said = f"must hold a frame, which come every {run.frame_every_ps:g} ps, got {migration.average_ps:g} ps"
            yield "migration.average_ps", said


def surface_problems(tables: Tables) -> Iterator[Problem]:
    """Demand a discharge that is long enough for maps of its surface."""
    placed = placed_stages(tables)
    if not placed or "surface" not in tables:
        return
    last, window = placed[-1], tables["surface"].window_ps
    duration = getattr(last.stage, "duration_ps", None)
    if duration is not None and duration < FEWEST_MAPS * window * (1 - 1e-9):
        few = f"{duration:g} ps hold fewer than {FEWEST_MAPS} windows of {window:g} ps"
        yield last.key("duration_ps"), f"{few}; lengthen it or shorten surface.window_ps"


def plan(spec: OrientationSpec) -> Planned[Any]:
    """Build the cell and lay out its simulation.

    Raises
    ------
    InputError
        If it cannot be built, the potential cannot describe it, or it is too low for the heights that are looked for.

    """
    planned = plan_cell(spec)
    check_reach(planned, spec.surface.rule)
    return planned


go_on = go_on_with_cell


def check_reach(planned: Planned[Any], rule: HeightRule) -> None:
    """Refuse to look for heights over more than the cell, before anything runs.

    Raises
    ------
    InputError
        Names both lengths.

    """
    height = float(planned.atoms.cell.lengths()[2])
    if rule.reach > height:
        raise InputError(
            f"heights over {rule.reach:.0f} Å, margins included, do not fit into a cell of {height:.0f} Å; give a "
            "smaller surface.above_A or more vacuum"
        )


def collect(
    planned: Planned[OrientationSpec], simulation: Simulation, engine: Lammps, command: str
) -> OrientationFindings:
    """Read the frames of a finished discharge.

    Raises
    ------
    NotConverged
        If a region that was to be amorphised is not glass, or its surroundings are no crystal.
    StateError
        If the account of lithium does not close.

    """
    view, spec = view_cell(planned, simulation), planned.spec
    maps = interface_heights(view.frames, view.parts, view.anchor, spec.surface.rule)
    migration = map_migration(view.frames, view.anchor, spec.migration.rule())
    return OrientationFindings(
        cell=measure_cell(planned, simulation, engine, command),
        maps=maps,
        surface=summarise_surface(maps),
        migration=migration,
        migration_in={name: _mean_in(migration, region, view) for name, region in view.places.items()},
        framework=displaced_framework(view.frames, view.anchor, view.places, view.n_frames),
        framework_alone=_framework_alone(planned),
    )


def _mean_in(found: MigrationMap, region: Region, view: CellView) -> float:
    """Average migration over the bins whose middle a region holds, each as often as something moved there [Å/ps]."""
    sides = [(edges[1:] + edges[:-1]) / (2.0 * edges[-1]) for edges in (found.edges_1, found.edges_2)]
    first, second = np.meshgrid(*sides, indexing="ij")
    places: FloatArray = np.stack([np.full(first.size, 0.5), first.ravel(), second.ravel()], axis=1)
    inside = region.mask(AnchoredFrame(places, view.built.atoms.cell.array, view.anchor.indices)).reshape(first.shape)
    known = inside & np.isfinite(found.migration)
    if not known.any():
        return float("nan")
    return float(np.sqrt(np.average(found.migration[known] ** 2, weights=found.counts[known])))


def _framework_alone(planned: Planned[Any]) -> tuple[PlaceDisplacement, ...]:
    if planned.first is None or planned.ran is None:
        return ()
    timed, every = planned.ran.task.timeline[-1], planned.ran.task.settings.frame_every
    n_frames = timed.last_step // every - timed.first_step // every
    places = places_alone(planned.first, planned.spec.cell.within_A)
    stands = isinstance(timed.stage, Hold) and timed.stage.ensemble == "nvt"
    if not places or not stands or n_frames < FEWEST_FOR_MSD:
        return ()
    return displaced_framework(
        planned.ran.last_stage(), anchor_framework(planned.ran.minimised_atoms()), places, n_frames
    )
