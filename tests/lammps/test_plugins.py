"""Pair styles of other packages: asked for once in a child, kept with the versions that they hold for."""

import json
import sys
from pathlib import Path

import pytest

from gbglass.lammps.engine import find_lammps
from gbglass.lammps.plugins import plugin_environment

PLUGIN = """\
import os
from pathlib import Path
HERE = Path(__file__).parent
with (HERE / "imports.txt").open("a") as file:
    file.write("imported\\n")
os.environ["LD_LIBRARY_PATH"] = f"{os.environ.get('LD_LIBRARY_PATH', '')}:{HERE}:{HERE / 'absent'}"
def folder():
    return str(HERE)
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that registers a folder with plugins, as DeePMD-kit does, visible here and to child processes."""
    site = tmp_path / "site"
    info = site / "fakestyle-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: fakestyle\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[lammps.plugins]\nfake = fakestyle:folder\n", encoding="utf-8")
    (site / "fakestyle.py").write_text(PLUGIN, encoding="utf-8")
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("PYTHONPATH", f"{site}:{':'.join(sys.path)}")
    return site


def test_a_package_is_asked_once_and_only_folders_that_are_there_are_kept(package: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = plugin_environment("/usr/lib", cache)
    assert first["LAMMPS_PLUGIN_PATH"].endswith(str(package))
    assert first["LD_LIBRARY_PATH"].split(":")[0] == "/usr/lib"
    assert str(package / "absent") not in first["LD_LIBRARY_PATH"]
    assert first["DP_INTRA_OP_PARALLELISM_THREADS"] == "1"
    assert plugin_environment("/usr/lib", cache) == first
    assert (package / "imports.txt").read_text(encoding="utf-8").count("imported") == 1


def test_another_version_is_asked_again(package: Path, tmp_path: Path) -> None:
    plugin_environment("/usr/lib", tmp_path / "cache")
    metadata = package / "fakestyle-1.0.dist-info" / "METADATA"
    metadata.write_text("Metadata-Version: 2.1\nName: fakestyle\nVersion: 1.1\n", encoding="utf-8")
    plugin_environment("/usr/lib", tmp_path / "cache")
    assert (package / "imports.txt").read_text(encoding="utf-8").count("imported") == 2


@pytest.mark.parametrize(
    "content", ["", "{", "[1]", json.dumps({"LAMMPS_PLUGIN_PATH": "/gone", "LD_LIBRARY_PATH": ""})]
)
def test_an_answer_that_is_damaged_or_no_longer_true_is_asked_for_again(
    package: Path, tmp_path: Path, content: str
) -> None:
    cache = tmp_path / "cache"
    first = plugin_environment("/usr/lib", cache)
    (kept,) = cache.iterdir()
    kept.write_text(content, encoding="utf-8")
    assert plugin_environment("/usr/lib", cache) == first
    assert (package / "imports.txt").read_text(encoding="utf-8").count("imported") == 2


def test_a_package_that_cannot_be_imported_does_not_stop_the_rest(package: Path, tmp_path: Path) -> None:
    (package / "fakestyle.py").write_text("raise RuntimeError('no library')", encoding="utf-8")
    assert plugin_environment("/usr/lib", tmp_path / "cache") == {}
    assert not (tmp_path / "cache").exists()


def test_a_cache_that_cannot_be_written_is_done_without(package: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    assert plugin_environment("/usr/lib", blocked)["LAMMPS_PLUGIN_PATH"].endswith(str(package))


@pytest.mark.lammps
def test_lammps_starts_with_a_plugin_folder_that_holds_nothing_for_it(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    engine = find_lammps()
    assert engine.environment["LAMMPS_PLUGIN_PATH"].endswith(str(package))
    assert "lj/cut" in engine.pair_styles
