"""The model that tools/gpu trains, against the same written out atom by atom; needs PyTorch, and no GPU."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from gbglass.core.arrays import FloatArray
from gbglass.learning.training import PRESETS, deepmd_input

pytestmark = pytest.mark.heavy

TOOLS = Path(__file__).parents[2] / "tools" / "gpu"


class Tools(NamedTuple):
    """The modules of tools/gpu, which are no package."""

    nets: Any
    frames: Any
    batches: Any
    model: Any
    train: Any


@pytest.fixture(scope="module")
def tools() -> Iterator[Tools]:
    pytest.importorskip("torch")
    sys.path.insert(0, str(TOOLS))
    yield Tools(*(import_module(name) for name in Tools._fields))
    sys.path.remove(str(TOOLS))


def write_system(folder: Path, rng: np.random.Generator, types: list[int]) -> None:
    """Two frames in a skew cell, labels at random, atoms in an order that is not that of their types."""
    count = len(types)
    grid = np.stack(np.meshgrid(*[np.arange(3)] * 3), -1).reshape(-1, 3)[:count] / 3
    box = np.array([[7.0, 0, 0], [0.4, 7.2, 0], [0.1, -0.3, 7.6]])
    frames = [(grid + rng.uniform(-0.04, 0.04, grid.shape)) @ box for _ in range(2)]
    (folder / "set.000").mkdir(parents=True)
    np.savetxt(folder / "type.raw", types, fmt="%d")
    columns = {
        "coord": np.array(frames).reshape(2, -1), "box": np.tile(box.ravel(), (2, 1)), "energy": rng.normal(size=2),
        "force": rng.normal(size=(2, 3 * count)), "virial": rng.normal(size=(2, 9)),
    }  # fmt: skip
    for name, values in columns.items():
        np.save(folder / "set.000" / f"{name}.npy", values)


def through(x: FloatArray, weights: dict[str, FloatArray], name: str, net: int) -> FloatArray:
    for k in range(3):
        y = np.tanh(x @ weights[f"{name}/{k}/matrix"][net] + weights[f"{name}/{k}/bias"][net])
        if f"{name}/{k}/idt" in weights:
            y = y * weights[f"{name}/{k}/idt"][net]
        x = y + x if len(y) == len(x) else y + np.tile(x, 2) if len(y) == 2 * len(x) else y
    return x


def net_of(of: int, kind: int, model: Any) -> int:
    return of if model.asked.one_side else 4 * of + kind


def naive_energy(coord: FloatArray, box: FloatArray, types: list[int], model: Any) -> float:
    """DeePMD's se_e2_a (doi:10.48550/arXiv.1805.09003) without neighbour lists, batches or derivatives."""
    weights = {name: value.detach().numpy().astype(float) for name, value in model.weights.items()}
    mean, std = (values.numpy().astype(float) for values in (model.mean, model.std))
    shifts = np.stack(np.meshgrid(*[np.arange(-2, 3)] * 3), -1).reshape(-1, 3) @ box
    total = 0.0
    for centre, kind in zip(coord, types, strict=True):
        sums = np.zeros((4, model.asked.embedding[-1]))
        empty = list(model.asked.rooms)
        for other, of in zip(coord, types, strict=True):
            for vector in other + shifts - centre:
                r = float(np.linalg.norm(vector))
                if not 1e-3 < r < model.asked.cutoff:
                    continue
                u = (max(r, 0.5) - 0.5) / (model.asked.cutoff - 0.5)
                w = u**3 * (-6 * u**2 + 15 * u - 10) + 1
                row = (np.array([w / r, *(w * vector / r**2)]) - mean[kind]) / std[kind]
                sums += np.outer(row, through(row[:1], weights, "filter", net_of(of, kind, model)))
                empty[of] -= 1
        for of, rooms in enumerate(empty):
            row = -mean[kind] / std[kind]
            sums += rooms * np.outer(row, through(row[:1], weights, "filter", net_of(of, kind, model)))
        sums /= sum(model.asked.rooms)
        hidden = through((sums.T @ sums[:, :16]).ravel(), weights, "fitting", kind)
        total += float(hidden @ weights["fitting/3/matrix"][kind, :, 0] + weights["fitting/3/bias"][kind, 0])
    return total


