"""What other programs compute too, from the same numbers: freud, OVITO, MDAnalysis, GEMDAT and kinisi.

They are no part of the locked environment; install them beside gbglass and run the heavy tests:

    pip install freud-analysis MDAnalysis tidynamics ovito gemdat kinisi
    pytest -m heavy tests/reference/test_analysis_peers.py

What was found is in docs/results/analyses.md.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ase import Atoms
from numpy.testing import assert_allclose

from gbglass.analysis.coordination import LI_LI_CUTOFF, LI_O_CUTOFF, lithium_coordination
from gbglass.analysis.density import DensityCounter
from gbglass.analysis.msd import mean_square_displacement
from gbglass.analysis.order import cation_order
from gbglass.analysis.rdf import RadialDistributions
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.arrays import FloatArray
from gbglass.core.framework import anchor_framework
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.store.h5md import write_h5md
from tests.analysis.synthetic import anchor_of, random_walk, trajectory_of
from tests.cli.measured import answer

pytestmark = [pytest.mark.heavy, pytest.mark.filterwarnings("ignore")]

REACH, BINS = 6.0, 120


def shaken() -> Atoms:
    atoms = cubic_llzo(12, np.random.default_rng(1), (2, 2, 2))
    atoms.positions += np.random.default_rng(2).normal(0.0, 0.12, atoms.positions.shape)
    return atoms


ATOMS = shaken()
SYMBOLS = tuple(ATOMS.get_chemical_symbols())
FRAME = Frame(0, 0.0, ATOMS.cell.array, ATOMS.positions)


def of(species: str) -> FloatArray:
    return np.asarray(ATOMS.positions[np.array(SYMBOLS) == species])


def our_rdf() -> FloatArray:
    total = RadialDistributions(SYMBOLS, [("Li", "O")], REACH, REACH / BINS)
    total.add(FRAME)
    return total.result()["Li-O"].g


@pytest.fixture
def freud() -> Any:
    return pytest.importorskip("freud")


def test_freud_counts_the_same_pairs(freud: Any) -> None:
    """Float32 puts a pair in 100,000 into the next bin."""
    box = freud.box.Box.from_matrix(ATOMS.cell.array.T)
    rdf = freud.density.RDF(bins=BINS, r_max=REACH)
    rdf.compute((box, box.wrap(of("O"))), query_points=box.wrap(of("Li")))
    ours = our_rdf()
    assert_allclose(rdf.rdf, ours, atol=0.01 * ours.max())
    assert_allclose(rdf.rdf.sum(), ours.sum(), rtol=1e-3)


def test_freud_has_the_same_coordination(freud: Any) -> None:
    box = freud.box.Box.from_matrix(ATOMS.cell.array.T)
    to_lithium, to_oxygen = lithium_coordination(SYMBOLS, FRAME)
    for neighbour, cutoff, ours in (("Li", LI_LI_CUTOFF, to_lithium), ("O", LI_O_CUTOFF, to_oxygen)):
        query = freud.locality.AABBQuery(box, box.wrap(of(neighbour)))
        settings = {"mode": "ball", "r_max": cutoff, "exclude_ii": neighbour == "Li"}
        theirs = query.query(box.wrap(of("Li")), settings).toNeighborList().neighbor_counts
        assert np.count_nonzero(theirs != ours) <= 1  # a distance within float32 of the cutoff


def test_freud_has_the_same_order_of_zirconium(freud: Any) -> None:
    """It averages over the neighbours within 7.8 Å, we over those within 6.2 Å; in a crystal they are alike."""
    box = freud.box.Box.from_matrix(ATOMS.cell.array.T)
    steinhardt = freud.order.Steinhardt(l=6, average=True)
    steinhardt.compute((box, box.wrap(of("Zr"))), neighbors={"r_max": 7.8})
    found = cation_order(SYMBOLS, FRAME)
    ours = found.order[np.array(SYMBOLS)[found.cations] == "Zr"]
    assert_allclose(steinhardt.particle_order, ours, atol=0.01)
    assert_allclose(steinhardt.particle_order.mean(), ours.mean(), rtol=2e-3)


def test_freud_loses_digits_far_from_the_origin_and_agrees_near_it(freud: Any) -> None:
    paths = random_walk(np.random.default_rng(3), 200, 40, 0.3)
    trajectory = trajectory_of(paths, (10.0, 11.0, 12.0))
    ours = mean_square_displacement(trajectory, "Li", anchor_of(trajectory)).msd
    box = freud.box.Box(10.0, 11.0, 12.0)
    near = freud.msd.MSD(box, mode="window").compute(paths).msd
    assert_allclose(near[1:], ours[1:], rtol=2e-3)


def test_ovito_has_the_same_distribution_and_density() -> None:
    pytest.importorskip("ovito")
    from ovito.data import DataCollection, ParticleType  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415
    from ovito.modifiers import (  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415
        CoordinationAnalysisModifier,
        SpatialBinningModifier,
    )

    def collection(species: tuple[str, ...]) -> Any:
        chosen = np.isin(np.array(SYMBOLS), species)
        data = DataCollection()
        matrix = np.zeros((3, 4))
        matrix[:, :3] = ATOMS.cell.array.T
        data.create_cell(matrix, pbc=(True, True, True))
        particles = data.create_particles(count=int(chosen.sum()))
        particles.create_property("Position", data=ATOMS.positions[chosen])
        kinds = particles.create_property("Particle Type")
        for number, name in enumerate(species, start=1):
            kinds.types.append(ParticleType(id=number, name=name))
            kinds[np.array(SYMBOLS)[chosen] == name] = number
        return data

    data = collection(("Li", "La", "Zr", "O"))
    data.apply(CoordinationAnalysisModifier(cutoff=REACH, number_of_bins=BINS, partial=True))
    table = data.tables["coordination-rdf"]
    theirs = table.xy()[:, 1 + list(table.y.component_names).index("Li-O")]
    assert_allclose(theirs, our_rdf(), rtol=1e-9, atol=1e-9)

    data = collection(("Li",))
    data.particles_.create_property("Unity", data=np.ones(len(of("Li"))))
    data.apply(
        SpatialBinningModifier(
            direction=SpatialBinningModifier.Direction.XYZ, bin_count=(8, 9, 10), property="Unity",
            reduction_operation=SpatialBinningModifier.Operation.SumVol,
        )
    )  # fmt: skip
    counter = DensityCounter(SYMBOLS, "Li", anchor_framework(ATOMS), (8, 9, 10))
    counter.add(FRAME)
    # OVITO's grid runs through the first index fastest; ours is tied to the framework, which has shaken a little.
    theirs = data.grids["binning"]["Unity"][...].reshape(10, 9, 8).transpose(2, 1, 0)
    ours = counter.result().density
    assert_allclose(theirs.sum(), ours.sum(), rtol=1e-9)
    assert np.count_nonzero(np.abs(theirs - ours) > 1e-9) < 0.05 * ours.size


def test_mdanalysis_has_the_same_distribution_and_displacement() -> None:
    mda = pytest.importorskip("MDAnalysis")
    pytest.importorskip("tidynamics")
    from MDAnalysis.analysis.msd import EinsteinMSD  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415
    from MDAnalysis.analysis.rdf import InterRDF  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415
    from MDAnalysis.coordinates.memory import MemoryReader  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415

    universe = mda.Universe.empty(len(SYMBOLS), trajectory=True)
    universe.add_TopologyAttr("name", SYMBOLS)
    box = np.array([*ATOMS.cell.lengths(), 90, 90, 90], dtype=np.float32)
    universe.load_new(ATOMS.positions[None], format=MemoryReader, dimensions=box)
    lithium, oxygen = (universe.select_atoms(f"name {name}") for name in ("Li", "O"))
    theirs = InterRDF(lithium, oxygen, nbins=BINS, range=(0, REACH)).run().results.rdf
    assert_allclose(theirs, our_rdf(), atol=0.01 * our_rdf().max())

    paths = random_walk(np.random.default_rng(4), 150, 20, 0.3)
    walker = mda.Universe.empty(20, trajectory=True)
    walker.load_new(paths, format=MemoryReader)
    found = EinsteinMSD(walker, select="all", msd_type="xyz", fft=True).run().results.timeseries
    trajectory = trajectory_of(paths, (10.0, 11.0, 12.0))
    assert_allclose(found, mean_square_displacement(trajectory, "Li", anchor_of(trajectory)).msd, rtol=1e-4, atol=1e-4)


def test_gemdat_has_the_same_displacement() -> None:
    gemdat = pytest.importorskip("gemdat")
    lattice = pytest.importorskip("pymatgen.core").Lattice

    lengths = (10.0, 11.0, 12.0)
    paths = random_walk(np.random.default_rng(5), 150, 20, 0.3)
    theirs = gemdat.Trajectory(
        species=["Li"] * 20, coords=paths / np.array(lengths), lattice=lattice(np.diag(lengths)), time_step=1e-13,
        metadata={"temperature": 300},
    ).mean_squared_displacement()  # fmt: skip
    trajectory = trajectory_of(paths, lengths)
    ours = mean_square_displacement(trajectory, "Li", anchor_of(trajectory)).msd
    assert_allclose(np.mean(theirs, axis=0)[: len(ours)], ours, rtol=1e-6, atol=1e-6)


def test_kinisi_finds_the_same_diffusivity_with_an_error_alike() -> None:
    """Its Bayesian fit uses the covariance of a random walk, ours the spread of parts of the atoms."""
    pytest.importorskip("kinisi")
    import scipp as sc  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415
    from kinisi.analyze import DiffusionAnalyzer  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415

    trajectory = trajectory_of(random_walk(np.random.default_rng(5), 200, 60, 0.3), (30.0, 31.0, 32.0))
    frames = [Atoms(trajectory.symbols, positions=frame.positions, cell=frame.cell, pbc=True) for frame in trajectory]
    for atoms in frames:
        atoms.wrap()
    ps, one = sc.Unit("ps"), sc.Unit("dimensionless")
    analysis = DiffusionAnalyzer.from_ase(frames, specie="Li", time_step=0.1 * ps, step_skip=1 * one, progress=False)
    analysis.diffusion(start_dt=0.5 * ps, progress=False)
    found = np.asarray(analysis.D.to(unit=sc.Unit("angstrom^2/ps"), copy=False).values)
    ours = mean_square_displacement(trajectory, "Li", anchor_of(trajectory)).diffusivity
    assert abs(found.mean() - 0.3**2 / 0.2) < 4 * found.std()
    assert_allclose(found.mean(), ours.value, rtol=0.15)
    assert 0.2 < found.std() / ours.standard_error < 5.0


def test_kinisi_as_a_backend_holds_the_truth_and_is_named(tmp_path: Path) -> None:
    """Steps of 0.3 Å a direction every 0.1 ps; along z twice as far, and everything adrift."""
    pytest.importorskip("kinisi")
    steps = np.random.default_rng(6).normal(0.0, 1.0, (200, 60, 3)) * [0.3, 0.3, 0.6]
    paths = np.cumsum(steps, axis=0)
    drift = 0.05 * np.arange(200)[:, None, None]
    xyz = np.concatenate([np.zeros((200, 1, 3)), paths], axis=1) + drift
    cell = np.diag([30.0, 31.0, 32.0])
    frames = [Frame(n, 0.1 * n, cell, places) for n, places in enumerate(xyz)]
    write_h5md(Trajectory(("Zr", *["Li"] * 60), lambda: iter(frames)), tmp_path / "walk.h5md")
    words = ("analyse", tmp_path / "walk.h5md", "--quantity", "msd", "--temperature-K", "900")
    ours = answer(*words, "--out", tmp_path / "ours")["quantities"]["msd"]
    found = answer(*words, "--diffusivity-by", "kinisi", "--out", tmp_path / "out")["quantities"]["msd"]
    assert found["diffusivity_by"].startswith("kinisi 2")
    assert ours["diffusivity_by"].startswith("gbglass")
    for name, truth in (("", 0.9), (" along x", 0.45), (" along y", 0.45), (" along z", 1.8)):
        record = found[f"diffusivity{name}"]
        assert abs(record["value"] - truth) < 4 * record["standard_error"]["value"]
        assert 0.2 < record["standard_error"]["value"] / ours[f"diffusivity{name}"]["standard_error"]["value"] < 5.0
    ratio = found["conductivity"]["value"] / found["diffusivity"]["value"]
    assert_allclose(ratio, ours["conductivity"]["value"] / ours["diffusivity"]["value"], rtol=1e-9)
