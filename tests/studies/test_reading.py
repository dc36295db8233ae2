"""Study files: every mistake at once, each with its path and its mend."""

import copy
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gbglass.errors import ConfigError, GbglassError
from gbglass.studies.reading import check_study, read_study
from gbglass.studies.segregation import SegregationSpec

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart.toml"

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def raw() -> dict[str, Any]:
    return tomllib.loads(QUICKSTART.read_text(encoding="utf-8"))


def problems_of(raw: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        check_study(raw)
    return dict(caught.value.problems)


def test_the_quickstart_reads_as_written(raw: dict[str, Any]) -> None:
    spec = read_study(QUICKSTART)
    assert isinstance(spec, SegregationSpec)
    assert spec.boundary.plane == (0, 1, 2)
    assert spec.stage[1].kind == "ramp"
    assert check_study(raw) == spec


def _set(*path: str | int, to: object) -> Change:
    def change(raw: dict[str, Any]) -> None:
        place: Any = raw
        for part in path[:-1]:
            place = place[part]
        place[path[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "path", "says"),
    [
        (_set("colour", to="red"), "colour", "no such key"),
        (_set("sede", to=1), "sede", "did you mean 'seed'"),
        (_set("stage", 2, "temperature_C", to=700), "stage.3.temperature_C", "did you mean 'temperature_K'"),
        (_set("stage", 2, "temperature_K", to=-5), "stage.3.temperature_K", "greater than 0"),
        (_set("stage", 2, "temperature_K", to="1000 K"), "stage.3.temperature_K", 'valid number, got "1000 K"'),
        (_set("stage", 2, "duration_ps", to=float("nan")), "stage.3.duration_ps", "finite"),
        (_set("stage", 1, "kind", to="heat"), "stage.2.kind", "minimise, ramp, cool, hold"),
        (_set("stage", 1, "rate_K_per_fs", to=0.3), "stage.2.rate_K_per_fs", "whole number of 1 fs steps"),
        (_set("stage", 1, "to_K", to=900.0), "stage.3", "starts at 1000 K, but the stage before ends at 900 K"),
        (_set("run", "frame_every_ps", to=0.0005), "run.frame_every_ps", "whole number of 1 fs steps"),
        (_set("stage", 2, "duration_ps", to=1.0), "stage.3.duration_ps", "fewer than 20 frames"),
        (_set("boundary", "plane", to=[1, 1, 2]), "boundary", "contain"),
        (_set("boundary", "sigma", to=7), "boundary", "Σ"),
        (_set("boundary", "layers", to=2), "boundary.layers", "thick"),
        (_set("boundary", "shift", to=[0.5]), "boundary.shift.2", "missing"),
        (_set("potential", "name", to="morse"), "potential.name", "buckingham-llzo"),
        (_set("potential", to={}), "potential", "name, card, pair_style"),
        (_set("potential", "nmae", to="x"), "potential.nmae", "no such key; did you mean 'name'"),
        (_set("potential", to={"card": "absent.toml"}), "potential.card", "cannot be read"),
        (_set("potential", to={"pair_style": ["a b"]}), "potential.pair_style.1", "pattern"),
        (_set("potential", to={"pair_style": ["zbl"]}), "potential.elements", "is missing"),
        (_set("potential", to={"pair_style": ["zbl"], "file": []}), "potential.file", "did you mean 'files'"),
        (_set("crystal", "tetrahedral_Li", to=14), "crystal.tetrahedral_Li", "less than or equal to 13"),
        (_set("name", to="../../elsewhere"), "name", "must be"),
        (_set("name", to="a\nshell rm -rf /"), "name", "must be"),
        (_set("seed", to=True), "seed", "integer"),
        (_set("stage", 1, "kind", to=["ramp"]), "stage.2.kind", "minimise, ramp, cool, hold"),
        (_set("stage", to=[5]), "stage.1", "must be"),
        (_set("boundary", "axis", to=[1, 0, 3000]), "boundary", "indices from -30 to 30"),
    ],
)
def test_a_mistake_is_named_with_its_path_and_its_mend(
    raw: dict[str, Any], change: Change, path: str, says: str
) -> None:
    change(raw)
    problems = problems_of(raw)
    assert path in problems, problems
    assert says in problems[path]


def test_the_rate_that_is_proposed_is_one_that_works(raw: dict[str, Any]) -> None:
    _set("stage", 1, "rate_K_per_fs", to=0.06)(raw)
    proposed = float(problems_of(raw)["stage.2.rate_K_per_fs"].rsplit(" ", 1)[1])
    _set("stage", 1, "rate_K_per_fs", to=proposed)(raw)
    spec = check_study(raw)
    assert isinstance(spec, SegregationSpec)
    assert spec.stage[1].kind == "ramp"


def test_twenty_frames_are_twenty_frames_whatever_the_digits(raw: dict[str, Any]) -> None:
    _set("run", "frame_every_ps", to=0.07)(raw)
    _set("stage", 2, "duration_ps", to=1.4)(raw)
    spec = check_study(raw)
    assert isinstance(spec, SegregationSpec)
    assert spec.run.frame_every_ps == 0.07


def test_all_mistakes_are_reported_at_once(raw: dict[str, Any]) -> None:
    _set("boundary", "plane", to=[1, 0, 0])(raw)
    _set("boundary", "thikness", to=3)(raw)
    _set("stage", 2, "temperature_K", to=-1)(raw)
    _set("run", "frame_every_ps", to=0.00015)(raw)
    _set("potential", "name", to="nothing")(raw)
    assert problems_of(raw).keys() == {
        "boundary.thikness",
        "stage.3.temperature_K",
        "run.frame_every_ps",
        "potential.name",
    }


def test_a_broken_table_does_not_hide_mistakes_between_the_others(raw: dict[str, Any]) -> None:
    _set("seed", to=-1)(raw)
    _set("boundary", "layers", to=1)(raw)
    assert problems_of(raw).keys() == {"seed", "boundary.layers"}


def test_what_is_not_toml_and_what_is_not_there_say_so(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("study = segregation", encoding="utf-8")
    with pytest.raises(ConfigError, match="is not TOML"):
        read_study(broken)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_study(tmp_path / "absent.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_study(tmp_path)


def test_another_potential_takes_the_place_of_the_files_own_and_is_in_the_name(tmp_path: Path) -> None:
    card = tmp_path / "mine.toml"
    card.write_text(
        'elements = ["Li", "La", "Zr", "O"]\ncutoff = 2.0\npair_style = ["zbl", "1.0", "2.0"]\n'
        "pair_coeff = " + json.dumps([[str(i), str(j), "3", "8"] for i in range(1, 5) for j in range(i, 5)]),
        encoding="utf-8",
    )
    spec = read_study(QUICKSTART, str(card))
    assert (spec.name, spec.potential.load().name) == ("quickstart-mine", "mine")
    assert spec.identity() != read_study(QUICKSTART).identity()
    assert read_study(QUICKSTART, "buckingham-llzo").name == "quickstart-buckingham-llzo"
    with pytest.raises(GbglassError, match="there is no potential 'absent'"):
        read_study(QUICKSTART, "absent")


def test_a_committee_of_nobody_is_refused(raw: dict[str, Any]) -> None:
    raw["committee"] = {"limit_eV_per_A": 0.5}
    assert problems_of(raw) == {
        "committee.members": "must name potentials beside the one that runs: the card of buckingham-llzo names no "
        "committee"
    }


def test_checking_changes_nothing(raw: dict[str, Any]) -> None:
    before = copy.deepcopy(raw)
    check_study(raw)
    assert raw == before


OWN = """
[potential]
pair_style = ["eam/alloy"]
pair_coeff = [["*", "*", "all.eam", "Li", "La", "Zr", "O"]]
files = ["all.eam"]
elements = ["Li", "La", "Zr", "O"]
cutoff = 5.0
"""


def test_files_of_a_study_are_relative_to_it_and_known_by_their_content(tmp_path: Path) -> None:
    text = QUICKSTART.read_text(encoding="utf-8")
    own = re.sub(r"\[potential\]\n.*?\n(?=\[)", OWN, text, flags=re.DOTALL)
    plains = []
    for name, content in (("here", "1"), ("there", "1"), ("changed", "2")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "study.toml").write_text(own, encoding="utf-8")
        (folder / "all.eam").write_text(content, encoding="utf-8")
        spec = read_study(folder / "study.toml")
        assert f'"{folder}/all.eam"' in spec.potential.load().lines[1]
        plains.append(spec.plain())
    assert plains[0] == plains[1]
    assert plains[0] != plains[2]
