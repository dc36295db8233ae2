"""Sweeps: the product of their axes, nothing else changed, every mistake of every case at once."""

import copy
import itertools
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbglass.errors import ConfigError
from gbglass.studies.cases import check_cases, read_cases
from gbglass.studies.reading import check_study, read_study
from gbglass.studies.segregation import SegregationSpec
from gbglass.studies.sweep import MOST_CASES, expand

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart.toml"


@pytest.fixture
def raw() -> dict[str, Any]:
    return tomllib.loads(QUICKSTART.read_text(encoding="utf-8"))


def problems_of(raw: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        check_cases(raw)
    return dict(caught.value.problems)


def with_sweep(raw: dict[str, Any], toml: str) -> dict[str, Any]:
    return {**copy.deepcopy(raw), **tomllib.loads(toml)}


def test_a_study_without_a_sweep_is_one_case_and_unchanged(raw: dict[str, Any]) -> None:
    (case,) = expand(raw)
    assert (case.label, case.setting, case.raw) == ("", {}, raw)
    study = read_cases(QUICKSTART)
    assert not study.is_swept
    assert study.cases[0].spec == read_study(QUICKSTART)


def test_the_sweep_of_the_issue(raw: dict[str, Any]) -> None:
    swept = with_sweep(
        raw,
        """
        [sweep]
        seed = [1, 2, 3]
        crystal.tetrahedral_Li = [10, 12]
        boundary = [
            {axis = [1, 0, 0], plane = [0, 1, 2], layers = 9},
            {axis = [1, -1, 0], plane = [1, 1, 2], layers = 5, lithium = "carried"},
        ]
        [[sweep.together]]
        stage.2.to_K = 900.0
        stage.3.temperature_K = 900.0
        [[sweep.together]]
        stage.2.to_K = 1000.0
        stage.3.temperature_K = 1000.0
        """,
    )
    study = check_cases(swept)
    assert len(study.cases) == 3 * 2 * 2 * 2
    assert len({case.label for case in study.cases}) == len(study.cases)
    assert len({case.id for case in study.cases}) == len(study.cases)
    for case in study.cases:
        assert isinstance(case.spec, SegregationSpec)
        ramp, hold = case.spec.stage[1:]
        assert ramp.kind == "ramp"
        assert hold.kind == "hold"
        assert ramp.to_K == hold.temperature_K == case.setting["stage.2.to_K"]
        assert isinstance(case.spec, SegregationSpec)
        if case.spec.boundary.axis == (1, -1, 0):
            assert case.spec.boundary.sigma is None, "a whole table replaces the study's, its sigma too"
    assert study.cases[0].label == "seed-1_tetrahedral_Li-10_plane-0-1-2_to_K-900"


values = st.one_of(st.integers(0, 9), st.floats(0.1, 9.9), st.text("ab", min_size=1, max_size=3))
axis = st.lists(values, min_size=1, max_size=4, unique_by=repr)


@given(st.dictionaries(st.sampled_from(["seed", "potential.name", "stage.1.kind", "run.ranks", "new.key"]), axis))
def test_cases_are_the_naive_product(axes: dict[str, list[Any]]) -> None:
    base: dict[str, Any] = {"seed": 0, "potential": {}, "stage": [{"kind": "x"}, {"kind": "y"}]}
    sweep: dict[str, Any] = {}
    for path, choices in axes.items():
        place = sweep
        *tables, key = path.split(".")
        for step in tables:
            place = place.setdefault(step, {})
        place[key] = choices
    before = copy.deepcopy(base)
    if not axes:
        assert len(expand(base)) == 1
        return
    cases = expand({**base, "sweep": sweep})
    assert base == before, "the study itself is left as it was"
    expected = [dict(zip(axes, choice, strict=True)) for choice in itertools.product(*axes.values())]
    found = [dict(case.setting) for case in cases]
    assert sorted(map(repr, map(sorted_items, found))) == sorted(map(repr, map(sorted_items, expected)))
    assert len({case.label for case in cases}) == len(cases)
    for case in cases:
        for path, value in case.setting.items():
            assert at(case.raw, path) == value


def at(place: Any, path: str) -> Any:
    for step in path.split("."):
        place = place[int(step) - 1] if isinstance(place, list) else place[step]
    return place


def sorted_items(setting: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(setting.items())


@pytest.mark.parametrize(
    ("toml", "path", "says"),
    [
        ("sweep = 3", "sweep", "must be a table"),
        ("[sweep]", "sweep", "names nothing to sweep"),
        ("[sweep]\nseed = 1", "sweep.seed", "must be a list"),
        ("[sweep]\nseed = []", "sweep.seed", "must be a list"),
        ("[sweep]\nseed = [1, 2, 1]", "sweep.seed", "more than once"),
        ("[sweep]\nname = ['a', 'b']", "sweep.name", "cannot be swept"),
        ("[sweep]\nstage.7.to_K = [1.0]", "sweep.stage.7.to_K", "no '7' among 3; they count from 1"),
        ("[sweep]\nstage.0.to_K = [1.0]", "sweep.stage.0.to_K", "count from 1"),
        ("[sweep]\nstage.2 = [{kind = 'hold'}]", "sweep.stage.2", "must lead to a key"),
        ("[sweep]\nseed.big = [1]", "sweep.seed.big", "no table"),
        ("[[sweep.together]]\nseed = 1\n[[sweep.together]]\nrun.ranks = 2", "sweep.together.2", "what the first sets"),
        ("[sweep]\nseed = [1]\n[[sweep.together]]\nseed = 2", "sweep.seed", "set twice"),
        (
            "[sweep]\nboundary = [{layers = 9}]\n[[sweep.together]]\nboundary.layers = 7",
            "sweep.boundary.layers",
            "twice",
        ),
        ("[sweep]\ntogether = 3", "sweep.together", "[[sweep.together]]"),
        (f"[sweep]\nseed = {list(range(MOST_CASES + 1))}", "sweep", "at most"),
    ],
)
def test_a_mistake_in_a_sweep_is_named_with_its_path(raw: dict[str, Any], toml: str, path: str, says: str) -> None:
    assert says in problems_of(with_sweep(raw, toml))[path]


def test_all_mistakes_of_all_cases_are_shown_at_once_with_their_cases(raw: dict[str, Any]) -> None:
    raw["run"]["ranks"] = 0
    found = problems_of(
        with_sweep(
            raw, "[sweep]\nseed = [-1, 2]\ncrystal.tetrahedral_li = [12]\n[[sweep.together]]\nstage.2.to_K = 900.0"
        )
    )
    assert found["run.ranks"].endswith("(in every case)")
    assert "did you mean 'tetrahedral_Li'" in found["crystal.tetrahedral_li"]
    assert "greater than or equal to 0" in found["seed"]
    assert "(in seed--1_" in found["seed"]
    assert "ends at 900 K" in found["stage.3"]


def test_two_cases_that_would_share_a_folder_are_refused(raw: dict[str, Any]) -> None:
    found = problems_of(with_sweep(raw, "[sweep]\nrun.timestep_fs = [1, 1.0]"))
    assert "timestep_fs-1_case-1 and timestep_fs-1_case-2 are one and the same case" in found["sweep"]


def test_the_identity_of_a_case_is_its_content_not_its_name(raw: dict[str, Any]) -> None:
    (one,) = check_cases(raw).cases
    (renamed,) = check_cases({**raw, "name": "another"}).cases
    (longer,) = check_cases({**raw, "stage": [*raw["stage"][:-1], {**raw["stage"][-1], "duration_ps": 60.0}]}).cases
    (other,) = check_cases({**raw, "seed": 2}).cases
    assert one.id == renamed.id == longer.id != other.id
    swept = check_cases(with_sweep(raw, "[sweep]\nseed = [1, 2]\nrun.ranks = [2, 4]")).cases
    assert swept[0].id == one.id
    assert other.id in {case.id for case in swept}
    whole, point = (
        check_cases(with_sweep(raw, f"[sweep]\nstage.3.duration_ps = [{n}]")).cases[0] for n in ("30", "30.0")
    )
    assert whole.id == point.id, "a number is its value"


def test_commands_for_one_case_say_so(raw: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="study of many cases"):
        check_study(with_sweep(raw, "[sweep]\nseed = [1, 2]"))
