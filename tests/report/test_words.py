"""Short words for cases: as many as there are different ones, whatever differs; a model's seeds have one name."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gbglass.claims.case_record import CaseRecord
from gbglass.report.models import by_model, model_names
from gbglass.report.words import all_words
from tests.claims.made import made

NUMBERS = st.sampled_from([0.5, 1.0, 20.0, 1100.0])
STAGES = st.one_of(
    st.just({"kind": "minimise"}),
    st.fixed_dictionaries({"kind": st.just("ramp"), "to_K": NUMBERS, "rate_K_per_fs": NUMBERS}),
    st.fixed_dictionaries({"kind": st.just("hold"), "temperature_K": NUMBERS, "duration_ps": NUMBERS}),
    st.fixed_dictionaries({"kind": st.just("melt_quench"), "temperature_K": NUMBERS, "melt_K": NUMBERS}),
)
PROTOCOLS = st.lists(STAGES, min_size=1, max_size=4)
TABLES = st.fixed_dictionaries({"plane": st.lists(st.integers(-3, 3), min_size=3, max_size=3), "cut_offset": NUMBERS})


@settings(deadline=None)
@given(st.lists(PROTOCOLS, min_size=1, max_size=5) | st.lists(TABLES, min_size=1, max_size=5))
def test_equal_values_are_said_alike_and_different_ones_apart(values: list[Any]) -> None:
    words = all_words(values)
    for one, said in zip(values, words, strict=True):
        for other, also in zip(values, words, strict=True):
            assert (said == also) is (one == other)


def cell(seed: int, potential: str = "mine", **more: object) -> CaseRecord:
    asked = {"cell": {"model": "cell-2", "llzo_A": 12.0, "twin": False, **more}}
    found = {"title": "cell-2", "potential": {"name": potential, "checksum": potential}}
    return made("discharge", seed, asked, found)


def test_models_are_named_by_title_and_what_differs_and_seeds_are_together() -> None:
    cases = [cell(seed, llzo_A=width, twin=twin) for seed in (1, 2) for width in (12.0, 24.0) for twin in (False, True)]
    found = by_model([case.results for case in cases])
    names = {"cell-2, LLZO 12 Å", "cell-2, LLZO 12 Å, twin", "cell-2, LLZO 24 Å", "cell-2, LLZO 24 Å, twin"}
    assert set(found) == names
    assert {len(seeds) for seeds in found.values()} == {2}


def test_two_potentials_of_one_study_are_told_apart() -> None:
    names = model_names([cell(1).results, cell(1, "buckingham-llzo").results, cell(2).results])
    assert names == ["cell-2, mine", "cell-2, buckingham-llzo", "cell-2, mine"]


def test_one_model_is_called_by_its_title_alone() -> None:
    assert model_names([cell(1).results, cell(2).results]) == ["cell-2", "cell-2"]
