"""DeePMD's `se_e2_a`: energies, forces and virials of a batch, twice differentiable."""

import math
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import torch
from batches import BLOCK, Shape
from frames import Frames, empty_rooms, environment
from nets import AXIS, TYPES, Architecture
from torch import Tensor
from torch.autograd.function import FunctionCtx


class Table:
    """Labels and vectors of all frames on the device, each with an empty last row."""

    def __init__(self, frames: Frames, bias: np.ndarray, nets: Architecture, device: str) -> None:
        def rows(values: np.ndarray, last: object) -> Tensor:
            return torch.tensor(np.concatenate([values, np.array([last])]), dtype=torch.float32, device=device)

        env, made = environment(frames.vector.astype(float), nets.cutoff)
        self.vector = rows(frames.vector, [0.0] * 3)
        self.env, self.made = rows(env, [0.0] * 4), rows(made, [0.0] * 3)
        self.is_edge = rows(np.ones(len(env)), 0.0)
        self.empty = rows(empty_rooms(frames, nets), [0.0] * TYPES)
        self.forces = rows(frames.forces, [0.0] * 3)
        self.natoms = rows(frames.natoms, 1.0)
        self.virial = rows(frames.virial, [0.0] * 9)
        self.is_atom = rows(np.ones(len(frames.types)), 0.0)
        self.is_frame = rows(np.ones(len(frames.natoms)), 0.0)
        # Less those of the elements: what is left is small enough for single precision.
        self.energy = rows(frames.energy - frames.per_type @ bias, 0.0)


class Place(torch.autograd.Function):
    """Rows of a tensor put elsewhere; each goes to one place, so that the way back is the same with the other index.

    Empty places take from an empty row, and what comes back to one is zero.
    """

    @staticmethod
    def forward(ctx: FunctionCtx, rows: Tensor, there: Tensor, back: Tensor) -> Tensor:
        """Take rows from ``there``."""
        ctx.save_for_backward(there, back)
        return rows.index_select(0, there)

    @staticmethod
    def backward(ctx: FunctionCtx, slope: Tensor) -> tuple[Tensor, None, None]:
        """Bring slopes ``back``."""
        there, back = ctx.saved_tensors
        return Place.apply(slope, back, there), None, None


def doubled(x: Tensor, y: Tensor) -> Tensor:
    """Return y plus x, or plus x twice side by side: DeePMD's way past a layer."""
    if y.shape[-1] == x.shape[-1]:
        return y + x
    if y.shape[-1] == 2 * x.shape[-1]:
        return (y.unflatten(-1, (2, -1)) + x.unsqueeze(-2)).flatten(-2)
    return y


