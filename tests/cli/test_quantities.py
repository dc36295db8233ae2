"""Every quantity through the command line, of trajectories whose answers can be worked out by hand."""

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.io import read, write
from numpy.testing import assert_allclose
from typer.testing import CliRunner

from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.cli.main import app
from gbglass.core.arrays import FloatArray
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError
from gbglass.store.h5md import write_h5md
from tests.analysis.cells import AREA_NM2, INTERFACES, LENGTHS, MadeCell
from tests.analysis.test_metallic import CELL, WIDE, bcc, cell_with
from tests.analysis.test_protrusion import Surface, cone, flat, made
from tests.cli.measured import answer, write_dump

SPEED = 0.5
"""Of all lithium, upwards [Å/ps]."""

SPACING = 0.9
"""Between one ion and the next above it [Å]."""


@pytest.fixture(scope="module")
def flowing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A full cell all of whose lithium goes up at one speed, everything adrift; the built cell, and its trajectory."""
    place = tmp_path_factory.mktemp("flowing")
    heights = 2.0 + SPACING * np.arange(60) + SPEED * 0.5 * np.arange(41)[:, None]
    cell = MadeCell(heights, 0.01 * np.arange(41.0))
    write_dump(place / "traj.dump", cell.symbols, list(cell.trajectory))
    built = cell.atoms
    built.set_array("part", np.searchsorted(INTERFACES, built.positions[:, 2]))
    built.wrap()
    write(place / "cell.extxyz", built)
    return place


def test_a_steady_flow_discharges_at_the_rate_that_it_was_made_with(flowing: Path, tmp_path: Path) -> None:
    names = ("discharge", "flux", "migration")
    asked = [word for name in names for word in ("--quantity", name)]
    told = ("--structure", flowing / "cell.extxyz")
    found = answer("analyse", flowing / "traj.dump", *told, *asked, "--out", tmp_path / "one")["quantities"]
    discharge, rate = found["discharge"], found["discharge"]["rate"]
    assert discharge["parts"].startswith("Li | LLZO | LZO, faces at 1")
    assert discharge["ledger_max_abs_error"]["value"] == 0
    # 11 or 12 ions of the 10 Å that passed by each face.
    assert discharge["gained"]["Li"]["value"] in (-11, -12)
    assert discharge["gained"]["LZO"]["value"] in (11, 12)
    expected = SPEED / SPACING / AREA_NM2
    for name in ("from_negative", "into_positive"):
        assert_allclose(rate[name]["value"], expected, rtol=0.1, atol=0)
    assert rate["through_closure"]["value"] == 0
    whole = found["flux"]["whole"]["value"]
    assert_allclose(whole, 60 * SPEED / LENGTHS[2] / AREA_NM2, rtol=1e-6, atol=0)
    migration = found["migration"]
    assert_allclose([migration["speed"]["value"], migration["framework_speed"]["value"]], [SPEED, 0.0], atol=1e-6)
    assert (tmp_path / "one" / "figures" / "discharge.svg").is_file()

    stated = ("--interfaces", " ".join(map(str, INTERFACES)), "--quantity", "msd", "--temperature-K", "900")
    again = answer("analyse", flowing / "traj.dump", *stated, *asked[:2], "--out", tmp_path / "two")["quantities"]
    assert_allclose(again["discharge"]["rate"]["into_positive"]["value"], expected, rtol=0.1, atol=0)
    # n e² D / kT in SI: 60 ions in 13,440 Å³ at 900 K.
    diffusivity = again["msd"]["diffusivity"]["value"] * 1e-8
    expected = 60 / 13440e-30 * 1.602176634e-19**2 * diffusivity / (1.380649e-23 * 900.0)
    assert_allclose(again["msd"]["conductivity"]["value"], expected / 100.0, rtol=1e-6, atol=0)


def test_a_region_of_the_electrolyte_is_counted_by_itself(flowing: Path, tmp_path: Path) -> None:
    region = tmp_path / "middle.json"
    region.write_text(json.dumps({"kind": "slab", "low": 0.35, "high": 0.4}), encoding="utf-8")
    told = ("--structure", flowing / "cell.extxyz", "--region", region)
    found = answer(
        *("analyse", flowing / "traj.dump", *told, "--quantity", "discharge", "--quantity", "regions"),
        *("--out", tmp_path / "out"),
    )
    assert list(found["quantities"]["discharge"]["gained"]) == ["Li", "region", "rest of LLZO", "LZO"]
    with np.load(tmp_path / "out" / "arrays.npz") as arrays:
        inside = arrays["discharge/region (atoms)"]
        # One is tied to the electrolyte's framework, the other to all of it: an ion on an edge may be in or out.
        assert_allclose(inside, arrays["regions/region (atoms)"], rtol=0, atol=1.0)
    assert set(inside) <= {4.0, 5.0}  # 4 Å of ions that are 0.9 Å apart
    with pytest.raises(InputError, match="flux cannot be restricted to a region: it counts"):
        answer("analyse", flowing / "traj.dump", *told, "--quantity", "flux", "--out", tmp_path / "other")


def test_what_lacks_is_said_by_name_and_left_out_of_all(flowing: Path, tmp_path: Path) -> None:
    lacking = {
        "discharge": r"discharge: .*--structure cell.extxyz.*--interfaces",
        "energy": r"energy: the frames have no energies of atoms, as a column c_energy",
        "stress": r"stress: .*folder of a run of gbglass",
        "drift": r"drift: .*c_energy.*folder of a run",
    }
    for name, message in lacking.items():
        with pytest.raises(InputError, match=message):
            answer("analyse", flowing / "traj.dump", "--quantity", name, "--out", tmp_path / "one")
    with pytest.raises(InputError, match="'--interfaces' must be numbers"):
        answer("analyse", flowing / "traj.dump", "--interfaces", "low high", "--out", tmp_path / "one")
    words = ["analyse", str(flowing / "traj.dump"), "--interfaces", "15 45", "--out", str(tmp_path / "all")]
    shown = CliRunner().invoke(app, words, catch_exceptions=False).stdout
    for name in ("energy", "stress", "drift"):
        assert f"left out: {name} (" in shown
    assert "left out: regions, segregation, cavity, glass (belongs to a cell of two boundaries" in shown
    assert "discharge: gained LZO 1" in shown


def test_parts_that_do_not_fit_are_refused(flowing: Path, tmp_path: Path) -> None:
    words = ("analyse", flowing / "traj.dump", "--quantity", "metal", "--out", tmp_path / "out")
    for interfaces, message in (("45 60", "negative electrode"), ("70", "none is the electrolyte|negative electrode")):
        with pytest.raises(InputError, match=message):
            answer(*words, "--interfaces", interfaces)
    other = Atoms("LiLa", positions=[[0, 0, 1], [0, 0, 5]], cell=[5, 5, 9], pbc=True)
    other.set_array("part", np.array([0, 1]))
    write(tmp_path / "other.extxyz", other)
    with pytest.raises(InputError, match="holds 2 atoms, the trajectory 80"):
        answer(*words, "--structure", tmp_path / "other.extxyz")
    built = read(flowing / "cell.extxyz")
    assert isinstance(built, Atoms)
    mixed, moved = built.copy(), built.copy()
    mixed.set_array("part", built.get_array("part")[::-1].copy())
    moved.positions[:, 2] += 30.0
    for wrong, message in ((mixed, "overlap"), (moved, "cell heights from where the trajectory has them")):
        write(tmp_path / "wrong.extxyz", wrong)
        with pytest.raises(InputError, match=message):
            answer(*words, "--structure", tmp_path / "wrong.extxyz")


def test_a_rod_of_metal_shorts_the_cell_when_it_was_made_to(tmp_path: Path) -> None:
    atoms, _ = cell_with(bcc((WIDE, WIDE, 13), (0.0, 0.0, 14.0)))
    apart = atoms.positions.copy()
    rod = np.arange(2 * WIDE**2 * 4, 2 * WIDE**2 * 17)
    apart[rod, 2] = 16.0 + np.linspace(0.0, 43.0, len(rod))
    apart[rod, :2] = np.random.default_rng(3).uniform(0.0, WIDE * 3.5, (len(rod), 2))
    frames = [Frame(n, 2.0 * n, CELL, apart if n < 3 else atoms.positions) for n in range(5)]
    path = write_dump(tmp_path / "traj.dump", atoms.get_chemical_symbols(), frames)
    words = ("--interfaces", "15 60", "--quantity", "metal", "--out", tmp_path / "out")
    metal = answer("analyse", path, *words)["quantities"]["metal"]
    assert metal["shorted"] is True
    assert metal["short_time"] == {"value": 6.0, "unit": "ps"}
    assert metal["depth"]["value"] > 42.0
    assert metal["largest_cluster"]["value"] >= 2 * WIDE**2 * 16


def test_a_cone_rises_above_its_twins(tmp_path: Path) -> None:
    def analysed(name: str, surface: Surface, seed: int, *words: str | Path) -> dict[str, object]:
        trajectory, _, _ = made(surface, seed, n_frames=15)
        write_h5md(trajectory, tmp_path / f"{name}.h5md")
        first = next(iter(trajectory)).positions[0, 2]  # 1.94 Å above the face, wherever the first frame drifted to
        told = ("--interfaces", f"{first - 1.94:.6f}", "--quantity", "interface", *words, "--out", tmp_path / name)
        found: dict[str, object] = answer("analyse", tmp_path / f"{name}.h5md", *told)["quantities"]["interface"]
        return found

    twins = [analysed(f"twin-{seed}", flat, seed) for seed in (1, 2, 3)]
    assert "seeds of the twin" in twins[0]["protrusion"]["reason"]  # type: ignore[index]
    named = [word for seed in (1, 2, 3) for word in ("--twin", tmp_path / f"twin-{seed}")]
    found = analysed("cell", cone(16.0, 40.0), 4, *named)["protrusion"]
    assert 8.0 < found["height"]["value"] < 16.0  # type: ignore[index]  # the tip is rounded by 2.4 Å
    assert found["beyond_twin"] is True  # type: ignore[index]
    assert (tmp_path / "cell" / "csv" / "protrusions.csv").is_file()
    with pytest.raises(InputError, match="holds no analysed surface"):
        analysed("bad", flat, 5, "--twin", tmp_path)


def test_a_diffusivity_says_whose_fit_it_is_and_a_package_that_lacks_is_named(tmp_path: Path) -> None:
    walk = np.cumsum(np.random.default_rng(1).normal(0.0, 0.2, (60, 20, 3)), axis=0)
    frames = [
        Frame(n, 0.1 * n, np.eye(3) * 10.0, np.concatenate([np.zeros((1, 3)), xyz])) for n, xyz in enumerate(walk)
    ]
    write_h5md(Trajectory(("Zr", *["Li"] * 20), lambda: iter(frames)), tmp_path / "walk.h5md")
    words = ("analyse", tmp_path / "walk.h5md", "--quantity", "msd", "--out", tmp_path / "out")
    assert "gbglass, lags of 10 to 50 %" in answer(*words)["quantities"]["msd"]["diffusivity_by"]
    with pytest.raises(InputError, match="'diffusivity_by' must be gbglass or kinisi, got 'other'"):
        answer(*words[:-1], tmp_path / "other", "--diffusivity-by", "other")
    if find_spec("kinisi") is None:
        with pytest.raises(InputError, match=r"needs the package kinisi .*pip install kinisi==2\.1\.0.*or leave"):
            answer(*words[:-1], tmp_path / "other", "--diffusivity-by", "kinisi")


def test_chains_of_four_have_a_haven_ratio_of_a_quarter(tmp_path: Path) -> None:
    walk = np.cumsum(np.random.default_rng(1).normal(0.0, 0.2, (800, 25, 3)), axis=0)
    xyz = np.concatenate([np.tile(np.arange(4.0)[:, None] * [2.5, 2.5, 2.5], (800, 1, 1)), np.repeat(walk, 4, 1)], 1)
    cell = np.eye(3) * 10.0
    frames = [Frame(n, 0.1 * n, cell, places) for n, places in enumerate(xyz)]
    trajectory = Trajectory(("Zr",) * 4 + ("Li",) * 100, lambda: iter(frames))
    write_h5md(trajectory, tmp_path / "walk.h5md")
    words = ("analyse", tmp_path / "walk.h5md", "--quantity", "haven", "--temperature-K", "900")
    found = answer(*words, "--out", tmp_path / "out")["quantities"]["haven"]
    low, high = (end["value"] for end in found["ratio"]["interval_95"])
    assert low < 0.25 < high < 0.6
    low, high = (end["value"] for end in found["together"]["interval_95"])
    assert low < 4 * 0.2**2 / (2 * 0.1) < high
    # n e² D / kT in SI, of all together: 100 ions in 1000 Å³.
    expected = 0.1e30 * 1.602176634e-19**2 * found["together"]["value"] * 1e-8 / (1.380649e-23 * 900.0) / 100.0
    assert_allclose(found["conductivity"]["value"], expected, rtol=1e-6, atol=0)
    assert {path.name for path in (tmp_path / "out" / "csv").iterdir()} == {"haven-single.csv", "haven-together.csv"}
    short = answer(*words, "--to", "20", "--out", tmp_path / "short")["quantities"]["haven"]["ratio"]
    assert short["value"] is None
    assert "needs 320 frames or more, got 201" in short["reason"]


def boundary_frames(n_frames: int, **columns: FloatArray) -> tuple[list[str], list[Frame]]:
    """Ten layers of one Zr and four Li, six at the boundary in the middle, that stand still."""
    z = np.concatenate([np.repeat(np.arange(10) / 10.0, 5), [0.49, 0.51]]) * 50.0
    symbols = ["Zr", "Li", "Li", "Li", "Li"] * 10 + ["Li", "Li"]
    xyz = np.stack([np.arange(52) % 7, np.arange(52) % 5, z], axis=1).astype(np.float64)
    cell = np.diag([10.0, 20.0, 50.0])
    frames = [
        Frame(100 * n, 0.1 * n, cell, xyz, {name: values[n] for name, values in columns.items()})
        for n in range(n_frames)
    ]
    return symbols, frames


def test_energies_of_atoms_by_region_and_their_committee(tmp_path: Path) -> None:
    symbols, _ = boundary_frames(1)
    base = np.where(np.array(symbols) == "Zr", -9.0, -2.0)
    middle = slice(25, 30)
    one = np.tile(base, (24, 1)) - 1e-3 * np.arange(24)[:, None]
    one[:, middle] -= 0.5
    other = one.copy()
    other[:, middle] += 0.2
    symbols, frames = boundary_frames(24, c_energy=one, c_two=other)
    path = write_dump(tmp_path / "traj.dump", symbols, frames)
    words = ("--quantity", "energy", "--quantity", "drift", "--energies", "c_energy c_two")
    found = answer("analyse", path, *words, "--out", tmp_path / "out")["quantities"]
    # Five of the seven atoms there lie 0.5 eV lower, by the second potential 0.3 eV.
    boundary = found["energy"]["boundary 2"]
    assert_allclose(boundary["referenced"]["value"], -0.5 * 5 / 7, rtol=1e-6, atol=0)
    assert_allclose(boundary["committee_spread"]["value"], 0.2 * 5 / 7 / np.sqrt(2), rtol=1e-6, atol=0)
    assert_allclose(found["energy"]["boundary 1"]["referenced"]["value"], 0.0, atol=1e-9)
    assert_allclose(found["drift"]["slope"]["value"], -0.01, rtol=1e-6, atol=0)
    with pytest.raises(InputError, match="no column pe in the frames; there are c_energy, c_two"):
        answer("analyse", path, "--quantity", "energy", "--energies", "pe", "--out", tmp_path / "none")
    region = tmp_path / "middle.json"
    region.write_text(json.dumps({"kind": "shell", "position": 0.5, "within_A": 2.0}), encoding="utf-8")
    inside = answer("analyse", path, *words[:2], "--region", region, "--out", tmp_path / "in")["quantities"]["energy"]
    assert_allclose(inside["region"]["referenced"]["value"], -0.5 * 5 / 7, rtol=1e-6, atol=0)
    assert inside["region"]["committee_spread"]["value"] is None


def test_energies_of_the_parts_of_a_full_cell_are_those_they_were_made_with(tmp_path: Path) -> None:
    """Lithium has -1.9 eV in the metal and -2.4 elsewhere, but -2.0 in a slab of LLZO; Zr in LZO has 0.3 more."""
    heights = np.tile(np.concatenate([np.linspace(1.0, 13.5, 30), np.linspace(18.0, 42.0, 25)]), (24, 1))
    cell = MadeCell(heights, 0.01 * np.arange(24.0))
    z, symbols = cell.positions[0, :, 2], np.array(cell.symbols)
    middle = (z > 30.5) & (z < 36.5)
    energies = np.where(symbols == "Li", np.where(z < 15.0, -1.9, np.where(middle, -2.0, -2.4)), -9.0)
    energies[(symbols == "Zr") & (z > 45.0)] += 0.3
    frames = [Frame(f.step, f.time, f.cell, f.positions, {"c_energy": energies}) for f in cell.trajectory]
    path = write_dump(tmp_path / "traj.dump", cell.symbols, frames)
    words = ("analyse", path, "--interfaces", "15 45", "--quantity", "energy")
    found = answer(*words, "--out", tmp_path / "out")["quantities"]["energy"]
    assert found["reference"] == "LLZO"
    assert found["parts"].startswith("Li | LLZO | LZO, faces at 15.00, 45.00 Å")
    assert_allclose(found["Li"]["raw"]["value"], -1.9, rtol=1e-6, atol=0)
    assert_allclose(found["LZO"]["raw"]["value"], -8.7, rtol=1e-6, atol=0)
    assert_allclose(found["LZO"]["referenced"]["value"], 0.3, rtol=1e-6, atol=0)
    assert_allclose(found["LLZO"]["referenced"]["value"], 0.0, atol=1e-9)
    region = tmp_path / "middle.json"
    region.write_text(json.dumps({"kind": "slab", "low": 30.5 / 80.0, "high": 36.5 / 80.0}), encoding="utf-8")
    inside = answer(*words, "--region", region, "--out", tmp_path / "in")["quantities"]["energy"]
    assert [name for name in inside if name not in ("columns", "reference", "remark", "parts")] == [
        "Li", "region", "rest of LLZO", "LZO"
    ]  # fmt: skip
    assert inside["reference"] == "rest of LLZO"
    assert_allclose(inside["Li"]["referenced"]["value"], 0.5, rtol=1e-6, atol=0)
    n_lithium = int((middle & (symbols == "Li")).sum())
    assert_allclose(inside["region"]["referenced"]["value"], 0.4 * n_lithium / middle.sum(), rtol=1e-6, atol=0)


def test_a_made_excess_is_found_at_its_boundary(tmp_path: Path) -> None:
    symbols, frames = boundary_frames(24)
    path = write_dump(tmp_path / "traj.dump", symbols, frames)
    words = ("--quantity", "segregation", "--quantity", "voids", "--out", tmp_path / "out")
    done = answer("analyse", path, *words)["quantities"]
    assert_allclose(done["segregation"]["boundary 2"]["gibbs_excess"]["value"], 1.0, rtol=1e-9, atol=0)  # 2 on 2 nm²
    assert_allclose(done["segregation"]["boundary 1"]["gibbs_excess"]["value"], 0.0, atol=1e-9)
    assert done["segregation"]["boundary 2"]["verdict"] == "undecided"  # nothing moves
    assert done["voids"]["at"] == {"value": pytest.approx(2.3), "unit": "ps"}


def bulk_frames(rng: np.random.Generator, n_frames: int) -> tuple[list[str], list[Frame]]:
    """Cubic LLZO that shakes."""
    atoms = cubic_llzo(12, rng)
    shaken = [atoms.positions + rng.normal(0.0, 0.05, (len(atoms), 3)) for _ in range(n_frames)]
    frames = [Frame(10 * n, 0.1 * n, atoms.cell.array, xyz) for n, xyz in enumerate(shaken)]
    return list(atoms.get_chemical_symbols()), frames


def test_radii_of_cavities_come_from_the_bulk_of_ones_own_potential(tmp_path: Path) -> None:
    """From its results or its trajectory they are the onsets of its distributions, and the result says so."""
    symbols, frames = bulk_frames(np.random.default_rng(5), 6)
    bulk = write_dump(tmp_path / "bulk.dump", symbols, frames)
    rdf = answer("analyse", bulk, "--quantity", "rdf", "--out", tmp_path / "bulk")["quantities"]["rdf"]
    symbols, frames = bulk_frames(np.random.default_rng(6), 1)
    path = write_dump(tmp_path / "traj.dump", symbols, frames)
    words = ("analyse", path, "--quantity", "cavity")
    packaged = answer(*words, "--out", tmp_path / "packaged")["quantities"]["cavity"]
    assert packaged["radii"].startswith("of cubic LLZO at 1000 K by buckingham-llzo")
    assert packaged["grid"]["change"]["value"] <= 0.001
    assert packaged["grid"]["converged"] is True
    for name, place in (("results", tmp_path / "bulk"), ("trajectory", bulk)):
        found = answer(*words, "--radii-from", place, "--out", tmp_path / name)["quantities"]["cavity"]
        assert found["radii"] == f"onsets of the distributions in {place}"
        for pair in ("Li-La", "Li-Zr", "Li-O"):
            assert found[f"radius {pair}"]["value"] == rdf[pair]["onset"]["value"]
        assert found["interior"]["value"] < packaged["interior"]["value"]  # cold: lithium keeps farther away

    symbols, frames = boundary_frames(4)
    other = write_dump(tmp_path / "other.dump", symbols, frames)
    answer("analyse", other, "--quantity", "rdf", "--out", tmp_path / "other")
    answer("analyse", bulk, "--quantity", "order", "--out", tmp_path / "order")
    for place, message in (
        (other, "radii need a bulk of Li, La, Zr and O; .*other.dump has no La, O"),
        (tmp_path / "other", "has no onset of Li-La, Li-O"),
        (tmp_path / "order", "holds no distributions of a whole bulk; .*'--quantity rdf'"),
        (tmp_path, "holds neither results.json with distributions nor a finished run"),
        (tmp_path / "none", "none is no file and no folder of a run"),
    ):
        with pytest.raises(InputError, match=message):
            answer(*words, "--radii-from", place, "--out", tmp_path / "wrong")


def test_any_species_has_a_colour_among_distributions(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    frames = [Frame(n, 0.1 * n, np.eye(3) * 12.0, rng.uniform(0.0, 12.0, (60, 3))) for n in range(3)]
    path = write_dump(tmp_path / "traj.dump", ["Li", "P", "S", "Zr"] * 15, frames)
    found = answer("analyse", path, "--quantity", "rdf", "--out", tmp_path / "out")["quantities"]["rdf"]
    assert list(found) == ["Li-Li", "Li-P", "Li-S", "Li-Zr"]
    assert (tmp_path / "out" / "figures" / "rdf.svg").is_file()


def test_a_crack_is_as_open_as_it_was_cut(tmp_path: Path) -> None:
    wall = np.stack(np.meshgrid(*[np.arange(12.0)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    frames = [Frame(0, 0.0, np.eye(3) * 12.0, wall[wall[:, 2] < 6.0])]
    trajectory = Trajectory(("Zr",) * len(frames[0].positions), lambda: iter(frames))
    write_h5md(trajectory, tmp_path / "wall.h5md")
    found = answer("analyse", tmp_path / "wall.h5md", "--quantity", "voids", "--out", tmp_path / "out")
    assert 6.0 < found["quantities"]["voids"]["opening"]["value"] < 7.0
    assert (tmp_path / "out" / "figures" / "voids.svg").is_file()
