"""From a store of labels to what DeePMD-kit trains on: split, written, and remembered."""

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

from gbglass.core.labels import LabelSource
from gbglass.core.neighbours import shortest_contacts
from gbglass.errors import InputError, StateError
from gbglass.learning.datasets import TYPE_MAP, split_frames, types_of, write_deepmd
from gbglass.learning.labelled import LabelStore, StoredFrame
from gbglass.learning.rooms import rooms_for
from gbglass.learning.training import MOST_NEIGHBOURS
from gbglass.store.atomic import write_json, write_text
from gbglass.store.structures import structure_text

KNOWN = "known.extxyz"
"""The first trained structure, whose energy the card of the potential states."""

_RECORD, _DATA = "data.json", "data"
_ROUND = 100
"""Contacts are rounded down to 1/100 Å."""


@dataclass(frozen=True)
class TrainingData:
    """Data as they lie in the folder of a training, which keeps them however the store grows.

    Parameters
    ----------
    folder
        Of the training.
    source
        Who labelled.
    frames
        Number of frames by what they are for: ``train``, ``validation``, ``held_out``.
    systems
        DeePMD's folders, relative to `folder`, by the same.
    shortest
        Shortest trained contact of each pair of species, rounded down [Å].
    rooms
        Room for neighbours of each element, in the order of the types.

    """

    folder: Path
    source: LabelSource
    frames: Mapping[str, int]
    systems: Mapping[str, tuple[str, ...]]
    shortest: Mapping[str, float]
    rooms: Mapping[str, int]

    @property
    def elements(self) -> tuple[str, ...]:
        """The elements in the order of the types."""
        return tuple(self.rooms)

    def paths(self, role: str) -> list[Path]:
        """Return DeePMD's folders of a role, relative to a member's folder beside the data."""
        return [Path("..", system) for system in self.systems[role]]


def prepare_data(store: LabelStore, folder: Path, held_out: Iterable[str]) -> TrainingData:
    """Split a store and write it for DeePMD-kit, or return what an earlier call wrote.

    Parameters
    ----------
    store
        Labels of one source.
    folder
        Of the training.
    held_out
        Names of origins that are never trained.

    Raises
    ------
    InputError
        If there is nothing to train on.
    StateError
        If what an earlier call wrote is damaged.

    """
    return prepare_frames(store.frames(), folder, held_out)


def prepare_frames(frames: Iterable[StoredFrame], folder: Path, held_out: Iterable[str]) -> TrainingData:
    """Split some frames of one source and write them for DeePMD-kit, as `prepare_data` does all of a store.

    Parameters
    ----------
    frames
        Not looked at if an earlier call has written its own.
    folder, held_out
        As for `prepare_data`.

    Raises
    ------
    InputError
        If there is nothing to train on.
    StateError
        If what an earlier call wrote is damaged.

    """
    if (folder / _RECORD).is_file():
        return read_data(folder)
    shutil.rmtree(folder / _DATA, ignore_errors=True)  # half written, by a call that was ended
    split = split_frames(frames, held_out)
    labels = split.train[0].labels if split.train else None
    if labels is None:
        raise InputError(
            f"there is nothing to train on: of the labelled frames {len(split.validation)} are of origins to be tested "
            f"on and {len(split.held_out)} of origins held out; label or import frames of more origins"
        )
    parts = {"train": split.train, "validation": split.validation, "held_out": split.held_out}
    elements = types_of(chain.from_iterable(parts.values()))
    systems = {role: write_deepmd(frames, folder / _DATA / role, elements) for role, frames in parts.items()}
    written = TrainingData(
        folder,
        labels.source,
        {role: len(frames) for role, frames in parts.items()},
        {role: tuple(str(path.relative_to(folder)) for path in paths) for role, paths in systems.items()},
        trained_contacts(split.train),
        rooms_for(elements, [frame.atoms for frame in split.train]),
    )
    record = asdict(written) | {"elements": written.elements}
    del record["folder"]
    write_text(folder / KNOWN, structure_text(split.train[0].atoms, ".extxyz"))
    write_json(folder / _RECORD, record)
    return written


def read_data(folder: Path) -> TrainingData:
    """Read what `prepare_data` left in a folder.

    Raises
    ------
    StateError
        If it is not there, or damaged.

    """
    try:
        record = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        systems = {role: tuple(paths) for role, paths in record["systems"].items()}
        source = LabelSource(**record["source"])
        elements = record.get("elements", TYPE_MAP)  # those that older records, which do not name them, all have
        rooms = record.get("rooms", MOST_NEIGHBOURS)
        return TrainingData(
            folder, source, record["frames"], systems, record["shortest"], {name: rooms[name] for name in elements}
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StateError(f"{folder} holds no readable {_RECORD} ({error}); move it away to begin again") from error


def trained_contacts(frames: Sequence[StoredFrame]) -> dict[str, float]:
    """Return the shortest distance of each pair of species in some frames, rounded down to 0.01 Å."""
    shortest: dict[str, float] = {}
    for frame in frames:
        for pair, distance in shortest_contacts(frame.atoms).items():
            shortest[pair] = min(distance, shortest.get(pair, distance))
    return {pair: int(distance * _ROUND) / _ROUND for pair, distance in shortest.items() if distance < float("inf")}
