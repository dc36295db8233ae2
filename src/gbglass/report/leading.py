"""The pictures that matter of each kind of study: up to three, which its pages open with, below the verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from types import MappingProxyType

from gbglass.report.presented import PageFigure

MOST = 3

_LEADING: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "segregation": (
            "cavity-excess",
            "excess-temperature",
            "excess-temperature-2",
            "excess-content",
            "excess-rows",
            "energy-rows",
            "excess",
            "profile",
            "region_counts",
        ),
        "discharge": ("transfers", "currents", "kept", "maps-beside", "discharge", "maps", "places"),
        "orientation": (
            "transfers",
            "migration-beside",
            "highest",
            "surfaces-beside",
            "discharge",
            "migration",
            "surface",
        ),
        "amorphisation": ("transfers", "box", "maps-of-all", "discharge", "coordination", "rdf"),
        "network": ("melting", "unevenness", "polyhedra*", "highest", "transfers", "melted", "discharge"),
        "mechanics": ("pulls", "breaks", "strengths", "stress_strain"),
        "transport": ("conductivities", "arrhenius*", "msd"),
        "voltage": ("voltages", "offsets", "voltage"),
        "charge": ("shares*", "densities", "maps"),
        "potential": ("forces-*", "energies-*", "force-*", "energy-*", "coverage"),
    }
)
"""Names of figures by the kind of study, those of a page of many cases first: what is not on a page is passed over."""


def split(study: str, figures: Sequence[PageFigure]) -> tuple[list[PageFigure], list[PageFigure]]:
    """Part the figures of a page into those that lead it, most telling first, and the others in their order.

    A figure without a heading goes on under that of the one before it; parted from it, it is given that heading.

    Parameters
    ----------
    study
        The word of its kind.
    figures
        In the order of the page.

    Examples
    --------
    >>> page = [PageFigure(name, name.title(), "", "") for name in ("msd", "thermodynamics")]
    >>> [[figure.name for figure in part] for part in split("transport", page)]
    [['msd'], ['thermodynamics']]

    """
    headed = _headed(figures)
    matching = (figure.name for pattern in _LEADING[study] for figure in headed if fnmatchcase(figure.name, pattern))
    names = list(dict.fromkeys(matching))[:MOST]
    by_name = {figure.name: figure for figure in headed}
    rest = [figure for figure in headed if figure.name not in names]
    return [by_name[name] for name in names], _once(rest)


def _headed(figures: Sequence[PageFigure]) -> list[PageFigure]:
    headed: list[PageFigure] = []
    for figure in figures:
        headed.append(figure if figure.heading or not headed else replace(figure, heading=headed[-1].heading))
    return headed


def _once(figures: Sequence[PageFigure]) -> list[PageFigure]:
    """Leave a heading out where the figure before has it."""
    before = ["", *(figure.heading for figure in figures)]
    pairs = zip(figures, before, strict=False)
    return [replace(figure, heading="") if figure.heading == last else figure for figure, last in pairs]
