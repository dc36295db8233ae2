"""Train the paper's DeePMD model on a GPU, many frames a step, and leave weights that DeePMD-kit takes.

    python tools/gpu/train.py DATA OUT --minutes 8 [--seed 1] [--one-side] [--atoms 1024]

DATA is the folder ``data`` that ``gbglass potential train`` writes, with ``train`` and ``validation``. Needs PyTorch
and NumPy alone; without a GPU it works, slowly. to_deepmd.py beside it turns the weights into a model of DeePMD-kit.

DeePMD-kit's own trainer starts a thousand and more small kernels a step, and a GPU waits for each. Here batches have
one shape (batches.py), what does not change is worked out once, and a step is recorded as a CUDA graph and replayed.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from batches import Batches, Shape, compose
from frames import read_frames, statistics
from model import Model, Table, predict
from nets import Architecture
from torch import Tensor

FROM = {"e": 1.0, "f": 1000.0, "v": 0.5}
TO = {"e": 60.0, "f": 10.0, "v": 2.0}
"""Weights in the loss in the beginning and at the end; in between by equal factors in equal times."""

TOLD_EVERY_S = 15.0
AHEAD = 50
"""Steps that the device may be told ahead."""


def squares(table: Table, laid: dict[str, Tensor], said: tuple[Tensor, Tensor, Tensor]) -> Tensor:
    """Return the three parts of DeePMD's loss, averaged over the frames of a batch."""
    energy, forces, virial = said
    n, real = table.natoms[laid["frame"]], table.is_frame[laid["frame"]]
    count = real.sum()
    e = ((energy - table.energy[laid["frame"]]) ** 2 / n * real).sum() / count
    v = (((virial - table.virial[laid["frame"]]) ** 2).mean(1) / n * real).sum() / count
    per_atom = torch.cat([1.0 / n, n.new_zeros(1)])[laid["of_frame"]] * table.is_atom[laid["atom"]]
    f = (((forces - table.forces[laid["atom"]]) ** 2).mean(1) * per_atom).sum() / count
    return torch.stack([e, f, v])


def errors(model: Model, table: Table, laid: dict[str, Tensor], shape: Shape) -> tuple[float, float]:
    """Return the root mean square errors of energies [meV/atom] and force components [eV/Å]."""
    energy, forces, _ = predict(model, table, laid, shape, graph=False)
    real = table.is_frame[laid["frame"]]
    e = (((energy - table.energy[laid["frame"]]) / table.natoms[laid["frame"]]) ** 2 * real).sum() / real.sum()
    f = ((forces - table.forces[laid["atom"]]) ** 2).sum() / (3 * table.is_atom[laid["atom"]].sum())
    return 1e3 * float(e.detach().sqrt()), float(f.detach().sqrt())


class Trainer:
    """One step, recorded once and replayed where there is a GPU."""

    def __init__(self, model: Model, table: Table, shape: Shape, laid: dict[str, Tensor], lr: float) -> None:
        device = table.vector.device
        self.model, self.table, self.shape = model, table, shape
        self.laid = {name: value.clone() for name, value in laid.items()}
        self.lr = torch.tensor(lr, device=device)
        self.weights = torch.tensor([FROM["e"], FROM["f"], FROM["v"]], device=device)
        self.parts = torch.zeros(3, device=device)
        is_cuda = device.type == "cuda"
        self.optimiser = torch.optim.Adam(model.parameters(), lr=self.lr, fused=is_cuda, capturable=is_cuda)
        self.recorded = self._record() if is_cuda else None

    def _once(self) -> None:
        self.optimiser.zero_grad(set_to_none=True)
        said = predict(self.model, self.table, self.laid, self.shape, graph=True)
        parts = squares(self.table, self.laid, said)
        (parts * self.weights).sum().backward()
        self.optimiser.step()
        self.parts.copy_(parts.detach())

    def _record(self) -> "torch.cuda.CUDAGraph":
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                self._once()
        torch.cuda.current_stream().wait_stream(side)
        recorded = torch.cuda.CUDAGraph()
        self.optimiser.zero_grad(set_to_none=True)
        with torch.cuda.graph(recorded):
            self._once()
        return recorded

    def step(self, laid: dict[str, Tensor], lr: float, done: float) -> None:
        """Take a step, at a part of the training that is done [1]."""
        for name, value in laid.items():
            self.laid[name].copy_(value)
        self.lr.fill_(lr)
        for k, key in enumerate("efv"):
            self.weights[k].fill_(FROM[key] * (TO[key] / FROM[key]) ** done)
        if self.recorded is not None:
            self.recorded.replay()
        else:
            self._once()


