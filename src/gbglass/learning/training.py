"""What DeePMD-kit is told to train: presets as data, the input file as plain JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from gbglass.errors import InputError

CUTOFF = 6.0
"""Of all models trained here, the paper's [Å]."""

MOST_NEIGHBOURS: Mapping[str, int] = MappingProxyType({"Li": 96, "La": 32, "Zr": 44, "O": 88})
"""Room for neighbours of each type within 6 Å; the same in all trainings, so that one can go on from another.
`gbglass.learning.rooms` has it for other elements.

Pressed by 5 % in all lengths, Li2O has 88 Li around an atom, La2O3 30 La, cubic ZrO2 42 Zr and 79 O; none is denser.
"""


@dataclass(frozen=True)
class TrainingPreset:
    """How long and how exactly to train; the architecture is the paper's in all of them.

    Parameters
    ----------
    steps
        Of Adam, one frame each.
    start_lr
        Learning rate at the start [1].
    decay_rate, decay_steps
        It is multiplied by the rate every so many steps.
    precision
        Of the networks, ``"float64"`` or ``"float32"``.
    prefactors
        Start and end of the weight in the loss of energies, forces and virials.

    """

    steps: int
    start_lr: float
    decay_rate: float
    decay_steps: int
    precision: str
    prefactors: Mapping[str, tuple[float, float]]


_PREFACTORS = MappingProxyType({"e": (0.02, 2.0), "f": (1000.0, 10.0), "v": (0.02, 0.5)})
"""Forces first, then all three; virials are trained because NPT needs them."""

_ENERGIES = MappingProxyType({"e": (40.0, 40.0), "f": (10.0, 10.0), "v": (2.0, 2.0)})
"""Where forces are learned but whole domains lie off by 10 meV an atom: weights that make these as heavy as forces."""

PRESETS: Mapping[str, TrainingPreset] = MappingProxyType(
    {
        "paper": TrainingPreset(6_000_000, 1e-3, 0.996, 2000, "float64", _PREFACTORS),
        "laptop": TrainingPreset(200_000, 2e-3, 0.963, 1000, "float32", _PREFACTORS),
        "quick": TrainingPreset(40_000, 2e-3, 0.83, 1000, "float32", _PREFACTORS),
        "refine": TrainingPreset(60_000, 5e-4, 0.9, 1000, "float32", _PREFACTORS),
        "settle": TrainingPreset(20_000, 2e-4, 0.73, 1000, "float32", _ENERGIES),
    }
)
"""``paper``: doi:10.1038/s41467-025-59895-9, Methods (the weights in the loss are not given there). ``laptop`` and
``quick`` end at about one thousandth of the learning rate that they start with, after hours and after one hour;
``refine`` begins lower, for a model that is trained already and gets more frames; ``settle`` ends such a training."""


def with_steps(preset: TrainingPreset, steps: int) -> TrainingPreset:
    """Return a preset that takes another number of steps, ending at the same learning rate.

    Raises
    ------
    InputError
        If there is no step.

    Examples
    --------
    >>> with_steps(PRESETS["quick"], 4_000).decay_steps
    100

    """
    if steps < 1:
        raise InputError(f"'steps' must be 1 or more, got {steps}")
    return replace(preset, steps=steps, decay_steps=max(1, round(preset.decay_steps * steps / preset.steps)))


def deepmd_input(
    preset: TrainingPreset,
    systems: Sequence[Path],
    validation: Sequence[Path],
    seed: int,
    rooms: Mapping[str, int] = MOST_NEIGHBOURS,
    *,
    one_side: bool = False,
) -> dict[str, object]:
    """Return the content of DeePMD-kit's input file.

    Parameters
    ----------
    preset
        One of `PRESETS`.
    systems, validation
        Folders that `gbglass.learning.datasets.write_deepmd` wrote; systems are visited as often as they have frames.
    seed
        Of weights and of the order of frames: the members of a committee differ in nothing else.
    rooms
        Room for neighbours of each element, in the order of the types.
    one_side
        Whether the embedding of a neighbour asks for its element alone, not for that of the atom in the middle: four
        nets instead of sixteen, 6 % faster and 5 to 10 % worse in forces (docs/results/potential.md).

    Raises
    ------
    InputError
        If there is nothing to train on.

    Examples
    --------
    >>> written = deepmd_input(PRESETS["paper"], [Path("train/li.Li54")], [], seed=1)
    >>> written["model"]["descriptor"]["neuron"], written["training"]["numb_steps"]
    ([10, 20, 40], 6000000)

    """
    if not systems:
        raise InputError("there is nothing to train on: 'systems' is empty")
    descriptor = {
        "type": "se_e2_a",
        "rcut": CUTOFF,
        "rcut_smth": 0.5,
        "sel": list(rooms.values()),
        "neuron": [10, 20, 40],
        "axis_neuron": 16,
        "type_one_side": one_side,
        "resnet_dt": False,
        "precision": preset.precision,
        "seed": seed,
    }
    fitting = {"neuron": [120, 120, 120], "resnet_dt": True, "precision": preset.precision, "seed": seed}
    loss: dict[str, object] = {"type": "ener"}
    for label, (start, limit) in preset.prefactors.items():
        loss |= {f"start_pref_{label}": start, f"limit_pref_{label}": limit}
    training: dict[str, object] = {
        "training_data": {"systems": [str(path) for path in systems], "batch_size": 1, "auto_prob": "prob_sys_size"},
        "numb_steps": preset.steps,
        "seed": seed,
        "disp_file": "lcurve.out",
        "disp_freq": min(500, max(1, preset.steps // 10)),
        "save_freq": min(1000, max(1, preset.steps // 4)),
        "save_ckpt": "model.ckpt",
    }
    if validation:
        training["validation_data"] = {
            "systems": [str(path) for path in validation],
            "batch_size": 1,
            "numb_btch": 10,
            "auto_prob": "prob_sys_size",
        }
    return {
        "model": {"type_map": list(rooms), "descriptor": descriptor, "fitting_net": fitting},
        "learning_rate": {
            "type": "exp",
            "start_lr": preset.start_lr,
            "decay_rate": preset.decay_rate,
            "decay_steps": preset.decay_steps,
        },
        "loss": loss,
        "training": training,
    }
