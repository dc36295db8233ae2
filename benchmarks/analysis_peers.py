"""What the peers of ``analysis_quantities.py`` do, in their own environment.

    python benchmarks/analysis_peers.py PEER QUANTITY FRAMES.npz N_FRAMES

Nothing of gbglass is imported here, and nothing of the peers there. Each peer works as its documentation shows.
"""

import importlib
import json
import resource
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol

import numpy as np

REACH, BINS = 6.0, 120
LI_LI, LI_O, ZR_O = 4.0, 3.1, 2.8
SPECIES = ("Li", "La", "Zr", "O")
OCTAHEDRON = 6


@dataclass(frozen=True)
class Data:
    """One frame and, for an MSD, how many of a walk."""

    symbols: np.ndarray
    positions: np.ndarray
    lengths: np.ndarray
    n_frames: int

    def of(self, species: str) -> np.ndarray:
        """Return the places of a species [(n, 3)]."""
        return self.positions[self.symbols == species]

    def paths(self) -> np.ndarray:
        """Let lithium walk 0.1 Å a frame along each axis [(n_frames, n_lithium, 3)]."""
        lithium = self.of("Li")
        steps = np.random.default_rng(2).normal(0.0, 0.1, (self.n_frames, len(lithium), 3))
        steps[0] = 0.0
        return lithium + np.cumsum(steps, axis=0)


def main() -> None:
    peer, quantity, path, n_frames = sys.argv[1:]
    loaded = np.load(path)
    data = Data(loaded["symbols"], loaded["positions"][0], loaded["lengths"], int(n_frames))
    warnings.simplefilter("ignore")
    call = {"freud": freud, "ovito": ovito, "mdanalysis": mdanalysis, "gemdat": gemdat}[peer](quantity, data)
    call()
    seconds, cpu_seconds = [], []
    for _ in range(1 if quantity == "msd" else 5):
        began, cpu_began = time.perf_counter(), time.process_time()
        result = call()
        seconds.append(time.perf_counter() - began)
        cpu_seconds.append(time.process_time() - cpu_began)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    clocks = {"seconds": statistics.median(seconds), "cpu_seconds": statistics.median(cpu_seconds)}
    print(json.dumps({**clocks, "memory_MiB": memory, "result": result}))


def freud(quantity: str, data: Data) -> Callable[[], str]:
    module = importlib.import_module("freud")
    module.parallel.set_num_threads(1)
    box = module.box.Box(*data.lengths)

    def inside(species: str) -> np.ndarray:
        wrapped: np.ndarray = box.wrap(data.of(species))
        return wrapped

    def rdf() -> str:
        one = module.density.RDF(bins=BINS, r_max=REACH)
        one.compute((box, inside("O")), query_points=inside("Li"))
        return f"g(Li-O) at most {one.rdf.max():.3f}"

    def around(centre: str, neighbour: str, cutoff: float) -> np.ndarray:
        query = module.locality.AABBQuery(box, inside(neighbour))
        settings = {"mode": "ball", "r_max": cutoff, "exclude_ii": centre == neighbour}
        counts: np.ndarray = query.query(inside(centre), settings).toNeighborList().neighbor_counts
        return counts

    def coordination() -> str:
        return f"{around('Li', 'Li', LI_LI).mean():.4f} Li, {around('Li', 'O', LI_O).mean():.4f} O"

    def order() -> str:
        one = module.order.Steinhardt(l=6, average=True)
        one.compute((box, inside("Zr")), neighbors={"r_max": 7.8})
        return f"mean q6 of Zr {one.particle_order.mean():.4f}"

    paths = data.paths() if quantity == "msd" else np.zeros((0, 0, 3))

    def msd() -> str:
        return f"MSD {module.msd.MSD(box, mode='window').compute(paths).msd[8]:.4f} Å² after 8 frames"

    return {
        "rdf-li-o": rdf,
        "coordination": coordination,
        "polyhedra": lambda: f"{np.count_nonzero(around('Zr', 'O', ZR_O) == OCTAHEDRON)} whole",
        "order": order,
        "msd": msd,
    }[quantity]


class Collection(Protocol):
    """What is used of OVITO's collection of data; what its parts are is OVITO's matter."""

    tables: Any
    particles: Any
    particles_: Any
    grids: Any
    apply: Callable[[object], None]
    create_cell: Any
    create_particles: Any


