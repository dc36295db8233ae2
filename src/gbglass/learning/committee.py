"""A committee of models, and the card that makes it a potential."""

import json
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ase import Atoms
from ase.io import read

from gbglass.core.cards import read_card
from gbglass.core.potential import Potential
from gbglass.errors import InputError, StateError
from gbglass.lammps.engine import find_lammps
from gbglass.lammps.single_points import single_points
from gbglass.learning.datasets import LARGEST_FORCE
from gbglass.learning.deepmd_kit import DeepmdKit, newest_checkpoint
from gbglass.learning.members import Member, check_types, is_one_sided, sha256_of, train_member
from gbglass.learning.prepare import KNOWN, TrainingData
from gbglass.learning.training import CUTOFF, PRESETS, TrainingPreset, deepmd_input, with_steps
from gbglass.store.atomic import write_bytes, write_text

_CORE_STRENGTH = 1.0
"""Energy that a core reaches at 0.89 of its reach [eV]."""


@dataclass(frozen=True)
class CommitteeSpec:
    """What is trained.

    Parameters
    ----------
    preset
        One of `gbglass.learning.training.PRESETS`.
    members
        Models that differ in their seed alone; the first is the one for MD.
    seed
        Of the first; the others follow.
    steps
        Other than the preset's; the learning rate ends where it would.
    begin_from
        The folder of another training, whose weights members begin with: each with those of the member of its number,
        or else of the first. At random if absent.
    held_out
        Names of origins of one's own that are never trained.

    Raises
    ------
    InputError
        If a value cannot be used.

    """

    preset: str
    members: int = 4
    seed: int = 1
    steps: int | None = None
    begin_from: Path | None = None
    held_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.preset not in PRESETS:
            raise InputError(f"'preset' must be one of {', '.join(PRESETS)}, got {self.preset!r}")
        if not 1 <= self.members <= 16:  # noqa: PLR2004  # said in the message
            raise InputError(f"'members' must be from 1 to 16, got {self.members}")
        if self.seed < 0:
            raise InputError(f"'seed' must be 0 or more, got {self.seed}")

    @property
    def settings(self) -> TrainingPreset:
        """The preset, with the number of steps that is asked for."""
        preset = PRESETS[self.preset]
        return preset if self.steps is None else with_steps(preset, self.steps)

    def weights(self, number: int) -> Path | None:
        """Return the checkpoint that a member begins with, without its ending; None if it begins at random.

        Raises
        ------
        StateError
            If the other training has no checkpoint.

        """
        if self.begin_from is None:
            return None
        for folder in (self.begin_from / f"member-{number}", self.begin_from / "member-1"):
            newest = newest_checkpoint(folder)
            if newest is not None:
                return folder / newest[0]
        raise StateError(f"{self.begin_from} holds no checkpoint of a training (member-1/model.ckpt-*) to begin from")

    def identity(self) -> dict[str, str | int]:
        """Return what a training belongs to, as plain data: all but the number of members, which may grow."""
        begun = self.weights(1)
        said: dict[str, str | int] = {"preset": self.preset, "steps": self.settings.steps, "seed": self.seed}
        if begun is not None:
            said["begun_from"] = sha256_of(begun.with_name(f"{begun.name}.index"))
        if self.held_out:
            said["held_out"] = "; ".join(sorted(set(self.held_out)))
        return said


@dataclass(frozen=True)
class Progress:
    """Where a training is.

    Parameters
    ----------
    member
        Number of the one in work, from 1.
    step, total
        Steps of all members, done and in all.
    seconds_left
        At the speed so far, or None before it is known.

    """

    member: int
    step: int
    total: int
    seconds_left: float | None


def train_committee(
    kit: DeepmdKit, data: TrainingData, spec: CommitteeSpec, on_progress: Callable[[Progress], None]
) -> list[Member]:
    """Train all members one after another; finished ones are left as they are.

    Parameters
    ----------
    kit
        From `gbglass.learning.deepmd_kit.find_deepmd`.
    data
        From `gbglass.learning.prepare.prepare_data`.
    spec
        What to train.
    on_progress
        Told about every second how far it is.

    Raises
    ------
    EngineError
        If DeePMD-kit fails.
    StateError
        If the folder holds another training.
    InputError
        If the training to begin from is of other elements.

    """
    preset, finished = spec.settings, []
    for number in range(1, spec.members + 1):
        before = (number - 1) * preset.steps
        clock = Clock(number, before, spec.members * preset.steps, on_progress)
        seed = spec.seed + number - 1
        place, weights = data.folder / f"member-{number}", spec.weights(number)
        one_side = False
        if weights is not None:
            check_types(weights.parent, data.rooms)
            one_side = is_one_sided(weights.parent)
        systems = data.paths("train"), data.paths("validation")
        content = deepmd_input(preset, *systems, seed, data.rooms, one_side=one_side)
        finished.append(train_member(kit, place, content, clock.tell, weights))
    return finished


