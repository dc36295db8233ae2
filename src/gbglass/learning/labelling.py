"""Labelling: frame after frame into a store, in rounds over all origins, so that it may end at any time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from zlib import crc32

import numpy as np
from ase import Atoms

from gbglass.core.labels import LabelSource
from gbglass.core.neighbours import find_pairs
from gbglass.errors import GbglassError, InputError, StateError
from gbglass.learning.labelled import LabelStore, StoredFrame, Tag, rounded
from gbglass.learning.origins import Draw, Origin, Workshop

SHORTEST = 0.9
"""No two atoms of a frame may be nearer: no potential or pseudopotential means anything there [Å]."""

_TOUCHING = 1.0
"""Reach of the search for such pairs [Å]."""


@dataclass(frozen=True)
class LabellingCount:
    """What a call of `label_origins` did.

    Parameters
    ----------
    labelled, failed
        Frames that got labels, and that were tried and have none, for a cause.
    known
        Frames that the store held already, and that were not tried.

    """

    labelled: int
    failed: int
    known: int


def label_origins(
    origins: Sequence[Origin],
    workshop: Workshop,
    store: LabelStore,
    on_frame: Callable[[StoredFrame], None] = lambda _frame: None,
    *,
    again: bool = False,
) -> LabellingCount:
    """Draw frames of all origins, label them and store them; what is stored already is not done again.

    The first frame of each origin comes first, then the second of each, and so on. What a frame is depends on its
    origin, its number and, in chains, on the frame before: an interrupted run that is called again ends up with the
    same frames as an uninterrupted one. A frame that cannot be made or labelled is stored with its cause.

    Parameters
    ----------
    origins
        With different names.
    workshop
        Labels, runs LAMMPS, and has room for it.
    store
        Where the frames go.
    on_frame
        Called with each frame that was tried.
    again
        Whether frames that failed earlier are made and labelled anew, as if they were in work; until one succeeds the
        store keeps it with its old cause.

    Raises
    ------
    InputError
        If two origins have one name.
    StateError
        If the store holds labels of another source or is being written to, the work folder holds runs of other
        inputs, or the disk is full: what is wrong with the place and not with a frame ends the call.

    """
    names = [origin.name for origin in origins]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"origins must have different names, got {', '.join(twice)} more than once")
    rounds = max((origin.size for origin in origins), default=0)
    labelled = failed = known = 0
    with store.writing():
        for origin, index in chain.from_iterable(((o, k) for o in origins if k < o.size) for k in range(rounds)):
            tag = Tag(origin.domain, origin.name, index)
            if tag.name in store.names and not (again and tag.name in store.failed):
                known += 1
                continue
            frame = _make_frame(origin, tag, workshop, store)
            _put(frame, store, workshop.labeller.source)
            on_frame(frame)
            labelled, failed = labelled + (frame.labels is not None), failed + (frame.labels is None)
    return LabellingCount(labelled, failed, known)


def _put(frame: StoredFrame, store: LabelStore, source: LabelSource) -> None:
    if frame.tag.name not in store.names:
        store.add(frame, source)
    elif frame.labels is not None:
        store.mend(frame, source)


def _make_frame(origin: Origin, tag: Tag, workshop: Workshop, store: LabelStore) -> StoredFrame:
    """Draw and label one frame; a failure becomes its cause."""
    atoms = Atoms(cell=np.eye(3), pbc=True)
    last = store.last_of(origin.name)
    if last is not None and last.tag.index >= tag.index:  # it is tried again, and others have come after it
        last = store.find(replace(tag, index=tag.index - 1).name)
    before = last.atoms if last is not None and last.labels is not None else None
    seed = np.random.default_rng([crc32(origin.name.encode()), tag.index])
    draw = Draw(tag.index, seed, before, replace(workshop, folder=workshop.folder / origin.name))
    try:
        atoms = rounded(origin.draw(draw))
        check_frame(atoms)
        return StoredFrame(tag, atoms, workshop.labeller.label(atoms))
    except StateError:
        raise
    except GbglassError as error:
        return StoredFrame(tag, atoms, None, f"{type(error).__name__}: {error}")


def check_frame(atoms: Atoms) -> None:
    """Refuse what no labeller should be asked.

    Raises
    ------
    InputError
        If there are no atoms, a number is not finite, or two atoms are nearer than 0.9 Å.

    Examples
    --------
    >>> check_frame(Atoms("LiO", [[0, 0, 0], [0, 0, 0.5]], cell=[5, 5, 5], pbc=True))
    Traceback (most recent call last):
    ...
    gbglass.errors.InputError: two atoms are 0.50 Å apart, at least 0.9 Å is wanted of a frame

    """
    if not len(atoms):
        raise InputError("a frame must have atoms, got none")
    if not (np.isfinite(atoms.positions).all() and np.isfinite(atoms.cell.array).all()):
        raise InputError(f"the positions and cell of a frame must be finite, got others for {atoms.symbols}")
    shortest = float(find_pairs(atoms.positions, atoms.cell.array, _TOUCHING).distances.min(initial=np.inf))
    if shortest < SHORTEST:
        raise InputError(f"two atoms are {shortest:.2f} Å apart, at least {SHORTEST} Å is wanted of a frame")
