"""How the answers of ``gbglass analyse`` and ``gbglass export`` are shown."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from gbglass.cli.output import INTERRUPTED, print_json, stop
from gbglass.cli.progress import progress_bar
from gbglass.verbs.analyse import Analysis, AnalysisSpec, analyse
from gbglass.verbs.export import ExportSpec, export
from gbglass.verbs.trajectories import Reading


def show_analysis(trajectory: Path, out: Path, spec: AnalysisSpec, reading: Reading, *, as_json: bool) -> None:
    """Analyse a trajectory and print its numbers."""
    try:
        with progress_bar(Console(stderr=True, quiet=as_json, highlight=False), unit="") as listener:
            analysis = analyse(trajectory, out, spec, reading, listener)
    except KeyboardInterrupt:
        stop("stopped; nothing was written", INTERRUPTED)
    if as_json:
        print_json(analysis.plain())
    else:
        _print(analysis)


def show_export(trajectory: Path, out: Path, spec: ExportSpec, reading: Reading, *, as_json: bool) -> None:
    """Write a trajectory to another format and say what was written."""
    try:
        with progress_bar(Console(stderr=True, quiet=as_json, highlight=False), unit="") as listener:
            n_frames = export(trajectory, out, spec, reading, listener)
    except KeyboardInterrupt:
        stop("stopped; nothing was written", INTERRUPTED)
    if as_json:
        print_json({"file": str(out), "frames": n_frames})
    else:
        Console(highlight=False, soft_wrap=True).print(f"{_frames(n_frames)} written: {out}", markup=False)


def _print(analysis: Analysis) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{_frames(analysis.n_frames)} of {_formula(analysis.atoms)}", markup=False)
    for name, numbers in analysis.numbers.items():
        for what, value in numbers.items():
            for line in number_lines(f"{name}: {what.replace('_', ' ')}", value):
                console.print(line, markup=False)
    names_of: dict[str, list[str]] = {}
    for name, why in analysis.left_out.items():
        names_of.setdefault(why, []).append(name)
    for why, names in names_of.items():
        console.print(f"left out: {', '.join(names)} ({why})", markup=False)
    for remark in analysis.remarks:
        console.print(f"note: {remark}", markup=False)
    console.print(f"written: {analysis.folder} (results.json, arrays.npz, csv/, figures/)", markup=False)


def _frames(count: int) -> str:
    return "1 frame" if count == 1 else f"{count} frames"


def _formula(atoms: Mapping[str, int]) -> str:
    return " ".join(f"{symbol}{count}" for symbol, count in atoms.items())


def number_lines(what: str, value: Any) -> list[str]:  # noqa: ANN401  # plain data
    """Show a number, an estimate or a group of them, each on a line."""
    if isinstance(value, list):
        return [line for number, inner in enumerate(value, start=1) for line in number_lines(f"{what} {number}", inner)]
    if not isinstance(value, Mapping):
        return [f"{what} {value}"]
    if "values" in value:  # a curve: it is in the files
        return []
    if "unit" not in value:
        return [
            line for part, inner in value.items() for line in number_lines(f"{what} {part.replace('_', ' ')}", inner)
        ]
    if value["value"] is None:
        return [f"{what}: undecided, {value['reason']}"]
    error = value.get("standard_error")
    shown = f"{value['value']:.5g}" + (f" ± {error['value']:.2g}" if error and error["value"] is not None else "")
    return [f"{what} {shown} {value['unit']}".removesuffix(" 1")]