def test_its_numbers_are_those_that_deepmd_is_told(tools: Tools) -> None:
    told: Any = deepmd_input(PRESETS["laptop"], [Path("a")], [], seed=1)["model"]
    nets, descriptor = tools.nets.Architecture(), told["descriptor"]
    assert [nets.cutoff, tools.nets.SMOOTH] == [descriptor[key] for key in ("rcut", "rcut_smth")]
    assert [list(nets.embedding), tools.nets.AXIS] == [descriptor[key] for key in ("neuron", "axis_neuron")]
    assert [list(nets.rooms), list(nets.fitting)] == [descriptor["sel"], told["fitting_net"]["neuron"]]
    assert nets.one_side == descriptor["type_one_side"]


@pytest.mark.parametrize(
    "asked", [{"one_side": True}, {}, {"cutoff": 6.5, "embedding": (5, 10, 20), "fitting": (8, 8, 8)}], ids=str
)
def test_energies_forces_and_virials_are_those_of_the_model_written_out(
    tools: Tools, tmp_path: Path, asked: dict[str, Any]
) -> None:
    rng = np.random.default_rng(3)
    write_system(tmp_path / "a", rng, [3, 0, 2, 1, 3, 0, 3])
    write_system(tmp_path / "b", rng, [0, 0, 3, 0, 0])
    nets = tools.nets.Architecture(**asked)
    frames = tools.frames.read_frames(tmp_path, nets.cutoff, "cpu")
    model = tools.model.Model(5, tools.frames.statistics(frames, nets), nets)
    given = tools.batches.Batches.of(frames, tools.batches.compose(frames, 1000, 1, rng), "cpu")
    table = tools.model.Table(frames, np.zeros(4), nets, "cpu")
    said = tools.model.predict(model, table, given.plans[0], given.shape, graph=False)
    energies, forces, virials = (part.detach().numpy() for part in said)
    rows = given.plans[0]["of_frame"].numpy()
    for place, frame in enumerate(given.plans[0]["frame"].tolist()):
        name, number = frames.names[frame].split("/")
        kinds = np.loadtxt(tmp_path / name / "type.raw", dtype=int)
        order = np.argsort(kinds, kind="stable")
        coord, box = (np.load(tmp_path / name / "set.000" / f"{key}.npy")[int(number)] for key in ("coord", "box"))
        coord, box, types = coord.reshape(-1, 3)[order], box.reshape(3, 3), kinds[order].tolist()

        assert energies[place] == pytest.approx(naive_energy(coord, box, types, model), abs=2e-4)
        h = 1e-3
        move = np.zeros_like(coord)
        move[1, 2] = h
        up, down = (naive_energy(coord + sign * move, box, types, model) for sign in (1, -1))
        assert forces[rows == place][1, 2] == pytest.approx(-(up - down) / (2 * h), abs=2e-3)
        strained = [np.eye(3) + sign * h * np.outer([0, 1, 0], [1, 0, 0]) for sign in (1, -1)]
        up, down = (naive_energy(coord @ strain, box @ strain, types, model) for strain in strained)
        assert virials[place].reshape(3, 3)[1, 0] == pytest.approx(-(up - down) / (2 * h), abs=5e-3)


def test_steps_lower_the_loss(tools: Tools, tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    write_system(tmp_path / "a", rng, [3, 0, 2, 1, 3])
    nets = tools.nets.Architecture()
    frames = tools.frames.read_frames(tmp_path, nets.cutoff, "cpu")
    given = tools.batches.Batches.of(frames, tools.batches.compose(frames, 1000, 1, rng), "cpu")
    model = tools.model.Model(1, tools.frames.statistics(frames, nets), nets)
    table = tools.model.Table(frames, np.zeros(4), nets, "cpu")
    trainer = tools.train.Trainer(model, table, given.shape, given.plans[0], 1e-3)
    losses = []
    for _ in range(30):
        trainer.step(given.plans[0], 1e-3, 0.0)
        losses.append(float(trainer.parts.numpy() @ [1.0, 1000.0, 0.5]))
    assert losses[-1] < 0.8 * losses[0]