class Clock:
    """Measures the speed of this call alone: what earlier ones did is not counted as fast.

    Parameters
    ----------
    member, before, total
        Number of the member, steps of those before it, and steps of all.
    on_progress
        Told.
    now
        The time [s].

    """

    def __init__(
        self,
        member: int,
        before: int,
        total: int,
        on_progress: Callable[[Progress], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._member, self._before, self._total, self._on_progress = member, before, total, on_progress
        self._now = now
        self._start: int | None = None
        self._first: tuple[int, float] | None = None

    def tell(self, step: int) -> None:
        """Say which step of the member is reached; the first that is told is where it begins."""
        now = self._now()
        if self._start is None:
            self._start = step
        if self._first is None and step > self._start:  # from here on: what a program does before costs once
            self._first = (step, now)
        left = None
        if self._first is not None and step > self._first[0]:
            left = (self._total - self._before - step) * (now - self._first[1]) / (step - self._first[0])
        self._on_progress(Progress(self._member, self._before + step, self._total, left))


def write_potential(
    data: TrainingData, spec: CommitteeSpec, members: Sequence[Member], made: Mapping[str, str]
) -> Potential:
    """Write the models and their card beside the members, and read the card back.

    Parameters
    ----------
    data
        What was trained on.
    spec
        How.
    members
        The first is for MD, the others tell where the first may be wrong.
    made
        More that the card should say, such as versions.

    """
    name, folder = data.folder.name, data.folder
    write_bytes(folder / f"{name}.pb", members[0].frozen.read_bytes())
    others = {f"{name}-{number}.pb": member for number, member in enumerate(members[1:], start=2)}
    for file, member in others.items():
        write_bytes(folder / file, member.frozen.read_bytes())
    facts: dict[str, str | int] = {
        "teacher": f"{data.source.name} ({data.source.version})",
        "teacher_checksum": data.source.checksum,
        "largest_trained_force_eV_per_A": f"{LARGEST_FORCE:g}",
        "training": f"preset {spec.preset}, {spec.settings.steps} steps, seed {spec.seed}{_begun(spec)}",
        **{f"{role}_frames": count for role, count in data.frames.items()},
        **({"held_out": "; ".join(spec.held_out)} if spec.held_out else {}),
        **{
            f"member_{number}_sha256": member.checksums[member.frozen.name]
            for number, member in enumerate(members[1:], start=2)
        },
        **made,
    }
    text = _card(data, members[0], list(others), facts)
    card = folder / f"{name}.toml"
    write_text(card, text)
    write_text(card, text + _known(read_card(card), folder / KNOWN))
    return read_card(card)


def _begun(spec: CommitteeSpec) -> str:
    """Say what a training began from, and what that began from in turn."""
    begun = spec.weights(1)
    if begun is None or spec.begin_from is None:
        return ""
    card = spec.begin_from / f"{spec.begin_from.name}.toml"
    before = tomllib.loads(card.read_text(encoding="utf-8"))["made"]["training"] if card.is_file() else "unfinished"
    return f", begun from {spec.begin_from.name} at {begun.name} ({before})"


def _known(potential: Potential, structure: Path) -> str:
    """Write what LAMMPS says of a structure; nothing if the LAMMPS of this Python does not know the model's style."""
    engine = find_lammps()
    atoms = read(structure)
    if not potential.pair_styles <= engine.pair_styles or not isinstance(atoms, Atoms):
        return ""
    energy = single_points([atoms], potential, engine)[0].energy
    return f"\n[known]\nfile = {json.dumps(structure.name)}\nenergy_eV = {energy:.6f}\n"


def _card(data: TrainingData, first: Member, others: list[str], facts: Mapping[str, str | int]) -> str:
    name = data.folder.name
    elements = [element for element in data.elements if any(element in pair.split("-") for pair in data.shortest)]
    distances = [f"{pair} = {distance:g}" for pair, distance in data.shortest.items()]
    return "\n".join(
        [
            "# Written by 'gbglass potential train'. The core is exactly zero beyond the shortest trained contacts.",
            'kind = "deepmd"',
            f"title = {json.dumps(f'DeePMD model {name} of {data.source.name}')}",
            f"validated_for = {json.dumps('what its training data cover; see its validation')}",
            f"elements = {json.dumps(elements)}",
            f"cutoff = {CUTOFF}",
            f"model = {json.dumps(f'{name}.pb')}",
            "as_trained = true    # compressed before it first runs, once on a machine",
            f"sha256 = {json.dumps(first.checksums[first.frozen.name])}",
            f"committee = {json.dumps(others)}",
            "",
            "[made]",
            *(f"{key} = {json.dumps(value)}" for key, value in facts.items()),
            "",
            "[shortest]           # trained contacts [Å]",
            *distances,
            "",
            "[core]",
            f"strength = {_CORE_STRENGTH}       # [eV]",
            "[core.reach]         # [Å]",
            *distances,
            "",
        ]
    )
