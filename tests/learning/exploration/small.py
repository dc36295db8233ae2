"""A loop of seconds: Li2O, rigid ions in LAMMPS as the labeller, the same ions with a wrong number as the model."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import count
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.build import bulk
from ase.io import write

from gbglass.core.labels import Labels, LabelSource
from gbglass.core.packaged import load_potential
from gbglass.lammps.engine import Lammps, find_lammps
from gbglass.lammps.single_points import single_points
from gbglass.learning.committee import Progress
from gbglass.learning.datasets import role_of, split_frames
from gbglass.learning.disturb import scale
from gbglass.learning.labelled import LabelStore, StoredFrame, Tag, rounded
from gbglass.store.atomic import write_text

CARD = "buckingham-llzo"
engine: Callable[[], Lammps] = cache(find_lammps)

LOOP = """
limit = 1
[dynamics]
duration_ps = 0.04
frame_every_ps = 0.02
[[start]]
file = "hot.extxyz"
domain = "off"
temperatures_K = [1500]
"""


@dataclass(frozen=True)
class IonLabeller:
    """Rigid ions through LAMMPS."""

    @property
    def source(self) -> LabelSource:
        """The packaged card."""
        return LabelSource(CARD, f"LAMMPS {engine().version}", load_potential(CARD).checksum)

    def label(self, atoms: Atoms) -> Labels:
        """Ask LAMMPS."""
        return single_points([atoms], load_potential(CARD), engine())[0]


@dataclass
class IonTrainer:
    """Writes the packaged card with a repulsion that is off by less the more frames there are."""

    wrong: float = 3.0
    trainings: int = 0

    @property
    def identity(self) -> Mapping[str, str | int]:
        """What decides the card."""
        return {"wrong": f"{self.wrong:g}"}

    def train(self, frames: Sequence[StoredFrame], folder: Path, on_progress: Callable[[Progress], None]) -> Path:
        """Write the card."""
        self.trainings += 1
        on_progress(Progress(1, 1, 1, None))
        text = files("gbglass").joinpath("data", "potentials", f"{CARD}.toml").read_text(encoding="utf-8")
        strength = 632.102 * (1.0 + self.wrong / len(split_frames(frames, []).train))
        assert tomllib.loads(text)["buckingham"]["Li-O"][0] == 632.102
        card = folder / f"{folder.name}.toml"
        write_text(card, text.replace("Li-O = [632.102,", f"Li-O = [{strength:.6f},"))
        return card


def origin_for(role: str) -> str:
    """Return the name of an origin that the split uses for a purpose."""
    return next(name for k in count() if role_of(name := f"off/oxide {k}", [], 0.1) == role)


def oxide(seed: int, stretch: float = 1.0, size: float = 0.06) -> Atoms:
    """Li2O of twelve atoms, shaken."""
    atoms = scale(bulk("OLi2", "fluorite", a=4.62, cubic=True), stretch)
    atoms.positions += np.random.default_rng(seed).normal(scale=size, size=atoms.positions.shape)
    return rounded(atoms)


@cache
def labelled_frames() -> tuple[StoredFrame, ...]:
    """Twelve frames to train on and four that are not trained."""
    tags = [Tag("off", origin_for(role), k) for role, n in (("train", 12), ("validation", 4)) for k in range(n)]
    structures = [oxide(number) for number in range(len(tags))]
    labels = single_points(structures, load_potential(CARD), engine())
    return tuple(StoredFrame(*one) for one in zip(tags, structures, labels, strict=True))


def small_place(folder: Path) -> Path:
    """Write a store, a start of one's own and the file of a loop into a folder."""
    store = LabelStore(folder / "store")
    with store.writing():
        for frame in labelled_frames():
            store.add(frame, IonLabeller().source)
    write(folder / "hot.extxyz", [oxide(100, 1.06)])
    write_text(folder / "loop.toml", LOOP)
    return folder
