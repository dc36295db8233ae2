"""Stages that a changed protocol no longer asks for: set aside, never deleted, and taken back when it asks again."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gbglass.core.provenance import content_id
from gbglass.lammps.segments import stage_folders
from gbglass.protocol.timeline import TimedStage

ASIDE = "set-aside"
"""Holds them, beside the stages of the protocol as it is now."""

_ID_SHOWN = 12


def stage_folder(md: Path, timed: TimedStage) -> Path:
    """Return the folder of a stage, such as ``3-hold``."""
    return md / f"{timed.number}-{timed.stage.kind}"


def settle(folder: Path, wanted: Mapping[str, Any]) -> None:
    """Make the folder of a stage hold nothing but what follows from these inputs.

    Parameters
    ----------
    folder
        Of the stage.
    wanted
        What decides it: where it starts from, and what is done.

    """
    for other in folder.parent.glob(f"{folder.name.partition('-')[0]}-*"):
        found = _inputs_of(other)
        if found is not None and (other.name != folder.name or {name: found.get(name) for name in wanted} != wanted):
            _move_aside(other, {name: found.get(name) for name in wanted})
    kept = _place(folder, wanted)
    if kept.is_dir() and _inputs_of(folder) is None:
        if folder.exists():  # an interrupted try with nothing finished in it
            folder.rename(_free(kept.with_name(f"{kept.name}-unfinished")))
        kept.rename(folder)


def differs_in_stage_alone(folder: Path, wanted: Mapping[str, Any]) -> bool:
    """Say whether what is finished in a folder followed from the same inputs but for its stage."""
    found = _inputs_of(folder)
    if found is None or found.keys() != wanted.keys() or found["stage"] == wanted["stage"]:
        return False
    return all(found[name] == wanted[name] for name in wanted if name != "stage")


def set_aside_after(md: Path, n_stages: int) -> None:
    """Set aside what a longer protocol once did after the last stage of this one."""
    for folder in stage_folders(md):
        if int(folder.name.partition("-")[0]) > n_stages:
            found = _inputs_of(folder) or {}
            _move_aside(folder, {name: found[name] for name in ("before", "restart", "stage") if name in found})


def _inputs_of(folder: Path) -> dict[str, Any] | None:
    """Return what decided the first segment of a stage, or None if none is finished."""
    try:
        inputs = json.loads((folder / "segment-0000" / "done.json").read_text(encoding="utf-8"))["inputs"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return inputs if isinstance(inputs, dict) else None


def _place(folder: Path, inputs: Mapping[str, Any]) -> Path:
    return folder.parent / ASIDE / f"{folder.name}-{content_id(inputs)[:_ID_SHOWN]}"


def _move_aside(folder: Path, inputs: Mapping[str, Any]) -> None:
    place = _free(_place(folder, inputs))
    place.parent.mkdir(exist_ok=True)
    folder.rename(place)


def _free(place: Path) -> Path:
    """Return a name that is not taken."""
    numbered = (place if n == 0 else place.with_name(f"{place.name}-{n}") for n in range(10_000))
    return next(path for path in numbered if not path.exists())
