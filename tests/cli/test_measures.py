"""``gbglass voltage``, ``charge`` and ``compare``: known answers, and what is said when something lacks."""

import json
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.calculators.singlepoint import SinglePointCalculator
from ase.io import write
from numpy.testing import assert_allclose
from typer.testing import CliRunner

from gbglass.analysis.comparison import compare
from gbglass.analysis.statistics import estimate
from gbglass.cli.main import app
from gbglass.core.arrays import FloatArray
from gbglass.core.results import Estimate
from gbglass.errors import FormatError, InputError, StateError
from gbglass.report.records import estimate_record, quantity
from gbglass.store.atomic import write_json
from gbglass.store.tables import Table, write_tables
from gbglass.verbs.results import read_means
from tests.cli.measured import answer

LITHIUM = "-1.905"


def test_voltage_of_lizr2o4_from_a_table_and_from_structures_is_that_of_its_energies(tmp_path: Path) -> None:
    """E(Zr4O8) and E(Li2Zr4O8): -106.217 and -112.921 eV, so V = 6.704 / 2 - 1.905; x = 0.5 lies above the hull."""
    table = tmp_path / "orderings.csv"
    table.write_text("name,x,energy_eV\nempty,0,-53.1085\nhalf,0.5,-54.0\nfull,1,-56.4605\n", encoding="utf-8")
    found = answer("voltage", table, "--lithium-energy", LITHIUM, "--out", tmp_path / "table")
    assert found["corners"] == ["empty", "full"]
    assert_allclose(found["mean"]["value"], 6.704 / 2 - 1.905, rtol=1e-12, atol=0)
    assert (tmp_path / "table" / "figures" / "voltage.svg").is_file()

    structures = []
    for formula, energy in (("Zr4O8", -106.217), ("Li2Zr4O8", -112.921)):
        atoms = Atoms(formula, cell=[5, 5, 5], pbc=True)
        atoms.calc = SinglePointCalculator(atoms, energy=energy)
        structures.append(atoms)
    write(tmp_path / "orderings.extxyz", structures)
    words = ("voltage", tmp_path / "orderings.extxyz", "--lithium-energy", LITHIUM)
    again = answer(*words, "--out", tmp_path / "structures")
    assert_allclose(again["plateaus"][0]["voltage"]["value"], found["mean"]["value"], rtol=1e-9, atol=0)
    with pytest.raises(StateError, match="holds results already"):
        answer(*words, "--out", tmp_path / "structures")


def test_what_is_wrong_with_orderings_is_said_with_its_place(tmp_path: Path) -> None:
    words = ("--lithium-energy", LITHIUM, "--out", tmp_path / "out")
    table = tmp_path / "bad.csv"
    table.write_text("x,energy\n0,-1\n", encoding="utf-8")
    with pytest.raises(FormatError, match="line 1: the columns x and energy_eV are due"):
        answer("voltage", table, *words)
    table.write_text("x,energy_eV\n0,-1\n1,much\n", encoding="utf-8")
    with pytest.raises(FormatError, match=r"line 3: .*'much'"):
        answer("voltage", table, *words)
    write(tmp_path / "none.extxyz", Atoms("Zr2O4", cell=[5, 5, 5], pbc=True))
    with pytest.raises(InputError, match=r"structure 0 of .* has no energy"):
        answer("voltage", tmp_path / "none.extxyz", *words)


def test_made_excess_electrons_are_found_where_they_were_put(tmp_path: Path) -> None:
    """Three times as dense in the first fifth of y, between 10 and 14 Å."""
    atoms, rng = Atoms("Li", cell=[10, 20, 30], pbc=True), np.random.default_rng(1)
    before = rng.uniform(1.0, 2.0, (10, 20, 60))
    z = np.arange(60) * 0.5
    extra = np.where(np.arange(20)[:, None] < 4, 3.0, 1.0) * ((z >= 10.0) & (z < 14.0)) * 0.01
    write(tmp_path / "neutral.cube", atoms, data=before)
    write(tmp_path / "charged.cube", atoms, data=before + extra)
    words = ("charge", tmp_path / "charged.cube", "--neutral", tmp_path / "neutral.cube", "--unit", "1/A3")
    layer = ("--low", "10", "--high", "14", "--column", "2")
    patches = ("--patch", "LLZO-GB | Li 0 0.2", "--patch", "LLZO | Li 0.2 1")
    found = answer(*words, *layer, *patches, "--out", tmp_path / "out")
    assert_allclose(found["electrons"]["value"], float(np.broadcast_to(extra, before.shape).mean()) * 6000.0, rtol=1e-4)
    assert_allclose(found["layer"]["share"]["value"], 1.0, rtol=1e-4, atol=0)
    densities = {patch["name"]: patch["density_over_layer"]["value"] for patch in found["patches"]}
    assert_allclose(densities["LLZO-GB | Li"] / densities["LLZO | Li"], 3.0, rtol=1e-3, atol=0)
    shown = CliRunner().invoke(app, [*map(str, words), "--out", str(tmp_path / "planes")], catch_exceptions=False)
    assert "charge: electrons" in shown.stdout
    for wrong, message in (
        (("--low", "10"), "needs both its ends"),
        (("--patch", "GB 0 0.2"), "are parts of a layer"),
        ((*layer, "--patch", "GB 0"), "'--patch' must be a name and two numbers"),
    ):
        with pytest.raises(InputError, match=message):
            answer(*words, *wrong, "--out", tmp_path / "wrong")


