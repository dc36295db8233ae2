"""What studies show of what lithium has around it: distances, coordinations, types, and the kinds that maps show."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gbglass.analysis.coordination import TYPES, JointCoordination
from gbglass.analysis.local_structure import LocalStructure
from gbglass.core.arrays import frozen_floats, frozen_ints
from gbglass.errors import InputError
from gbglass.figures.coordination import draw_joint_coordination, draw_lithium_types
from gbglass.figures.lines import draw_models
from gbglass.figures.rdf import draw_rdfs
from gbglass.report.presented import PageFigure, page_figure
from gbglass.report.records import Plain, case_curve, estimate_record, quantity, series_record
from gbglass.store.tables import Table

_RDF = "Radial distributions around the lithium of each place; neighbours are those of the whole cell."
_TYPED = "The same around lithium of each type, by its coordination alone."
_MAP = (
    "Share of lithium by its coordination with Li, within 4.0 Å, and with O, within 3.1 Å: the valleys of cubic LLZO. "
    "Kinds of lithium that stand out: {kinds}."
)
_TYPES = "Lithium of each type by its coordination alone against time; most of that in a glass has types of garnet."
_FEWEST = 4


def local_figures(places: Mapping[str, LocalStructure]) -> list[PageFigure]:
    """Draw what lithium has around it in each place."""
    rdfs = {f"{pair}, {place}": rdf for place, one in places.items() for pair, rdf in one.rdfs.items()}
    joint = {place: one.coordination for place, one in places.items()}
    kinds = "; ".join(f"{kinds_in(one)} in {place}" for place, one in places.items())
    first = next(iter(places.values()))
    return [
        page_figure("rdf", "What lithium has around it", draw_rdfs(rdfs), _RDF),
        page_figure("rdf-types", "", draw_rdfs(first.rdfs_of_types), _TYPED),
        page_figure("coordination", "Kinds of lithium", draw_joint_coordination(joint), _MAP.format(kinds=kinds)),
        page_figure("lithium-types", "", draw_lithium_types(first.coordination), _TYPES),
    ]


def kinds_in(one: LocalStructure) -> str:
    """Say which kinds of lithium stand out in a place."""
    return ", ".join(f"Li {lobe.lithium} O {lobe.oxygen} ({lobe.share:.0%})" for lobe in one.lobes) or "none"


def local_tables(places: Mapping[str, LocalStructure]) -> list[Table]:
    """Return the curves and maps of each place."""
    tables = []
    for place, one in places.items():
        columns = {"r (Å)": next(iter(one.rdfs.values())).r}
        for pair, rdf in one.rdfs.items():
            columns |= {f"g {pair} (1)": rdf.g, f"coordination {pair} (1)": rdf.coordination}
        columns |= {f"g {name} (1)": rdf.g for name, rdf in one.rdfs_of_types.items()}
        to_lithium, to_oxygen = np.indices(one.coordination.histogram.shape)
        tables += [
            Table(f"rdf_{place}", columns),
            Table(
                f"coordination_{place}",
                {
                    "Li around (1)": to_lithium.ravel().astype(np.float64),
                    "O around (1)": to_oxygen.ravel().astype(np.float64),
                    "share (1)": one.coordination.histogram.ravel(),
                },
            ),
        ]
    return tables


def local_record(one: LocalStructure) -> Plain:
    """Write what lithium has around it in a place."""
    order = one.order
    return {
        "rdf": {
            pair: {
                "first_peak": quantity(rdf.first_peak, "Å"),
                "main_valley": quantity(rdf.main_valley, "Å"),
                "r": series_record(rdf.r, "Å"),
                "g": series_record(rdf.g, "1", 4),
            }
            for pair, rdf in one.rdfs.items()
        },
        "types": {kind: _fraction(one.coordination, kind) for kind in TYPES},
        "kinds": quantity(len(one.lobes), "kinds"),
        "lobes": [
            {
                "lithium": quantity(lobe.lithium, "neighbours"),
                "oxygen": quantity(lobe.oxygen, "neighbours"),
                "share": quantity(lobe.share, "1"),
            }
            for lobe in one.lobes
        ],
        "map": [series_record(row, "1") for row in one.coordination.histogram],
        "mean_coordination": {
            "lithium": quantity(float(_mean(one.coordination, 0)), "neighbours"),
            "oxygen": quantity(float(_mean(one.coordination, 1)), "neighbours"),
        },
        "glassy": None if order is None else quantity(float(order.glassy_share.mean()), "1"),
    }


def local_campaign_figures(cases: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[PageFigure]:
    """Draw distances and coordinations of several places beside each other.

    Parameters
    ----------
    cases
        What `local_record` wrote of each seed, by the name of the model.

    """
    if len(cases) < 2:  # noqa: PLR2004  # one has its own page
        return []
    pairs = {name: [case_curve(one["rdf"]["Li-Li"], "r", "g") for one in seeds] for name, seeds in cases.items()}
    return [
        page_figure("li-li", "Lithium around lithium", draw_models(pairs, ("r (Å)", "g(r) of Li-Li")), _RDF),
        page_figure(
            "maps-of-all",
            "Kinds of lithium",
            draw_joint_coordination({name: joint_of(name, seeds) for name, seeds in cases.items()}),
            "Share of lithium by its coordination with Li and with O in each of them, mean of the seeds; one scale of "
            "colours.",
        ),
    ]


def joint_of(name: str, seeds: Sequence[Mapping[str, Any]]) -> JointCoordination:
    """Read maps that `local_record` wrote, and average them; what comes out has no course in time."""
    maps = [np.array([row["values"] for row in one["map"]], dtype=np.float64) for one in seeds]
    size = np.max([one.shape for one in maps], axis=0)
    padded = [np.pad(one, [(0, most - n) for n, most in zip(one.shape, size, strict=True)]) for one in maps]
    histogram = frozen_floats(np.mean(padded, axis=0))
    return JointCoordination(name, (4.0, 3.1), histogram, frozen_floats([]), frozen_ints(np.zeros((0, len(TYPES)))))


def one_place(places: Mapping[str, Mapping[str, Any]], place: str) -> Mapping[str, Any]:
    """Return what was found in one place of a case; of a reference, which lacks it, what was found in all of it."""
    return places.get(place) or next(iter(places.values()))


def _mean(joint: JointCoordination, axis: int) -> float:
    along = joint.histogram.sum(axis=1 - axis)
    return float(along @ np.arange(len(along)))


def _fraction(joint: JointCoordination, kind: str) -> Plain:
    if len(joint.times) < _FEWEST:
        return {"value": None, "unit": "1", "reason": f"a mean needs {_FEWEST} frames, got {len(joint.times)}"}
    try:
        return estimate_record(joint.fraction(kind))
    except InputError as error:
        return {"value": None, "unit": "1", "reason": str(error)}
