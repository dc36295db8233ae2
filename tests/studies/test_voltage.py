"""The study of voltage: by hand, gone on with when a program appears, killed in the middle, mistakes named."""

import json
import signal
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ase import Atoms
from ase.io import write

from gbglass.claims.case_record import CaseRecord
from gbglass.claims.registry import judge_cases
from gbglass.errors import ConfigError, EngineError, InputError
from gbglass.learning.crystals import spinel_host
from gbglass.report.present import campaign_figures, campaign_rows
from gbglass.studies.kinds import STATIC_STUDIES
from gbglass.studies.reading import check_study
from gbglass.studies.voltage import smallest_cell
from gbglass.verbs.new import new
from gbglass.verbs.plan import plan
from gbglass.verbs.programs import OtherPrograms
from gbglass.verbs.run import run
from tests.end_to_end.conftest import command, gbglass
from tests.end_to_end.test_interruption import wait_for
from tests.report.browser import look_at
from tests.studies.own import ANTIPEROVSKITE, ARGYRODITE, LAYERED, electrode, layered, write_card
from tests.studies.stand_in import PLATEAUS, stand_in

EXAMPLE = Path(__file__).parents[2] / "examples" / "voltage" / "minimal.toml"
GPAW = "\n[gpaw]\ncutoff_eV = 300.0\n"


def raw(**more: Any) -> dict[str, Any]:
    return {**tomllib.loads(EXAMPLE.read_text(encoding="utf-8")), **more}


def written(folder: Path, more: str = "") -> Path:
    study = folder / "toy.toml"
    study.write_text(EXAMPLE.read_text(encoding="utf-8") + more, encoding="utf-8")
    return study


def records(folder: Path, by: str) -> dict[str, dict[str, Any]]:
    found = sorted((folder / "work").glob(f"{by}-*/done.json"))
    return {path.parent.name: json.loads(path.read_text(encoding="utf-8"))["result"] for path in found}


def test_each_ordering_is_an_item_and_gpaw_gets_the_best_of_a_content() -> None:
    planned = STATIC_STUDIES["voltage"].plan(check_study(raw(teacher="chgnet", gpaw={"contents": [0.0, 1.0]})))
    names = [item.name for item in planned.items]
    assert names[:5] == ["potential-metal", "potential-x0-1", "potential-x0.5-1", "potential-x0.5-2", "potential-x1-1"]
    assert names[5:] == [*(n.replace("potential", "teacher") for n in names[:5]), "gpaw-metal", "gpaw-x0", "gpaw-x1"]
    assert planned.items[-1].needs == ("potential-x1-1",)
    assert planned.items[-3].needs == ("potential-metal",)


@pytest.mark.parametrize("how", [{"spin": "never"}, {"cutoff_eV": 700.0}, {"k_spacing_per_A": 0.3}], ids=str)
def test_gpaw_asked_in_another_way_is_asked_anew(how: dict[str, Any]) -> None:
    usual, other = (
        {item.name: item.inputs for item in STATIC_STUDIES["voltage"].plan(check_study(raw(gpaw=one))).items}
        for one in ({}, how)
    )
    assert {name for name in usual if usual[name] != other[name]} == {name for name in usual if "gpaw" in name}


