"""What happens in a full cell: discharge, metallic lithium, the surface of the negative electrode."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gbglass.analysis.discharge import Compartments, Discharge, DischargeCounter
from gbglass.analysis.discharge_rate import discharge_rate
from gbglass.analysis.interface_height import HeightMaps, HeightRule, InterfaceHeights
from gbglass.analysis.metallic import MetallicCounter
from gbglass.analysis.protrusion import Protrusions, find_protrusions, twin_surface
from gbglass.core.arrays import frozen_floats
from gbglass.errors import InputError
from gbglass.figures.discharge import draw_discharge
from gbglass.figures.interface import draw_height_map, draw_protrusions
from gbglass.figures.metallic import draw_metal
from gbglass.report.cell_records import discharge_record, metal_record, protrusion_record, rate_record
from gbglass.report.cell_tables import discharge_table, height_table, metal_table, protrusion_table
from gbglass.report.records import quantity
from gbglass.verbs.quantities.system import REGION, Counted, Numbers, Shown, System, mean_record, undecided

_INTERFACE = "interface"
_SEEDS = 3


class DischargeOfCell(Counted[DischargeCounter]):
    """Lithium in the electrodes, the electrolyte and a region of it, the account of each part, and the rate."""

    def __init__(self, system: System) -> None:
        layout = system.layout
        regions = {} if system.region is None else {REGION: system.region}
        compartments = Compartments(layout.parts, layout.electrolyte, regions)
        super().__init__(DischargeCounter(system.unread, compartments, layout.anchor, system.species))
        self._statement = layout.statement

    def show(self) -> Shown:
        """Return what moved, how fast, the curves and the figure."""
        found = self.counter.result()
        numbers: Numbers = {"parts": self._statement, **discharge_record(found), "rate": _rate(found)}
        return Shown(numbers, (discharge_table(found),), {"discharge": draw_discharge(found)})


class Metal(Counted[MetallicCounter]):
    """Metallic lithium: its largest clusters, how deep it reaches, when it shorts the cell."""

    def __init__(self, system: System) -> None:
        layout = system.layout
        super().__init__(MetallicCounter(system.unread, layout.parts, layout.anchor))
        self._statement = layout.statement

    def show(self) -> Shown:
        """Return the largest of each series and when what happened, the series and the figure."""
        metal = self.counter.result()
        numbers: Numbers = {
            "parts": self._statement,
            **metal_record(metal),
            "largest_cluster": quantity(int(metal.largest_cluster.max()), "atoms"),
            "shorted": bool(metal.shorted.any()),
        }
        return Shown(numbers, (metal_table(metal),), {"metal": draw_metal(metal)})


class Interface(Counted[InterfaceHeights]):
    """Height and roughness of the lithium surface, and what protrudes from it over the surface of twins."""

    def __init__(self, system: System) -> None:
        layout = system.layout
        super().__init__(InterfaceHeights(system.unread, layout.parts, layout.anchor))
        self._statement = layout.statement
        self._twins = [read_surface(folder) for folder in system.beside.known.twins]

    def show(self) -> Shown:
        """Return height, roughness and protrusion, the maps and the figures."""
        maps = self.counter.result()
        numbers: Numbers = {
            "parts": self._statement,
            "height": mean_record(maps.mean_height, "Å"),
            "roughness": mean_record(maps.roughness, "Å"),
            "maps": quantity(len(maps.times), "maps"),
            "last_map": {
                "at": quantity(float(maps.times[-1]), "ps"),
                "height": quantity(float(maps.mean_height[-1]), "Å"),
                "roughness": quantity(float(maps.roughness[-1]), "Å"),
                "highest": quantity(float(maps.heights[-1].max()), "Å"),
            },
            "rule": _rule_record(maps.rule),
            "lengths": [quantity(float(length), "Å") for length in maps.lengths],
        }
        tables, figures = [height_table(maps)], {"interface": draw_height_map(maps)}
        found = _protrusions(maps, self._twins)
        if isinstance(found, str):
            numbers["protrusion"] = undecided("Å", found)
        else:
            numbers["protrusion"] = protrusion_record(found)
            tables.append(protrusion_table(found))
            figures["protrusions"] = draw_protrusions(found)
        return Shown(numbers, tuple(tables), figures)


def read_surface(folder: Path) -> HeightMaps:
    """Read the maps of a surface that ``gbglass analyse --quantity interface`` wrote.

    Raises
    ------
    InputError
        If the folder holds none.

    """
    try:
        record = json.loads((folder / "results.json").read_text(encoding="utf-8"))["quantities"][_INTERFACE]
        rule = HeightRule(**{name: number["value"] for name, number in record["rule"].items()})
        lengths = frozen_floats([length["value"] for length in record["lengths"]])
        with np.load(folder / "arrays.npz") as arrays:
            columns = [arrays[f"{_INTERFACE}/{name}"] for name in ("time (ps)", "x (Å)", "y (Å)", "height (Å)")]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{folder} holds no analysed surface ({type(error).__name__}: {error}); make it with 'gbglass analyse TWIN "
            f"--quantity {_INTERFACE}'"
        ) from None
    times, x, y, heights = columns
    shape = tuple(len(np.unique(column)) for column in (times, x, y))
    return HeightMaps(rule, frozen_floats(np.unique(times)), frozen_floats(heights.reshape(shape)), lengths)


def _protrusions(maps: HeightMaps, twins: Sequence[HeightMaps]) -> Protrusions | str:
    """Measure what protrudes, or say why it cannot be."""
    if not twins:
        return (
            f"what protrudes is what rises above a flat surface: analyse {_SEEDS} seeds of the twin without a boundary "
            f"first, and name their folders (--twin DIR, {_SEEDS} times)"
        )
    twin = twin_surface(twins)
    if twins[0].rule != maps.rule:
        raise InputError("the surfaces of the twin were mapped by another rule; analyse them again")
    return find_protrusions(maps, twin)


def _rule_record(rule: HeightRule) -> Numbers:
    units = {"window": "ps", "level": "1/Å³"}
    names = ("window", "spacing", "width", "level", "below", "above")
    return {name: quantity(getattr(rule, name), units.get(name, "Å")) for name in names}


def _rate(found: Discharge) -> Numbers:
    try:
        return rate_record(discharge_rate(found, start=float(found.times[0])))
    except InputError as error:
        return {"current_density": undecided("mA/cm²", str(error))}
