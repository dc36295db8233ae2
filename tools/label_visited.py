"""Label equally spaced frames of what a loop of 'gbglass potential explore' visited, chosen or not.

    python tools/label_visited.py LOOP STORE [--iteration 0] [--every 6] [--again]

The choice takes what lies farthest from all that is trained: the end of the road, when a model goes astray. This
labels the road as well. Needs the extra `teacher`. Goes on from whatever is labelled.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from ase import Atoms
from ase.io import read

from gbglass.errors import GbglassError
from gbglass.lammps.engine import find_lammps
from gbglass.learning.datasets import EXPLORED
from gbglass.learning.labelled import LabelStore
from gbglass.learning.labelling import label_origins
from gbglass.learning.origins import Draw, Origin, Workshop
from gbglass.teachers.sevennet import sevennet_teacher


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("loop", type=Path)
    parser.add_argument("store", type=Path)
    parser.add_argument("--iteration", type=int, default=0)
    parser.add_argument("--every", type=int, default=6)
    parser.add_argument("--again", action="store_true", help="try what failed anew")
    asked = parser.parse_args()
    place = asked.loop / f"iteration-{asked.iteration:02d}" / "runs"
    found = [
        origin_of(path, f"{asked.loop.name} {asked.iteration:02d}", asked.every)
        for path in sorted(place.glob("*.extxyz"))
    ]
    with tempfile.TemporaryDirectory() as folder:
        workshop = Workshop(sevennet_teacher(1), find_lammps(), Path(folder))
        origins = [origin for origin in found if origin is not None]
        store = LabelStore(asked.store)
        print(
            label_origins(origins, workshop, store, lambda frame: print(frame.tag.name, flush=True), again=asked.again)
        )


def origin_of(path: Path, loop: str, every: int) -> Origin | None:
    """Return the frames of a run as an origin that is always trained, or None if the run left too few."""
    visited = [frame for frame in read(path, ":") if isinstance(frame, Atoms)][every // 2 :: every]
    domain = str(json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["domain"])

    def draw(given: Draw) -> Atoms:
        frame = visited[given.index]
        return Atoms(frame.numbers, positions=frame.positions, cell=frame.cell, pbc=True)

    return Origin(f"{domain}/{EXPLORED} {loop} {path.stem}", domain, len(visited), draw) if visited else None


if __name__ == "__main__":
    try:
        main()
    except GbglassError as error:
        sys.exit(str(error))