def ovito(quantity: str, data: Data) -> Callable[[], str]:
    modules = importlib.import_module("ovito.data"), importlib.import_module("ovito.modifiers")

    def frame(*species: str) -> Collection:
        chosen = np.isin(data.symbols, species)
        return _ovito_frame(modules[0], data, chosen, species)

    def rdf() -> str:
        collection = frame(*SPECIES)
        collection.apply(modules[1].CoordinationAnalysisModifier(cutoff=REACH, number_of_bins=BINS, partial=True))
        table = collection.tables["coordination-rdf"]
        column = list(table.y.component_names).index("Li-O")
        return f"g(Li-O) at most {table.xy()[:, 1 + column].max():.3f}"

    def coordination() -> str:
        means = []
        for species, cutoff in ((("Li",), LI_LI), (("Li", "O"), LI_O)):
            collection = frame(*species)
            collection.apply(modules[1].CoordinationAnalysisModifier(cutoff=cutoff, number_of_bins=1, partial=True))
            types = collection.particles["Particle Type"][...]
            means.append(collection.particles["Coordination"][...][types == 1].mean())
        return f"{means[0]:.4f} Li, {means[1]:.4f} Li and O"

    def density() -> str:
        collection = frame("Li")
        binning = modules[1].SpatialBinningModifier(
            direction=modules[1].SpatialBinningModifier.Direction.XYZ,
            bin_count=(100, 100, 100),
            reduction_operation=modules[1].SpatialBinningModifier.Operation.SumVol,
            property="Unity",
        )
        collection.particles_.create_property("Unity", data=np.ones(int((data.symbols == "Li").sum())))
        collection.apply(binning)
        grid = collection.grids["binning"]["Unity"][...]
        return f"{grid.max():.4f} Å⁻³ at most"

    def counts() -> str:
        collection = frame("Li")
        collection.particles_.create_property("Unity", data=np.ones(int((data.symbols == "Li").sum())))
        operation = modules[1].SpatialBinningModifier.Operation.Sum
        direction = modules[1].SpatialBinningModifier.Direction.Z
        collection.apply(
            modules[1].SpatialBinningModifier(
                direction=direction, bin_count=10, reduction_operation=operation, property="Unity"
            )
        )
        return f"{collection.tables['binning'].y[...].max():.0f} Li at most, in ten"

    return {"rdf-all": rdf, "coordination": coordination, "density": density, "counts": counts}[quantity]


def _ovito_frame(module: ModuleType, data: Data, chosen: np.ndarray, species: tuple[str, ...]) -> Collection:
    collection: Collection = module.DataCollection()
    cell = np.zeros((3, 4))
    cell[:, :3] = np.diag(data.lengths)
    collection.create_cell(cell, pbc=(True, True, True))
    particles = collection.create_particles(count=int(chosen.sum()))
    particles.create_property("Position", data=data.positions[chosen])
    kinds = particles.create_property("Particle Type")
    for number, name in enumerate(species, start=1):
        kinds.types.append(module.ParticleType(id=number, name=name))
        kinds[data.symbols[chosen] == name] = number
    return collection


def mdanalysis(quantity: str, data: Data) -> Callable[[], str]:
    module = importlib.import_module("MDAnalysis")
    memory = importlib.import_module("MDAnalysis.coordinates.memory").MemoryReader
    if quantity == "msd":
        paths = data.paths()
        universe = module.Universe.empty(paths.shape[1], trajectory=True)
        universe.load_new(paths, format=memory)
        einstein = importlib.import_module("MDAnalysis.analysis.msd").EinsteinMSD

        def msd() -> str:
            found = einstein(universe, select="all", msd_type="xyz", fft=True).run()
            return f"MSD {found.results.timeseries[8]:.4f} Å² after 8 frames"

        return msd
    universe = module.Universe.empty(len(data.symbols), trajectory=True)
    universe.add_TopologyAttr("name", data.symbols)
    box = np.array([*data.lengths, 90, 90, 90], dtype=np.float32)
    universe.load_new(data.positions[None], format=memory, dimensions=box)
    inter = importlib.import_module("MDAnalysis.analysis.rdf").InterRDF
    lithium, oxygen = (universe.select_atoms(f"name {name}") for name in ("Li", "O"))

    def rdf() -> str:
        return f"g(Li-O) at most {inter(lithium, oxygen, nbins=BINS, range=(0, REACH)).run().results.rdf.max():.3f}"

    return rdf


def gemdat(quantity: str, data: Data) -> Callable[[], str]:
    if quantity != "msd":
        raise SystemExit(2)
    trajectory = importlib.import_module("gemdat").Trajectory
    pymatgen = importlib.import_module("pymatgen.core")
    paths = data.paths() / data.lengths
    lattice = pymatgen.Lattice(np.diag(data.lengths))
    made = trajectory(
        species=["Li"] * paths.shape[1], coords=paths, lattice=lattice, time_step=1e-13, metadata={"temperature": 300}
    )

    def msd() -> str:
        found = made.mean_squared_displacement()
        return f"MSD {found.mean(axis=0)[8]:.4f} Å² after 8 frames"

    return msd


if __name__ == "__main__":
    main()
