"""Potentials: trained from labels."""

from dataclasses import dataclass
from pathlib import Path

import gbglass
from gbglass.campaign.case import open_case
from gbglass.core.potential import Potential
from gbglass.errors import StateError
from gbglass.learning.catalogue import training_origins
from gbglass.learning.committee import CommitteeSpec, Progress, train_committee, write_potential
from gbglass.learning.deepmd_kit import find_deepmd
from gbglass.learning.labelled import LabelStore
from gbglass.learning.prepare import prepare_data
from gbglass.verbs.listener import SILENT, Listener

_TOLD_PARTS = 20
"""A training says so often how far it is."""


@dataclass(frozen=True)
class Trained:
    """A potential that was trained.

    Parameters
    ----------
    potential
        Ready for a study: ``[potential] card = "..."``.
    card
        Its file.

    """

    potential: Potential
    card: Path

    def plain(self) -> dict[str, object]:
        """Return it as plain data."""
        return {"card": str(self.card), "name": self.potential.name, "checksum": self.potential.checksum}


def train_potential(
    store: Path, folder: Path, spec: CommitteeSpec, threads: int = 1, listener: Listener = SILENT
) -> Trained:
    """Train a committee of DeePMD models on labelled frames; go on from whatever is finished.

    Parameters
    ----------
    store
        A folder of labels, such as ``data/training``.
    folder
        Gets the data, a folder a member, the models and their card; keeps its data however the store grows.
    spec
        What to train.
    threads
        For DeePMD-kit.
    listener
        Told how it goes on, in steps.

    Raises
    ------
    InputError
        If there is nothing to train on.
    StateError
        If the store does not exist, or the folder holds another training or is in use.
    EngineError
        If DeePMD-kit is missing or fails.

    Examples
    --------
    >>> trained = train_potential(Path("data/training"), Path("my-model"), CommitteeSpec("quick"))  # doctest: +SKIP

    """
    if not store.is_dir():
        raise StateError(f"{store} is not a folder of labels")
    kit = find_deepmd(threads)
    identity = {"training": {"preset": spec.preset, "steps": spec.settings.steps, "seed": spec.seed}}
    with open_case(folder, identity) as case:
        case.claim()
        held_out = [origin.name for origin in training_origins() if origin.held_out]
        data = prepare_data(LabelStore(store), folder, held_out)
        counts = ", ".join(f"{role.replace('_', ' ')} {count}" for role, count in data.frames.items())
        listener.phase(f"frames: {counts}; labels of {data.source.name}")
        members = train_committee(kit, data, spec, _teller(listener, spec))
        made = {"versions": f"gbglass {gbglass.__version__}, {kit.version}"}
        potential = write_potential(data, spec, members, made)
        return Trained(potential, folder / f"{folder.name}.toml")


def _teller(listener: Listener, spec: CommitteeSpec) -> "_Teller":
    return _Teller(listener, max(1, spec.members * spec.settings.steps // _TOLD_PARTS))


class _Teller:
    """Moves the bar, and now and then says how far it is where there is no bar."""

    def __init__(self, listener: Listener, every: int) -> None:
        self._listener, self._every, self._told = listener, every, -1

    def __call__(self, progress: Progress) -> None:
        self._listener.advance(f"member {progress.member}", progress.step, progress.total)
        part = progress.step // self._every
        if part > self._told and progress.seconds_left is not None:
            self._told = part
            self._listener.phase(
                f"member {progress.member}: step {progress.step} of {progress.total}, "
                f"{progress.seconds_left / 60:.0f} min left"
            )