def test_a_seed_starts_the_potential_elsewhere_and_asks_others_the_same() -> None:
    seeds = [(1, True), (2, True), (2, None)]
    specs = [
        check_study(raw(seed=seed, teacher="chgnet", gpaw={"of_seed": 1}, **({"rattle_A": 0.05} if rattled else {})))
        for seed, rattled in seeds
    ]
    one, two, plain = ({item.name: item for item in STATIC_STUDIES["voltage"].plan(spec).items} for spec in specs)
    assert {name for name in one if name not in two} == {"gpaw-metal", "gpaw-x0", "gpaw-x0.5", "gpaw-x1"}
    differing = {name for name in two if one[name].inputs != two[name].inputs}
    assert differing == {name for name in two if name.startswith("potential-x")}
    assert plain["potential-x0-1"].inputs == {"x": 0.0, "ordering": 1}
    starts = [one["potential-x0.5-1"], two["potential-x0.5-1"], plain["potential-x0.5-1"], plain["teacher-x0.5-1"]]
    places = [start.do.args[0].positions for start in starts]  # type: ignore[attr-defined]  # a partial
    assert 0.03 < (places[0] - places[2]).std() < 0.07
    assert 0.03 < (places[0] - places[1]).std() < 0.1
    assert (places[2] == places[3]).all()


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"contents": [0.0, 0.3, 1.0]}, "contents"),
        ({"contents": [0.0, 0.5]}, "contents"),
        ({"gpaw": {"contents": [0.0, 0.25, 1.0]}}, "gpaw.contents"),
        ({"gpaw": {"relaxed_by": "teacher"}}, "gpaw.relaxed_by"),
        ({"stage": []}, "stage"),
    ],
)
def test_mistakes_are_named(more: dict[str, Any], path: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_study(raw(**more))
    assert [where for where, _ in caught.value.problems] == [path]


def test_the_smallest_cell_repeats_to_the_whole() -> None:
    full, half = (spinel_host().orders(count, 1)[0] for count in (8, 4))
    for atoms, count in ((full, 14), (half, 13)):
        small = smallest_cell(atoms)
        assert len(small) == count
        assert small.get_volume() * len(atoms) / len(small) == pytest.approx(atoms.get_volume())
    rattled: Atoms = full.copy()
    rattled.rattle(0.1, seed=1)
    assert len(smallest_cell(rattled)) == len(rattled)


@pytest.mark.lammps
@pytest.mark.xdist_group("voltage")
def test_a_program_that_appears_later_is_asked_and_nothing_is_done_twice(tmp_path: Path) -> None:
    if not OtherPrograms().why_no_gpaw():
        pytest.skip("this Python has GPAW")
    study, folder = written(tmp_path, GPAW), tmp_path / "run"
    first = run(study, folder)
    results = json.loads(first.results.read_text(encoding="utf-8"))
    assert "Left out were 4 items: no Python with GPAW" in results["remarks"][0]
    assert len(results["left_out"]) == 4
    own = records(folder, "potential")
    metal = next(one for name, one in own.items() if "metal" in name)
    empty, full = (next(o for n, o in own.items() if f"-x{x}-" in n)["energy_eV"] / 8 for x in (0, 1))
    mean = metal["energy_eV"] / metal["n_atoms"] - (full - empty)
    (source,) = results["sources"].values()
    assert source["mean"]["value"] == pytest.approx(mean, abs=1e-9)

    before = {path: path.stat().st_mtime_ns for path in folder.rglob("work/*/done.json")}
    again = run(study, folder, others=OtherPrograms(gpaw=stand_in(tmp_path)))
    assert not again.was_finished
    assert {path: path.stat().st_mtime_ns for path in before} == before
    results = json.loads(again.results.read_text(encoding="utf-8"))
    assert results["left_out"] == []
    said = {
        (p["from"]["value"], p["to"]["value"]): p["voltage"]["value"]
        for p in results["sources"]["gpaw-pbe"]["plateaus"]
    }
    assert said == pytest.approx(PLATEAUS)
    gaps = [p["potential_minus_this"]["value"] for p in results["against"]["gpaw-pbe"]["plateaus"]]
    assert sum(gaps) / 2 == pytest.approx(mean - 1.0, abs=1e-9)
    assert "forces up to 0.03 eV/Å" in " ".join(results["remarks"])
    assert [row["source"] for row in campaign_rows(results)] == ["lj/smooth/linear", "gpaw-pbe"]
    assert run(study, folder).was_finished, "what GPAW said is kept, though it is gone"
    page = again.report.read_text(encoding="utf-8")
    assert "Plateaus and hull" in page
    assert "Ledger" not in page
    look_at(again.report)


@pytest.mark.lammps
@pytest.mark.kill
@pytest.mark.xdist_group("voltage")
def test_kill_nine_costs_the_item_in_work(tmp_path: Path) -> None:
    study, folder = written(tmp_path), tmp_path / "run"
    driver = subprocess.Popen(command("run", study, "--out", folder), stderr=subprocess.DEVNULL)
    wait_for("two items", lambda: len(list(folder.glob("work/*/done.json"))) > 1)
    driver.send_signal(signal.SIGKILL)
    driver.wait(timeout=30)
    before = {path: path.stat().st_mtime_ns for path in folder.glob("work/*/done.json")}
    assert len(before) < 5, "it was killed too late"
    again = gbglass("run", study, "--out", folder)
    assert again.returncode == 0, again.stderr
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert len(list(folder.glob("work/*/done.json"))) == 5


def test_a_program_that_fails_is_named_and_what_is_missing_is_planned_for(tmp_path: Path) -> None:
    study = written(tmp_path, GPAW)
    (work,) = plan(study).work
    assert [bool(item.left_out) for item in work.items] == [False] * 5 + [bool(OtherPrograms().why_no_gpaw())] * 4
    with pytest.raises(EngineError, match="cannot be asked for GPAW"):
        OtherPrograms(gpaw=tmp_path / "absent").find_gpaw()


def test_a_folder_is_of_a_question_and_a_potential_and_all_else_may_change() -> None:
    before, after = (check_study(raw(orderings=n)) for n in (2, 1))
    assert before.identity() == after.identity()
    assert before.plain() != after.plain()
    other = check_study(raw(potential={**raw()["potential"], "cutoff": 7.0}))
    assert other.identity() != before.identity()


def test_an_electrode_of_ones_own_is_begun_with_contents_that_fill_whole_sites(tmp_path: Path) -> None:
    file, card = electrode(tmp_path)
    raw_new = tomllib.loads(new("voltage", tmp_path / "own.toml", str(card), file).read_text(encoding="utf-8"))
    assert raw_new["electrode"] == {"file": "layered.cif"}
    assert raw_new["contents"] == [0.0, 0.333333, 0.666667, 1.0]


def test_metals_without_a_formal_charge_are_electrodes(tmp_path: Path) -> None:
    """LiCoO2: what charge Co has changes as lithium comes, so none is asked for."""
    file = tmp_path / "lco.cif"
    write(file, Atoms(["Co" if s == "Zr" else s for s in layered().symbols], layered().positions, cell=layered().cell))
    table = {**LAYERED.model_dump(include={"cutoff", "pair_style", "pair_coeff"}), "elements": ["Li", "Co", "O"]}
    write_card(tmp_path / "card.toml", table)
    out = new("voltage", tmp_path / "own.toml", str(tmp_path / "card.toml"), file)
    (work,) = plan(out).work
    assert [item.title for item in work.items][:2] == ["Li metal", "x = 0, ordering 1"]
    with pytest.raises(InputError, match="no formal charge or contact limit is known for Co"):
        new("transport", tmp_path / "other.toml", str(tmp_path / "card.toml"), file)


def test_curves_of_two_electrodes_are_not_seeds_of_each_other() -> None:
    step = {"from": {"value": 0.0}, "to": {"value": 1.0}, "voltage": {"value": 1.0}}
    cases = [
        {
            "title": f"{electrode} against lithium", "electrode": electrode, "asked": {"seed": 1, "study": "voltage"},
            "study": "voltage", "potential": {"name": "mine"}, "potential_is": "mine", "against": {},
            "sources": {who: {"plateaus": [step]} for who in ("mine", "sevennet-0")},
        }
        for electrode in ("LixCoO2", "LixZr2O4")
    ]  # fmt: skip
    (drawn,) = campaign_figures(cases)
    names = [f"{who}, {electrode}" for electrode in ("LixCoO2", "LixZr2O4") for who in ("mine", "sevennet-0")]
    assert sorted({trace["name"] for trace in json.loads(drawn.chart)["data"]}) == sorted(names)
    assert "x in LixCoO2 or LixZr2O4" in drawn.chart


def test_mistakes_about_an_electrode_are_named_together(tmp_path: Path) -> None:
    electrode(tmp_path)
    (tmp_path / "disordered.cif").write_text(ARGYRODITE, encoding="utf-8")
    wrong = {
        "layered.cif": ["contents: must be whole parts of the 3 lithium sites of the cell, got 0.5"],
        "disordered.cif": ["electrode.file: disordered.cif has partly filled sites; order them first"],
        "absent.cif": [f"electrode.file: there is no file {tmp_path / 'absent.cif'}"],
    }
    for name, says in wrong.items():
        with pytest.raises(ConfigError) as caught:
            check_study(raw(electrode={"file": name}), tmp_path / "study.toml")
        found = [f"{where}: {what}" for where, what in caught.value.problems]
        assert len(found) == len(says)
        assert all(one.startswith(other) for one, other in zip(found, says, strict=True))
    contents = [0.0, 0.333333, 0.3333334, 1.0]
    with pytest.raises(ConfigError, match="contents: must be different numbers of the 3 lithium sites"):
        check_study(raw(electrode={"file": "layered.cif"}, contents=contents), tmp_path / "study.toml")
    (tmp_path / "li2o.cif").write_text(ANTIPEROVSKITE, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"electrode\.file: potential lj/smooth/linear does not know Cl"):
        check_study(raw(electrode={"file": "li2o.cif"}, contents=[0.0, 1.0]), tmp_path / "study.toml")


@pytest.mark.lammps
@pytest.mark.xdist_group("voltage")
def test_the_voltage_of_ones_own_electrode_is_that_of_its_energies(tmp_path: Path) -> None:
    """Twice the cell has the same voltages; no claim of the paper is judged."""
    file, card = electrode(tmp_path)
    found = []
    for repeats in ([1, 1, 1], [2, 1, 1]):
        study = tmp_path / f"own{repeats[0]}.toml"
        study.write_text(
            f'study = "voltage"\nname = "own"\ncontents = [0.0, 1.0]\norderings = 1\n'
            f'[electrode]\nfile = "{file.name}"\nrepeats = {repeats}\n[potential]\ncard = "{card.name}"\n',
            encoding="utf-8",
        )
        done = run(study, tmp_path / f"run{repeats[0]}")
        results = json.loads(done.results.read_text(encoding="utf-8"))
        assert results["title"] == "LixZrO2 against lithium"
        assert judge_cases([CaseRecord({}, results)]) == (), "the paper says nothing of this electrode"
        own = records(done.report.parent, "potential")
        ends = {x: next(one for name, one in own.items() if f"-x{x}-" in name) for x in (0, 1)}
        n_sites = 3 * repeats[0]
        assert ends[1]["n_atoms"] - ends[0]["n_atoms"] == n_sites
        metal = next(one for name, one in own.items() if "metal" in name)
        by_hand = metal["energy_eV"] / 54 - (ends[1]["energy_eV"] - ends[0]["energy_eV"]) / n_sites
        (source,) = results["sources"].values()
        assert source["mean"]["value"] == pytest.approx(by_hand, abs=1e-9)
        found.append(source["mean"]["value"])
        page = done.report.read_text(encoding="utf-8")
        assert "Voltage of LixZrO2 against lithium" in page
        assert "whose lithium sites x fills" in page
    assert found[0] == pytest.approx(found[1], abs=1e-4)
