"""``gbglass arrhenius``: a known line through folders and tables, seeds, and what is left out or refused."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from typer.testing import CliRunner

from gbglass.cli.main import app
from gbglass.core.results import Estimate
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import FormatError, InputError, StateError
from gbglass.report.records import estimate_record, quantity
from gbglass.store.atomic import write_json
from gbglass.store.h5md import write_h5md
from gbglass.units import BOLTZMANN_EV_PER_K
from tests.cli.measured import answer

ENERGY, PREFACTOR = 0.31, 3.0


def diffusivity(kelvin: float) -> float:
    return PREFACTOR * math.exp(-ENERGY / (BOLTZMANN_EV_PER_K * kelvin))


def study_results(folder: Path, kelvin: float, *, factor: float = 1.0, is_diffusing: bool = True) -> Path:
    """What a study of transport leaves, as far as it counts here."""
    d = factor * diffusivity(kelvin)
    record = estimate_record(Estimate(d, "Å²/ps", 0.2 * d, 0.05 * d, 500, 6.0, (0.87 * d, 1.13 * d)))
    content = {
        "study": "transport", "title": "cubic LLZO", "potential": {"name": "mine"}, "is_diffusing": is_diffusing,
        "temperature": quantity(kelvin, "K"), "diffusivity": record, "diffusivity_axes": dict.fromkeys("xyz", record),
    }  # fmt: skip
    write_json(folder / "results.json", content)
    return folder


def test_a_known_line_is_found_from_a_table_in_either_unit(tmp_path: Path) -> None:
    found = []
    for unit, factor in (("A2_per_ps", 1.0), ("cm2_per_s", 1e-4)):
        rows = [f"temperature_K,diffusivity_{unit},standard_error_{unit}"]
        rows += [f"{t},{factor * diffusivity(t):.12g},{factor * 0.05 * diffusivity(t):.12g}" for t in (800, 950, 1100)]
        table = tmp_path / f"{unit}.csv"
        table.write_text("\n".join(rows), encoding="utf-8")
        found.append(answer("arrhenius", table, "--at-K", "900", "--at-K", "300", "--out", tmp_path / unit))
    for one in found:
        energy = one["activation_energy"]
        assert_allclose(energy["value"], ENERGY, rtol=1e-9, atol=0)
        assert energy["interval_95"][0]["value"] < ENERGY < energy["interval_95"][1]["value"]
        assert_allclose(one["prefactor"]["value"], PREFACTOR, rtol=1e-8, atol=0)
        assert_allclose(one["read"]["300 K"]["diffusivity"]["value"], diffusivity(300.0), rtol=1e-8, atol=0)
        assert one["read"]["300 K"]["remark"].startswith("extrapolated from 800 to 1100 K")
        assert one["read"]["900 K"]["remark"].startswith("between temperatures")
    assert (tmp_path / "A2_per_ps" / "figures" / "arrhenius.svg").is_file()
    assert (tmp_path / "A2_per_ps" / "csv" / "arrhenius_fit.csv").is_file()
    with pytest.raises(StateError, match="holds results already"):
        answer("arrhenius", tmp_path / "A2_per_ps.csv", "--out", tmp_path / "A2_per_ps")


def test_seeds_are_one_point_and_what_does_not_diffuse_is_left_out(tmp_path: Path) -> None:
    """A folder of cases is read as a whole; two seeds 10 % apart at 900 K become one point with their error."""
    runs = tmp_path / "runs" / "across"
    for n, kelvin in enumerate((1000.0, 1100.0)):
        study_results(runs / "cases" / f"case-{n}", kelvin)
    for n, factor in enumerate((0.95, 1.05)):
        study_results(runs / "cases" / f"seed-{n}", 900.0, factor=factor)
    study_results(runs / "cases" / "cold", 500.0, is_diffusing=False)
    found = answer("arrhenius", runs, "--along", "z", "--out", tmp_path / "fit")
    assert [(p["temperature"]["value"], p["runs"]["value"]) for p in found["points"]] == [
        (900, 2),
        (1000, 1),
        (1100, 1),
    ]
    assert_allclose(found["activation_energy"]["value"], ENERGY, rtol=0.02, atol=0)
    assert list(found["left_out"].values()) == ["lithium hardly left its sites"]
    shown = CliRunner().invoke(app, ["arrhenius", str(runs), "--out", str(tmp_path / "again")], catch_exceptions=False)
    assert "arrhenius: activation energy 0.3" in shown.stdout
    assert "extrapolated from 900 to 1100 K" in shown.stdout


def walk(path: Path, kelvin: float, step: float) -> Path:
    """Sixty ions that walk; each step along each axis has this spread."""
    rng, zirconium = np.random.default_rng(int(kelvin)), np.zeros((1, 3))
    places = np.cumsum(rng.normal(0.0, step, (300, 60, 3)), axis=0)
    frames = [Frame(n, 0.2 * n, np.eye(3) * 10.0, np.concatenate([zirconium, xyz])) for n, xyz in enumerate(places)]
    write_h5md(Trajectory(("Zr",) + ("Li",) * 60, lambda: iter(frames)), path)
    return path


def test_analysed_trajectories_give_the_line_that_their_walkers_were_made_with(tmp_path: Path) -> None:
    analysed = []
    for kelvin in (800.0, 1000.0, 1200.0):
        step = math.sqrt(2.0 * 0.2 * diffusivity(kelvin))
        trajectory = walk(tmp_path / f"{kelvin:g}.h5md", kelvin, step)
        analysed.append(tmp_path / f"{kelvin:g}")
        told = ("--quantity", "msd", "--temperature-K", kelvin)
        answer("analyse", trajectory, *map(str, told), "--out", analysed[-1])
    found = answer("arrhenius", *analysed, "--out", tmp_path / "fit")["activation_energy"]
    assert found["interval_95"][0]["value"] < ENERGY < found["interval_95"][1]["value"]
    assert_allclose(found["value"], ENERGY, rtol=0.2, atol=0)

    frozen = walk(tmp_path / "frozen.h5md", 300.0, 0.01)
    words = ("analyse", frozen, "--quantity", "msd", "--out")
    answer(*words, tmp_path / "frozen", "--temperature-K", "300")
    with pytest.raises(InputError, match=r"got 800 K, 1000 K; left out: .*frozen \(300 K\): .*hardly left their sites"):
        answer("arrhenius", *analysed[:2], tmp_path / "frozen", "--out", tmp_path / "none")
    answer(*words, tmp_path / "untold")
    with pytest.raises(InputError, match=r"untold does not say its temperature; .*'--temperature-K'"):
        answer("arrhenius", *analysed, tmp_path / "untold", "--out", tmp_path / "none")
    answer("analyse", frozen, "--quantity", "rdf", "--out", tmp_path / "rdf")
    with pytest.raises(InputError, match=r"rdf holds no diffusivity; .*'--quantity msd'"):
        answer("arrhenius", tmp_path / "rdf", "--out", tmp_path / "none")
    study = study_results(tmp_path / "study", 900.0)
    with pytest.raises(
        InputError, match="one line is of one thing, but these are of 2: Li; lithium in cubic LLZO, mine"
    ):
        answer("arrhenius", *analysed, study, "--out", tmp_path / "none")


def test_what_is_wrong_with_a_table_or_a_folder_is_said_with_its_place(tmp_path: Path) -> None:
    table, words = tmp_path / "bad.csv", ("--out", tmp_path / "out")
    head = "temperature_K,diffusivity_A2_per_ps,standard_error_A2_per_ps\n"
    for text, error, message in (
        ("T,D\n1,2\n", FormatError, "line 1: the columns temperature_K, diffusivity_UNIT"),
        (f"{head}900,much,0.1\n", FormatError, "line 2: every column must be a number, got 900, much, 0.1"),
        (f"{head}900,0.1\n", FormatError, "line 2: every column must be a number, got 900, 0.1, None"),
        (f"{head}900,-0.1,0.1\n", FormatError, "line 2: temperatures, diffusivities and their errors must be above 0"),
        (f"{head}900,0.1,0.01\n", InputError, "3 temperatures or more, got 900 K"),
        (head, FormatError, "holds no row"),
    ):
        table.write_text(text, encoding="utf-8")
        with pytest.raises(error, match=message):
            answer("arrhenius", table, *words)
    with pytest.raises(InputError, match="a table has one at each temperature"):
        answer("arrhenius", table, "--along", "x", *words)
    with pytest.raises(InputError, match="'at_K' must be temperatures above 0"):
        answer("arrhenius", table, "--at-K", "0", *words)
    (tmp_path / "results.json").write_text(json.dumps([1]), encoding="utf-8")
    with pytest.raises(FormatError, match="holds no diffusivity that can be read"):
        answer("arrhenius", tmp_path, *words)
    (tmp_path / "results.json").write_text(json.dumps({"study": "segregation"}), encoding="utf-8")
    with pytest.raises(
        InputError, match="holds no diffusivities; give results of 'analyse' or of a study of transport"
    ):
        answer("arrhenius", tmp_path, *words)
