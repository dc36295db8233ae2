"""``gbglass build scan`` from the outside: table, files, exit codes, going on."""

import csv
import json
from pathlib import Path

import pytest

from tests.cli.here import gbglass

pytestmark = [pytest.mark.lammps, pytest.mark.xdist_group("scan")]

THIN = (
    "build", "scan", "--axis", "1", "-1", "0", "--plane", "1", "1", "2", "--layers", "2", "--offsets", "1",
    "--potential", "buckingham-llzo", "--decorations", "2", "--bulk-decorations", "10", "--force", "0.5",
)  # fmt: skip


def test_a_scan_prints_its_table_goes_on_and_says_by_its_code_what_failed(tmp_path: Path) -> None:
    out = tmp_path / "scan"
    done = gbglass(*THIN, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "Σ3(112)[1-10]" in done.stdout
    assert "γ is their mean" in " ".join(done.stdout.split())
    again = gbglass(*THIN, "--out", out, "--lammps", "/absent/lmp", "--json")
    assert again.returncode == 0, again.stderr
    record = json.loads(again.stdout)
    assert record["was_finished"]
    assert record["is_complete"]
    energies = [tried["energy"]["value"] for tried in record["result"]["candidates"]]
    rows = list(csv.DictReader((out / "scan.csv").read_text(encoding="utf-8").splitlines()))
    assert [float(row["energy (J/m²)"]) for row in rows] == pytest.approx(energies, abs=1e-5)
    wider = gbglass(*THIN, "--out", out, "--shifts", "1")  # (0, 0) puts La on La
    assert wider.returncode == 3, wider.stderr
    assert "Å apart" in " ".join(wider.stdout.split())
    other = gbglass(*THIN, "--out", out, "--seed", "2")
    assert other.returncode == 1
    assert "scan.seed: there 1, here 2" in other.stderr


def test_what_cannot_be_scanned_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    for words, said in (
        (("--decorations", "1"), "'decorations' must be 2 or more"),
        (("--potential", "mercury"), "there is no potential 'mercury'"),
        (("--plane", "0", "1", "2"), "must contain the axis"),
    ):
        refused = gbglass(*THIN, *words, "--out", tmp_path / "scan")
        assert refused.returncode == 2
        assert said in refused.stderr
    absent = gbglass(*THIN, "--out", tmp_path / "scan", "--lammps", "/absent/lmp")
    assert absent.returncode == 1
    assert "there is no LAMMPS" in absent.stderr
