"""What the framework is: crystal or glass, how wide the glass, which polyhedra are whole."""

import numpy as np

from gbglass.analysis.glass_width import GlassLayerCounter
from gbglass.analysis.order import OrderCounter
from gbglass.analysis.polyhedra import PolyhedraCounter
from gbglass.core.partition import BoundaryRegions
from gbglass.figures.order import draw_glass, draw_melted
from gbglass.figures.polyhedra import draw_polyhedra
from gbglass.report.records import estimate_record, quantity
from gbglass.store.tables import Table
from gbglass.verbs.quantities.system import FEWEST, Counted, Shown, System, mean_record, need_one, undecided


class Order(Counted[OrderCounter]):
    """Crystalline against glassy La and Zr, cubic against tetragonal."""

    def __init__(self, system: System) -> None:
        super().__init__(OrderCounter(system.symbols, system.groups))

    def show(self) -> Shown:
        """Return phase and glassy share, the curve and the figure."""
        results = self.counter.result()
        order = need_one(results)
        table = Table("order", {"time (ps)": order.times, "glassy share (1)": order.glassy_share})
        numbers = {"phase": order.phase, "glassy_share": mean_record(order.glassy_share, "1")}
        return Shown(numbers, (table,), {"order": draw_melted(results)})


class Glass(Counted[GlassLayerCounter]):
    """Width of the glass at each boundary."""

    def __init__(self, system: System) -> None:
        system.need_boundaries()
        super().__init__(GlassLayerCounter(system.symbols, system.anchor, _positions(system.regions)))

    def show(self) -> Shown:
        """Return the widths, the curve, the profile and the figure."""
        layers = self.counter.result()
        names = [f"boundary {n}" for n in range(1, len(layers.positions) + 1)]
        numbers = {name: mean_record(layers.widths[:, n], "Å") for n, name in enumerate(names)}
        widths = {f"{name} (Å)": layers.widths[:, n] for n, name in enumerate(names)}
        tables = (
            Table("glass", {"time (ps)": layers.times, **widths}),
            Table("glass-profile", {"z (Å)": layers.z, "glassy share (1)": layers.share}),
        )
        return Shown(numbers, tables, {"glass": draw_glass(layers)})


class Polyhedra(Counted[PolyhedraCounter]):
    """Whole ZrO6, and where there are none."""

    def __init__(self, system: System) -> None:
        super().__init__(PolyhedraCounter(system.symbols, system.anchor, regions=system.groups))

    def show(self) -> Shown:
        """Return the share of whole ones, the curve and the map."""
        census = need_one(self.counter.result())
        n_frames = len(census.times)
        few = undecided("1", f"a mean needs {FEWEST} frames, got {n_frames}")
        whole = census.whole / np.maximum(census.centres, 1)
        numbers = {
            "whole": few if n_frames < FEWEST else estimate_record(census.fraction),
            "empty_area": quantity(census.empty_area, "1"),
            "lithium_in_empty": quantity(census.lithium_in_empty, "1"),
            "enrichment": quantity(census.enrichment, "1"),
            "unevenness": quantity(census.unevenness, "1"),
        }
        table = Table("polyhedra", {"time (ps)": census.times, f"whole {census.polyhedron.name} (1)": whole})
        return Shown(numbers, (table,), {"polyhedra": draw_polyhedra(census)})


def _positions(regions: BoundaryRegions) -> tuple[float, ...]:
    """Return the middle of each boundary, in parts of the cell vector.

    Examples
    --------
    >>> from gbglass.core.partition import eleven_boundary_regions
    >>> _positions(eleven_boundary_regions())
    (0.0, 0.5)

    """
    edges = np.array(regions.partition.edges)
    middles = []
    for slabs in regions.boundaries:
        lows, highs = edges[list(slabs)], edges[[slab + 1 for slab in slabs]]
        through_the_face = len(slabs) > 1 and lows.min() == 0.0 and highs.max() == 1.0
        middle = 0.5 * (lows.max() - 1.0 + highs.min()) if through_the_face else 0.5 * (lows.min() + highs.max())
        middles.append(round(float(middle), 9) + 0.0)
    return tuple(middles)
