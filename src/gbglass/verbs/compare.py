"""Two runs against each other: every mean that both have, with p-values that know of correlation and of how many."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gbglass.analysis.comparison import Comparison, compare, compare_runs, correct_for_many
from gbglass.errors import InputError
from gbglass.report.cell_records import comparison_record
from gbglass.report.records import quantity
from gbglass.verbs.quantities.system import Numbers
from gbglass.verbs.results import FoundMean, read_means, result_folders

_LEVEL = 0.05
_FEWEST_RUNS = 2
_SLOWS_DOWN = "discharge:"


@dataclass(frozen=True)
class Compared:
    """Differences of two runs, the first less the second.

    Parameters
    ----------
    n_runs
        Of the first kind and of the second.
    differences
        By where the means stand in the results.
    corrected
        p-values raised for the number of comparisons (Holm) [1]; not a number where nothing fluctuates.
    left_out
        Means that cannot be compared, with the reason.

    """

    n_runs: tuple[int, int]
    differences: Mapping[str, Comparison]
    corrected: Mapping[str, float]
    left_out: Mapping[str, str]

    def plain(self) -> Numbers:
        """Return it as plain data."""
        return {
            "runs": [quantity(n, "runs") for n in self.n_runs],
            "differences": {
                name: {**comparison_record(one), "p_value_of_all": quantity(self.corrected[name], "1")}
                for name, one in self.differences.items()
            },
            "left_out": dict(self.left_out),
        }


def compare_results(
    first: Path, second: Path, quantities: Sequence[str] = (), between: tuple[str, str] | None = None
) -> Compared:
    """Compare every mean that two results have in common.

    A single run is compared by its independent samples, several by their spread: a run is a sample then. Where several
    means are compared, one is called different only if its p-value, raised for their number, is below 0.05.

    Parameters
    ----------
    first, second
        Folders that ``gbglass analyse`` or ``gbglass run`` wrote, or folders of such folders: several seeds.
    quantities
        Only means whose place in the results begins so, such as ``"regions"`` or ``"regions: boundary 2"``; all if
        there are none.
    between
        A part of the first and one of the second, such as ``("boundary 1", "boundary 2")``: only means of these; of
        all parts, each with its like, if absent.

    Raises
    ------
    InputError
        If a folder holds no results, nothing is common to both, or one run is to be compared with several.

    Examples
    --------
    >>> cell, twin = Path("gb"), Path("twin")
    >>> compare_results(cell, twin, ("regions",)).differences  # doctest: +SKIP

    """
    sides = [[read_means(folder) for folder in result_folders(place)] for place in (first, second)]
    if min(map(len, sides)) == 1 < max(map(len, sides)):
        raise InputError(
            f"one run cannot be compared with several: {first} holds {len(sides[0])}, {second} holds {len(sides[1])}"
        )
    if between is not None:
        sides = [[means_of(run, part) for run in side] for side, part in zip(sides, between, strict=True)]
    differences: dict[str, Comparison] = {}
    left_out: dict[str, str] = {}
    everything = [run for side in sides for run in side]
    for name in dict.fromkeys(name for run in everything for name in run):
        if not is_asked(name, quantities):
            continue
        lacking = sum(name not in run for run in everything)
        if lacking:
            left_out[name] = f"{lacking} of the {len(everything)} runs have no such mean"
            continue
        try:
            differences[name] = _compared(name, [[run[name] for run in side] for side in sides])
        except InputError as error:
            left_out[name] = str(error)
    if not differences:
        raise InputError(
            f"{first} and {second} have no mean in common{' of those asked for' if quantities or between else ''}; "
            f"{len(left_out)} cannot be compared{': ' if left_out else ''}{', '.join(list(left_out)[:3])}"
        )
    return judged_together((len(sides[0]), len(sides[1])), differences, left_out)


def judged_together(
    n_runs: tuple[int, int], differences: Mapping[str, Comparison], left_out: Mapping[str, str]
) -> Compared:
    """Take verdicts back that chance would give to one of so many comparisons."""
    corrected = _corrected(differences)
    judged = {name: _judged(one, corrected[name]) for name, one in differences.items()}
    return Compared(n_runs, judged, corrected, left_out)


def is_asked(name: str, quantities: Sequence[str]) -> bool:
    """Say whether a mean is one of those that are asked for; all are if none is named."""
    return not quantities or any(name == asked or name.startswith(f"{asked}:") for asked in quantities)


def means_of(means: Mapping[str, FoundMean], part: str) -> dict[str, FoundMean]:
    """Return the means of one part of a cell, by their names without it.

    Examples
    --------
    >>> from gbglass.core.results import Estimate
    >>> mean = FoundMean(Estimate(1.0, "Å", 0.1, 0.1, 9, 9.0, (0.8, 1.2)), None)
    >>> sorted(means_of({"glass: boundary 1": mean, "glass: boundary 2": mean, "order": mean}, "boundary 2"))
    ['glass']

    """
    return {without(name, part): mean for name, mean in means.items() if part in name.split(": ")}


def without(name: str, part: str) -> str:
    """Take the name of a part out of that of a mean."""
    return ": ".join(word for word in name.split(": ") if word != part)


def _compared(name: str, sides: Sequence[Sequence[FoundMean]]) -> Comparison:
    """Compare two means, or two kinds of runs.

    Raises
    ------
    InputError
        If their units differ, there are too few runs, or discharges were measured over different times: they slow down.

    """
    spans = {found.span for side in sides for found in side}
    if name.startswith(_SLOWS_DOWN) and len(spans) > 1:
        told = "; ".join(f"{span[0]:g} to {span[1]:g} ps" for span in sorted(span for span in spans if span))
        raise InputError(f"a discharge slows down, so compare the same part of it (--from, --to), not {told}")
    first, second = ([found.mean for found in side] for side in sides)
    return compare(first[0], second[0]) if len(first) < _FEWEST_RUNS else compare_runs(first, second)


def _corrected(differences: Mapping[str, Comparison]) -> dict[str, float]:
    known = {name: one.p_value for name, one in differences.items() if math.isfinite(one.p_value)}
    raised = correct_for_many(np.array(list(known.values()), dtype=np.float64)).tolist()
    return {**dict.fromkeys(differences, math.nan), **dict(zip(known, raised, strict=True))}


def _judged(one: Comparison, corrected: float) -> Comparison:
    """Take a verdict back that chance would give to one of so many comparisons."""
    if one.verdict == "undecided" or corrected < _LEVEL:
        return one
    return replace(one, verdict="undecided", reason=f"p = {corrected:.2g} among all that were compared; {one.reason}")
