"""One pass, many quantities: the same numbers as each analysis by itself, and the same in parts as in one piece."""

import json
from pathlib import Path

import numpy as np
import pytest
from ase.io.cube import read_cube
from numpy.testing import assert_allclose

from gbglass.analysis.coordination import TYPES
from gbglass.analysis.rdf import radial_distributions
from gbglass.analysis.region_counts import count_regions
from gbglass.core.framework import anchor_framework
from gbglass.core.partition import eleven_regions
from gbglass.core.trajectory import Window
from gbglass.errors import FormatError, InputError, StateError
from gbglass.units import ANGSTROM_PER_BOHR
from gbglass.verbs.analyse import AnalysisSpec, analyse
from gbglass.verbs.quantities.system import System
from gbglass.verbs.quantities.table import QUANTITIES
from gbglass.verbs.trajectories import Reading, open_trajectory
from tests.example_files import write_walk

N_FRAMES = 36

OF_CELLS = {"discharge", "interface", "metal"}
"""What needs a cell with electrodes."""

OF_LOGS = {"drift", "stress"}
"""What the log of a run says, and positions do not."""

OF_COLUMNS = {"energy"}
"""What needs more of each atom than its place."""

NOT_OF_A_BOUNDARY = OF_CELLS | OF_LOGS | OF_COLUMNS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A garnet whose lithium walks, as a dump and its data file."""
    place = tmp_path_factory.mktemp("garnet")
    write_walk(place, N_FRAMES)
    return place


def test_every_quantity_comes_out_with_numbers_curves_and_figures(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    analysis = analyse(folder / "traj.dump", out, reading=Reading(structure=folder / "gb.data"))
    assert analysis.n_frames == N_FRAMES
    assert set(analysis.left_out) == NOT_OF_A_BOUNDARY
    assert set(analysis.numbers) == set(QUANTITIES) - NOT_OF_A_BOUNDARY
    record = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert record["quantities"]["cavity"]["radius Li-O"] == {"value": 1.55, "unit": "Å"}
    with np.load(out / "arrays.npz") as arrays:
        tables = {name.split("/")[0] for name in arrays.files}
    assert {path.stem for path in (out / "csv").iterdir()} == tables
    assert {"regions", "msd", "rdf", "cavity", "order", "polyhedra", "density"} <= {
        p.stem for p in (out / "figures").iterdir()
    }
    assert_cube_holds_all_lithium(out / "density.cube", 56)
    with pytest.raises(StateError, match="holds results already"):
        analyse(folder / "traj.dump", out)


def assert_cube_holds_all_lithium(path: Path, n_lithium: int) -> None:
    """Read back by another program's reader, in its units."""
    with path.open(encoding="utf-8") as file:
        cube = read_cube(file)
    volume = abs(np.linalg.det(cube["atoms"].cell.array)) / ANGSTROM_PER_BOHR**3
    assert_allclose(cube["data"].mean() * volume, n_lithium, rtol=1e-6)


def test_distributions_by_type_add_up_to_those_of_all_lithium(folder: Path, tmp_path: Path) -> None:
    """Weighted by how many there are of each type: the types hold every lithium once."""
    names = ("rdf", "rdf-types", "coordination")
    analyse(folder / "traj.dump", tmp_path / "out", AnalysisSpec(names))
    with np.load(tmp_path / "out" / "arrays.npz") as arrays:
        whole = arrays["rdf/g Li-O (1)"]
        parts = {
            kind: arrays[f"rdf-types/g Li-O, {kind} (1)"]
            for kind in TYPES
            if f"rdf-types/g Li-O, {kind} (1)" in arrays.files
        }
        shares = {kind: arrays[f"lithium-types/{kind} (atoms)"].sum() for kind in parts}
    total = sum(shares.values())
    assert total == 56 * N_FRAMES
    together = sum(shares[kind] / total * parts[kind] for kind in parts)
    assert_allclose(together, whole, rtol=1e-9, atol=1e-9)


def test_numbers_are_those_of_each_analysis_by_itself(folder: Path, tmp_path: Path) -> None:
    window = Window(first_ps=1.0, last_ps=3.0, every=3)
    spec = AnalysisSpec(("regions", "rdf"), window=window)
    analyse(folder / "traj.dump", tmp_path / "out", spec)
    trajectory = open_trajectory(folder / "traj.dump").part(window)
    first = next(iter(trajectory))
    anchor = anchor_framework(System(trajectory.symbols, first).atoms)
    counts = count_regions(trajectory, "Li", eleven_regions(), anchor)
    rdf = radial_distributions(trajectory, [("Li", "O")])["Li-O"]
    with np.load(tmp_path / "out" / "arrays.npz") as arrays:
        assert_allclose(arrays["regions/time (ps)"], [1.0, 1.3, 1.6, 1.9, 2.2, 2.5, 2.8], rtol=1e-9)
        assert np.array_equal(arrays["regions/region 3 (atoms)"], counts.counts[:, 2])
        assert_allclose(arrays["rdf/g Li-O (1)"], rdf.g, rtol=1e-12, atol=1e-12)


