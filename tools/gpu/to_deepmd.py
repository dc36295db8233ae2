"""Turn weights of train.py into a frozen model of DeePMD-kit, and ask that of frames.

    python tools/gpu/to_deepmd.py WEIGHTS.npz MODEL.pb [--check DATA]

Needs the extra `deepmd`. With a folder of DeePMD's systems it says the errors of the frozen model: of the unseen ones
they must be those that the training said.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from deepmd.dpmodel.model.model import get_model
from deepmd.dpmodel.utils.serialization import save_dp_model
from deepmd.entrypoints.convert_backend import convert_backend
from deepmd.infer import DeepPot
from nets import TYPES, Architecture

from gbglass.learning.training import PRESETS, deepmd_input


def fill(networks: list, weights: dict, name: str) -> None:
    for net, network in enumerate(networks):
        for k, layer in enumerate(network["layers"]):
            for key, own in (("matrix", "w"), ("bias", "b"), ("idt", "idt")):
                given = weights.get(f"{name}/{k}/{key}")
                if given is not None:
                    layer["@variables"][own][...] = given[net]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--check", type=Path)
    asked = parser.parse_args()
    with np.load(asked.weights) as archive:
        weights = {name: archive[name] for name in archive.files}
    nets = Architecture.read(str(weights["about"]))
    content = deepmd_input(PRESETS["laptop"], [Path("train")], [], seed=1, one_side=nets.one_side)["model"]
    content["descriptor"] |= {"rcut": nets.cutoff, "sel": nets.rooms, "neuron": nets.embedding}
    content["fitting_net"]["neuron"] = nets.fitting
    model = get_model(json.loads(json.dumps(content))).serialize()
    descriptor, fitting = model["descriptor"], model["fitting"]
    fill(descriptor["embeddings"]["networks"], weights, "filter")
    fill(fitting["nets"]["networks"], weights, "fitting")
    for key, own in (("mean", "davg"), ("std", "dstd")):
        descriptor["@variables"][own][...] = weights[key][:, None, :]
    model["@variables"]["out_bias"][...] = weights["bias"].reshape(1, TYPES, 1)
    working = asked.model.with_suffix(".dp")
    save_dp_model(str(working), {"model": model, "model_def_script": content, "backend": "dpmodel"})
    convert_backend(INPUT=str(working), OUTPUT=str(asked.model))
    if asked.check:
        check(asked.model, asked.check)


def check(path: Path, data: Path) -> None:
    model = DeepPot(str(path))
    energies, forces = [], []
    for system in sorted(found.parent for found in data.glob("*/type.raw")):
        types = np.loadtxt(system / "type.raw", dtype=int)
        read = {key: np.load(system / "set.000" / f"{key}.npy") for key in ("coord", "box", "energy", "force")}
        for coord, box, energy, force in zip(*read.values(), strict=True):
            said = model.eval(coord[None], box[None], types)
            energies.append((float(said[0].ravel()[0]) - float(energy.ravel()[0])) / len(types))
            forces.append(said[1].ravel() - force)
    rms = float(np.sqrt(np.mean(np.concatenate(forces) ** 2)))
    print(f"{len(energies)} frames: {1e3 * float(np.sqrt(np.mean(np.square(energies)))):.2f} meV/atom {rms:.4f} eV/Å")


if __name__ == "__main__":
    main()
