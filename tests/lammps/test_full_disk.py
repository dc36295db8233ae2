"""A disk that fills up in mid-run is named; nothing on it looks finished; with room again, the run goes on."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.lammps, pytest.mark.xdist_group("simulation")]

PROGRAM = """
import sys
from pathlib import Path
from gbglass.errors import GbglassError
from gbglass.lammps.engine import find_lammps
from gbglass.lammps.chain import simulate
from gbglass.lammps.task import Runner
from tests.lammps.conftest import short_task

folder = Path(sys.argv[1])
filler = folder / "filler"
filler.write_bytes(bytes(int(sys.argv[2])))
try:
    simulate(short_task(), folder / "md", Runner(find_lammps()))
except GbglassError as error:
    print("said:", error)
finished = [p.name for p in folder.rglob("done.json") if ".partial" not in str(p)]
filler.unlink()
simulation = simulate(short_task(), folder / "md", Runner(find_lammps()))
print("finished before", len(finished), "of", len(simulation.segments) + 1)
"""


def test_a_disk_that_fills_up_is_named_and_the_run_goes_on_with_room(tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    assert unshare, "util-linux' unshare is needed"
    size = 4 * 2**20
    script = f'mount -t tmpfs -o size={size} tmpfs "$1" && exec "{sys.executable}" -c "$2" "$1" {size - 250_000}'
    done = subprocess.run(
        [unshare, "--mount", "--map-root-user", "sh", "-c", script, "sh", str(tmp_path), PROGRAM],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "its disk is full" in done.stdout or "MiB are free" in done.stdout
    before, total = done.stdout.rsplit("finished before", 1)[1].split(" of ")
    assert int(before) < int(total)
