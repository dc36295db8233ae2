"""Who is near whom: radial distributions, and coordination of lithium with its types."""

import numpy as np

from gbglass.analysis.coordination import TYPES, JointCoordinations, LithiumTypes
from gbglass.analysis.rdf import RadialDistributions
from gbglass.errors import InputError
from gbglass.figures.coordination import draw_joint_coordination, draw_lithium_types
from gbglass.figures.rdf import draw_rdfs
from gbglass.report.records import estimate_record, quantity
from gbglass.store.tables import Table
from gbglass.verbs.quantities.system import FEWEST, REGION, Counted, Shown, System, need_one, undecided

_BY_TYPE = (("Li", "Li"), ("Li", "O"))


class Rdf(Counted[RadialDistributions]):
    """Radial distributions and running coordination of every pair with the species, as centre in a region."""

    def __init__(self, system: System) -> None:
        pairs = [(system.species, other) for other in dict.fromkeys((system.species, *system.symbols))]
        super().__init__(RadialDistributions(system.symbols, pairs, centres=system.groups))

    def show(self) -> Shown:
        """Return onsets, peaks, valleys, curves and the figure."""
        rdfs = {name.removesuffix(f", {REGION}"): rdf for name, rdf in self.counter.result().items()}
        if not any(rdf.g.any() for rdf in rdfs.values()):
            raise InputError("the region held none of the centres in any frame")
        numbers = {
            name: {
                "onset": quantity(rdf.onset, "Å"),
                "first_peak": quantity(rdf.first_peak, "Å"),
                "first_valley": quantity(rdf.first_valley, "Å"),
            }
            for name, rdf in rdfs.items()
        }
        columns = {"r (Å)": next(iter(rdfs.values())).r}
        for name, rdf in rdfs.items():
            columns |= {f"g {name} (1)": rdf.g, f"coordination {name} (1)": rdf.coordination}
        return Shown(numbers, (Table("rdf", columns),), {"rdf": draw_rdfs(rdfs)})


class RdfByType(Counted[RadialDistributions]):
    """Radial distributions of lithium with lithium and oxygen, by the type of the lithium in the middle."""

    def __init__(self, system: System) -> None:
        if "Li" not in system.symbols or "O" not in system.symbols:
            raise InputError("types of lithium need Li and O in the trajectory")
        super().__init__(RadialDistributions(system.symbols, _BY_TYPE, centres=LithiumTypes(system.symbols)))

    def show(self) -> Shown:
        """Return peaks and curves of the types that there are, and the figure."""
        rdfs = {name: rdf for name, rdf in self.counter.result().items() if rdf.g.any()}
        columns = {"r (Å)": next(iter(rdfs.values())).r} | {f"g {name} (1)": rdf.g for name, rdf in rdfs.items()}
        peaks = {name: {"first_peak": quantity(rdf.first_peak, "Å")} for name, rdf in rdfs.items()}
        return Shown(peaks, (Table("rdf-types", columns),), {"rdf-types": draw_rdfs(rdfs)})


class Coordination(Counted[JointCoordinations]):
    """Li-Li against Li-O coordination, and the types of lithium against time."""

    def __init__(self, system: System) -> None:
        super().__init__(JointCoordinations(system.symbols, system.groups))

    def show(self) -> Shown:
        """Return shares of the types, the histogram and the figures."""
        results = self.counter.result()
        result = need_one(results)
        n_frames = len(result.times)
        few = undecided("1", f"a mean needs {FEWEST} frames, got {n_frames}")
        numbers = {kind: few if n_frames < FEWEST else estimate_record(result.fraction(kind)) for kind in TYPES}
        types = {f"{kind} (atoms)": result.types[:, n].astype(float) for n, kind in enumerate(TYPES)}
        histogram = {f"{n} O (share)": result.histogram[:, n] for n in range(result.histogram.shape[1])}
        tables = (
            Table("lithium-types", {"time (ps)": result.times, **types}),
            Table("coordination", {"Li (number)": np.arange(len(result.histogram), dtype=float), **histogram}),
        )
        figures = {"coordination": draw_joint_coordination(results), "lithium-types": draw_lithium_types(result)}
        return Shown(numbers, tables, figures)
