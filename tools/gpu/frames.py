"""Labelled frames as they are trained on: labels, neighbours, and DeePMD's environment of every pair."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from nets import SMOOTH, TYPES, Architecture

ITSELF = 1e-6
"""Below this an atom meets itself [Å²]."""


@dataclass
class Frames:
    """All frames one after another: atoms by type within a frame, edges by the types of their two ends within it."""

    names: list[str]
    natoms: np.ndarray  # (F,)
    types: np.ndarray  # (A,)
    energy: np.ndarray  # (F,)
    forces: np.ndarray  # (A, 3)
    virial: np.ndarray  # (F, 9)
    centre: np.ndarray  # (E,) atom within its frame
    other: np.ndarray  # (E,)
    vector: np.ndarray  # (E, 3) from centre to other [Å]
    edges: np.ndarray  # (F, 16) number by 4 * type of centre + type of other
    per_type: np.ndarray  # (F, 4)


def neighbours(
    coord: np.ndarray, box: np.ndarray, cutoff: float, device: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return every pair within the cutoff, both ways."""
    x, cell = torch.tensor(coord, device=device), torch.tensor(box, device=device)
    heights = 1.0 / torch.linalg.norm(torch.linalg.inv(cell), dim=0)
    reach = [math.ceil(cutoff / float(height)) for height in heights]
    x = x - torch.floor(x @ torch.linalg.inv(cell)) @ cell
    shifts = torch.cartesian_prod(*(torch.arange(-n, n + 1, dtype=x.dtype, device=device) for n in reach)) @ cell
    delta = x[None, None] + shifts[:, None, None] - x[None, :, None]
    square = (delta**2).sum(-1)
    _, centre, other = found = torch.nonzero((square < cutoff**2) & (square > ITSELF), as_tuple=True)
    return centre.cpu().numpy(), other.cpu().numpy(), delta[found].cpu().numpy()


def read_frames(folder: Path, cutoff: float, device: str) -> Frames:
    """Read DeePMD's systems."""
    rows: dict[str, list] = {name: [] for name in Frames.__dataclass_fields__}
    for system in sorted(path.parent for path in folder.glob("*/type.raw")):
        types = np.loadtxt(system / "type.raw", dtype=np.int64, ndmin=1)
        order = np.argsort(types, kind="stable")
        types = types[order]
        read = {
            key: np.load(system / "set.000" / f"{key}.npy") for key in ("coord", "box", "energy", "force", "virial")
        }
        for k in range(len(read["coord"])):
            coord = read["coord"][k].reshape(-1, 3)[order]
            centre, other, vector = neighbours(coord, read["box"][k].reshape(3, 3), cutoff, device)
            group = types[centre] * TYPES + types[other]
            by_group = np.argsort(group, kind="stable")
            rows["names"].append(f"{system.name}/{k}")
            rows["natoms"].append(len(types))
            rows["types"].append(types)
            rows["energy"].append(float(read["energy"][k].ravel()[0]))
            rows["forces"].append(read["force"][k].reshape(-1, 3)[order])
            rows["virial"].append(read["virial"][k].ravel())
            rows["centre"].append(centre[by_group])
            rows["other"].append(other[by_group])
            rows["vector"].append(vector[by_group].astype(np.float32))
            rows["edges"].append(np.bincount(group, minlength=TYPES**2))
            rows["per_type"].append(np.bincount(types, minlength=TYPES))
    joined = {"types", "forces", "centre", "other", "vector"}
    return Frames(
        **{
            name: value if name == "names" else (np.concatenate if name in joined else np.array)(value)
            for name, value in rows.items()
        }
    )


def environment(vector: np.ndarray, cutoff: float) -> tuple[np.ndarray, np.ndarray]:
    """Return DeePMD's environment (E, 4), w/r and w x/r², and what its slope is made of (E, 3); see `slope_of`."""
    r = np.linalg.norm(vector, axis=1, keepdims=True)
    u = (r.clip(SMOOTH, cutoff) - SMOOTH) / (cutoff - SMOOTH)
    w = u**3 * (-6.0 * u**2 + 15.0 * u - 10.0) + 1.0
    dw = -30.0 * u**2 * (u - 1.0) ** 2 / (cutoff - SMOOTH)
    slope = np.hstack([(dw / r - w / r**2) / r, w / r**2, (dw / r**2 - 2.0 * w / r**3) / r])
    return np.hstack([w / r, w * vector / r**2]), slope


def statistics(frames: Frames, nets: Architecture) -> tuple[np.ndarray, np.ndarray]:
    """Return DeePMD's means and standard deviations of the environment by type of the centre, both (4, 4).

    Over all rooms, those without a neighbour too; directions have no mean.
    """
    kinds = np.concatenate([np.repeat(np.arange(TYPES**2), row) for row in frames.edges]) // TYPES
    found = environment(frames.vector.astype(float), nets.cutoff)[0]
    mean, std = np.zeros((TYPES, 4)), np.ones((TYPES, 4))
    for kind in range(TYPES):
        rows = found[kinds == kind]
        slots = frames.per_type[:, kind].sum() * sum(nets.rooms)
        mean[kind, 0] = rows[:, 0].sum() / slots
        radial = math.sqrt((rows[:, 0] ** 2).sum() / slots - mean[kind, 0] ** 2)
        std[kind] = [radial, *[math.sqrt((rows[:, 1:] ** 2).sum() / (3 * slots))] * 3]
    return mean, np.maximum(std, 0.01)


def empty_rooms(frames: Frames, nets: Architecture) -> np.ndarray:
    """Return how many rooms for neighbours of each type are empty around each atom (A, 4)."""
    first = np.concatenate([[0], np.cumsum(frames.natoms)])[:-1]
    centres = np.repeat(first, frames.edges.sum(1)) + frames.centre
    of_other = np.concatenate([np.repeat(np.arange(TYPES**2), row) for row in frames.edges]) % TYPES
    filled = np.zeros((len(frames.types), TYPES))
    np.add.at(filled, (centres, of_other), 1.0)
    return np.array(nets.rooms) - filled
