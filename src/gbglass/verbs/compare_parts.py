"""Two parts of the same cell against each other, such as its two boundaries: they share their frames and their lithium.

What one has more the other may have less, so their errors are not independent of each other: within a run it is the
series of their difference that is judged, over several runs the difference within each.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gbglass.analysis.comparison import Comparison, compare_paired, compare_paired_runs
from gbglass.analysis.equilibration import find_equilibration
from gbglass.analysis.msd import equal_spacing
from gbglass.core.arrays import FloatArray
from gbglass.errors import FormatError, InputError
from gbglass.verbs.compare import Compared, is_asked, judged_together, means_of
from gbglass.verbs.results import read_means, result_folders

_CURVES = "arrays.npz"
_TIME = "time (ps)"
_HEADING = re.compile(r"(.*) \(([^()]*)\)")


def compare_parts(results: Path, between: tuple[str, str], quantities: Sequence[str] = ()) -> Compared:
    """Compare two parts of one cell, in a single run or over several.

    Of a single run every pair of series against time is compared, from where their difference is in equilibrium, by the
    independent samples of that difference. Of several runs every pair of means is, a run being a sample. A part is
    called different only if its p-value, raised for the number of comparisons, is below 0.05.

    Parameters
    ----------
    results
        A folder that ``gbglass analyse`` or ``gbglass run`` wrote, or a folder of such folders: several seeds.
    between
        Names of the parts as the results have them, such as ``("boundary 1", "boundary 2")``.
    quantities
        Only what begins so, such as ``"segregation"``; all if there are none.

    Raises
    ------
    InputError
        If the results hold nothing of both parts, or the two are one.
    FormatError
        If the results cannot be read.

    Examples
    --------
    >>> gb = Path("gb")
    >>> compare_parts(gb, ("boundary 1", "boundary 2")).differences  # doctest: +SKIP

    """
    if between[0] == between[1]:
        raise InputError(f"two parts are compared, got {between[0]!r} twice")
    folders = result_folders(results)
    differences: dict[str, Comparison] = {}
    left_out: dict[str, str] = {}
    for name, one in _of_one_run(folders[0], between) if len(folders) == 1 else _of_runs(folders, between):
        if not is_asked(name, quantities):
            continue
        if isinstance(one, Comparison):
            differences[name] = one
        else:
            left_out[name] = one
    if not differences:
        why = "; ".join(f"{name}: {reason}" for name, reason in left_out.items())
        raise InputError(
            f"{results} holds nothing that can be compared of both {between[0]!r} and {between[1]!r}"
            f"{f' ({why})' if why else ''}; quantities with parts are regions, segregation, energy and glass"
        )
    return judged_together((len(folders), len(folders)), differences, left_out)


def _of_runs(folders: Sequence[Path], between: tuple[str, str]) -> Iterator[tuple[str, Comparison | str]]:
    """Compare means, a run being a sample."""
    runs = [read_means(folder) for folder in folders]
    sides = [[means_of(run, part) for run in runs] for part in between]
    for name in dict.fromkeys(name for side in sides for run in side for name in run):
        lacking = sum(name not in run for side in sides for run in side)
        if lacking:
            yield name, f"{lacking} of {2 * len(runs)} parts have no such mean"
            continue
        try:
            yield name, compare_paired_runs(*([run[name].mean for run in side] for side in sides))
        except InputError as error:
            yield name, str(error)


@dataclass(frozen=True)
class _Pair:
    """Series of the two parts against the same times."""

    name: str
    unit: str
    times: FloatArray
    first: FloatArray
    second: FloatArray


def _of_one_run(folder: Path, between: tuple[str, str]) -> Iterator[tuple[str, Comparison | str]]:
    """Compare series, from where their difference is in equilibrium."""
    for pair in _pairs(_curves(folder), between):
        try:
            equal_spacing(pair.times)
            start = find_equilibration(pair.times, pair.first - pair.second).first
            one = compare_paired(pair.first[start:], pair.second[start:], pair.unit)
        except InputError as error:
            yield pair.name, str(error)
            continue
        yield pair.name, replace(one, reason=f"from {pair.times[start]:g} ps on, {one.reason}")


def _pairs(tables: Mapping[str, Mapping[str, FloatArray]], between: tuple[str, str]) -> Iterator[_Pair]:
    one, other = (rf"(?<!\w){re.escape(part)}(?!\w)" for part in between)
    for table, columns in tables.items():
        if len(columns.get(_TIME, ())) < 2:  # noqa: PLR2004  # one frame is no series
            continue
        partners = {re.sub(other, "", heading): heading for heading in columns if re.search(other, heading)}
        for heading, column in columns.items():
            bare = re.sub(one, "", heading)
            words = _HEADING.fullmatch(heading)
            if bare == heading or bare not in partners or words is None:
                continue
            of = re.sub(one, "", words[1]).strip(" ,")
            name = f"{table}: {of}" if of else table
            yield _Pair(name, words[2], columns[_TIME], column, columns[partners[bare]])


def _curves(folder: Path) -> dict[str, dict[str, FloatArray]]:
    """Read all tables of a folder of results, by name and heading."""
    path = folder / _CURVES
    if not path.is_file():
        raise InputError(f"{folder} holds no {_CURVES} with series to compare; analyse the trajectory again")
    tables: dict[str, dict[str, FloatArray]] = {}
    try:
        with np.load(path) as arrays:
            for name in arrays.files:
                table, heading = name.split("/", 1)
                tables.setdefault(table, {})[heading] = np.asarray(arrays[name], dtype=np.float64)
    except Exception as error:  # noqa: BLE001  # zipfile, zlib and NumPy raise whatever damage makes them trip over
        raise FormatError(path, None, f"cannot be read ({type(error).__name__}: {error})") from None
    return tables
