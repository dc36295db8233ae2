"""How fast lithium moves: rattling is not diffusion, seeds are one point of a line, numbers belong together."""

import json
import math
import re
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gbglass.core.results import Estimate
from gbglass.errors import ConfigError
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import find_lammps
from gbglass.lammps.task import Runner
from gbglass.report.folder import write_report
from gbglass.report.leading import split
from gbglass.report.present import campaign_figures, campaign_rows, present
from gbglass.report.presented import PageFigure
from gbglass.report.records import estimate_record
from gbglass.report.run import results_record
from gbglass.studies.kinds import STUDIES
from gbglass.studies.reading import check_study
from gbglass.studies.transport import TransportFindings
from gbglass.units import BOLTZMANN_EV_PER_K
from tests.report.browser import look_at


def study(*stages: dict[str, Any]) -> dict[str, Any]:
    return {
        "study": "transport",
        "name": "bulk",
        "seed": 1,
        "potential": {"name": "buckingham-llzo"},
        "model": {"bulk": {"repeats": [1, 1, 1]}},
        "stage": [{"kind": "minimise", "max_iterations": 20}, *stages],
        "run": {"frame_every_ps": 0.02, "segment_ps": 1.0, "ranks": 1},
    }


def hold(kelvin: float, duration: float = 1.0) -> dict[str, Any]:
    return {"kind": "hold", "temperature_K": kelvin, "duration_ps": duration}


@pytest.mark.lammps
@pytest.mark.xdist_group("transport")
def test_rattling_is_not_called_diffusion_and_the_numbers_belong_together(tmp_path: Path) -> None:
    kind = STUDIES["transport"]
    planned = kind.plan(check_study(study(hold(300.0))))
    engine = find_lammps()
    found = kind.collect(planned, simulate(planned.task, tmp_path, Runner(engine)), engine, "gbglass run bulk.toml")
    assert isinstance(found, TransportFindings)
    assert not found.is_diffusing, "one picosecond at 300 K"
    assert found.haven is None, "fifty frames are too few"
    assert sum(s.value for s in found.axes) / 3 == pytest.approx(found.conductivity.value, rel=1e-6)
    coulomb_per_volt_m_s = 1.602176634e-19 / (1e-10 * 1e-12)  # of one e²/(eV Å ps), that is S/m
    by_hand = coulomb_per_volt_m_s / 100.0 * 56 / 12.9827**3 * found.msd.diffusivity.value / (8.617333e-5 * 300.0)
    assert found.conductivity.value == pytest.approx(by_hand, rel=1e-4)
    shown = present(found)
    record = results_record(shown)
    assert "what is fitted is rattling" in " ".join(record["remarks"])
    (row,) = campaign_rows(record)
    assert row["verdict"] == "undecided"
    assert campaign_figures([record]) == []
    write_report(shown, tmp_path / "page")
    look_at(tmp_path / "page" / "report.html")


def case(kelvin: float, factor: float = 1.0, *, diffuses: bool = True, glassy: float = 0.0) -> dict[str, Any]:
    d = factor * 3.0 * math.exp(-0.25 / (BOLTZMANN_EV_PER_K * kelvin))
    mean = Estimate(d, "Å²/ps", 0.1 * d, 0.05 * d, 400, 30.0, (0.9 * d, 1.1 * d))
    return {
        "study": "transport",
        "title": "cubic LLZO",
        "potential": {"name": "made"},
        "temperature": {"value": kelvin, "unit": "K"},
        "glassy": {"value": glassy, "unit": "1"},
        "is_diffusing": diffuses,
        "diffusivity": estimate_record(mean),
        "conductivity": estimate_record(replace(mean, unit="S/cm")),
    }


def lines_of(cases: list[dict[str, Any]]) -> list[PageFigure]:
    """The Arrhenius lines of some cases."""
    return [figure for figure in campaign_figures(cases) if figure.name.startswith("arrhenius")]


