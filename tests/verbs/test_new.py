"""Study files to start from: they are read as they stand, and so is each key that they only mention."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from ase.io import write
from ase.spacegroup import crystal as crystal_of

from gbglass.errors import InputError, StateError
from gbglass.studies.cases import read_cases
from gbglass.studies.charge import ChargeSpec
from gbglass.studies.kinds import ALL_STUDIES, STUDIES
from gbglass.studies.reading import check_study
from gbglass.studies.start import start_text
from gbglass.studies.tables import RunSettings
from gbglass.verbs.new import new
from gbglass.verbs.plan import plan
from tests.cli.here import gbglass
from tests.studies.own import antiperovskite, argyrodite, write_card
from tests.studies.soft import soft

CARD = """
elements = ["Li", "La", "Zr", "O"]
pair_style = ["zbl", "1.0", "1.8"]
pair_coeff = [["1", "1", "3", "3"], ["1", "2", "3", "57"], ["1", "3", "3", "40"], ["1", "4", "3", "8"],
    ["2", "2", "57", "57"], ["2", "3", "57", "40"], ["2", "4", "57", "8"],
    ["3", "3", "40", "40"], ["3", "4", "40", "8"], ["4", "4", "8", "8"]]
cutoff = 1.8
"""


@pytest.mark.parametrize("kind", sorted(STUDIES))
def test_each_study_can_be_begun_and_says_what_its_keys_mean(kind: str, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    card = tmp_path / "models" / "soft.toml"
    card.write_text(CARD, encoding="utf-8")
    out = new(kind, tmp_path / "mine.toml", str(card))
    text = out.read_text(encoding="utf-8")
    spec = check_study(tomllib.loads(text), out)
    assert (spec.study, spec.name, spec.seed) == (kind, "mine", 1)
    assert spec.potential.load().cutoff == 1.8
    for field in RunSettings.model_fields.values():
        assert field.description is None or f"# {field.description}" in text


TAKE_A_CRYSTAL = ("segregation", "transport", "mechanics", "voltage", "discharge", "orientation")


@pytest.mark.parametrize("kind", ["segregation", "transport", "mechanics"])
def test_what_stands_in_a_comment_is_what_is_done_without_it(kind: str) -> None:
    text = start_text(kind, {"name": "buckingham-llzo"})
    said = re.sub(r"^# (\w+ = (?!\.\.\.))", r"\1", text, flags=re.MULTILINE)
    assert said != text
    assert check_study(tomllib.loads(said)) == check_study(tomllib.loads(text))


def test_nothing_is_written_over_and_nothing_that_cannot_run(tmp_path: Path) -> None:
    there = tmp_path / "there.toml"
    there.write_text("mine", encoding="utf-8")
    with pytest.raises(StateError, match="exists already"):
        new("segregation", there)
    assert there.read_text(encoding="utf-8") == "mine"
    for study, potential, says in (
        ("discharge", "buckingham-llzo", "leave --potential out for deepmd-llzo"),
        ("orientation", "buckingham-llzo", "knows lithium metal"),
        ("dischrge", "buckingham-llzo", "must be one of"),
        ("segregation", "morse", "potential"),
        ("segregation", "absent.toml", "cannot be read"),
    ):
        with pytest.raises(InputError, match=says):
            new(study, tmp_path / "new.toml", potential)
    assert not (tmp_path / "new.toml").exists()


@pytest.mark.parametrize("kind", sorted(STUDIES))
def test_every_study_that_was_begun_can_be_planned(kind: str, tmp_path: Path) -> None:
    (tmp_path / "soft.toml").write_text(CARD, encoding="utf-8")
    out = new(kind, tmp_path / "mine.toml", str(tmp_path / "soft.toml"))
    (case,) = plan(out, is_probed=False).cases
    assert case.n_atoms > 0


def test_a_charge_study_that_was_begun_melts_as_hot_as_rigid_ions_must_be(tmp_path: Path) -> None:
    """Cooler it would keep the crystal and be refused (docs/results/charge.md)."""
    spec = check_study(tomllib.loads(new("charge", tmp_path / "mine.toml").read_text(encoding="utf-8")))
    shown = read_cases(Path("examples/charge/laptop.toml")).cases[0].spec
    assert isinstance(spec, ChargeSpec)
    assert isinstance(shown, ChargeSpec)
    assert spec.potential == shown.potential
    assert spec.melt == shown.melt


def test_a_study_begun_without_a_potential_gets_one_that_knows_what_it_holds(tmp_path: Path) -> None:
    for kind, name in (("segregation", "buckingham-llzo"), ("discharge", "deepmd-llzo"), ("voltage", "deepmd-llzo")):
        spec = check_study(tomllib.loads(new(kind, tmp_path / f"{kind}.toml").read_text(encoding="utf-8")))
        assert spec.potential.load().name == name


def test_a_study_that_was_begun_can_be_planned(tmp_path: Path) -> None:
    begun = gbglass("new", "segregation", "mine.toml", cwd=tmp_path)
    assert begun.returncode == 0, begun.stderr
    planned = gbglass("plan", "mine.toml", "--no-probe", "--json", cwd=tmp_path)
    (case,) = json.loads(planned.stdout)["cases"]
    assert case["n_atoms"] == 1728


@pytest.mark.parametrize("kind", ["segregation", "transport", "mechanics"])
def test_a_study_of_ones_own_crystal_can_be_planned_as_it_is_written(kind: str, tmp_path: Path) -> None:
    crystal, card = antiperovskite(tmp_path)
    (tmp_path / "mine").mkdir()
    out = new(kind, tmp_path / "mine" / "own.toml", str(card), crystal)
    raw = tomllib.loads(out.read_text(encoding="utf-8"))
    assert raw["crystal"] == {"file": "../li3ocl.cif"}
    boundary = raw["boundary"] if kind == "segregation" else raw["model"]["boundary"]
    assert boundary == {"axis": [1, 0, 0], "plane": [0, 1, 2], "layers": 15}, "25 Å of planes 1.75 Å apart"
    planned = gbglass("plan", out, "--no-probe", "--json", cwd=tmp_path)
    assert planned.returncode == 0, planned.stderr
    (case,) = json.loads(planned.stdout)["cases"]
    assert case["n_atoms"] == 150


def test_a_crystal_without_a_boundary_is_begun_with_as_it_is_where_that_says_something(tmp_path: Path) -> None:
    """An order of mixed anions is not cubic: no boundary can be cut, but lithium moves."""
    crystal, card = argyrodite(tmp_path)
    out = new("transport", tmp_path / "mine.toml", str(card), crystal)
    assert tomllib.loads(out.read_text(encoding="utf-8"))["model"] == {"bulk": {"repeats": [3, 3, 3]}}
    with pytest.raises(InputError, match=r"not cubic.* a crystal without a boundary: transport, mechanics, discharge"):
        new("segregation", tmp_path / "other.toml", str(card), crystal)


@pytest.mark.parametrize("kind", ["discharge", "orientation"])
def test_a_cell_is_begun_with_a_boundary_of_ones_own_crystal(kind: str, tmp_path: Path) -> None:
    crystal, card = antiperovskite(tmp_path)
    write_card(card, soft("Li", "O", "Cl", "Zr"))
    raw = tomllib.loads(new(kind, tmp_path / "own.toml", str(card), crystal).read_text(encoding="utf-8"))
    boundary = {"axis": [1, 0, 0], "plane": [0, 1, 2], "layers": 15}
    assert raw["cell"] == {"model": "cell-2", "crystal": "li3ocl.cif", **boundary, "x": 0.5}


def test_what_has_no_boundary_discharges_as_it_is(tmp_path: Path) -> None:
    crystal, card = argyrodite(tmp_path)
    write_card(card, soft("Li", "P", "S", "Cl", "O", "Zr"))
    raw = tomllib.loads(new("discharge", tmp_path / "own.toml", str(card), crystal).read_text(encoding="utf-8"))
    assert raw["cell"] == {"model": "cell-0", "electrolyte": "li6ps5cl.cif", "supercell": [2, 2, 3], "x": 0.5}
    with pytest.raises(InputError, match="without a boundary: transport, mechanics, discharge"):
        new("orientation", tmp_path / "other.toml", str(card), crystal)


@pytest.mark.parametrize("kind", sorted(ALL_STUDIES))
def test_a_crystal_is_taken_or_refused_with_the_reason_never_ignored(kind: str, tmp_path: Path) -> None:
    crystal, card = antiperovskite(tmp_path)
    if kind in ("discharge", "orientation"):
        with pytest.raises(InputError, match="potential rigid does not know Zr"):
            new(kind, tmp_path / "mine.toml", str(card), crystal)
        write_card(card, soft("Li", "O", "Cl", "Zr"))
    if kind in TAKE_A_CRYSTAL:
        assert "li3ocl.cif" in new(kind, tmp_path / "mine.toml", str(card), crystal).read_text(encoding="utf-8")
        return
    with pytest.raises(InputError, match=f"a study of {kind} takes no crystal of your own: .*; leave --crystal out"):
        new(kind, tmp_path / "mine.toml", str(card), crystal)
    assert not (tmp_path / "mine.toml").exists()


def test_a_crystal_that_could_not_run_is_refused(tmp_path: Path) -> None:
    antiperovskite(tmp_path)
    for arguments, says in (
        (("segregation", "mine.toml", "--crystal", "li3ocl.cif"), "buckingham-llzo does not know Cl; it knows"),
        (("transport", "mine.toml", "--crystal", "absent.cif"), "absent.cif is no file"),
        (("transport", "mine.toml", "--crystal", "rigid.toml"), "could not be read as a structure"),
        (("voltage", "mine.toml", "--crystal", "li3ocl.cif"), "deepmd-llzo does not know Cl; it knows"),
        (("charge", "mine.toml", "--crystal", "li3ocl.cif"), "it is about LLZO between lithium; leave --crystal out"),
    ):
        refused = gbglass("new", *arguments, cwd=tmp_path)
        assert refused.returncode == 2
        assert says in refused.stderr
        assert not (tmp_path / "mine.toml").exists()


def test_what_cannot_be_built_says_what_was_tried(tmp_path: Path) -> None:
    """Antifluorite has no room at these boundaries; as a whole it can be run."""
    antifluorite = crystal_of(["Li", "O"], [(0.25,) * 3, (0.0,) * 3], spacegroup=225, cellpar=[4.62] * 3 + [90] * 3)
    write(tmp_path / "li2o.cif", antifluorite)
    with pytest.raises(InputError, match=r"nothing to begin with could be built of .*li2o.cif:\n  Σ5\(013\)\[100\]: "):
        new("segregation", tmp_path / "mine.toml", crystal=tmp_path / "li2o.cif")
    out = new("transport", tmp_path / "mine.toml", crystal=tmp_path / "li2o.cif")
    assert tomllib.loads(out.read_text(encoding="utf-8"))["model"] == {"bulk": {"repeats": [6, 6, 6]}}
