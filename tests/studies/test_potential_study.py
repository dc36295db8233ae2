"""The study of a potential: errors by hand, coverage of what is trained, mistakes named."""

import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gbglass.errors import ConfigError
from gbglass.report.present import campaign_rows
from gbglass.studies.kinds import STATIC_STUDIES
from gbglass.studies.reading import check_study, read_study
from gbglass.verbs.run import run
from tests.report.browser import look_at

EXAMPLE = Path(__file__).parents[2] / "examples" / "potential" / "minimal.toml"


def raw(**more: Any) -> dict[str, Any]:
    return {**tomllib.loads(EXAMPLE.read_text(encoding="utf-8")), **more}


def test_labels_are_known_by_what_is_in_them(tmp_path: Path) -> None:
    spec = read_study(EXAMPLE)
    (tmp_path / "labels").mkdir()
    source = EXAMPLE.parent / "../../data/training"
    for file in source.iterdir():
        (tmp_path / "labels" / file.name).write_bytes(file.read_bytes())
    copy = check_study(_without_teacher("labels"), tmp_path / "x.toml")
    assert copy.plain()["labels"]["sha256"] == spec.plain()["labels"]["sha256"]
    next((tmp_path / "labels").glob("chunk-*.npz")).unlink()
    other = check_study(_without_teacher("labels"), tmp_path / "x.toml")
    assert other.plain()["labels"]["sha256"] != spec.plain()["labels"]["sha256"]


def _without_teacher(labels: str) -> dict[str, Any]:
    return {key: value for key, value in raw(labels=labels).items() if key != "teacher"}


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"domains": ["c-llzo", "glass"]}, "domains"),
        ({"labels": "absent"}, "labels"),
        ({"checks": ["rdf"]}, "checks.1"),
    ],
)
def test_mistakes_are_named(more: dict[str, Any], path: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_study(raw(**more), EXAMPLE)
    assert [where for where, _ in caught.value.problems] == [path]


def test_each_check_is_an_item() -> None:
    planned = STATIC_STUDIES["potential"].plan(check_study(raw(checks=["lattice", "stability"]), EXAMPLE))
    assert [item.name for item in planned.items] == [
        "errors-not-trained", "errors-of-kinds-never-trained", "coverage", "check-lattice", "check-stability",
    ]  # fmt: skip


@pytest.mark.lammps
@pytest.mark.xdist_group("potential")
def test_errors_are_those_of_the_points_that_are_kept(tmp_path: Path) -> None:
    study = tmp_path / "toy.toml"
    text = (
        EXAMPLE.read_text(encoding="utf-8").replace('["c-llzo", "t-llzo"]', '["t-llzo"]').replace('["structure"]', "[]")
    )
    study.write_text(text.replace("../..", str(EXAMPLE.parents[2])), encoding="utf-8")
    done = run(study, tmp_path / "run")
    results = json.loads(done.results.read_text(encoding="utf-8"))
    assert list(results["errors"]) == ["not trained"], "no frame of t-LLZO is of a kind never trained"
    assert any("No frame is of kinds never trained" in remark for remark in results["remarks"])
    (archive,) = (tmp_path / "run").glob("work/errors-not-trained-*/parity.npz")
    with np.load(archive) as kept:
        forces, energies = kept["t-llzo forces"], kept["t-llzo energies"]
    one = results["errors"]["not trained"]["t-llzo"]
    assert one["force_rmse"]["value"] == pytest.approx(np.sqrt(np.mean((forces[..., 1] - forces[..., 0]) ** 2)))
    assert one["energy_bias"]["value"] == pytest.approx(np.mean(energies[:, 1] - energies[:, 0]))
    assert one["frames"]["value"] == len(energies)
    assert sum(count["value"] for count in one["origins"].values()) == len(energies)
    assert set(results["coverage"]["t-llzo"]) == {"Li", "La", "Zr", "O"}
    assert all(0.5 < share["value"] <= 1.0 for share in results["coverage"]["t-llzo"].values())
    (row,) = campaign_rows(results)
    assert row["verdict"] == "not trained"
    page = done.report.read_text(encoding="utf-8")
    assert "Coverage" in page
    assert "By origin, t-llzo: " in page
    assert "structure-data" not in page, "there is no structure to turn"
    assert run(study, tmp_path / "run").was_finished
    look_at(done.report)
