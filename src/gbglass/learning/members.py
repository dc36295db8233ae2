"""One member of a committee: trained and frozen by DeePMD-kit, in a folder, once."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gbglass.errors import InputError, StateError
from gbglass.learning.deepmd_kit import DeepmdKit, newest_checkpoint, run_dp
from gbglass.learning.lcurve import LearningCurve, last_step, read_learning_curve
from gbglass.store.atomic import write_json

CURVE = "lcurve.out"
_INPUT, _DONE = "input.json", "done.json"
_FROZEN = "model.pb"


@dataclass(frozen=True)
class Member:
    """A finished member.

    Parameters
    ----------
    folder
        Where it was trained.
    checksums
        SHA-256 of its model, by name.

    """

    folder: Path
    checksums: Mapping[str, str]

    @property
    def frozen(self) -> Path:
        """The model as it was trained: small, slow (`gbglass.learning.compression` makes it fast)."""
        return self.folder / _FROZEN

    def curve(self) -> LearningCurve:
        """Return how its errors fell."""
        return read_learning_curve(self.folder / CURVE)


def train_member(
    kit: DeepmdKit,
    folder: Path,
    content: Mapping[str, Any],
    on_step: Callable[[int], None] = lambda _step: None,
    weights: Path | None = None,
) -> Member:
    """Train a member, going on from its newest checkpoint; one that is finished is left as it is.

    Parameters
    ----------
    kit
        From `find_deepmd`.
    folder
        Of this member alone; made if it does not exist.
    content
        Of the input file, as `gbglass.learning.training.deepmd_input` returns it.
    on_step
        Called about every second with the step that this call has reached; a restart begins at its checkpoint, however
        far the learning curve was.
    weights
        A checkpoint (without its ending) whose weights the first step begins with; drawn at random if absent.

    Raises
    ------
    StateError
        If the folder holds a training with another input, or a finished model was changed.
    EngineError
        If DeePMD-kit fails.

    """
    _claim(folder, content)
    done = _finished(folder)
    if done is not None:
        return done
    steps = int(content["training"]["numb_steps"])
    start = newest_checkpoint(folder)
    if start is None:
        (folder / CURVE).unlink(missing_ok=True)  # of a training that was ended before its first checkpoint
        begin = ["--init-model", str(weights.absolute())] if weights is not None else []
        run_dp(kit, ["train", *begin, _INPUT], folder, lambda: on_step(last_step(folder / CURVE, 0) or 0))
    elif start[1] < steps:
        stem, reached, told = *start, _size(folder / CURVE)
        on_step(reached)
        again = ["train", "--restart", stem, _INPUT]
        run_dp(kit, again, folder, lambda: on_step(last_step(folder / CURVE, told) or reached))
    working = "model.partial.pb"  # the ending tells DeePMD-kit the format
    run_dp(kit, ["freeze", "-o", working], folder)
    (folder / working).replace(folder / _FROZEN)
    checksums = {_FROZEN: sha256_of(folder / _FROZEN)}
    write_json(folder / _DONE, checksums)
    return Member(folder, checksums)


def _claim(folder: Path, content: Mapping[str, Any]) -> None:
    path = folder / _INPUT
    if not path.exists():
        write_json(path, content)
    elif json.loads(path.read_text(encoding="utf-8")) != json.loads(json.dumps(content)):
        raise StateError(f"{folder} holds a training with another input; name another folder, or move this one away")


def check_types(folder: Path, rooms: Mapping[str, int]) -> None:
    """Refuse to begin with the weights of a member whose types, or room for their neighbours, are not these.

    Parameters
    ----------
    folder
        Of the other member.
    rooms
        Room for neighbours of each element, in the order of the types.

    Raises
    ------
    InputError
        Says what the other has.

    """
    if not (folder / _INPUT).is_file():
        return
    model = json.loads((folder / _INPUT).read_text(encoding="utf-8"))["model"]
    other = dict(zip(model["type_map"], model["descriptor"]["sel"], strict=True))
    if list(other.items()) != list(rooms.items()):
        raise InputError(
            f"{folder} was trained with {_said(other)} (element and room for its neighbours), these data ask for "
            f"{_said(rooms)}: its weights do not fit; train from nothing"
        )


def is_one_sided(folder: Path) -> bool:
    """Say whether the embedding of a member asks for the neighbour's element alone; what goes on from it must do so.

    Parameters
    ----------
    folder
        Of the member.

    """
    if not (folder / _INPUT).is_file():
        return False
    model = json.loads((folder / _INPUT).read_text(encoding="utf-8"))["model"]
    return bool(model["descriptor"].get("type_one_side", False))


def _said(rooms: Mapping[str, int]) -> str:
    return ", ".join(f"{element} {room}" for element, room in rooms.items())


def _finished(folder: Path) -> Member | None:
    if not (folder / _DONE).exists():
        return None
    checksums = json.loads((folder / _DONE).read_text(encoding="utf-8"))
    for name, checksum in checksums.items():
        if not (folder / name).is_file() or sha256_of(folder / name) != checksum:
            raise StateError(f"{folder / name} is missing or was changed after it was finished; restore it")
    return Member(folder, checksums)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
