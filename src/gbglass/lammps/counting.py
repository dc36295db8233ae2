"""Regions counted by LAMMPS while it runs: as often as wanted, at no cost of disk.

What a region holds is written as a formula over anchored fractional coordinates, the same as in
`gbglass.core.region`: what counts here and what counts in a trajectory must agree in every frame.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gbglass.core.arrays import FloatArray, IntArray, frozen_floats, frozen_ints
from gbglass.core.region import Box, Intersection, Outside, Region, Shell, Sites, Slab, Union, within_the_cell
from gbglass.errors import FormatError, InputError

COUNTS = "counts.txt"
"""Name of the file of a segment: one row an instant, the step, the cell's lengths, the atoms in each region."""

_AXES = "xyz"
_BEFORE_COUNTS = 4
"""Columns: the step and three lengths."""


@dataclass(frozen=True)
class Counting:
    """What is counted on the fly.

    Parameters
    ----------
    atom_type
        LAMMPS type of the species.
    regions
        Where; `Sites` can only be counted from a trajectory.
    every
        MD steps between counts; counts lie at its multiples on the common clock.
    cation_types
        LAMMPS types of the framework that regions are tied to.
    anchor
        Mean fractional coordinates of the framework at the start [1, (3,)].

    """

    atom_type: int
    regions: tuple[Region, ...]
    every: int
    cation_types: tuple[int, ...]
    anchor: tuple[float, float, float]


def counting_lines(counting: Counting) -> tuple[str, ...]:
    """Write the commands that count; the groups ``counted`` and ``cations`` are of types, so that they stay true.

    Raises
    ------
    InputError
        If a region can only be counted from a trajectory.

    """
    lines = [
        f"group counted type {counting.atom_type}",
        f"group cations type {' '.join(map(str, counting.cation_types))}",
        "compute unwrapped all property/atom xu yu zu",
        *(f"variable s{d} atom (c_unwrapped[{k}]-{d}lo)/l{d}" for k, d in enumerate(_AXES, start=1)),
        "compute mean cations reduce ave v_sx v_sy v_sz",
        *(f"variable m{d} equal c_mean[{k}]" for k, d in enumerate(_AXES, start=1)),
        *(f"variable f{d} atom v_s{d}-v_m{d}+{counting.anchor[k]:.16g}" for k, d in enumerate(_AXES)),
    ]
    names = [f"inside{number}" for number in range(1, len(counting.regions) + 1)]
    lines += [
        f'variable {name} atom "{_formula(region)}"' for name, region in zip(names, counting.regions, strict=True)
    ]
    lines += [
        f"compute n counted reduce sum {' '.join(f'v_{name}' for name in names)}",
        *(f"variable edge{d} equal l{d}" for d in _AXES),
    ]
    values = " ".join((*(f"v_edge{d}" for d in _AXES), _results(len(names))))
    lines += [f'fix counts all ave/time {counting.every} 1 {counting.every} {values} file {COUNTS} format " %.16g"']
    return tuple(lines)


def _results(n: int) -> str:
    return "c_n" if n == 1 else " ".join(f"c_n[{k}]" for k in range(1, n + 1))


def _formula(region: Region) -> str:
    match region:
        case Slab():
            text = _between(region.axis, region.low, region.high)
        case Box():
            text = "*".join(_between(k, region.low[k], region.high[k]) for k in range(3))
        case Shell():
            text = _distance(region)
        case Union():
            text = "(" + "+".join(_formula(part) for part in region.of) + ")>0"
        case Intersection():
            text = "*".join(_formula(part) for part in region.of)
        case Outside():
            text = f"1-{_formula(region.of)}"
        case Sites():
            raise InputError("a region of kind 'sites' cannot be counted on the fly; count it from the trajectory")
    return f"({text})"


def _between(axis: int, low: float, high: float) -> str:
    start, end = within_the_cell(low, high)
    f = f"v_f{_AXES[axis]}"
    above = f"(({f}-floor({f}))>={start:.17g})"
    if math.isinf(end):
        return above
    below = f"(({f}-floor({f}))<{end:.17g})"
    return f"({above}*{below})" if start < end else f"(({above}+{below})>0)"


def _distance(shell: Shell) -> str:
    away = f"(v_f{_AXES[shell.axis]}-({shell.position:.16g})+0.5)"
    distance = f"abs({away}-floor({away})-0.5)*l{_AXES[shell.axis]}"
    return f"({distance}>={shell.beyond_A:.16g})*({distance}<{shell.within_A:.16g})"


@dataclass(frozen=True)
class Counted:
    """What was counted on the fly, each step once.

    Parameters
    ----------
    steps
        On the common clock [int, (n_rows,)].
    edges
        Lengths of the cell [Å, (n_rows, 3)].
    counts
        Atoms in each region [int, (n_rows, n_regions)].

    """

    steps: IntArray
    edges: FloatArray
    counts: IntArray


def read_counts(files: Sequence[Path], n_regions: int) -> Counted:
    """Read the counts of segments that follow each other.

    Raises
    ------
    FormatError
        If a file is not rows of steps, lengths and whole counts.

    """
    tables = [np.empty((0, _BEFORE_COUNTS + n_regions))]
    last = -1
    for path in files:
        rows = _read_table(path, n_regions)
        new = rows[rows[:, 0] > last]  # a segment repeats the last step of the one before
        tables.append(new)
        last = int(new[-1, 0]) if len(new) else last
    table = np.concatenate(tables)
    return Counted(
        frozen_ints(np.rint(table[:, 0])),
        frozen_floats(table[:, 1:_BEFORE_COUNTS]),
        frozen_ints(np.rint(table[:, _BEFORE_COUNTS:])),
    )


def _read_table(path: Path, n_regions: int) -> FloatArray:
    try:
        rows = np.loadtxt(path, comments="#", ndmin=2)
    except (OSError, ValueError) as error:
        raise FormatError(path, 1, f"is not a table of counts ({error})") from error
    if len(rows) == 0:
        return np.empty((0, _BEFORE_COUNTS + n_regions))
    counts = rows[:, _BEFORE_COUNTS:]
    if counts.shape[1] != n_regions or np.abs(counts - np.rint(counts)).max() > 0.0:
        raise FormatError(path, 1, f"must hold a step, three lengths and {n_regions} whole counts in each row")
    table: FloatArray = rows
    return table
