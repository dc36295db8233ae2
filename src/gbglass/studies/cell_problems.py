"""What makes a study of a full cell impossible: a cell of another kind, a barostat on a vacuum, too few frames.

All functions here list mistakes between tables that are right by themselves.
"""

from collections.abc import Iterator

from gbglass.build.account import is_garnet
from gbglass.build.cells.cell import MODELS
from gbglass.build.cells.lattices import Lattices
from gbglass.errors import InputError
from gbglass.protocol.stages import Cool, Discharge, Hold, Ramp, Strain
from gbglass.store.structures import read_structure
from gbglass.studies.checks import Problem, Tables
from gbglass.studies.full_cell import CellChoice, of_alone
from gbglass.studies.protocol_checks import PlacedStage, placed_stages, protocol_problems
from gbglass.studies.tables import RunSettings

FEWEST_FRAMES = 32
"""That a rate needs: stretches of time are its samples."""

_TAKE_OWN = "studies of discharge and orientation take electrolytes of your own"


def cell_problems(tables: Tables) -> Iterator[Problem]:
    """List what makes a discharge impossible: a cell of another kind, a barostat on a vacuum, too few frames."""
    if "cell" in tables:
        yield from _cell_is_full(tables)
    yield from alone_problems(tables)
    yield from discharges_last(tables)


def discharges_last(tables: Tables) -> Iterator[Problem]:
    """Demand that a cell ends with a discharge of frames enough, and that no stage moves its ends."""
    placed = placed_stages(tables)
    if not placed:
        return
    for this in placed:
        stage = this.stage
        if isinstance(stage, Ramp | Cool | Strain) or (isinstance(stage, Hold) and stage.ensemble == "npt"):
            yield this.path, "a cell that ends in a vacuum has no length along z to be set: take holds in NVT alone"
    last = placed[-1]
    if not isinstance(last.stage, Discharge):
        yield last.key("kind"), "the last stage must be a discharge"
    elif "run" in tables:
        yield from _has_frames(last, last.stage, tables["run"])


def alone_problems(tables: Tables) -> Iterator[Problem]:
    """List mistakes in the protocol of the electrolyte alone."""
    alone = {**tables, "stage": tables.get("alone", ()), "committee": None}
    if not alone["stage"]:
        return
    for path, what in protocol_problems(alone):
        yield of_alone(path), what
    placed = placed_stages(alone)
    if placed and not isinstance(placed[-1].stage, Hold):
        what = "the electrolyte must end with a hold: the cell is built of what is left"
        yield f"{of_alone(placed[-1].path)}.kind", what
    for this in placed:
        if isinstance(this.stage, Discharge | Strain):
            yield of_alone(this.path), f"a {this.stage.kind} is nothing for an electrolyte alone"


def _cell_is_full(tables: Tables) -> Iterator[Problem]:
    cell: CellChoice = tables["cell"]
    if cell.model not in MODELS:
        yield "cell.model", f"must be one of {', '.join(name for name, m in MODELS.items() if m.has_cathode)}"
    elif not MODELS[cell.model].has_cathode:
        yield "cell.model", f"{cell.model} has no cathode, so nothing discharges; take cell-0, cell-1 or cell-2"
    else:
        try:
            cell.to_build(Lattices(), tables.get("network"))
        except InputError as error:
            yield "cell", str(error)
        if cell.electrolyte is None and cell.supercell is not None:
            yield (
                "cell.supercell",
                "is of a given electrolyte: name its file (cell.electrolyte), or take llzo_A",
            )
        if cell.crystal is not None:
            yield from _crystal_fits(cell)
        is_taken = cell.crystal is not None or bool(tables.get("alone"))
        if is_taken and cell.boundaries == 1 and cell.layers is not None and cell.layers % 2:
            yield "cell.layers", "must be even where one boundary is kept of what is run alone or of your own crystal"
        how = MODELS[cell.model].how
        if how and cell.electrolyte is None and not _is_made_alone(tables):
            yield "cell.electrolyte", f"{cell.model} is made of an electrolyte: {how}; or say in [[alone]] how"


def _crystal_fits(cell: CellChoice) -> Iterator[Problem]:
    if cell.electrolyte is not None:
        yield "cell.crystal", "and cell.electrolyte exclude each other: the one is cut, the other taken as it is"
    if MODELS[cell.model].source != "boundary":
        fit = [name for name, model in MODELS.items() if model.source == "boundary" and model.has_cathode]
        yield "cell.crystal", f"is cut into a boundary, as {', '.join(fit)} have; {cell.model} takes cell.electrolyte"
    elif cell.twin:
        yield "cell.twin", "is built of LLZO alone; of a crystal of your own take cell-0 with cell.electrolyte"
    if cell.layers is None:
        listed = "'gbglass build csl --crystal FILE' lists how many make a grain"
        yield "cell.layers", f"is due with a crystal of your own: planes (hkl) in each grain; {listed}"


def glass_is_told(tables: Tables) -> Iterator[Problem]:
    """Refuse electrolytes of one's own where glass is told from crystal by the order of La and Zr."""
    cell: CellChoice | None = tables.get("cell")
    if cell is None:
        return
    if cell.crystal is not None:
        yield "cell.crystal", f"is not for a study of glass, which is told by the order of La and Zr; {_TAKE_OWN}"
    if cell.electrolyte is not None:
        try:
            symbols = read_structure(cell.electrolyte.path).get_chemical_symbols()
        except InputError as error:
            yield "cell.electrolyte", str(error)
            return
        if not is_garnet(symbols):
            held = ", ".join(sorted(set(symbols)))
            yield "cell.electrolyte", f"must be garnet, whose La and Zr tell what is glass, got {held}; {_TAKE_OWN}"


def _is_made_alone(tables: Tables) -> bool:
    """Say whether the electrolyte of a cell can be built and then run by itself."""
    cell: CellChoice = tables["cell"]
    return tables.get("network") is not None or (bool(tables.get("alone")) and cell.plane is not None)


def _has_frames(last: PlacedStage, stage: Discharge, run: RunSettings) -> Iterator[Problem]:
    if stage.duration_ps < FEWEST_FRAMES * run.frame_every_ps * (1 - 1e-9):
        few = f"{stage.duration_ps:g} ps hold fewer than {FEWEST_FRAMES} frames of {run.frame_every_ps:g} ps"
        yield last.key("duration_ps"), f"{few}, and a rate needs as many; lengthen it or shorten run.frame_every_ps"
