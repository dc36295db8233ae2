"""What several full cells amount to as a current, and that nothing outside of them carries it."""

from collections.abc import Mapping, Sequence
from typing import Any


def current_text(results: Sequence[Mapping[str, Any]]) -> str:
    """Say that there is no outer circuit and between which current densities the runs lie; empty without a cell.

    Parameters
    ----------
    results
        The ``results.json`` of each finished case, of any study.

    Examples
    --------
    >>> rate = {"current_density": {"value": -2.0e6, "unit": "mA/cm²"}, "from": {"value": 5.0}, "to": {"value": 25.0}}
    >>> current_text([{"rate": rate}]).rsplit(": ", 1)[1]
    '−2e+06 mA/cm², over 20 ps.'
    >>> current_text([{"title": "cubic LLZO"}])
    ''

    """
    rates = [one["rate"] for one in results if "rate" in one]
    known = [rate for rate in rates if rate["current_density"]["value"] is not None]
    if not rates:
        return ""
    circuit = (
        "There is no external circuit: neutral lithium moves to where its chemical potential is lower, and no voltage "
        "or load holds it back."
    )
    if not known:
        return f"{circuit} No run is long enough for a current density."
    values = [float(rate["current_density"]["value"]) for rate in known]
    times = [float(rate["to"]["value"]) - float(rate["from"]["value"]) for rate in known]
    unit = known[0]["current_density"]["unit"]
    return f"{circuit} The runs amount to current densities of: {_range(values)} {unit}, over {_range(times)} ps."


def _range(values: Sequence[float]) -> str:
    low, high = (f"{value:.3g}".replace("-", "−") for value in (min(values), max(values)))
    return low if low == high else f"{low} to {high}"
