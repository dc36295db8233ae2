"""When the loop ends: the rule in known cases, and against a second version of it in words."""

import tomllib
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbglass.errors import ConfigError
from gbglass.learning.exploration.ending import Ending, Iteration, Labelled, ending_of, is_flat
from gbglass.learning.exploration.loop import FORMAT
from gbglass.learning.exploration.spec import ExplorationSpec, Flat, check_exploration

ERRORS = st.lists(st.floats(1e-3, 10.0), min_size=1, max_size=6)


def spec(iterations: int = 9) -> ExplorationSpec:
    return check_exploration({"iterations": iterations, "start": [{"origin": "li/bcc 300 K", "temperatures_K": [300]}]})


def row(number: int, force_rmse: float, coverage: float = 1.0, chosen: int = 5) -> Iteration:
    return Iteration(number, "x.toml", 10, 4, 0.01, force_rmse, {"Li": 1.0, "O": coverage}, 50, 2, (), chosen)


def labelled(one: Iteration, good: int = 5) -> Iteration:
    return replace(one, labels=Labelled(good, 5 - good, 0.1, 0.1))


@given(ERRORS, st.integers(2, 4), st.floats(0.01, 0.5))
def test_flat_means_no_two_of_the_last_few_differ_by_more(errors: list[float], n: int, change: float) -> None:
    last = errors[-n:]
    by_pairs = len(errors) >= n and all(a - b <= change * min(last) for a in last for b in last)
    assert is_flat(errors, Flat(iterations=n, change=change)) == by_pairs


@given(ERRORS, st.floats(0.1, 10.0))
def test_flat_does_not_depend_on_the_unit(errors: list[float], factor: float) -> None:
    rough = Flat(iterations=2, change=0.0501)
    fine = Flat(iterations=2, change=0.0499)
    scaled = [factor * error for error in errors]
    assert is_flat(errors, fine) <= is_flat(scaled, rough)
    assert is_flat(scaled, fine) <= is_flat(errors, rough)


@pytest.mark.parametrize(
    ("rows", "ending"),
    [
        ([], None),
        ([row(0, 0.1)], None),  # covered well enough, but one error says nothing
        ([row(0, 0.2), row(1, 0.1)], None),  # it still falls
        ([row(0, 0.1), row(1, 0.2)], None),  # it grows
        ([row(0, 0.102), row(1, 0.1)], "converged"),
        ([row(0, 0.102), row(1, 0.1, coverage=0.989)], None),
        ([row(0, 0.102), row(1, 0.1, coverage=0.99)], "converged"),
        ([row(0, 0.102), row(1, 0.1, coverage=0.989, chosen=0)], "covered"),
        ([row(0, 0.1, chosen=0)], "covered"),
        ([labelled(row(0, 0.1), good=0)], "stuck"),
        ([labelled(row(0, 0.1), good=1)], None),
        ([row(k, 0.9**k, coverage=0.5) for k in range(9)], "iterations"),
    ],
)
def test_known_cases(rows: list[Iteration], ending: Ending | None) -> None:
    assert ending_of(rows, spec()) == ending


def test_a_run_that_blew_up_keeps_a_loop_from_converging() -> None:
    """All runs may die at once: their few frames are covered then, and that says nothing good."""
    blown = replace(row(1, 0.1), blown_up=("li at 300 K: Lost atoms",))
    assert ending_of([row(0, 0.1), blown], spec()) is None
    assert ending_of([row(0, 0.1), replace(blown, chosen=0)], spec()) == "stuck"
    assert ending_of([replace(row(0, 0.1, chosen=0), candidates=0, coverage={})], spec()) == "stuck"


def test_more_iterations_go_on_where_fewer_ended() -> None:
    rows = [row(k, 0.9**k, coverage=0.5) for k in range(3)]
    assert ending_of(rows, spec(3)) == "iterations"
    assert ending_of(rows, spec(4)) is None


def test_all_mistakes_of_a_file_come_at_once() -> None:
    start = {"origin": "li/x", "file": "x.extxyz", "temperatures_K": [300]}
    raw = {
        "coverage": 1.5,
        "seeed": 1,
        "leave_out": ["st/eel"],
        "dynamics": {"duration_ps": 1.0005},
        "start": [start, {"file": "y.extxyz", "temperatures_K": [300]}, {"origin": "a", "temperatures_K": [-1]}],
    }
    with pytest.raises(ConfigError) as caught:
        check_exploration(raw)
    places = {place for place, _ in caught.value.problems}
    assert places >= {"coverage", "seeed", "leave_out", "dynamics", "start.1", "start.2", "start.3.temperatures_K.1"}
    with pytest.raises(ConfigError, match="start"):
        check_exploration({})


def test_the_file_that_the_documents_show_is_one() -> None:
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "explore.md").read_text(encoding="utf-8")
    shown = page[page.index("    seed = 1") : page.index("All have defaults")]
    spec = check_exploration(tomllib.loads(dedent(shown)))
    assert [start.name for start in spec.start] == ["c-llzo/900 K", "boundaries.extxyz"]
    assert spec.flat == Flat()
    plain = check_exploration({"start": [{"origin": "li/bcc 450 K", "temperatures_K": [300]}]})
    for name in ("seed", "iterations", "limit", "coverage", "leave_out", "training"):
        assert getattr(spec, name) == getattr(plain, name), "what is shown are the defaults"


def test_the_format_of_loops_rises_when_a_default_changes() -> None:
    """Identities hold no defaults (decision 13): whoever changes one raises `FORMAT` and this list."""
    defaults = {
        "seed": 1,
        "iterations": 8,
        "limit": 20,
        "coverage": 0.99,
        "flat": {"iterations": 2, "change": 0.05},
        "leave_out": ["close"],
        "training": {"preset": "laptop", "members": 1, "steps": None, "seed": 1},
        "dynamics": {"duration_ps": 5.0, "timestep_fs": 1.0, "frame_every_ps": 0.1, "ranks": 1},
        "start": [{"origin": "a", "file": None, "domain": None, "temperatures_K": [300.0], "ensemble": "nvt"}],
    }
    plain = check_exploration({"start": [{"origin": "a", "temperatures_K": [300]}]}).model_dump(mode="json")
    assert (FORMAT, plain) == (1, defaults)
