"""Records of cases that never ran: what was asked as a study file says it, what was found as the test wants it."""

import copy
from collections.abc import Mapping
from typing import Any

from gbglass.claims.case_record import CaseRecord
from gbglass.report.records import quantity

RUN = {"timestep_fs": 1.0, "frame_every_ps": 0.1, "segment_ps": 5.0, "ranks": 1}


def made(
    study: str,
    seed: int,
    asked: Mapping[str, Any],
    found: Mapping[str, Any],
    *,
    kelvin: float = 1000.0,
    atoms: int = 768,
) -> CaseRecord:
    """A finished case of 100 ps in steps of 1 fs."""
    hold = {"kind": "hold", "temperature_K": kelvin, "duration_ps": 100.0}
    results = {
        "study": study,
        "title": "whatever",
        "potential": {"name": "buckingham-llzo", "checksum": "b" * 64},
        "asked": {"study": study, "name": "made", "seed": seed, "run": RUN, "stage": [hold], **asked},
        "stages": [{"kind": "minimise"}, hold],
        "work": {
            "atoms": quantity(atoms, "atoms"),
            "steps": quantity(100_000, "steps"),
            "timestep": quantity(0.001, "ps"),
        },
        **found,
    }
    return CaseRecord({"seed": seed}, copy.deepcopy(results))
