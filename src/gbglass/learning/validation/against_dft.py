"""Against DFT itself: what a potential and its teacher make of small cells that DFT has labelled.

Each program has its own zero of energy, so energies are compared among the frames of one crystal, the mean difference
taken out, and between crystals in balanced reactions, from the frames at rest: the voltages of LixZr2O4, the formation
of Li2ZrO3, and what the empty spinel costs. All programs see the same positions, those of SevenNet-0 at rest. Where DFT
is not at rest there too, its own relaxed energy lies lower: `restless` names such crystals.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from gbglass.core.arrays import FloatArray
from gbglass.core.labels import Labels
from gbglass.core.potential import Potential
from gbglass.errors import InputError
from gbglass.learning.labelled import StoredFrame
from gbglass.learning.small_cells import AT_REST, crystal_of
from gbglass.learning.validation.evaluator import Evaluator
from gbglass.units import GPA_PER_EV_PER_A3

_BALANCED = 1e-6
_RESTS = 0.3
"""With a force constant of 15 eV/Å², an ion under so much force lies 3 meV above its minimum [eV/Å]."""

ALL = "all"
"""Name of the sum over all crystals."""


@dataclass(frozen=True)
class Reaction:
    """An energy between crystals at rest.

    Parameters
    ----------
    name
        As tables call it.
    unit
        Of the energy.
    parts
        How many cells of which crystal, those that are used up with a minus; its energy is the sum.

    """

    name: str
    unit: str
    parts: Mapping[str, float]


REACTIONS = (
    Reaction("voltage from x = 0 to 0.5", "V", {"Zr2O4": 1.0, "Li": 1.0, "Li0.5Zr2O4": -1.0}),
    Reaction("voltage from x = 0.5 to 1", "V", {"Li0.5Zr2O4": 1.0, "Li": 1.0, "LiZr2O4": -1.0}),
    Reaction("mean voltage", "V", {"Zr2O4": 0.5, "Li": 1.0, "LiZr2O4": -0.5}),
    Reaction("Li2O + ZrO2 to Li2ZrO3", "eV", {"Li2ZrO3": 0.5, "Li2O": -1.0, "ZrO2": -1.0}),
    Reaction("ZrO2, fluorite to empty spinel", "eV", {"Zr2O4": 0.25, "ZrO2": -1.0}),
)
"""Of the primitive cells of `gbglass.learning.small_cells`; voltages are per lithium, the others per formula unit."""


@dataclass(frozen=True)
class CrystalErrors:
    """Errors on the frames of one crystal.

    Parameters
    ----------
    frames
        How many.
    energy
        Root mean square of what is left when the mean difference is taken out; None with one frame [eV/atom].
    force, force_rms
        Root mean square of the error and of DFT's forces, over all components [eV/Å].
    stress, stress_rms
        The same of the stress [GPa].

    """

    frames: int
    energy: float | None
    force: float
    force_rms: float
    stress: float
    stress_rms: float


@dataclass(frozen=True)
class AgainstDft:
    """What one labeller says where DFT has spoken.

    Parameters
    ----------
    name
        Of the labeller.
    crystals
        Errors by crystal, then over all under `ALL`.
    reactions
        By name, those whose crystals it was asked about [unit of the reaction].

    """

    name: str
    crystals: Mapping[str, CrystalErrors]
    reactions: Mapping[str, float]


def dft_frames(frames: Iterable[StoredFrame]) -> list[StoredFrame]:
    """Return the frames that have labels.

    Raises
    ------
    InputError
        If there is none.

    """
    found = [frame for frame in frames if frame.labels is not None]
    if not found:
        raise InputError("no frame of the DFT store has labels; make them with tools/label_small_cells.py")
    return found


def restless(frames: Iterable[StoredFrame]) -> dict[str, float]:
    """Return the crystals that DFT does not find at rest in their frame at rest, and its largest force there [eV/Å]."""
    forces = {
        crystal_of(frame.tag.origin): float(np.linalg.norm(frame.labels.forces, axis=1).max())
        for frame in frames
        if frame.tag.index == AT_REST and frame.labels is not None
    }
    return {crystal: force for crystal, force in forces.items() if force > _RESTS}


def applies(potential: Potential, frame: StoredFrame) -> bool:
    """Say whether a potential can speak of a structure: it has its elements, and fixed charges add up to nothing."""
    symbols = frame.atoms.get_chemical_symbols()
    if not set(symbols) <= set(potential.elements):
        return False
    charges = potential.fixed_charges
    return charges is None or abs(sum(charges[symbol] for symbol in symbols)) < _BALANCED


def ask(evaluator: Evaluator, frames: Sequence[StoredFrame]) -> dict[str, Labels]:
    """Return what a labeller says of frames, by their names."""
    said = evaluator.label([frame.atoms for frame in frames])
    return {frame.tag.name: labels for frame, labels in zip(frames, said, strict=True)}


def labels_of(frames: Iterable[StoredFrame]) -> dict[str, Labels]:
    """Return the labels of a store by the names of their frames, those that failed left out."""
    return {frame.tag.name: frame.labels for frame in frames if frame.labels is not None}


def reaction_energies(frames: Sequence[StoredFrame], said: Mapping[str, Labels]) -> dict[str, float]:
    """Return the energies of those of `REACTIONS` whose crystals were labelled at rest, by name.

    Parameters
    ----------
    frames
        Which frame is of which crystal.
    said
        Labels by the names of frames.

    """
    rested = {
        crystal_of(frame.tag.origin): said[frame.tag.name].energy
        for frame in frames
        if frame.tag.index == AT_REST and frame.tag.name in said
    }
    return {
        reaction.name: sum(count * rested[crystal] for crystal, count in reaction.parts.items())
        for reaction in REACTIONS
        if set(reaction.parts) <= set(rested)
    }


def against_dft(name: str, frames: Sequence[StoredFrame], said: Mapping[str, Labels]) -> AgainstDft:
    """Compare what a labeller says with DFT.

    Parameters
    ----------
    name
        Of the labeller.
    frames
        With the labels of DFT.
    said
        By the names of frames; of those that are not there nothing is said.

    Raises
    ------
    InputError
        If it says nothing of any frame.

    """
    known = [frame for frame in frames if frame.tag.name in said and frame.labels is not None]
    if not known:
        raise InputError(f"{name} says nothing of the frames that DFT has labelled; label the same small cells with it")
    by_crystal: dict[str, list[StoredFrame]] = {}
    for frame in known:
        by_crystal.setdefault(crystal_of(frame.tag.origin), []).append(frame)
    parts = {crystal: [_Difference.of(frame, said) for frame in some] for crystal, some in by_crystal.items()}
    errors = {crystal: _errors([some]) for crystal, some in parts.items()}
    errors[ALL] = _errors(list(parts.values()))
    return AgainstDft(name, MappingProxyType(errors), MappingProxyType(reaction_energies(known, said)))


@dataclass(frozen=True)
class _Difference:
    """What a labeller says of one frame, less what DFT does; and what DFT does."""

    energy: float
    forces: FloatArray
    stress: FloatArray
    true_forces: FloatArray
    true_stress: FloatArray

    @classmethod
    def of(cls, frame: StoredFrame, said: Mapping[str, Labels]) -> "_Difference":
        true, other = frame.labels, said[frame.tag.name]
        if true is None:
            raise InputError(f"frame {frame.tag.name} has no labels ({frame.cause}); leave it out")
        energy = (other.energy - true.energy) / len(frame.atoms)
        return cls(energy, other.forces - true.forces, other.stress - true.stress, true.forces, true.stress)


def _errors(crystals: Sequence[Sequence[_Difference]]) -> CrystalErrors:
    """Return the errors over some crystals, the mean difference of the energy of each taken out."""
    every = [one for some in crystals for one in some]
    energies = list(_centred(crystals))
    return CrystalErrors(
        frames=len(every),
        energy=_rms(np.array(energies)) if energies else None,
        force=_rms(np.concatenate([one.forces.ravel() for one in every])),
        force_rms=_rms(np.concatenate([one.true_forces.ravel() for one in every])),
        stress=_rms(np.concatenate([one.stress for one in every])) * GPA_PER_EV_PER_A3,
        stress_rms=_rms(np.concatenate([one.true_stress for one in every])) * GPA_PER_EV_PER_A3,
    )


def _centred(crystals: Sequence[Sequence[_Difference]]) -> Iterator[float]:
    for some in crystals:
        if len(some) > 1:
            energies = np.array([one.energy for one in some])
            yield from (energies - energies.mean()).tolist()


def _rms(values: FloatArray) -> float:
    return float(np.sqrt(np.mean(values**2)))
