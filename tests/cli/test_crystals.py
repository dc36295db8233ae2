"""``gbglass build crystal``: every command that the how-to shows runs; a file becomes a cell with a ledger."""

import json
import shlex
from pathlib import Path

import pytest
from ase import Atoms
from ase.io import read

from tests.cli.here import gbglass as command
from tests.store.test_crystals import cif

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "crystals.md"


def shown() -> list[str]:
    lines = HOW_TO.read_text(encoding="utf-8").splitlines()
    return [line.split("#")[0].strip() for line in lines if line.startswith("    gbglass build")]


@pytest.mark.parametrize("line", shown())
def test_what_the_how_to_shows_runs(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    cif(tmp_path / "my-garnet.cif", 0.542, 0.448)
    words = shlex.split(line)[1:]
    done = command(*words)
    assert done.returncode == 0, done.stderr
    assert "Formal charge of the cell (e)" in done.stdout
    if "--out" in words:
        assert isinstance(read(tmp_path / words[words.index("--out") + 1]), Atoms)


def test_a_file_is_ordered_and_its_ledger_is_one_for_scripts(tmp_path: Path) -> None:
    garnet = cif(tmp_path / "llzto.cif", 0.5, 0.42, tantalum=0.25)
    ledger = json.loads(command("build", "crystal", garnet, "--seed", "2", "--json").stdout)
    assert {species: count["value"] for species, count in ledger["atoms"].items()} == {
        "La": 24, "Li": 52, "O": 96, "Ta": 4, "Zr": 12,
    }  # fmt: skip
    assert ledger["formal_charge"]["value"] == 0.0
    assert json.loads(command("build", "crystal", garnet, "--seed", "2", "--json").stdout) == ledger
    refused = command("build", "crystal", cif(tmp_path / "awaka.cif", 0.94, 0.349))
    assert refused.returncode == 2
    assert "nearest that can be is 13 on Li (24)" in " ".join(refused.stderr.split())
