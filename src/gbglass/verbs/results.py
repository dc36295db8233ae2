"""Folders of results: numbers with units as JSON, curves as CSV and NumPy arrays, figures as SVG; written and read."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gbglass
from gbglass.core.results import Estimate
from gbglass.errors import FormatError, InputError, StateError
from gbglass.figures.style import to_svg
from gbglass.store.atomic import write_json, write_text
from gbglass.store.tables import write_tables
from gbglass.verbs.quantities.system import Numbers, Shown

RESULTS = "results.json"
_BELOW = ("*", "cases/*")

_OF_AN_ESTIMATE = {
    "value",
    "unit",
    "standard_deviation",
    "standard_error",
    "interval_95",
    "frames",
    "independent_samples",
}


Span = tuple[float, float] | None
"""From when to when something was measured [ps]; None where that is not said."""


@dataclass(frozen=True)
class FoundMean:
    """A mean of earlier results.

    Parameters
    ----------
    mean
        With its error bar.
    span
        From when to when it was measured [ps], where that is said.

    """

    mean: Estimate
    span: Span


@dataclass(frozen=True)
class Measurement:
    """What was measured of something that is no trajectory.

    Parameters
    ----------
    folder
        Holds results.json, arrays.npz, csv/ and figures/.
    numbers
        Plain data, each number with its unit.

    """

    folder: Path
    numbers: Mapping[str, Any]

    def plain(self) -> Numbers:
        """Return it as plain data."""
        return {"folder": str(self.folder), **self.numbers}


def refuse_results(out: Path) -> None:
    """Refuse a folder that holds results.

    Raises
    ------
    StateError
        If it does.

    """
    if (out / RESULTS).exists():
        raise StateError(f"{out} holds results already; name another folder, or remove it first")


def result_folders(place: Path) -> list[Path]:
    """Return the folders with results: a folder itself, those in it, or the cases of a study in it.

    Raises
    ------
    InputError
        If there is none.

    """
    if (place / RESULTS).is_file():
        return [place]
    found = sorted(path.parent for pattern in _BELOW for path in place.glob(f"{pattern}/{RESULTS}"))
    if not found:
        raise InputError(f"neither {place} nor a folder in it holds {RESULTS}; analyse a trajectory first")
    return found


def write_results(out: Path, shown: Mapping[str, Shown], record: Mapping[str, Any]) -> None:
    """Write figures, files and curves of several results, and the record last: where it is, all is there."""
    for one in shown.values():
        for figure, drawn in one.figures.items():
            write_text(out / "figures" / f"{figure}.svg", to_svg(drawn))
        for file, text in one.files.items():
            write_text(out / file, text)
    write_tables([table for one in shown.values() for table in one.tables], out)
    write_json(out / RESULTS, {"gbglass": gbglass.__version__, **record})


def write_measurement(out: Path, name: str, shown: Shown, about: Mapping[str, Any]) -> Measurement:
    """Write one result that does not come from a trajectory."""
    write_results(out, {name: shown}, {**about, "quantities": {name: dict(shown.numbers)}})
    return Measurement(out, shown.numbers)


def read_means(folder: Path) -> dict[str, FoundMean]:
    """Read every mean with its error bar from a folder of results, by where it stands in the record.

    Raises
    ------
    InputError
        If the folder holds no results.
    FormatError
        If they cannot be read.

    """
    path = folder / RESULTS
    if not path.is_file():
        raise InputError(f"{folder} holds no {RESULTS}; give a folder that 'gbglass analyse' or 'gbglass run' wrote")
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return dict(_means("", record.get("quantities", record), None))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FormatError(path, None, f"holds no results that can be read ({type(error).__name__}: {error})") from error


def _means(where: str, content: Any, span: Span) -> Iterator[tuple[str, FoundMean]]:  # noqa: ANN401  # plain data
    """Walk through plain data and yield what is a mean and has a value."""
    if isinstance(content, dict) and set(content) >= _OF_AN_ESTIMATE:
        if content["value"] is not None:
            yield where, FoundMean(_estimate(content), span)
    elif isinstance(content, dict):
        ends = [content.get(end) for end in ("from", "to")]
        if all(isinstance(end, dict) and end.get("unit") == "ps" for end in ends):
            span = (content["from"]["value"], content["to"]["value"])
        for name, inner in content.items():
            yield from _means(f"{where}: {name}" if where else name, inner, span)
    elif isinstance(content, list):
        for number, inner in enumerate(content, start=1):
            name = inner.get("name", number) if isinstance(inner, dict) else number
            yield from _means(f"{where}: {name}", inner, span)


def _estimate(content: Numbers) -> Estimate:
    low, high = (bound["value"] for bound in content["interval_95"])
    error, spread = content["standard_error"]["value"], content["standard_deviation"]["value"]
    return Estimate(
        value=content["value"],
        unit=content["unit"],
        standard_deviation=math.nan if spread is None else spread,
        standard_error=math.inf if error is None else error,
        n_frames=content["frames"]["value"],
        n_independent=content["independent_samples"]["value"],
        interval=(-math.inf if low is None else low, math.inf if high is None else high),
    )