def results(folder: Path, means: dict[str, Estimate]) -> Path:
    write_json(folder / "results.json", {"quantities": {"regions": {k: estimate_record(v) for k, v in means.items()}}})
    return folder


def noise(seed: int, mean: float) -> Estimate:
    return estimate(np.random.default_rng(seed).normal(mean, 1.0, 400), "atoms")


def test_two_runs_are_told_apart_only_where_they_differ(tmp_path: Path) -> None:
    one = results(tmp_path / "one", {"boundary 1": noise(1, 10.0), "boundary 2": noise(2, 10.0), "only": noise(3, 1.0)})
    other = results(tmp_path / "other", {"boundary 1": noise(4, 10.5), "boundary 2": noise(5, 10.0)})
    assert read_means(one)["regions: boundary 1"].mean == noise(1, 10.0)
    found = answer("compare", one, other)
    verdicts = {name: difference["verdict"] for name, difference in found["differences"].items()}
    assert verdicts == {"regions: boundary 1": "smaller", "regions: boundary 2": "undecided"}
    raised = found["differences"]["regions: boundary 1"]
    assert_allclose(raised["p_value_of_all"]["value"], 2.0 * raised["p_value"]["value"], rtol=1e-9, atol=0)
    assert list(found["left_out"]) == ["regions: only"]
    asked = answer("compare", one, other, "--quantity", "regions: boundary 2")
    assert list(asked["differences"]) == ["regions: boundary 2"]
    shown = CliRunner().invoke(app, ["compare", str(one), str(other)], catch_exceptions=False).stdout
    assert "regions: boundary 1: -0.6162 atoms" in shown
    assert "left out: regions: only" in shown


def series(folder: Path, columns: dict[str, FloatArray]) -> Path:
    """Results of a run that kept these series, 0.1 ps apart."""
    times: FloatArray = 0.1 * np.arange(len(next(iter(columns.values()))), dtype=np.float64)
    write_tables([Table("regions", {"time (ps)": times, **columns})], folder)
    write_json(folder / "results.json", {"quantities": {}})
    return folder


def test_two_boundaries_of_a_cell_are_judged_by_their_difference(tmp_path: Path) -> None:
    """They rise and fall together by 5 atoms; the second has one more, which their own errors could never tell."""
    rng = np.random.default_rng(3)
    common: FloatArray = 5.0 * np.sin(np.arange(2000.0) / 300.0)
    first, second, third = (20.0 + common + rng.normal(mean, 1.0, 2000) for mean in (0.0, 1.0, 0.0))
    names = ("boundary 1 (atoms)", "boundary 2 (atoms)", "boundary 10 (atoms)", "interior (atoms)")
    folder = series(tmp_path / "run", dict(zip(names, (first, second, third, 2.0 * common), strict=True)))
    words = ("compare", folder, "--between")
    found = answer(*words, "boundary 2", "boundary 1")["differences"]["regions"]
    assert found["verdict"] == "larger"
    low, high = (end["value"] for end in found["interval_95"])
    assert low < 1.0 < high < 1.3
    assert " ps on, the 95 % interval of the difference is " in found["reason"]
    assert answer(*words, "boundary 1", "boundary 10")["differences"]["regions"]["verdict"] == "undecided"
    assert compare(estimate(first, "atoms"), estimate(second, "atoms")).verdict == "undecided"
    shown = CliRunner().invoke(app, [*map(str, words), "boundary 2", "boundary 1"], catch_exceptions=False).stdout
    assert shown.startswith("regions: 0.9697 atoms (")
    for between, message in (
        (("boundary 1", "boundary 1"), "two parts are compared, got 'boundary 1' twice"),
        (("boundary 1", "boundary 3"), "nothing that can be compared of both 'boundary 1' and 'boundary 3'"),
    ):
        with pytest.raises(InputError, match=message):
            answer(*words, *between)
    with pytest.raises(InputError, match="name results to compare with, or two parts"):
        answer("compare", folder)
    (folder / "arrays.npz").write_bytes(b"PK damaged")
    with pytest.raises(FormatError, match=r"arrays\.npz: cannot be read"):
        answer(*words, "boundary 1", "boundary 2")


