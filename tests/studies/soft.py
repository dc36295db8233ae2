"""A potential whose atoms only repel, and small cells: full cells run without a potential that knows lithium metal."""

from typing import Any

SOFT = {
    "elements": ["Li", "La", "Zr", "O"],
    "pair_style": ["zbl", "1.0", "1.8"],
    "pair_coeff": [[str(i), str(j), str(zi), str(zj)] for i, zi in enumerate((3, 57, 40, 8), 1)
                   for j, zj in enumerate((3, 57, 40, 8), 1) if j >= i],
    "cutoff": 1.8,
}  # fmt: skip
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
