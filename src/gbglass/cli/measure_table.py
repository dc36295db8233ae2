"""How the answers of ``gbglass voltage``, ``gbglass charge`` and ``gbglass compare`` are shown."""

import math

from rich.console import Console

from gbglass.cli.analysis_table import number_lines
from gbglass.cli.output import print_json
from gbglass.verbs.compare import Compared
from gbglass.verbs.results import Measurement


def show_measurement(name: str, measured: Measurement, *, as_json: bool) -> None:
    """Print the numbers of a measurement."""
    if as_json:
        print_json(measured.plain())
        return
    console = Console(highlight=False, soft_wrap=True)
    for what, value in measured.numbers.items():
        for line in number_lines(f"{name}: {what.replace('_', ' ')}", value):
            console.print(line, markup=False)
    console.print(f"written: {measured.folder}", markup=False)


def show_compared(compared: Compared, *, as_json: bool) -> None:
    """Print each difference with its interval and the word."""
    if as_json:
        print_json(compared.plain())
        return
    console = Console(highlight=False, soft_wrap=True)
    for name, one in compared.differences.items():
        low, high = one.interval
        p_value = compared.corrected[name]
        chance = f", p = {p_value:.2g} of all" if math.isfinite(p_value) else ""
        shown = f"{name}: {one.difference:.4g} {one.unit} ({low:.4g} to {high:.4g}){chance}: {one.verdict}"
        console.print(shown, markup=False)
        if one.verdict == "undecided":
            console.print(f"    {one.reason}", markup=False)
    for name, why in compared.left_out.items():
        console.print(f"left out: {name} ({why})", markup=False)
