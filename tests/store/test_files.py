"""Files are whole or not there; tables come back as they were."""

import csv
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gbglass.errors import InputError, StateError
from gbglass.store.atomic import write_json, write_text
from gbglass.store.tables import Table, csv_text, write_tables


@contextmanager
def files_of_at_most(n_bytes: int) -> Iterator[None]:
    """Let every write beyond a size fail, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    write_text(path, "old")
    with files_of_at_most(1000), pytest.raises(StateError, match=r"results\.json cannot be written .* MiB are free"):
        write_text(path, "new" * 1000)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


FULL_DISK = """
import sys
from pathlib import Path
from gbglass.errors import StateError
from gbglass.store.atomic import write_bytes

path = Path(sys.argv[1]) / "arrays.npz"
write_bytes(path, b"old")
try:
    write_bytes(path, bytes(10 * 2**20))
except StateError as error:
    print(error)
print(path.read_bytes(), [entry.name for entry in path.parent.iterdir()])
"""


def test_a_disk_that_is_really_full_is_named(tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    assert unshare, "util-linux' unshare is needed"
    script = f'mount -t tmpfs -o size=2M tmpfs "$1" && exec "{sys.executable}" -c "$2" "$1"'
    done = subprocess.run(
        [unshare, "--mount", "--map-root-user", "sh", "-c", script, "sh", str(tmp_path), FULL_DISK],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said, left = done.stdout.splitlines()
    assert "arrays.npz cannot be written (No space left on device); " in said
    assert "10.0 MiB are needed" in said
    assert left == "b'old' ['arrays.npz']"


def test_an_interruption_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_text(tmp_path / "results.json", "new")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    write_text(tmp_path / "file", "not a folder")
    with pytest.raises(StateError, match=r"deep/results\.json cannot be written \(Not a directory\)"):
        write_text(tmp_path / "file" / "deep" / "results.json", "{}")


def test_a_number_that_is_not_finite_never_reaches_a_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "x.json", {"value": float("nan")})
    assert not list(tmp_path.iterdir())


def test_json_comes_back(tmp_path: Path) -> None:
    content = {"unit": "Å²/ps", "value": 0.1, "list": [1, None, "Σ5"]}
    write_json(tmp_path / "deep" / "x.json", content)
    assert json.loads((tmp_path / "deep" / "x.json").read_text(encoding="utf-8")) == content


def test_tables_come_back_with_their_headings(tmp_path: Path) -> None:
    table = Table("msd", {"lag (ps)": np.linspace(0, 3, 7), 'MSD, "all" (Å²)': np.geomspace(1e-9, 1e9, 7)})
    assert write_tables([table], tmp_path) == ["arrays.npz", "csv/msd.csv"]
    with (tmp_path / "csv" / "msd.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    archive = np.load(tmp_path / "arrays.npz")
    for heading, column in table.columns.items():
        assert_allclose([float(row[heading]) for row in rows], column, rtol=1e-9)
        assert np.array_equal(archive[f"msd/{heading}"], column)


def test_ragged_tables_are_refused() -> None:
    with pytest.raises(InputError, match="equally long"):
        csv_text(Table("x", {"a": np.zeros(3), "b": np.zeros(4)}))
