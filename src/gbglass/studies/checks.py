"""Mistakes that no single table of a study can see: what must agree between them."""

from collections.abc import Callable, Iterator
from typing import Any

from gbglass.build.garnet import LATTICE_PARAMETER
from gbglass.build.tilt import tilt_boundary
from gbglass.errors import InputError
from gbglass.studies.protocol_checks import protocol_problems
from gbglass.studies.tables import BoundaryChoice, PotentialChoice

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
    checks: tuple[Check, ...] = (_potential_exists, _boundary_exists, _grains_are_thick_enough, protocol_problems)
    return [problem for check in (*checks, *more) for problem in check(tables)]


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
    if "potential" not in tables or boundary is None:
        return
    try:
        reach = 2.0 * tables["potential"].load().cutoff
        spacing = tilt_boundary(boundary.axis, boundary.plane, boundary.sigma).spacing * LATTICE_PARAMETER
    except InputError:
        return  # reported where it belongs
    if boundary.layers * spacing < reach:
        needed = int(-(-reach // spacing))
        thickness = f"the grains are {boundary.layers * spacing:.1f} Å thick"
        demand = f"boundaries must be {reach:g} Å apart or more (twice the potential's cutoff)"
        yield f"{path}.layers", f"{thickness}, but {demand}; take {needed} layers or more"
