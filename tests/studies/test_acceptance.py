"""Studies that melt: what could never be measured is refused before it runs, what left no glass is a failure."""

import re
from pathlib import Path
from typing import Any

import pytest

from gbglass.errors import ConfigError, InputError, NotConverged
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import find_lammps
from gbglass.lammps.task import Runner
from gbglass.studies.acceptance import measured_glass, require_glass
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
GENTLY = {"from_K": 300.0, "temperature_K": 300.0, "melt_K": 320.0, "melt_ps": 0.02}
HEATING = {"kind": "amorphise_heating", **GENTLY, "rate_K_per_fs": 1.0, "hold_ps": 0.03}
QUENCH = {"kind": "melt_quench", **GENTLY, "cooling_K_per_fs": 1.0, "hold_ps": 0.05}


@pytest.mark.lammps
@pytest.mark.xdist_group("acceptance")
def test_what_left_the_crystal_as_it_was_is_a_failure_by_the_name_of_its_entry(tmp_path: Path) -> None:
    planned = planned_of(study(melt(), RAMP, hold(), HEATING, QUENCH, hold()))
    found = measured_glass(simulate(planned.task, tmp_path, Runner(find_lammps())), planned.spec.promises)
    with pytest.raises(NotConverged, match="not amorphous as was asked for") as caught:
        require_glass(found)
    said = [line.strip() for line in str(caught.value).splitlines()[1:]]
    for name, what in (
        ("stage.2 (melt_region)", r"only \d+% of the La and Zr inside are glassy"),  # whatever stands before the hold
        ("stage.5 (amorphise_heating): boundary 1", r"only \d+% of the La and Zr inside are glassy"),
        ("stage.5 (amorphise_heating): boundary 2", r"only \d+% of the La and Zr inside are glassy"),
        ("stage.6 (melt_quench)", r"only \d+% of the La and Zr are glassy"),
        ("stage.6 (melt_quench)", "distances are those of the crystal"),
        ("stage.6 (melt_quench): its last hold", "too short to tell whether it still transforms"),
    ):
        assert any(line.startswith(f"{name}: ") and re.search(what, line) for line in said), (name, what, said)


def test_crystal_without_a_zr_to_look_at_is_refused_before_hours_are_spent() -> None:
    shells = [{"kind": "shell", "position": place, "within_A": 6.0} for place in (0.0, 0.5)]
    layer = {"kind": "amorphise_layer", "region": {"kind": "union", "of": shells}, "temperature_K": 300.0}
    with pytest.raises(InputError, match=r"no Zr lies outside what is melted, 4 Å beyond its edge.*thinner layer"):
        planned_of(study(layer))
    thinner = [shell | {"within_A": 4.0} for shell in shells]
    planned_of(study(layer | {"region": {"kind": "union", "of": thinner}}))


def test_a_melt_with_no_crystal_around_it_is_refused_before_it_runs_by_the_name_of_its_entry() -> None:
    with pytest.raises(InputError, match=r"stage\.2 \(melt_region\): no La or Zr lies outside what is melted"):
        planned_of(study(melt(within=18.0), hold()))
    layer: dict[str, Any] = {"kind": "amorphise_layer", "thickness_A": 36.0, "temperature_K": 300.0, "hold_ps": 0.2}
    with pytest.raises(InputError, match=r"stage\.3 \(amorphise_layer\): no La or Zr lies outside"):
        planned_of(study(hold(), layer))
    del layer["thickness_A"]
    layer = {**layer, "region": {"kind": "slab", "low": 0.1, "high": 0.1 + 1e-9}}
    with pytest.raises(InputError, match=r"stage\.3 \(amorphise_layer\): its melt_region: 'region' holds no atom"):
        planned_of(study(hold(), layer))


@pytest.mark.parametrize(
    ("stages", "path", "says"),
    [
        ((hold(), melt()), "stage.3", "needs a hold after it of 3 frames or more"),
        ((melt(), hold(0.02), hold()), "stage.2", "needs a hold after it of 3 frames or more"),
        ((melt(), {**hold(), "ensemble": "npt"}), "stage.3.ensemble", 'must be "nvt"'),
        (({**QUENCH, "hold_ps": 0.02}, hold()), "stage.2", "needs a hold after it of 3 frames or more"),
    ],
)
def test_what_could_not_be_measured_is_named_in_the_study_file(
    stages: tuple[dict[str, Any], ...], path: str, says: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        check_study(study(*stages))
    assert says in dict(caught.value.problems)[path]
