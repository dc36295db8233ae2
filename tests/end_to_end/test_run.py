"""From a study file to the report, by the command that a person types, with the real LAMMPS."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from gbglass.store.h5md import read_h5md
from tests.end_to_end.conftest import gbglass, toy

pytestmark = [pytest.mark.lammps, pytest.mark.xdist_group("toy")]


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def frame_steps(run: Path) -> list[int]:
    """Steps of all frames of MD as they stand in the stores, segment after segment."""
    stores = sorted(run.glob("md/[2-9]-*/segment-*/frames.h5md"))
    return [frame.step for store in stores for frame in read_h5md(store).frames()]


def test_a_run_leaves_everything_that_was_promised(finished_toy: Path) -> None:
    results = json.loads((finished_toy / "results.json").read_text(encoding="utf-8"))
    assert {"schema", "study", "potential", "ledger", "frames", "conservation", "regions", "boundaries"} <= set(results)
    assert results["conservation"] == {"species": "Li", "max_abs_error": 0, "units": {"max_abs_error": "atoms"}}
    assert len(results["boundaries"]) == 2
    assert all(b["verdict"] == "undecided" for b in results["boundaries"]), "half a picosecond decides nothing"
    assert any("max iterations" in remark for remark in results["remarks"]), "the toy stops minimising early"
    for name in ("report.html", "arrays.npz", "structure/built.extxyz", "structure/ledger.json", "done.json"):
        assert (finished_toy / name).stat().st_size > 0, name
    assert list((finished_toy / "csv").glob("*.csv"))
    assert list((finished_toy / "figures").glob("*.svg"))


def test_frames_are_where_the_record_says(finished_toy: Path) -> None:
    frames = json.loads((finished_toy / "results.json").read_text(encoding="utf-8"))["frames"]
    steps = frame_steps(finished_toy)
    assert steps == list(range(0, 701, 20))
    assert frames["count"] == len(steps)
    assert (frames["first_step"], frames["last_step"], frames["every"]) == (0, 700, 20)


def test_a_finished_run_answers_at_once_and_touches_nothing(finished_toy: Path) -> None:
    before = contents(finished_toy)
    again = gbglass("run", toy(finished_toy.parent), "--out", finished_toy, "--json", "--lammps", "/absent/lmp")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["was_finished"] is True
    assert contents(finished_toy) == before


def test_a_lengthened_hold_goes_on_from_the_end_of_the_shorter_one(finished_toy: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(finished_toy, run)
    before = {name: digest for name, digest in contents(run).items() if name.startswith("md/") and "frames" in name}
    longer = gbglass("run", toy(tmp_path, hold=0.7), "--out", run)
    assert longer.returncode == 0, longer.stderr
    after = contents(run)
    assert before.items() <= after.items(), "a finished segment was run again"
    assert frame_steps(run) == list(range(0, 901, 20))
    results = json.loads((run / "results.json").read_text(encoding="utf-8"))
    assert results["frames"]["last_step"] == 900


def test_a_folder_of_another_study_is_refused_untouched(finished_toy: Path, tmp_path: Path) -> None:
    study = toy(tmp_path)
    study.write_text(study.read_text(encoding="utf-8").replace("seed = 7", "seed = 8"), encoding="utf-8")
    before = contents(finished_toy)
    refused = gbglass("run", study, "--out", finished_toy)
    assert refused.returncode == 1
    assert "seed: there 7, here 8" in refused.stderr
    assert contents(finished_toy) == before


def test_two_ranks_give_the_physics_of_one(finished_toy: Path, tmp_path: Path) -> None:
    done = gbglass("run", toy(tmp_path, ranks=2), "--out", tmp_path / "run")
    assert done.returncode == 0, done.stderr
    one, two = (
        json.loads((run / "results.json").read_text(encoding="utf-8")) for run in (finished_toy, tmp_path / "run")
    )
    assert two["ledger"] == one["ledger"]
    assert two["frames"] == one["frames"]
    assert len(two["boundaries"]) == 2