def test_parts_side_by_side_give_what_one_pass_gives(folder: Path, tmp_path: Path) -> None:
    # Joined parts know less of long lags, as it says, and of how long lithium takes to even out.
    names = tuple(name for name in QUANTITIES if name not in NOT_OF_A_BOUNDARY | {"msd", "segregation"})
    window = Window(first_ps=0.5, every=2)
    for out, processes in (("one", 1), ("two", 2)):
        analyse(folder / "traj.dump", tmp_path / out, AnalysisSpec(names, window=window, processes=processes))
    with np.load(tmp_path / "one" / "arrays.npz") as one, np.load(tmp_path / "two" / "arrays.npz") as two:
        assert one.files == two.files
        for name in one.files:
            if name.startswith("migration/"):  # sums of numbers that are not whole round another way in another order
                assert_allclose(two[name], one[name], rtol=1e-9, atol=1e-12, err_msg=name)
            else:
                assert np.array_equal(two[name], one[name], equal_nan=True), name


OF_GARNET = {"cavity", "order", "glass", "polyhedra"}
"""What needs its La and Zr."""

TIED = {"regions", "segregation", "msd", "haven", "density", "migration", "flux"}
"""What needs any framework."""


def test_what_a_trajectory_does_not_allow_is_left_out_with_the_reason_or_refused(folder: Path, tmp_path: Path) -> None:
    text = (folder / "traj.dump").read_text()
    for name in ("La", "Zr"):
        text = text.replace(f" {name} ", " Na ")
    (tmp_path / "other.dump").write_text(text)
    other = analyse(tmp_path / "other.dump", tmp_path / "out")
    assert set(other.left_out) == OF_GARNET | NOT_OF_A_BOUNDARY, "oxygen is a framework"
    (tmp_path / "none.dump").write_text(text.replace(" O ", " Na "))
    analysis = analyse(tmp_path / "none.dump", tmp_path / "nothing")
    assert set(analysis.left_out) == OF_GARNET | TIED | NOT_OF_A_BOUNDARY | {"rdf-types"}, "of lithium about oxygen"
    assert "needs La or Zr to be tied to, or other ions than K, Li, Na" in analysis.left_out["regions"]
    with pytest.raises(InputError, match=r"order: .*Zr"):
        analyse(tmp_path / "none.dump", tmp_path / "third", AnalysisSpec(("order",)))


def test_mistakes_are_said_before_anything_is_read(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no quantity rdfs; there are all, regions"):
        AnalysisSpec(("rdfs",))
    with pytest.raises(InputError, match="has no frame from 99 to"):
        analyse(folder / "traj.dump", tmp_path / "out", AnalysisSpec(window=Window(first_ps=99.0)))
    assert not (tmp_path / "out").exists()


def test_damage_in_a_part_names_the_frame_of_the_whole_file(folder: Path, tmp_path: Path) -> None:
    text = (folder / "traj.dump").read_text()
    place = text.index("ITEM: TIMESTEP\n3500\n")
    (tmp_path / "bad.dump").write_text(text[:place] + text[place:].replace("\n7 ", "\n700 ", 1))
    for processes in (1, 2):
        with pytest.raises(FormatError, match=r"frame 35 .*1 atoms are gone \(id 7\)"):
            analyse(tmp_path / "bad.dump", tmp_path / "out", AnalysisSpec(("regions",), processes=processes))
    assert not (tmp_path / "out").exists()


def test_a_quantity_that_cannot_go_on_does_not_stop_the_others(folder: Path, tmp_path: Path) -> None:
    text = (folder / "traj.dump").read_text()
    place = text.index("ITEM: TIMESTEP\n2000\n")
    edge = text[place:].split("BOX BOUNDS xy xz yz pp pp pp\n")[1].split("\n")[0]
    low, high, skew = edge.split()
    (tmp_path / "npt.dump").write_text(
        text[:place] + text[place:].replace(edge, f"{low} {float(high) + 0.1!r} {skew}", 1)
    )
    analysis = analyse(tmp_path / "npt.dump", tmp_path / "out", AnalysisSpec(("all",)))
    assert set(analysis.left_out) == {"msd", "haven", "segregation"} | NOT_OF_A_BOUNDARY
    assert "cell" in analysis.left_out["msd"]
    with pytest.raises(InputError, match=r"msd: .*cell"):
        analyse(tmp_path / "npt.dump", tmp_path / "other", AnalysisSpec(("msd", "regions")))
