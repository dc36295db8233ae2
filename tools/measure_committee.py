"""Measure what the disagreement of a committee says of the error of its first member, on frames that none has seen.

    python tools/measure_committee.py deepmd-llzo data/training

Prints, for atoms by the spread of the force on them (`gbglass.lammps.committee.force_spread`), how large the error is,
and by domain how both go together.
"""

import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from gbglass.core.arrays import FloatArray
from gbglass.core.packaged import find_potential
from gbglass.errors import GbglassError, InputError
from gbglass.lammps.engine import find_lammps
from gbglass.lammps.single_points import single_points
from gbglass.learning.datasets import split_frames
from gbglass.learning.labelled import LabelStore
from gbglass.verbs.potential import held_out_origins

EDGES = (0.0, 0.03, 0.06, 0.1, 0.2, 0.4, np.inf)
"""Of the spread [eV/Å]."""


def main() -> None:
    first = find_potential(sys.argv[1])
    if not first.committee:
        raise InputError(f"the card of {first.name} names no committee")
    split = split_frames(LabelStore(Path(sys.argv[2])).frames(), held_out_origins())
    frames = [*split.validation, *split.held_out]
    structures, engine = [frame.atoms for frame in frames], find_lammps()
    said = [
        np.concatenate([labels.forces for labels in single_points(structures, one, engine)])
        for one in (first, *first.committee)
    ]
    true = np.concatenate([frame.labels.forces for frame in frames if frame.labels is not None])
    domain = np.repeat([frame.tag.domain for frame in frames], [len(frame.atoms) for frame in frames])
    forces = np.array(said)
    spread = np.sqrt(((forces - forces.mean(axis=0)) ** 2).sum(axis=2).mean(axis=0))
    errors = [np.linalg.norm(one - true, axis=1) for one in (*said, forces.mean(axis=0))]
    words = [*(one.name for one in (first, *first.committee)), "their mean"]
    print("; ".join(f"{word} {rms(error):.3f}" for word, error in zip(words, errors, strict=True)), "eV/Å a component")
    print("\n".join([*by_spread(spread, errors[0]), "", *by_domain(domain, spread, errors[0])]))


def rms(lengths: FloatArray) -> float:
    """Return the root of the mean square of a component of vectors of some lengths."""
    return float(np.sqrt(np.mean(lengths**2) / 3.0))


def by_spread(spread: FloatArray, error: FloatArray) -> Iterator[str]:
    """Write a row for atoms of about the same spread."""
    yield "| spread of the force (eV/Å) | atoms | error of the first, root mean square | nine in ten below |"
    yield "|---|---|---|---|"
    for low, high in pairwise(EDGES):
        here = error[(spread >= low) & (spread < high)]
        if len(here):
            found = f"{np.sqrt(np.mean(here**2)):.3f} | {np.quantile(here, 0.9):.3f}"
            yield f"| {low:g} to {high:g} | {len(here)} | {found} |"


def by_domain(domain: FloatArray, spread: FloatArray, error: FloatArray) -> Iterator[str]:
    """Write a row for each domain: spread and error, and how their ranks go together over its atoms."""
    yield "| domain | atoms | spread, root mean square (eV/Å) | error of the first | rank correlation |"
    yield "|---|---|---|---|---|"
    for name in [*dict.fromkeys(domain), "all"]:
        here = np.full(len(domain), name == "all") | (domain == name)
        both = f"{np.sqrt(np.mean(spread[here] ** 2)):.3f} | {np.sqrt(np.mean(error[here] ** 2)):.3f}"
        yield f"| {name} | {here.sum()} | {both} | {spearmanr(spread[here], error[here]).statistic:.2f} |"


if __name__ == "__main__":
    try:
        main()
    except GbglassError as error:
        sys.exit(str(error))
