"""From a CIF of one's own to the report: the file that is begun with, shortened, run by the real LAMMPS."""

import json
import re
from pathlib import Path

import pytest

from tests.end_to_end.conftest import gbglass
from tests.studies.own import antiperovskite

pytestmark = [pytest.mark.lammps, pytest.mark.xdist_group("own-crystal")]

SHORTER = {
    "max_iterations": "50",
    "to_K": "400.0",
    "rate_K_per_fs": "1.0",
    "temperature_K": "400.0",
    "duration_ps": "0.5",
    "frame_every_ps": "0.02",
    "segment_ps": "0.5",
    "ranks": "1",
}


def shorten(study: Path) -> None:
    text = study.read_text(encoding="utf-8")
    for key, value in SHORTER.items():
        text = re.sub(rf"^(?:# )?{key} = \S+", f"{key} = {value}", text, flags=re.MULTILINE)
    study.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("kind", ["segregation", "transport"])
def test_a_study_of_ones_own_crystal_is_begun_and_run(kind: str, tmp_path: Path) -> None:
    _, card = antiperovskite(tmp_path)
    radii = "cavity_radii = { Li-O = 1.55, Li-Cl = 2.0 }\n"
    card.write_text(radii + card.read_text(encoding="utf-8"), encoding="utf-8")
    begun = gbglass("new", kind, "own.toml", "--crystal", "li3ocl.cif", "--potential", "rigid.toml", cwd=tmp_path)
    assert begun.returncode == 0, begun.stderr
    shorten(tmp_path / "own.toml")
    done = gbglass("run", "own.toml", "--out", "run", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "run" / "results.json").read_text(encoding="utf-8"))
    assert results["title"] == "Σ5(012)[100] of li3ocl"
    assert results["asked"]["crystal"]["file"]["file"] == "li3ocl.cif"
    assert results["ledger"]["formal_charge"]["value"] == 0.0
    assert {species: n["value"] for species, n in results["ledger"]["atoms"].items()} == {"Cl": 30, "Li": 90, "O": 30}
    if kind == "segregation":
        assert results["conservation"]["max_abs_error"] == 0
        assert set(results["cavity"]["radii"]) == {"Li-O", "Li-Cl"}
        assert all(0.0 < one["cavity_fraction"]["value"] < 1.0 for one in results["boundaries"])
    else:
        assert results["glassy"]["value"] is None, "no garnet, no order of its La and Zr"
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "relative to Cl and O" in page
    assert "LLZO" not in page
