"""Errors of energies, forces and virials on frames that were not trained, by domain, as MD would make them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from gbglass.core.arrays import FloatArray, frozen_floats
from gbglass.core.labels import Labels
from gbglass.errors import InputError
from gbglass.learning.labelled import StoredFrame
from gbglass.learning.validation.evaluator import Evaluator

_AT_ONCE = 16
"""Frames asked for in one go, between two signs of life."""

ALL = "all"
"""Name of the sum over all domains."""


@dataclass(frozen=True)
class DomainErrors:
    """Errors on the frames of one domain.

    Parameters
    ----------
    frames, atoms
        How many.
    energy_rmse, energy_bias
        Root mean square and mean of model minus label [eV/atom].
    force_rmse
        Over all components [eV/Å].
    force_by_component
        Along x, y and z [eV/Å].
    force_rms
        Of the labels themselves, to compare with [eV/Å].
    virial_rmse
        Over all components [eV/atom].
    origins
        Frames by the name of their origin: those of one resemble each other.

    """

    frames: int
    atoms: int
    energy_rmse: float
    energy_bias: float
    force_rmse: float
    force_by_component: tuple[float, float, float]
    force_rms: float
    virial_rmse: float
    origins: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Parity:
    """What labels and model say of the same thing.

    Parameters
    ----------
    energies
        Label and model [eV/atom, (n_frames, 2)].
    forces
        Label and model, components along x, y and z [eV/Å, (n_atoms, 3, 2)].

    """

    energies: FloatArray
    forces: FloatArray


@dataclass(frozen=True)
class FrameErrors:
    """Errors by domain, and the points behind them.

    Parameters
    ----------
    domains
        In the order in which they first appear, then the sum under `ALL`.
    parity
        By domain.

    """

    domains: Mapping[str, DomainErrors]
    parity: Mapping[str, Parity]

    def plain(self) -> dict[str, Any]:
        """Return the errors as plain data, without the points."""
        return {name: asdict(errors) for name, errors in self.domains.items()}


def frame_errors(
    frames: Sequence[StoredFrame],
    evaluator: Evaluator,
    on_frame: Callable[[int, int], None] = lambda _done, _total: None,
) -> FrameErrors:
    """Ask a model about labelled frames and compare.

    Parameters
    ----------
    frames
        With labels.
    evaluator
        The model.
    on_frame
        Called with frames done and in all.

    Raises
    ------
    InputError
        If there is no frame, or one has no labels.

    """
    if not frames:
        raise InputError("there is no frame to test on: label more origins, or name a store that holds held-out ones")
    said: list[Labels] = []
    for start in range(0, len(frames), _AT_ONCE):
        said += evaluator.label([frame.atoms for frame in frames[start : start + _AT_ONCE]])
        on_frame(len(said), len(frames))
    names = list(dict.fromkeys(frame.tag.domain for frame in frames))
    chosen = {name: [k for k, frame in enumerate(frames) if frame.tag.domain == name] for name in names}
    domains = {name: _errors([frames[k] for k in rows], [said[k] for k in rows]) for name, rows in chosen.items()}
    domains[ALL] = _errors(frames, said)
    parity = {name: _parity([frames[k] for k in rows], [said[k] for k in rows]) for name, rows in chosen.items()}
    return FrameErrors(MappingProxyType(domains), MappingProxyType(parity))


def _parity(frames: Sequence[StoredFrame], said: Sequence[Labels]) -> Parity:
    true = [_labels(frame) for frame in frames]
    energies = [
        (a.energy / len(frame.atoms), b.energy / len(frame.atoms))
        for frame, a, b in zip(frames, true, said, strict=True)
    ]
    forces = [np.stack([a.forces, b.forces], axis=-1) for a, b in zip(true, said, strict=True)]
    return Parity(frozen_floats(energies), frozen_floats(np.concatenate(forces)))


def _errors(frames: Sequence[StoredFrame], said: Sequence[Labels]) -> DomainErrors:
    parity = _parity(frames, said)
    energy = parity.energies[:, 1] - parity.energies[:, 0]
    force = parity.forces[..., 1] - parity.forces[..., 0]
    virial = np.concatenate([_virial_error(frame, labels) for frame, labels in zip(frames, said, strict=True)])
    x, y, z = (_rms(force[:, axis]) for axis in range(3))
    return DomainErrors(
        frames=len(frames),
        atoms=len(force),
        energy_rmse=_rms(energy),
        energy_bias=float(energy.mean()),
        force_rmse=_rms(force),
        force_by_component=(x, y, z),
        force_rms=_rms(parity.forces[..., 0]),
        virial_rmse=_rms(virial),
        origins=dict(Counter(frame.tag.origin for frame in frames)),
    )


def _virial_error(frame: StoredFrame, said: Labels) -> FloatArray:
    volume = float(frame.atoms.get_volume())
    difference: FloatArray = (said.virial(volume) - _labels(frame).virial(volume)).ravel() / len(frame.atoms)
    return difference


def _labels(frame: StoredFrame) -> Labels:
    if frame.labels is None:
        raise InputError(f"frame {frame.tag.name} has no labels ({frame.cause}); leave it out")
    return frame.labels


def _rms(values: FloatArray) -> float:
    return float(np.sqrt(np.mean(values**2)))