def test_boundaries_are_compared_over_seeds_and_across_runs(tmp_path: Path) -> None:
    """Seeds differ by 4 atoms, and in each the second boundary has 0.5 more."""
    for seed, value in enumerate((6.0, 10.0, 14.0)):
        ends = {"boundary 1": noise(seed, value), "boundary 2": noise(seed, value + 0.5 + 0.05 * seed)}
        results(tmp_path / "gb" / f"seed-{seed}", ends)
        results(tmp_path / "twin" / f"seed-{seed}", {"boundary 1": noise(9 + seed, 100.0 + seed)})
    found = answer("compare", tmp_path / "gb", "--between", "boundary 1", "boundary 2")
    assert [n["value"] for n in found["runs"]] == [3, 3]
    assert found["differences"]["regions"]["verdict"] == "smaller"
    assert_allclose(found["differences"]["regions"]["difference"]["value"], -0.55, rtol=1e-9, atol=0)
    across = answer("compare", tmp_path / "gb", tmp_path / "twin", "--between", "boundary 2", "boundary 1")
    assert across["differences"]["regions"]["verdict"] == "smaller"
    assert set(across["differences"]) == {"regions"}


def test_discharges_are_compared_over_the_same_part_only(tmp_path: Path) -> None:
    for name, end in (("one", 50.0), ("other", 50.0), ("longer", 90.0)):
        span = {"from": quantity(0.0, "ps"), "to": quantity(end, "ps")}
        rate = {**span, "into_positive": estimate_record(noise(len(name), 1.0))}
        kept = estimate_record(noise(7, 1.0))
        write_json(tmp_path / name / "results.json", {"quantities": {"discharge": {"rate": rate}, "order": kept}})
    same = answer("compare", tmp_path / "one", tmp_path / "other")
    assert set(same["differences"]) == {"discharge: rate: into_positive", "order"}
    found = answer("compare", tmp_path / "one", tmp_path / "longer")
    assert set(found["differences"]) == {"order"}
    assert "the same part of it" in found["left_out"]["discharge: rate: into_positive"]


def test_chance_among_many_comparisons_tells_nothing_apart(tmp_path: Path) -> None:
    """Of 40 means that are alike, about two have p < 0.05 by themselves; none may be called different."""
    sides = [
        results(tmp_path / name, {f"region {n}": noise(start + n, 5.0) for n in range(40)})
        for name, start in (("one", 100), ("other", 200))
    ]
    found = answer("compare", *sides)["differences"].values()
    assert any(one["p_value"]["value"] < 0.05 for one in found)
    assert {one["verdict"] for one in found} == {"undecided"}


def test_several_seeds_are_compared_by_their_spread(tmp_path: Path) -> None:
    for name, values in (("gb", (12.0, 12.4, 12.2)), ("twin", (10.0, 10.3, 10.1))):
        for seed, value in enumerate(values):
            results(tmp_path / name / f"seed-{seed}", {"interior": noise(seed, value)})
    found = answer("compare", tmp_path / "gb", tmp_path / "twin")
    assert [n["value"] for n in found["runs"]] == [3, 3]
    assert found["differences"]["regions: interior"]["verdict"] == "larger"
    with pytest.raises(InputError, match="one run cannot be compared with several"):
        answer("compare", tmp_path / "gb", tmp_path / "twin" / "seed-0")
    with pytest.raises(InputError, match=r"holds results\.json; analyse a trajectory first"):
        answer("compare", tmp_path / "gb", tmp_path)
    (tmp_path / "twin" / "seed-1" / "results.json").write_text(json.dumps([1]), encoding="utf-8")
    with pytest.raises(FormatError, match="holds no results that can be read"):
        answer("compare", tmp_path / "gb", tmp_path / "twin")
