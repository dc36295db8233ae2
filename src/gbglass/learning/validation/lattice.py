"""Lattice parameters by relaxation at 0 K, of every crystal that a full cell is made of."""

from collections.abc import Mapping, Sequence

import numpy as np
from ase import Atoms

from gbglass.build.crystals.tetragonal import tetragonal_llzo
from gbglass.learning.crystals import TETRAGONAL, lithium, spinel
from gbglass.learning.validation.check import Check, Number
from gbglass.learning.validation.evaluator import Evaluator

CRYSTALS = ("t-LLZO", "Li", "LiZr2O4", "Zr2O4")
"""What is relaxed: tetragonal LLZO, bcc lithium and the electrode, full and empty."""


def crystal(name: str) -> Atoms:
    """Return one of `CRYSTALS` in an orthogonal cell, near where SevenNet-0 and PBE have it.

    Examples
    --------
    >>> [len(crystal(name)) for name in CRYSTALS]
    [192, 54, 56, 48]

    """
    rng = np.random.default_rng(1)  # of full and empty electrodes there is one order only
    if name == "t-LLZO":
        cell: Atoms = tetragonal_llzo(TETRAGONAL).atoms
        return cell
    return lithium("bcc", (3, 3, 3)) if name == "Li" else spinel(8 if name == "LiZr2O4" else 0, rng)


_REPEATS: Mapping[str, int] = {"Li": 3}


def lattice_parameters(evaluator: Evaluator, crystals: Sequence[str] = CRYSTALS) -> Check:
    """Relax each crystal, all cell lengths free, and return its lattice parameters and its energy.

    Parameters
    ----------
    evaluator
        Model or teacher.
    crystals
        Of `CRYSTALS`.

    """
    numbers, remarks = [], []
    for name in crystals:
        rested = evaluator.relax(crystal(name), "lengths")
        a, b, c = (rested.atoms.cell.lengths() / _REPEATS.get(name, 1)).tolist()
        lengths = {"a": (a + b) / 2.0, "c": c} if name == "t-LLZO" else {"a": (a + b + c) / 3.0}
        numbers += [Number(f"{axis} of {name}", length, "Å") for axis, length in lengths.items()]
        numbers.append(Number(f"energy of {name}", rested.energy / len(rested.atoms), "eV/atom"))
        if rested.ending:
            remarks.append(f"{name}: {rested.ending}")
    return Check("Lattice parameters at 0 K", tuple(numbers), remarks=tuple(remarks))