class Model(torch.nn.Module):
    """DeePMD's `se_e2_a`."""

    def __init__(self, seed: int, statistics: tuple[np.ndarray, np.ndarray], nets: Architecture) -> None:
        super().__init__()
        rng = np.random.default_rng(seed)
        self.asked = nets
        self.weights = torch.nn.ParameterDict()
        self._layers("filter", TYPES if nets.one_side else TYPES**2, (1, *nets.embedding), rng)
        self._layers("fitting", TYPES, (nets.embedding[-1] * AXIS, *nets.fitting), rng)
        last, width = len(nets.fitting), nets.fitting[-1]
        self._add("fitting", last, "matrix", rng.normal(0, 1 / math.sqrt(width + 1), (TYPES, width, 1)))
        self._add("fitting", last, "bias", np.zeros((TYPES, 1)))
        order = [o if nets.one_side else o * TYPES + c for c in range(TYPES) for o in range(TYPES)]
        self.register_buffer("nets", torch.tensor(order))
        for key, values in zip(("mean", "std"), statistics, strict=True):
            self.register_buffer(key, torch.tensor(values, dtype=torch.float32))

    def _layers(self, name: str, nets: int, sizes: tuple[int, ...], rng: np.random.Generator) -> None:
        for k, (a, b) in enumerate(pairwise(sizes)):
            self._add(name, k, "matrix", rng.normal(0, 1 / math.sqrt(a + b), (nets, a, b)))
            self._add(name, k, "bias", rng.normal(0, 1, (nets, b)))
            if name == "fitting" and a == b:
                self._add(name, k, "idt", rng.normal(0.1, 0.001, (nets, b)))

    def _add(self, name: str, layer: int, key: str, values: np.ndarray) -> None:
        self.weights[f"{name}/{layer}/{key}"] = torch.nn.Parameter(torch.tensor(values, dtype=torch.float32))

    def embed(self, s: Tensor, nets: Tensor) -> Tensor:
        """Send blocks (blocks, BLOCK, 1) through the net of each."""
        for k in range(len(self.asked.embedding)):
            matrix, bias = (self.weights[f"filter/{k}/{key}"].index_select(0, nets) for key in ("matrix", "bias"))
            s = doubled(s, torch.tanh(torch.baddbmm(bias[:, None], s, matrix)))
        return s

    def fit(self, parts: Iterable[Tensor]) -> Tensor:
        """Return the energies of atoms from the descriptors of each type."""
        of_kind = {name: self.weights[name].unbind(0) for name in self.weights if name.startswith("fitting")}
        return torch.cat([self._fit(x, {name: nets[k] for name, nets in of_kind.items()}) for k, x in enumerate(parts)])

    def _fit(self, x: Tensor, w: dict[str, Tensor]) -> Tensor:
        last = len(self.asked.fitting)
        for k in range(last):
            y = torch.tanh(torch.addmm(w[f"fitting/{k}/bias"], x, w[f"fitting/{k}/matrix"]))
            x = torch.addcmul(x, y, w[f"fitting/{k}/idt"]) if f"fitting/{k}/idt" in w else y
        return torch.addmm(w[f"fitting/{last}/bias"], x, w[f"fitting/{last}/matrix"])

    def of_empty(self, empty: Tensor, shape: Shape) -> Tensor:
        """Return what empty rooms (room, 4) add to the first row of the sums: in DeePMD they are less than the mean."""
        at = -self.mean[:, 0] / self.std[:, 0]
        out = self.embed(at.repeat_interleave(TYPES).view(-1, 1, 1), self.nets).view(TYPES, TYPES, -1)
        return torch.cat([rows @ (at[k] * out[k]) for k, rows in enumerate(empty.split(shape.atoms))])

    def atomic(self, env: Tensor, empty: Tensor, laid: dict[str, Tensor], shape: Shape) -> Tensor:
        """Return the energy of each atom in the room of a batch [eV]; environments are (room, slots, 4)."""
        s = Place.apply(env[:, :, :1].flatten(0, 1), laid["slot"], laid["place"])
        out = self.embed(s.view(-1, BLOCK, 1), self.nets[laid["group"]]).flatten(0, 1)
        by_slot = Place.apply(out, laid["place"], laid["slot"]).view(shape.room, shape.slots, -1)
        of_empty = torch.nn.functional.pad(self.of_empty(empty, shape)[:, None], (0, 0, 0, 3))
        sums = (env.transpose(1, 2) @ by_slot + of_empty) / sum(self.asked.rooms)
        descriptor = (sums.transpose(1, 2) @ sums[:, :, :AXIS]).flatten(1)
        return self.fit(descriptor.split(shape.atoms)).squeeze(1)


def slope_of(of_env: Tensor, vector: Tensor, made: Tensor) -> Tensor:
    """Return the slope by the vector of what has this slope by the environment (..., 3)."""
    first, second, third = made.split(1, dim=-1)
    along = first * of_env[..., :1] + third * (of_env[..., 1:] * vector).sum(-1, keepdim=True)
    return along * vector + second * of_env[..., 1:]


def predict(
    model: Model, table: Table, laid: dict[str, Tensor], shape: Shape, *, graph: bool
) -> tuple[Tensor, Tensor, Tensor]:
    """Return energies (frames,), forces (room, 3) and virials (frames, 9) of a batch."""
    vector, env, made = (
        values[laid["edge"]].view(shape.room, shape.slots, -1) for values in (table.vector, table.env, table.made)
    )
    mean, std = (
        torch.cat([of[k].expand(n, 1, 4) for k, n in enumerate(shape.atoms)]) for of in (model.mean, model.std)
    )
    is_edge = table.is_edge[laid["edge"]].view(shape.room, shape.slots, 1)
    env = ((env - mean * is_edge) / std).requires_grad_()
    atomic = model.atomic(env, table.empty[laid["atom"]], laid, shape) * table.is_atom[laid["atom"]]
    (of_env,) = torch.autograd.grad(atomic.sum(), env, create_graph=graph)
    slope = slope_of(of_env / std, vector, made)
    forces = slope.sum(1).index_add(0, laid["other"], -slope.flatten(0, 1))
    outer = -(vector.transpose(1, 2) @ slope).flatten(1)
    by_frame = [values.new_zeros(shape.frames + 1, *values.shape[1:]) for values in (atomic, outer)]
    energy, virial = (
        zeros.index_add(0, laid["of_frame"], values) for zeros, values in zip(by_frame, (atomic, outer), strict=True)
    )
    return energy[: shape.frames], forces, virial[: shape.frames]
