"""Small labelled frames of two elements, in origins that the split puts where a test wants them."""

from collections.abc import Sequence
from itertools import count

import numpy as np
from ase import Atoms

from gbglass.learning.crystals import oxide
from gbglass.learning.datasets import role_of
from gbglass.learning.disturb import scale
from gbglass.learning.labelled import LabelStore, StoredFrame, Tag, rounded
from gbglass.teachers.calculator import CalculatorTeacher

FRAMES = {"train": 6, "validation": 2, "held_out": 2}
HELD_OUT = "li|llzo/110"
"""An origin of the catalogue that is never trained."""


def origin_for(role: str) -> str:
    """Return the name of an origin that the split uses for a purpose."""
    if role == "held_out":
        return HELD_OUT
    return next(name for k in count() if role_of(name := f"li/soft {k}", [], 0.1) == role)


def soft_oxide(number: int) -> Atoms:
    """Li2O, stretched to fit soft spheres, and shaken."""
    rng = np.random.default_rng(number)
    atoms = scale(oxide("Li2O"), float(rng.uniform(1.08, 1.18)))
    atoms.positions += rng.normal(scale=0.05, size=atoms.positions.shape)
    return rounded(atoms)


def add_frames(store: LabelStore, labeller: CalculatorTeacher, roles: Sequence[str], start: int = 0) -> LabelStore:
    """Add frames of some roles to a store, numbered from a start."""
    with store.writing():
        for role in roles:
            for k in range(start, start + FRAMES[role]):
                atoms = soft_oxide(hash_free(role, k))
                tag = Tag(origin_for(role).partition("/")[0], origin_for(role), k)
                store.add(StoredFrame(tag, atoms, labeller.label(atoms)), labeller.source)
    return store


def hash_free(role: str, k: int) -> int:
    """Return a seed that differs by role and number."""
    return 1000 * sorted(FRAMES).index(role) + k
