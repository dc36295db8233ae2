"""The examples of full cells are built as they stand, the paper's size too: no mistake waits until they are run."""

from pathlib import Path

import pytest

from gbglass.studies.cases import StudyCase, read_cases
from gbglass.studies.kinds import STUDIES

EXAMPLES = Path(__file__).parents[2] / "examples"
CELLS = ("discharge", "orientation", "amorphisation", "network")
FILES = [path for study in CELLS for path in sorted((EXAMPLES / study).glob("*.toml"))]


def _one_of_each_model(cases: tuple[StudyCase, ...], is_small: bool) -> list[StudyCase]:  # noqa: FBT001  # of a test
    found: dict[str, StudyCase] = {}
    for case in cases:
        found.setdefault(str(case.raw.get("cell", {}).get("model")), case)
    return list(found.values()) if is_small else list(found.values())[:1]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_an_example_is_planned(path: Path) -> None:
    for case in _one_of_each_model(read_cases(path).cases, path.stem.startswith("minimal")):
        planned = STUDIES[case.spec.study].plan(case.spec)
        assert planned.n_steps > 0
        has_electrodes = planned.atoms.has("part")
        assert (planned.first is not None) == has_electrodes, "the electrolyte is run alone before"
        assert planned.ledger.formal_charge == 0.0