def test_several_temperatures_make_a_line_and_seeds_are_one_point_of_it() -> None:
    cases = [case(t, f) for t in (800.0, 900.0, 1000.0) for f in (0.98, 1.0, 1.02)]
    (figure,) = lines_of(cases)
    assert "Activation energy 0.250 eV" in figure.caption
    assert "from 800, 900, 1000 K" in figure.caption


def test_two_temperatures_make_no_line_nor_does_one_that_only_rattles() -> None:
    assert lines_of([case(800.0), case(900.0)]) == []
    assert lines_of([case(800.0), case(900.0), case(300.0, 50.0, diffuses=False)]) == []


def test_models_and_potentials_are_not_mixed() -> None:
    other = [{**case(t), "title": "glass"} for t in (800.0, 900.0, 1000.0)]
    headings = [f.heading for f in lines_of([*(case(t) for t in (800.0, 900.0, 1000.0)), *other])]
    after = "crystal, made: against temperature"
    assert headings == [f"cubic LLZO, {after}", f"glass, {after}"]


def test_a_crystal_and_its_glass_are_no_seeds_of_each_other() -> None:
    kelvins = (800.0, 900.0, 1000.0)
    crystal, glass = [case(t) for t in kelvins], [case(t, 0.1, glassy=0.95) for t in kelvins]
    both = lines_of([*crystal, *glass])
    assert [f.heading.split(": ")[0] for f in both] == ["cubic LLZO, crystal, made", "cubic LLZO, glass, made"]
    assert [f.caption for f in both] == [figure.caption for of in (crystal, glass) for figure in lines_of(of)]


def test_a_boundary_is_told_from_the_same_one_molten_whatever_its_order() -> None:
    kelvins = (800.0, 900.0, 1000.0)
    cells: list[dict[str, Any]] = [
        {**case(t, glassy=share), "ledger": {"boundaries": [{}, {}]}, "stages": [{"kind": kind}]}
        for kind in ("hold", "melt_region")
        for t, share in zip(kelvins, (0.08, 0.12, 0.3), strict=True)
    ]
    names = [f.heading.split(": ")[0] for f in lines_of(cells)]
    assert names == ["cubic LLZO, made", "cubic LLZO, molten boundary, made"]


def test_one_boundary_cut_at_two_places_is_two_models() -> None:
    asked = [{"asked": {"model": {"boundary": {"cut_offset": at}}}} for at in (0.0, 0.25)]
    cells = [{**case(t), **one} for one in asked for t in (800.0, 900.0, 1000.0)]
    names = [f.heading.split(": ")[0] for f in lines_of(cells)]
    assert names == [f"cubic LLZO, cut at {at}, crystal, made" for at in ("0", "0.25")]


def test_a_crystal_and_its_glass_are_drawn_beside_each_other_at_one_temperature_too() -> None:
    cells = [case(900.0), case(900.0, 1.1), case(900.0, 0.1, glassy=0.95), case(900.0, 9.0, diffuses=False)]
    (figure,) = campaign_figures(cells)
    assert split("transport", [figure])[0] == [figure], "it leads"
    assert {"cubic LLZO, crystal, made", "cubic LLZO, glass, made"} == set(
        re.findall(r"cubic LLZO[^<\"]*made", figure.chart)
    )
    assert "900 K" in figure.chart
    traces = [one for one in json.loads(figure.chart)["data"] if isinstance(one["x"], dict)]
    drawn = {round(x, 6) for one in traces for x in np.frombuffer(b64decode(one["x"]["bdata"]), "<f4").astype(float)}
    assert drawn == {
        round(float(np.float32(factor * found["conductivity"]["value"])), 6)
        for found in cells[:3]
        for factor in (0.9, 1.0, 1.1)
    }
    assert campaign_figures(cells[:1]) == [], "one has its own page"


def test_the_last_stage_must_be_a_hold_with_frames_in_it() -> None:
    with pytest.raises(ConfigError) as caught:
        check_study(study(hold(300.0, 0.2)))
    assert "fewer than 20 frames" in dict(caught.value.problems)["stage.2.duration_ps"]