def save(model: Model, bias: np.ndarray, out: Path, step: int) -> None:
    """Leave the weights so that a file that is there is whole."""
    weights = {name: value.detach().cpu().numpy() for name, value in model.weights.items()}
    working = out / "weights.partial.npz"
    about = np.array(model.asked.written())
    of_env = {key: getattr(model, key).cpu().numpy() for key in ("mean", "std")}
    np.savez(working, bias=bias, about=about, step=step, **of_env, **weights)
    working.replace(out / "weights.npz")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=8.0, help="with all that comes before the first step")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--one-side", action="store_true")
    parser.add_argument("--cutoff", type=float, default=Architecture.cutoff, help="how far an atom sees [Å]")
    parser.add_argument("--embedding", type=int, nargs="+", default=Architecture.embedding)
    parser.add_argument("--fitting", type=int, nargs="+", default=Architecture.fitting)
    parser.add_argument("--atoms", type=int, default=1024, help="in a batch")
    parser.add_argument("--batches", type=int, default=1500, help="different ones")
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--last", type=float, default=1e-3, help="share of the learning rate at the end")
    return parser.parse_args()


def main() -> None:
    asked, began = arguments(), time.monotonic()
    asked.out.mkdir(parents=True, exist_ok=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    nets = Architecture.reaching(asked.cutoff, tuple(asked.embedding), tuple(asked.fitting), one_side=asked.one_side)
    frames, unseen = (read_frames(asked.data / part, nets.cutoff, device) for part in ("train", "validation"))
    bias = np.linalg.lstsq(frames.per_type, frames.energy, rcond=None)[0]
    table, other = (Table(part, bias, nets, device) for part in (frames, unseen))
    rng = np.random.default_rng(asked.seed)
    given = Batches.of(frames, compose(frames, asked.atoms, asked.batches, rng), device)
    test = Batches.of(unseen, compose(unseen, int(unseen.natoms.sum()), 1, rng), device)
    model = Model(asked.seed, statistics(frames, nets), nets).to(device)
    trainer = Trainer(model, table, given.shape, given.plans[0], asked.lr)
    ready = told = time.monotonic()
    print(f"{len(frames.natoms)} frames, {len(unseen.natoms)} unseen; ready after {ready - began:.0f} s", flush=True)
    end, step = began + 60.0 * asked.minutes, 0

    def tell(when: str) -> None:
        e, f = errors(model, other, test.plans[0], test.shape)
        fit = trainer.parts.tolist()[1] ** 0.5
        line = f"{when}  step {step}  unseen {e:.2f} meV/atom {f:.4f} eV/Å  batch {fit:.4f}"
        print(line, flush=True)
        with (asked.out / "curve.txt").open("a") as curve:
            print(line, file=curve)
        save(model, bias, asked.out, step)

    while (now := time.monotonic()) < end:
        done = (now - ready) / (end - ready)
        trainer.step(given.plans[rng.integers(len(given.plans))], asked.lr * asked.last**done, done)
        step += 1
        if step % AHEAD == 0 and device == "cuda":
            torch.cuda.synchronize()
        if now - told > TOLD_EVERY_S:
            told = now
            tell(f"{now - ready:6.0f} s")
    tell("   end")


if __name__ == "__main__":
    main()
