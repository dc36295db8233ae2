"""What OVITO does in ``cells.py``, in its own environment.

    python benchmarks/cells_peers.py metal CELL.extxyz
    python benchmarks/cells_peers.py voids CELL.extxyz

Nothing of gbglass is imported here.
"""

import importlib
import json
import resource
import sys
import time
from typing import Any, Protocol


def main() -> None:
    what, path = sys.argv[1:]
    io, modifiers = (importlib.import_module(f"ovito.{name}") for name in ("io", "modifiers"))
    pipeline = io.import_file(path)
    n = pipeline.compute().particles.count
    steps = metal(modifiers) if what == "metal" else voids(modifiers)
    seconds = 0.0
    for _ in range(2):
        for modifier in steps:
            pipeline.modifiers.append(modifier)
        began = time.perf_counter()
        data = pipeline.compute()
        seconds = time.perf_counter() - began
        result = read_metal(data) if what == "metal" else read_voids(data)
        pipeline.modifiers.clear()
        steps = metal(modifiers) if what == "metal" else voids(modifiers)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    print(json.dumps({"seconds": seconds, "memory_MiB": memory, "atoms": n, "result": result}))


def metal(modifiers: object) -> list[object]:
    """Lithium alone, its neighbours within 4 Å, clusters of those with eight or more."""
    make = vars(modifiers)
    return [
        make["ExpressionSelectionModifier"](expression='ParticleType != "Li"'),
        make["DeleteSelectedModifier"](),
        make["CoordinationAnalysisModifier"](cutoff=4.0),
        make["ExpressionSelectionModifier"](expression="Coordination >= 8"),
        make["ClusterAnalysisModifier"](cutoff=3.6, only_selected=True, sort_by_size=True),
    ]


def voids(modifiers: object) -> list[object]:
    make = vars(modifiers)["ConstructSurfaceModifier"]
    return [make(method=make.Method.AlphaShape, radius=2.8, identify_regions=True)]


class Collection(Protocol):
    """What is used of OVITO's collection of data; what its parts are is OVITO's matter."""

    attributes: Any
    surfaces: Any


def read_metal(data: Collection) -> str:
    found = data.attributes
    return f"{found['ExpressionSelection.count.2']} metal, {found['ClusterAnalysis.largest_size']} in one cluster"


def read_voids(data: Collection) -> str:
    regions = data.surfaces["surface"].regions
    empty = sorted(float(v) for v, filled in zip(regions["Volume"], regions["Filled"], strict=True) if not filled)
    return f"{empty[0]:.0f} Å³"


if __name__ == "__main__":
    main()
