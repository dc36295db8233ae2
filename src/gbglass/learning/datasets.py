"""Data sets for training: labelled frames split by origin, and the folders that DeePMD reads.

DeePMD's layout is a few NumPy files, so it is written here rather than through another package; a test holds it to
what DeePMD-kit and dpdata read, where they are installed.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

import numpy as np

from gbglass.core.arrays import FloatArray
from gbglass.errors import InputError, StateError
from gbglass.learning.labelled import StoredFrame
from gbglass.store.atomic import write_bytes, write_text

TYPE_MAP = ("Li", "La", "Zr", "O")
"""Order of the types in DeePMD and of the atom types in LAMMPS, where a data set holds no other element."""

EXPLORED = "explored"
"""First word, after the domain, of origins that a loop chose because nothing like them was trained."""

LARGEST_FORCE = 20.0
"""Frames with a larger force on any atom are not learned: what a teacher says of atoms pushed into each other is not
physics, and squared in the loss a few such frames outweigh many crystals. The core keeps atoms apart [eV/Å]."""

TEST = "test"
"""The same of origins that are for the test alone."""

_SHARES = 10_000

_SALT = 1970
"""With it, a tenth of the catalogue's origins has one of every domain."""


@dataclass(frozen=True)
class Split:
    """Frames by what they are for.

    Parameters
    ----------
    train
        What the model learns from.
    validation
        Origins like those that are trained, seen by nobody.
    held_out
        A boundary plane, a composition and an interface that were never trained.

    """

    train: tuple[StoredFrame, ...]
    validation: tuple[StoredFrame, ...]
    held_out: tuple[StoredFrame, ...]


Role = Literal["train", "validation", "held_out"]


def role_of(origin: str, held_out: Iterable[str], validation_share: float) -> Role:
    """Say what an origin is for; it depends on its name alone, so more data never move an origin to another side.

    What was explored is always trained, and what was made for the test never: they were chosen for that.

    Parameters
    ----------
    origin
        Its name.
    held_out
        Names of those that are never trained.
    validation_share
        Of the other origins [1].

    Examples
    --------
    >>> role_of("li/liquid 900 K", held_out=["li|llzo/110"], validation_share=0.0)
    'train'

    """
    if origin in held_out:
        return "held_out"
    purpose = origin.partition("/")[2].split(" ")[0]
    if purpose in {EXPLORED, TEST}:
        return "train" if purpose == EXPLORED else "validation"
    place = int.from_bytes(hashlib.sha256(f"{_SALT} {origin}".encode()).digest()[:4], "big") % _SHARES
    return "validation" if place < validation_share * _SHARES else "train"


def split_frames(
    frames: Iterable[StoredFrame],
    held_out: Iterable[str],
    validation_share: float = 0.1,
    largest_force: float = LARGEST_FORCE,
) -> Split:
    """Split labelled frames by their origin; failed ones, and those with an enormous force, are left out.

    Parameters
    ----------
    frames
        As a store gives them.
    held_out
        Names of origins that are never trained.
    validation_share
        Of the other origins [1].
    largest_force
        Frames with a larger force on any atom are left out [eV/Å].

    Raises
    ------
    InputError
        If the share is not from 0 up to but not including 1.

    """
    if not 0.0 <= validation_share < 1.0:
        raise InputError(f"'validation_share' must be from 0 up to but not including 1, got {validation_share}")
    names = frozenset(held_out)
    parts: dict[Role, list[StoredFrame]] = {"train": [], "validation": [], "held_out": []}
    for frame in frames:
        if frame.labels is not None and float(np.abs(frame.labels.forces).max()) <= largest_force:
            parts[role_of(frame.tag.origin, names, validation_share)].append(frame)
    return Split(*(tuple(parts[role]) for role in ("train", "validation", "held_out")))


def types_of(frames: Iterable[StoredFrame]) -> tuple[str, ...]:
    """Return the elements of a data set in the order of its types: those of `TYPE_MAP` first, then by the alphabet.

    All of `TYPE_MAP` if there is no other, so that one training can go on from another.

    Examples
    --------
    >>> from ase import Atoms
    >>> from gbglass.learning.labelled import Tag
    >>> def frame(formula: str) -> StoredFrame:
    ...     return StoredFrame(Tag("own", "own/x", 0), Atoms(formula), None, "")
    >>> types_of([frame("Li2O")]), types_of([frame("Li6PS5Cl"), frame("Li2O")])
    (('Li', 'La', 'Zr', 'O'), ('Li', 'O', 'Cl', 'P', 'S'))

    """
    found = {symbol for frame in frames for symbol in frame.atoms.get_chemical_symbols()}
    others = sorted(found - set(TYPE_MAP))
    return (*(symbol for symbol in TYPE_MAP if symbol in found), *others) if others else TYPE_MAP


