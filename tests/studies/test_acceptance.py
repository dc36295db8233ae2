"""Studies that melt: what could never be measured is refused before it runs, what left no glass is a failure."""

from pathlib import Path
from typing import Any

import pytest

from gbglass.errors import ConfigError, InputError, NotConverged
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import find_lammps
from gbglass.lammps.task import Runner
from gbglass.studies.acceptance import measured_amorphisations, require_glass
from gbglass.studies.kinds import STUDIES
from gbglass.studies.planned import Planned
from gbglass.studies.reading import check_study


def study(*stages: dict[str, Any]) -> dict[str, Any]:
    return {
        "study": "segregation",
        "name": "melt",
        "seed": 1,
        "potential": {"name": "buckingham-llzo"},
        "crystal": {"name": "llzo-cubic"},
        "boundary": {"axis": [1, -1, 0], "plane": [1, 1, 2], "layers": 4},
        "stage": [{"kind": "minimise", "max_iterations": 20}, *stages],
        "run": {"frame_every_ps": 0.01, "segment_ps": 0.3, "count_every_ps": 0.01, "ranks": 1},
    }


def melt(within: float = 4.0, kelvin: float = 400.0) -> dict[str, Any]:
    region = {"kind": "shell", "position": 0.0, "within_A": within}
    return {"kind": "melt_region", "region": region, "temperature_K": kelvin, "duration_ps": 0.02}


def hold(duration: float = 0.2) -> dict[str, Any]:
    return {"kind": "hold", "temperature_K": 300.0, "duration_ps": duration}


def planned_of(raw: dict[str, Any]) -> Planned[Any]:
    return STUDIES["segregation"].plan(check_study(raw))


RAMP = {"kind": "ramp", "from_K": 400.0, "to_K": 300.0, "rate_K_per_fs": 1.0}


@pytest.mark.lammps
@pytest.mark.xdist_group("acceptance")
def test_a_melt_that_left_the_crystal_as_it_was_is_a_failure_whatever_stands_before_the_hold(tmp_path: Path) -> None:
    planned = planned_of(study(melt(), RAMP, hold()))
    found = measured_amorphisations(simulate(planned.task, tmp_path, Runner(find_lammps())))
    assert list(found) == [2]
    with pytest.raises(NotConverged, match=r"stage 2: only \d+% of the La and Zr inside are glassy"):
        require_glass(found)


def test_a_melt_with_no_crystal_around_it_is_refused_before_it_runs() -> None:
    with pytest.raises(InputError, match="stage 2: no La or Zr lies outside what is melted"):
        planned_of(study(melt(within=18.0), hold()))


@pytest.mark.parametrize(
    ("stages", "path", "says"),
    [
        ((hold(), melt()), "stage.3", "needs a hold after it of 3 frames or more"),
        ((melt(), hold(0.02), hold()), "stage.2", "needs a hold after it of 3 frames or more"),
        ((melt(), {**hold(), "ensemble": "npt"}), "stage.3.ensemble", 'must be "nvt"'),
    ],
)
def test_what_could_not_be_measured_is_named_in_the_study_file(
    stages: tuple[dict[str, Any], ...], path: str, says: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        check_study(study(*stages))
    assert says in dict(caught.value.problems)[path]
