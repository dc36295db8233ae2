"""The numbers of a campaign by model: each a mean over seeds with its 95 % interval, on its page and as CSV."""

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

from gbglass.core.results import Estimate
from gbglass.report.assets import page_asset
from gbglass.report.models import model_names
from gbglass.report.page import page_environment
from gbglass.report.present import campaign_rows
from gbglass.report.seeds import seed_of, seeds_mean

Plain = Mapping[str, Any]

_OF_ONE = ("standard error", "95 % ", "independent samples")
"""How columns begin that say how well one case knows its number: over seeds their spread says it."""

_TITLES = ("model", "cell")
_WITHOUT = "verdict"
_FEWEST_DIGITS, _DIGITS, _MOST_DIGITS = 3, 4, 7
_LARGE = 1e5


@dataclass(frozen=True)
class ModelRow:
    """What the seeds of one model say together.

    Parameters
    ----------
    model
        Its name, with what the row is about, such as one of its boundaries.
    potential
        What acted between its atoms.
    n_seeds
        How many.
    means
        Over seeds, by the heading of the column, which has the unit.

    """

    model: str
    potential: str
    n_seeds: int
    means: Mapping[str, Estimate]


def model_rows(cases: Sequence[Plain]) -> list[ModelRow]:
    """Average what the rows of a campaign's table say over the seeds of each model.

    Parameters
    ----------
    cases
        The ``results.json`` of each finished case, of one kind of study.

    """
    found: dict[tuple[str, str], list[tuple[str, dict[str, float]]]] = {}
    for model, case in zip(model_names(cases), cases, strict=True):
        for row in campaign_rows(case):
            name = ", ".join([model, *_labels(row, case["title"])])
            numbers = {key: float(value) for key, value in row.items() if _is_number(key, value)}
            found.setdefault((name, case["potential"]["name"]), []).append((seed_of(case), numbers))
    return [
        ModelRow(name, potential, len({seed for seed, _ in some}), dict(_means(some)))
        for (name, potential), some in found.items()
    ]


def models_csv(rows: Sequence[ModelRow]) -> str:
    """Write one row for each number of each model."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("model", "potential", "quantity", "mean", "low_95", "high_95", "seeds"))
    for row in rows:
        for quantity, mean in row.means.items():
            ends = mean.interval if mean.n_frames > 1 else ("", "")
            writer.writerow((row.model, row.potential, quantity, mean.value, *ends, mean.n_frames))
    return text.getvalue()


def models_html(rows: Sequence[ModelRow]) -> str:
    """Write the table for a page, what came from a user escaped; nothing of no model with a number."""
    columns = list(dict.fromkeys(name for row in rows for name in row.means))
    if not columns:
        return ""
    return page_environment().from_string(page_asset("models.html.j2")).render(rows=rows, columns=columns, text=_cell)


def mean_text(mean: Estimate) -> str:
    """Write a mean over seeds with its interval, to two digits of it; one seed has none, nor what is the same in all.

    Examples
    --------
    >>> mean_text(seeds_mean([("1", -30.121), ("2", -30.124), ("3", -30.122)], "eV"))
    '−30.1223 (−30.1261 to −30.1185)'
    >>> mean_text(seeds_mean([("1", 1200.0), ("2", 1300.0), ("3", 1500.0)], "K"))
    '1330 (954 to 1710)'
    >>> mean_text(seeds_mean([("1", 3.5)], "K"))
    '3.5'
    >>> mean_text(seeds_mean([("1", 800.0), ("2", 800.0)], "K"))
    '800'

    """
    low, high = mean.interval
    if low == high or not math.isfinite(high - low):
        return _number(mean.value, _DIGITS)
    digits = _digits(max(abs(low), abs(high)), (high - low) / 2)
    value, low_text, high_text = (_number(number, digits) for number in (mean.value, low, high))
    return f"{value} ({low_text} to {high_text})"


def _digits(size: float, reach: float) -> int:
    if size == 0.0 or reach == 0.0:
        return _DIGITS
    return min(_MOST_DIGITS, max(_FEWEST_DIGITS, math.floor(math.log10(size)) - math.floor(math.log10(reach)) + 2))


def _number(value: float, digits: int) -> str:
    """Write a number to some digits, of up to five before the point without a power of ten."""
    rounded = float(f"{value:.{digits}g}")
    text = f"{rounded:.0f}" if 10.0 ** (digits - 1) <= abs(rounded) < _LARGE else f"{value:.{digits}g}"
    return f"−{text[1:]}" if text.startswith("-") else text


def _cell(row: ModelRow, name: str) -> str:
    """Say a number, and of how many seeds it is where some have none."""
    mean = row.means.get(name)
    if mean is None:
        return "–"
    few = "" if mean.n_frames == row.n_seeds else f", {mean.n_frames} of them"
    return mean_text(mean) + few


def _labels(row: Plain, title: str) -> Iterator[str]:
    """Give what of a row says what it is about, the title of its case left out."""
    for key, value in row.items():
        if not isinstance(value, str) or key == _WITHOUT:
            continue
        word = value.removeprefix(title).lstrip(", ") if key in _TITLES else value
        if word:
            yield word if key in _TITLES or word.startswith(key) else f"{key} {word}"


def _is_number(key: str, value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and not key.startswith(_OF_ONE)


def _means(some: Sequence[tuple[str, Mapping[str, float]]]) -> Iterator[tuple[str, Estimate]]:
    for name in dict.fromkeys(name for _, numbers in some for name in numbers):
        unit = name.rpartition("(")[2].rstrip(")")
        mean = seeds_mean([(seed, numbers.get(name)) for seed, numbers in some], unit)
        if mean is not None:
            yield name, mean
