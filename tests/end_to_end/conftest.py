"""A study small enough for a test: six layers a grain, a short ramp, two picoseconds of hold."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

TOY = """
study = "segregation"
name = "toy"
seed = 7
potential = {{ name = "buckingham-llzo" }}
crystal = {{ name = "llzo-cubic" }}
boundary = {{ axis = [1, 0, 0], plane = [0, 1, 2], layers = 6 }}

[[stage]]
kind = "minimise"
max_iterations = 200

[[stage]]
kind = "ramp"
from_K = 300.0
to_K = 400.0
rate_K_per_fs = 0.5

[[stage]]
kind = "hold"
temperature_K = 400.0
duration_ps = {hold}

[run]
frame_every_ps = 0.02
segment_ps = 0.2
ranks = {ranks}
"""

Gbglass = Callable[..., subprocess.CompletedProcess[str]]


def toy(folder: Path, hold: float = 0.5, ranks: int = 1) -> Path:
    """Write the toy study."""
    study = folder / "toy.toml"
    study.write_text(TOY.format(hold=hold, ranks=ranks), encoding="utf-8")
    return study


def command(*arguments: str | Path) -> list[str]:
    """The command line of gbglass in this environment."""
    return [sys.executable, "-m", "gbglass", *map(str, arguments)]


def gbglass(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run gbglass to its end."""
    return subprocess.run(command(*arguments), cwd=cwd, capture_output=True, text=True, timeout=300, check=False)


def lammps_in(folder: Path) -> list[int]:
    """Processes other than Python whose working folder lies in a folder: what a run left behind."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").resolve().is_relative_to(folder) and "python" not in (process / "comm").read_text():
                found.append(int(process.name))
        except OSError:
            continue
    return found


@pytest.fixture(scope="session")
def finished_toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a toy study that ran to its end without a stop; tests only read it."""
    folder = tmp_path_factory.mktemp("finished")
    done = gbglass("run", toy(folder), "--out", folder / "run")
    assert done.returncode == 0, done.stderr
    yield folder / "run"
    assert not lammps_in(folder)
