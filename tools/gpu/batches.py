"""Batches of one shape: what stands where, so that a step is always the same program."""

from dataclasses import dataclass

import numpy as np
import torch
from frames import Frames
from nets import TYPES
from torch import Tensor

BLOCK = 512
"""Edges that go through the embedding together."""


@dataclass
class Shape:
    """Room in a batch: slots for neighbours of an atom, blocks of edges of each group, atoms of each type, frames."""

    slots: int
    blocks: tuple[int, ...]
    atoms: tuple[int, ...]
    frames: int

    @property
    def room(self) -> int:
        """Atoms in all."""
        return sum(self.atoms)


def compose(frames: Frames, atoms: int, count: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Deal all frames out into batches that are much alike, over and over until there are enough batches."""
    parts = max(1, round(float(frames.natoms.sum()) / atoms))
    kinds = np.unique([name.partition("/")[0] for name in frames.names], return_inverse=True)[1]
    batches: list[np.ndarray] = []
    while len(batches) < count:
        shuffled = rng.permutation(len(kinds))
        order = shuffled[np.argsort(kinds[shuffled], kind="stable")]
        batches += [order[k::parts] for k in range(parts)]
    return batches[:count]


def most_neighbours(frames: Frames) -> int:
    first = np.concatenate([[0], np.cumsum(frames.natoms)])[:-1]
    return int(np.bincount(np.repeat(first, frames.edges.sum(1)) + frames.centre).max())


def shape_of(frames: Frames, batches: list[np.ndarray]) -> Shape:
    edges = np.max([frames.edges[batch].sum(0) for batch in batches], axis=0)
    kinds = np.max([frames.per_type[batch].sum(0) for batch in batches], axis=0) + 1  # one that stays empty at least
    return Shape(
        slots=-(-most_neighbours(frames) // 8) * 8,
        blocks=tuple(int(n // BLOCK + 1) for n in edges),
        atoms=tuple(int(-(-n // 32) * 32) for n in kinds),
        frames=max(len(batch) for batch in batches),
    )


def plan(frames: Frames, batch: np.ndarray, shape: Shape) -> dict[str, np.ndarray]:
    """Lay one batch out: what stands where.

    An atom has a row of slots for its neighbours; edges of one group stand in blocks as well, for the embedding.
    ``edge``, ``other`` and ``place`` (in a block) are by slot, ``slot`` is by place, ``group`` by block, the rest by
    atom or by frame; what is left over is empty.
    """
    starts = np.concatenate([[0], np.cumsum(shape.atoms)])
    filled = starts[:-1].copy()
    atom = np.full(shape.room, len(frames.types))
    of_frame = np.full(shape.room, shape.frames)
    first_atom = np.concatenate([[0], np.cumsum(frames.natoms)])
    first_edge = np.concatenate([[0], np.cumsum(frames.edges.sum(1))])
    edges, centres, others, groups = [], [], [], []
    for number, frame in enumerate(batch):
        rows = np.concatenate([np.arange(filled[k], filled[k] + n) for k, n in enumerate(frames.per_type[frame])])
        filled += frames.per_type[frame]
        atom[rows] = np.arange(first_atom[frame], first_atom[frame + 1])
        of_frame[rows] = number
        part = slice(first_edge[frame], first_edge[frame + 1])
        edges.append(np.arange(part.start, part.stop))
        centres.append(rows[frames.centre[part]])
        others.append(rows[frames.other[part]])
        groups.append(np.repeat(np.arange(TYPES**2), frames.edges[frame]))
    edge, centre, other, group = (np.concatenate(parts) for parts in (edges, centres, others, groups))
    by_centre = np.argsort(centre, kind="stable")
    counts = np.bincount(centre, minlength=shape.room)
    rank = np.empty(len(edge), int)
    rank[by_centre] = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
    slot_of_edge = centre * shape.slots + rank
    by_group = np.argsort(group, kind="stable")
    in_group = np.bincount(group, minlength=TYPES**2)
    begins = np.concatenate([[0], np.cumsum(np.array(shape.blocks) * BLOCK)])
    place_of_edge = np.empty(len(edge), int)
    within = np.arange(len(edge)) - np.repeat(np.cumsum(in_group) - in_group, in_group)
    place_of_edge[by_group] = np.repeat(begins[:-1], in_group) + within
    n_slots = shape.room * shape.slots
    empty_slot, empty_place = n_slots - 1, int(begins[-1]) - 1  # of the last atom and block, which are never full
    by_slot = np.full(n_slots, len(frames.centre))
    by_slot[slot_of_edge] = edge
    target = np.arange(n_slots) % shape.room  # nothing is added from an empty slot; spread, lest all wait for one
    target[slot_of_edge] = other
    slot = np.full(int(begins[-1]), empty_slot)
    slot[place_of_edge] = slot_of_edge
    place = np.full(n_slots, empty_place)
    place[slot_of_edge] = place_of_edge
    frame = np.full(shape.frames, len(frames.natoms))
    frame[: len(batch)] = batch
    laid = {
        "edge": by_slot, "other": target, "slot": slot, "place": place,
        "atom": atom, "of_frame": of_frame, "frame": frame, "group": np.repeat(np.arange(TYPES**2), shape.blocks),
    }  # fmt: skip
    return {name: values.astype(np.int32) for name, values in laid.items()}


def on_device(laid: dict[str, np.ndarray], device: str) -> dict[str, Tensor]:
    return {name: torch.tensor(values, device=device) for name, values in laid.items()}


@dataclass
class Batches:
    """Batches of one shape, laid out on the device."""

    shape: Shape
    plans: list[dict[str, Tensor]]

    @classmethod
    def of(cls, frames: Frames, batches: list[np.ndarray], device: str) -> "Batches":
        """Lay frames out, a list of their numbers for each batch."""
        shape = shape_of(frames, batches)
        return cls(shape, [on_device(plan(frames, batch, shape), device) for batch in batches])
