"""A potential whose atoms only repel, and small cells: full cells run without a potential that knows lithium metal."""

from itertools import combinations_with_replacement
from typing import Any

from ase.data import atomic_numbers


def soft(*elements: str) -> dict[str, Any]:
    """Return the table of a potential whose atoms only repel."""
    pairs = combinations_with_replacement(enumerate(elements, start=1), 2)
    return {
        "elements": list(elements),
        "pair_style": ["zbl", "1.0", "1.8"],
        "pair_coeff": [[str(i), str(j), str(atomic_numbers[a]), str(atomic_numbers[b])] for (i, a), (j, b) in pairs],
        "cutoff": 1.8,
    }


SOFT = soft("Li", "La", "Zr", "O")
"""Atoms that only repel: they fly apart, so lithium crosses faces within a picosecond."""

CELL: dict[str, Any] = {"model": "cell-0", "x": 0.5, "llzo_A": 12.0, "lzo_A": 9.0, "lithium_A": 8.0}
BOUNDARY: dict[str, Any] = {"axis": [1, -1, 0], "plane": [1, 1, 2], "layers": 3}
MINIMISE: dict[str, Any] = {"kind": "minimise", "max_iterations": 5}
SHORT: dict[str, Any] = {"kind": "hold", "temperature_K": 300.0, "duration_ps": 0.02}
"""Of an electrolyte alone: longer, and its atoms are too near to each other for a cell."""


def study_of_cell(kind: str, *stages: dict[str, Any], cell: dict[str, Any] = CELL, **more: object) -> dict[str, Any]:
    """Return a study of a kind as it stands in a file."""
    return {
        "study": kind,
        "name": "cell",
        "seed": 1,
        "potential": SOFT,
        "cell": cell,
        "stage": [MINIMISE, *stages],
        "run": {"frame_every_ps": 0.02, "segment_ps": 0.5, "ranks": 1},
        **more,
    }