def write_deepmd(frames: Sequence[StoredFrame], folder: Path, type_map: Sequence[str] = TYPE_MAP) -> list[Path]:
    """Write frames as DeePMD systems, one folder a domain and composition; atoms are sorted by type.

    Parameters
    ----------
    frames
        Labelled, in any order.
    folder
        Must not exist yet: a half-replaced data set would be trained without anybody noticing.
    type_map
        Order of the elements.

    Returns
    -------
    list[Path]
        The systems, sorted by name.

    Raises
    ------
    InputError
        If a frame has no labels, or an element is not in the map.
    StateError
        If the folder exists.

    """
    if folder.exists():
        raise StateError(f"{folder} exists already; name another folder, or remove it first")
    systems: dict[str, list[StoredFrame]] = defaultdict(list)
    for frame in frames:
        if frame.labels is None:
            raise InputError(f"frame {frame.tag.name} has no labels ({frame.cause}); leave it out")
        strange = sorted(set(frame.atoms.get_chemical_symbols()) - set(type_map))
        if strange:
            raise InputError(f"frame {frame.tag.name} holds {', '.join(strange)}; the types are {', '.join(type_map)}")
        domain = frame.tag.domain.replace("|", "-")
        systems[f"{domain}.{frame.atoms.get_chemical_formula(mode='hill')}"].append(frame)
    for name, members in systems.items():
        _write_system(members, folder / name, type_map)
    return sorted(folder / name for name in systems)


def _write_system(frames: Sequence[StoredFrame], folder: Path, type_map: Sequence[str]) -> None:
    columns: dict[str, list[FloatArray]] = defaultdict(list)
    types = np.empty(0, dtype=np.int64)
    for frame in frames:
        labels = frame.labels
        if labels is None:
            raise InputError(f"frame {frame.tag.name} has no labels")
        of_atoms = np.array([type_map.index(symbol) for symbol in frame.atoms.get_chemical_symbols()])
        order = np.argsort(of_atoms, kind="stable")
        types = of_atoms[order]
        columns["coord"].append(frame.atoms.positions[order].ravel())
        columns["box"].append(frame.atoms.cell.array.ravel())
        columns["energy"].append(np.array(labels.energy))
        columns["force"].append(labels.forces[order].ravel())
        columns["virial"].append(labels.virial(float(frame.atoms.get_volume())).ravel())
    write_text(folder / "type.raw", "\n".join(map(str, types.tolist())) + "\n")
    write_text(folder / "type_map.raw", "\n".join(type_map) + "\n")
    write_text(folder / "frames.txt", "\n".join(frame.tag.name for frame in frames) + "\n")
    for name, rows in columns.items():
        content = BytesIO()
        np.save(content, np.array(rows))
        write_bytes(folder / "set.000" / f"{name}.npy", content.getvalue())


@dataclass(frozen=True)
class DomainCount:
    """What a data set holds of one domain.

    Parameters
    ----------
    frames, atoms, origins
        How many.
    failed
        Frames without labels.
    force_rms
        Root mean square of the force components [eV/Å].
    largest_force
        Largest component [eV/Å].

    """

    frames: int
    atoms: int
    origins: int
    failed: int
    force_rms: float
    largest_force: float


def count_domains(frames: Iterable[StoredFrame]) -> Mapping[str, DomainCount]:
    """Take stock of labelled frames by domain, in the order in which the domains first appear."""
    by_domain: dict[str, list[StoredFrame]] = defaultdict(list)
    for frame in frames:
        by_domain[frame.tag.domain].append(frame)
    return {domain: _count(members) for domain, members in by_domain.items()}


def _count(frames: Sequence[StoredFrame]) -> DomainCount:
    labelled = [frame for frame in frames if frame.labels is not None]
    forces = np.concatenate([np.zeros(0), *(frame.labels.forces.ravel() for frame in labelled if frame.labels)])
    return DomainCount(
        frames=len(labelled),
        atoms=sum(len(frame.atoms) for frame in labelled),
        origins=len({frame.tag.origin for frame in labelled}),
        failed=len(frames) - len(labelled),
        force_rms=float(np.sqrt(np.mean(forces**2))) if len(forces) else 0.0,
        largest_force=float(np.abs(forces).max(initial=0.0)),
    )
