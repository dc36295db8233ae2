"""Mistakes that no single table of a study can see: what must agree between them."""

from collections.abc import Callable, Iterator
from typing import Any

from gbglass.build.crystals.bulk import BuiltCrystal
from gbglass.build.tilt import tilt_boundary
from gbglass.core.potential import Potential
from gbglass.core.suitability import check_elements
from gbglass.errors import InputError
from gbglass.studies.given_crystal import crystal_of, given_crystal, to_be_cut
from gbglass.studies.planned import derived_seeds
from gbglass.studies.protocol_checks import protocol_problems
from gbglass.studies.tables import BoundaryChoice, CrystalChoice, ModelChoice, PotentialChoice

Problem = tuple[str, str]
Tables = dict[str, Any]


Check = Callable[[Tables], Iterator[Problem]]


def cross_problems(tables: Tables, more: tuple[Check, ...]) -> list[Problem]:
    """List what is wrong between the tables that are right by themselves.

    Parameters
    ----------
    tables
        The tables of a study that could be read, by name.
    more
        What the study itself checks, besides what every study must be.

    """
    checks: tuple[Check, ...] = (_potential_exists, _crystal_fits, _boundary_exists, _grains_are_thick_enough)
    return [problem for check in (*checks, protocol_problems, *more) for problem in check(tables)]


def lithium_moves(tables: Tables) -> Iterator[Problem]:
    """Refuse a crystal in which no lithium moves through a framework: a check of studies that are about that."""
    try:
        built = _given(tables)
    except InputError:
        return  # said of the crystal itself
    held = set() if built is None else set(built.atoms.get_chemical_symbols())
    if built is not None and ("Li" not in held or len(held) == 1):
        yield "crystal.file", f"must hold lithium and a framework that it moves through, got {', '.join(sorted(held))}"


def _potential_exists(tables: Tables) -> Iterator[Problem]:
    if "potential" in tables:
        try:
            tables["potential"].load()
        except InputError as error:
            yield "potential.name", str(error)
    committee = tables.get("committee")
    if committee is not None and not committee.members and "potential" in tables:
        yield from _someone_watches(tables["potential"])
    for number, member in enumerate(committee.members if committee is not None else (), start=1):
        try:
            member.load()
        except InputError as error:
            yield f"committee.members.{number}", str(error)


def _someone_watches(choice: PotentialChoice) -> Iterator[Problem]:
    try:
        potential = choice.load()
    except InputError:
        return  # said of the potential itself
    if not potential.committee:
        yield (
            "committee.members",
            f"must name potentials beside the one that runs: the card of {potential.name} names no committee",
        )


def _crystal_fits(tables: Tables) -> Iterator[Problem]:
    """Demand of a crystal from a file that it can be built as the study asks, of elements that its potential knows."""
    try:
        built = _given(tables)
    except InputError as error:
        yield "crystal.file", str(error)
        return
    if built is None:
        return
    model: ModelChoice | None = tables.get("model")
    if model is not None and model.file is not None:
        yield "crystal.file", f"nothing is made of it: the model is {model.file.name}; leave one of the two out"
        return
    try:
        if _boundary_of(tables)[1] is not None:
            _ = to_be_cut(built).lattice
    except InputError as error:
        yield "crystal.file", str(error)
    potential = _loaded(tables)
    try:
        if potential is not None:
            check_elements(potential, built.atoms)
    except InputError as error:
        yield "crystal.file", str(error)


def _given(tables: Tables) -> BuiltCrystal | None:
    """Return the crystal of a study in as many cells as it asks for; None if it comes from no file."""
    crystal: CrystalChoice | None = tables.get("crystal")
    model: ModelChoice | None = tables.get("model")
    if crystal is None or crystal.file is None:
        return None
    repeats = model.bulk.repeats if model is not None and model.bulk is not None else (1, 1, 1)
    return given_crystal(crystal.file, _lithium_seed(tables), repeats)


def _loaded(tables: Tables) -> Potential | None:
    """Return the potential of a study, if it has one."""
    try:
        return tables["potential"].load() if "potential" in tables else None
    except InputError:
        return None  # said of the potential itself


def _lithium_seed(tables: Tables) -> int:
    return derived_seeds(tables.get("seed", 1))[0]


def _boundary_exists(tables: Tables) -> Iterator[Problem]:
    path, boundary = _boundary_of(tables)
    if boundary is not None:
        try:
            tilt_boundary(boundary.axis, boundary.plane, boundary.sigma)
        except InputError as error:
            yield path, str(error)


def _boundary_of(tables: Tables) -> tuple[str, BoundaryChoice | None]:
    """Return the boundary of a study and where it stands."""
    if "model" in tables:
        return "model.boundary", tables["model"].boundary
    return "boundary", tables.get("boundary")


def _grains_are_thick_enough(tables: Tables) -> Iterator[Problem]:
    """Two boundaries that see each other within the cutoff are not two boundaries."""
    path, boundary = _boundary_of(tables)
    potential = _loaded(tables)
    if potential is None or "crystal" not in tables or boundary is None:
        return
    try:
        crystal = crystal_of(tables["crystal"], _lithium_seed(tables))
        geometry = tilt_boundary(boundary.axis, boundary.plane, boundary.sigma, crystal.lattice)
    except InputError:
        return  # reported where it belongs
    reach, spacing = 2.0 * potential.cutoff, geometry.spacing * crystal.lattice_parameter
    if boundary.layers * spacing < reach:
        needed = int(-(-reach // spacing))
        thickness = f"the grains are {boundary.layers * spacing:.1f} Å thick"
        demand = f"boundaries must be {reach:g} Å apart or more (twice the potential's cutoff)"
        yield f"{path}.layers", f"{thickness}, but {demand}; take {needed} layers or more"
