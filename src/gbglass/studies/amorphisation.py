"""What becomes of a cell whose boundary was melted to glass: how fast it is, how much lithium its boundary gathers.

The questions of doi:10.1038/s41467-025-59895-9, Fig. 4 and SI Fig. 9: layer-0 (no boundary), layer-1 (a boundary in
which lithium has segregated), layer-2 and layer-3 (the same, melted after segregation), beside cubic LLZO, its
stoichiometric glass and lithium metal. `plan` is pure, `collect` only reads.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from gbglass.analysis.local_structure import LocalStructure, local_structure
from gbglass.build.cells.lattices import Lattices
from gbglass.build.crystals.bulk import account_crystal
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.crystals.electrodes import lithium_metal
from gbglass.core.groups import WHOLE, RegionGroups, WholeCell
from gbglass.core.ledger import Built
from gbglass.lammps.engine import Lammps
from gbglass.lammps.simulation import Simulation
from gbglass.studies.acceptance import measured_glass, require_glass
from gbglass.studies.cell_problems import cell_problems, glass_is_told
from gbglass.studies.cell_view import view_cell
from gbglass.studies.checks import Problem, Tables
from gbglass.studies.discharge import DischargeFindings, measure_cell
from gbglass.studies.findings import RunFindings, provenance, run_findings
from gbglass.studies.full_cell import CellChoice, FullCellSpec, go_on_with_cell, plan_cell
from gbglass.studies.lay_out import lay_out
from gbglass.studies.planned import Planned, derived_seeds
from gbglass.studies.protocol_checks import ends_with_a_hold, placed_stages
from gbglass.studies.tables import Repeat

CRYSTAL, GLASS, METAL = "crystal", "glass", "metal"
REFERENCES: Mapping[str, str] = {CRYSTAL: "c-LLZO", GLASS: "a-LLZO", METAL: "Li metal"}
"""What cells are compared with, by the name of the model."""

_TETRAHEDRAL = 12
_METAL_CELLS = 4
"""Of lithium metal along each edge of a cell of LLZO."""

_MOST_FRAMES = 100
"""Neighbours are looked for in so many frames at most."""

Bulk = tuple[Repeat, Repeat, Repeat]


class LayerChoice(CellChoice):
    """A cell, or what it is compared with: ``"crystal"``, ``"glass"`` or ``"metal"``."""

    model: Annotated[
        str, Field(description="a full cell such as layer-1, or what it is compared with: crystal, glass, metal")
    ]
    bulk: Annotated[Bulk, Field(description="cubic cells along x, y and z of what cells are compared with")] = (2, 2, 2)

    @property
    def is_reference(self) -> bool:
        """Whether it is no cell."""
        return self.model in REFERENCES


class AmorphisationSpec(FullCellSpec):
    """A study of a cell with an amorphised boundary, or of what it is compared with."""

    study: Literal["amorphisation"]
    cell: LayerChoice


@dataclass(frozen=True)
class AmorphisationFindings:
    """Everything that the report of a study of amorphisation shows.

    Parameters
    ----------
    run
        What is known of every run.
    model
        Which cell, or which reference.
    cell
        What every study of a cell shows; None of a reference.
    temperature
        Of the last stage [K].
    places
        What lithium has around it in the boundary and in the rest of the electrolyte, or in all of a reference.

    """

    run: RunFindings
    model: str
    cell: DischargeFindings | None
    temperature: float
    places: Mapping[str, LocalStructure]


def problems(tables: Tables) -> Iterator[Problem]:
    """List what makes the study impossible: of a cell as in a discharge, of a reference as of any hold."""
    cell = tables.get("cell")
    yield from glass_is_told(tables)
    if not isinstance(cell, LayerChoice) or not cell.is_reference:
        yield from cell_problems(tables)
        return
    if cell.electrolyte is not None or cell.supercell is not None:
        yield "cell.electrolyte", f"is for cells; {cell.model} is a reference, LLZO or lithium by itself"
    yield from ends_with_a_hold(tables)
    if tables.get("alone"):
        yield "alone", f"{cell.model} has no electrodes to be put between: say all in [[stage]]"
    melts = any(this.stage.kind == "cool" for this in placed_stages(tables))
    if cell.model == GLASS and tables.get("stage") and not melts:
        yield "stage", "glass has to be melted and cooled: take the recipe melt_quench after the minimisation"


def plan(spec: AmorphisationSpec) -> Planned[Any]:
    """Build the cell or the reference and lay out its simulation.

    Raises
    ------
    InputError
        If it cannot be built, or the potential cannot describe it.

    """
    if not spec.cell.is_reference:
        return plan_cell(spec)
    lithium_seed, _ = derived_seeds(spec.seed)
    return lay_out(spec, REFERENCES[spec.cell.model], _reference(spec.cell, np.random.default_rng(lithium_seed)))


go_on = go_on_with_cell


def _reference(cell: LayerChoice, rng: np.random.Generator) -> Built:
    if cell.model == METAL:
        a, b, c = (_METAL_CELLS * n for n in cell.bulk)
        return lithium_metal(Lattices().lithium.full, (a, b, c))
    return account_crystal(cubic_llzo(_TETRAHEDRAL, rng, cell.bulk), "cubic LLZO")


def collect(
    planned: Planned[AmorphisationSpec], simulation: Simulation, engine: Lammps, command: str
) -> AmorphisationFindings:
    """Read the frames of the last stage.

    Raises
    ------
    NotConverged
        If what was to be amorphised is not glass, or its surroundings are no crystal.
    StateError
        If the account of lithium of a cell does not close.

    """
    model = planned.spec.cell.model
    temperature = simulation.task.timeline[-1].stage.ends_at_K
    if model not in REFERENCES:
        cell, view = measure_cell(planned, simulation, engine, command), view_cell(planned, simulation)
        places = local_structure(view.frames, RegionGroups(view.anchor, view.places), view.every(_MOST_FRAMES))
        return AmorphisationFindings(cell.run, model, cell, temperature, places)
    glass = measured_glass(simulation, planned.spec.promises)
    require_glass(glass)
    timed, every = simulation.task.timeline[-1], simulation.task.settings.frame_every
    step = max(1, -(-(timed.last_step - timed.first_step) // every // _MOST_FRAMES))
    whole = local_structure(simulation.last_stage(), WholeCell(), step)
    made = provenance(planned, simulation, engine, command)
    run = run_findings(planned, simulation, made, glass)
    return AmorphisationFindings(run, model, None, temperature, {WHOLE: whole[WHOLE]})
