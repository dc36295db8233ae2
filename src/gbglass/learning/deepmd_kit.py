"""The door to DeePMD-kit's program ``dp``: found, run, watched, never left behind."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from gbglass.errors import EngineError
from gbglass.lammps.process import end_process, tied_to, with_variables

_POLL_SECONDS = 1.0
_TAIL_LINES = 15
_INSTALL = "install it with: pip install 'gbglass[deepmd]', in an environment of its own (it brings TensorFlow)"


@dataclass(frozen=True)
class DeepmdKit:
    """A DeePMD-kit that can be started.

    Parameters
    ----------
    program
        Its ``dp``.
    version
        Of the packages that decide what it learns.
    threads
        It may use.

    """

    program: Path
    version: str
    threads: int = 1


def find_deepmd(threads: int = 1) -> DeepmdKit:
    """Find the DeePMD-kit of this Python.

    Raises
    ------
    EngineError
        If it is not installed; says how to install it.

    """
    program = Path(sys.executable).with_name("dp")
    try:
        versions = [f"deepmd-kit {metadata.version('deepmd-kit')}", f"tensorflow {_tensorflow()}"]
    except metadata.PackageNotFoundError as error:
        raise EngineError(f"DeePMD-kit is not installed; {_INSTALL}") from error
    if not program.is_file():
        raise EngineError(f"there is no {program}; {_INSTALL}")
    return DeepmdKit(program, ", ".join(versions), threads)


def _tensorflow() -> str:
    for name in ("tensorflow-cpu", "tensorflow"):
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return "unknown"


def run_dp(kit: DeepmdKit, words: Sequence[str], folder: Path, on_poll: Callable[[], None] = lambda: None) -> None:
    """Run ``dp`` in a folder to its end; what it says goes to a file called after the first word.

    Parameters
    ----------
    kit
        From `find_deepmd`.
    words
        After ``dp``.
    folder
        In which it works.
    on_poll
        Called every second.

    Raises
    ------
    EngineError
        If it fails, with the end of what it said.
    KeyboardInterrupt
        Passed on after it has been ended.

    """
    said = folder / f"{words[0]}.txt"
    environment = {
        "OMP_NUM_THREADS": str(kit.threads),
        "DP_INTRA_OP_PARALLELISM_THREADS": str(kit.threads),
        "DP_INTER_OP_PARALLELISM_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }
    with said.open("ab") as screen:
        process = subprocess.Popen(
            [*with_variables(environment), str(kit.program), *words],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=screen,
            stderr=subprocess.STDOUT,
            preexec_fn=tied_to(os.getpid()),  # noqa: PLW1509  # two system calls; no thread of ours holds a lock
        )
        try:
            while process.poll() is None:
                time.sleep(_POLL_SECONDS)
                on_poll()
        except BaseException:
            end_process(process)
            raise
    if process.returncode != 0:
        tail = "\n".join(said.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL_LINES:])
        raise EngineError(f"dp {words[0]} failed (exit code {process.returncode})", folder, tail)


def newest_checkpoint(folder: Path) -> tuple[str, int] | None:
    """Return the newest whole checkpoint of a training and its step, or None if there is none.

    Parameters
    ----------
    folder
        Where ``dp train`` worked.

    """
    found = []
    for index in folder.glob("model.ckpt-*.index"):
        step = re.fullmatch(r"model\.ckpt-(\d+)\.index", index.name)
        rest = [index.with_suffix(suffix) for suffix in (".data-00000-of-00001", ".meta")]
        if step and all(path.is_file() and path.stat().st_size > 0 for path in rest):
            found.append((int(step.group(1)), index.stem))
    if not found:
        return None
    step_number, stem = max(found)
    return stem, step_number
