"""A scan as files: everything as JSON, one line a candidate as CSV."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from gbglass.errors import StateError
from gbglass.scans.results import CandidateResult, ScanResult, closest_contact
from gbglass.scans.spec import ScanSpec
from gbglass.store.atomic import write_json, write_text

JSON, CSV = "scan.json", "scan.csv"

_SCHEMA = "gbglass.scan/1"
_UNITS = {
    "energy": "J/m² (of a candidate: the mean of the two boundaries of its cell); eV (of a cell, of a bulk decoration)",
    "mean, standard_deviation, energies": "eV per Li7La3Zr2O12",
    "error_of_decorations, error_of_bulk": "J/m²",
    "offset": "plane spacings",
    "shift": "in-plane periods",
    "extra_expansion, expansion, height, lattice_parameter, contacts": "Å",
    "area": "Å²",
    "lithium_excess": "1/nm²",
    "cavity": "1",
    "room_per_lithium": "Å³",
    "intact_octahedra": "%",
    "wall_seconds": "s",
}
_RESULT = TypeAdapter(ScanResult)
_SPEC = TypeAdapter(ScanSpec)


def scan_record(spec: ScanSpec, result: ScanResult) -> dict[str, Any]:
    """Return everything about a scan as plain data."""
    return {
        "schema": _SCHEMA,
        "units": _UNITS,
        "spec": plain_spec(spec),
        "is_complete": len(result.candidates) == result.n_candidates,
        "result": _RESULT.dump_python(result, mode="json"),
    }


def plain_spec(spec: ScanSpec) -> dict[str, Any]:
    """Return what was asked as plain data."""
    plain: dict[str, Any] = _SPEC.dump_python(spec, mode="json")
    return plain


def write_scan(spec: ScanSpec, result: ScanResult, folder: Path) -> list[str]:
    """Write both files, each whole or not at all; return their names."""
    write_json(folder / JSON, scan_record(spec, result))
    write_text(folder / CSV, scan_csv(result))
    return [JSON, CSV]


def read_scan(folder: Path) -> ScanResult:
    """Return the result that a folder holds.

    Raises
    ------
    StateError
        If its file was changed by others.

    """
    path = folder / JSON
    try:
        return _RESULT.validate_python(json.loads(path.read_text(encoding="utf-8"))["result"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StateError(f"{path} is not as it was written ({error}); remove it to have it made again") from error


def scan_csv(result: ScanResult) -> str:
    """Write one line a candidate, units in the heading; what a candidate lacks is left empty."""
    rows = [_row(candidate) for candidate in result.candidates]
    text = StringIO()
    writer = csv.DictWriter(text, fieldnames=list(_row_names()), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _row_names() -> tuple[str, ...]:
    return (
        "rank", "tied", "candidate", "same as", "cut offset (d)", "same cuts (d)", "asked shift", "extra expansion (Å)",
        "relaxed shift 1 (periods)", "relaxed shift 2 (periods)", "expansion 1 (Å)", "expansion 2 (Å)",
        "energy (J/m²)", "error (J/m²)", "error of decorations (J/m²)", "error of bulk (J/m²)", "decorations",
        "Li excess 1 (1/nm²)", "Li excess 2 (1/nm²)", "cavity fraction 1 (1)", "cavity fraction 2 (1)",
        "room per Li 1 (Å³)", "room per Li 2 (Å³)", "model 1", "model 2", "closest contact", "closest distance (Å)",
        "intact ZrO6 (%)", "wall time (s)", "problems",
    )  # fmt: skip


def _row(result: CandidateResult) -> dict[str, object]:
    asked = result.candidate
    row: dict[str, object] = {
        "candidate": result.number,
        "cut offset (d)": f"{asked.termination.offset:g}",
        "same cuts (d)": " ".join(f"{offset:g}" for offset in asked.termination.same),
        "asked shift": "best" if asked.shift is None else " ".join(f"{part:g}" for part in asked.shift),
        "extra expansion (Å)": f"{asked.extra_expansion:g}",
        "decorations": len(result.cells),
        "problems": " | ".join(result.problems),
        "model 1": result.models[0],
        "model 2": result.models[1],
        "same as": "" if result.same_as is None else result.same_as,
    }
    if result.cells:
        row |= _measured(result)
    if result.energy is not None:
        row |= {
            "energy (J/m²)": f"{result.energy.value:.5f}",
            "error (J/m²)": f"{result.energy.error:.5f}",
            "error of decorations (J/m²)": f"{result.energy.error_of_decorations:.5f}",
            "error of bulk (J/m²)": f"{result.energy.error_of_bulk:.5f}",
        }
    if result.rank is not None:
        row |= {"rank": result.rank, "tied": "yes" if result.is_tied else "no"}
    return row


def _measured(result: CandidateResult) -> dict[str, object]:
    means = {
        "relaxed shift {} (periods)": result.mean_of("shift"),
        "expansion {} (Å)": result.mean_of("expansion"),
        "Li excess {} (1/nm²)": result.mean_of("lithium_excess"),
        "cavity fraction {} (1)": result.mean_of("cavity"),
        "room per Li {} (Å³)": result.mean_of("room_per_lithium"),
    }
    row: dict[str, object] = {
        heading.format(number + 1): f"{mean[number]:.5g}" for heading, mean in means.items() for number in (0, 1)
    }
    pair, distance = closest_contact(result) or ("", float("nan"))
    return row | {
        "closest contact": pair,
        "closest distance (Å)": f"{distance:.3f}",
        "intact ZrO6 (%)": f"{min(cell.intact_octahedra for cell in result.cells):.2f}",
        "wall time (s)": f"{result.wall_seconds:.1f}",
    }
