"""Label the structures of the training catalogue; may be ended at any time and goes on when called again.

    python tools/label.py STORE [--teacher sevennet] [--work FOLDER] [--threads N] [--domain NAME ...] [--again]

Needs the extra `teacher`. Takes hours: run it with `nice -n 19`, and with one thread beside other work.
"""

import argparse
import sys
import time
from pathlib import Path

from gbglass.errors import GbglassError
from gbglass.lammps.engine import find_lammps
from gbglass.learning.catalogue import training_origins
from gbglass.learning.labelled import LabelStore, StoredFrame
from gbglass.learning.labelling import label_origins
from gbglass.learning.origins import DOMAINS, Workshop
from gbglass.teachers.chgnet import chgnet_teacher
from gbglass.teachers.sevennet import sevennet_teacher

TEACHERS = {"sevennet": sevennet_teacher, "chgnet": chgnet_teacher}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("--teacher", choices=sorted(TEACHERS), default="sevennet")
    parser.add_argument("--work", type=Path, help="folder for molecular dynamics; STORE-work by default")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--domain", action="append", choices=sorted(DOMAINS))
    parser.add_argument("--again", action="store_true", help="try what failed anew")
    arguments = parser.parse_args()
    origins = [o for o in training_origins() if not arguments.domain or o.domain in arguments.domain]
    work = arguments.work or arguments.store.with_name(f"{arguments.store.name}-work")
    workshop = Workshop(TEACHERS[arguments.teacher](arguments.threads), find_lammps(), work)
    store = LabelStore(arguments.store)
    wanted = {f"{origin.name}/{index:04d}" for origin in origins for index in range(origin.size)}
    failed = wanted & store.failed if arguments.again else frozenset()
    left_to_do, tried, start = len(wanted - store.names) + len(failed), 0, time.monotonic()

    def tell(frame: StoredFrame) -> None:
        nonlocal tried
        tried += 1
        done, elapsed = len(wanted & store.names), time.monotonic() - start
        left = (left_to_do - tried) * elapsed / tried / 3600
        said = f"{frame.labels.energy / len(frame.atoms):.3f} eV/atom" if frame.labels else frame.cause
        progress = f"{elapsed:7.0f} s  {done}/{len(wanted)}, {left:.1f} h left"
        print(f"{progress}  {frame.tag.name}  {len(frame.atoms)} atoms  {said}", flush=True)

    try:
        print(label_origins(origins, workshop, store, tell, again=arguments.again))
    except KeyboardInterrupt:
        print(f"ended; all frames so far are in {arguments.store}, and the same command goes on")


if __name__ == "__main__":
    try:
        main()
    except GbglassError as error:
        sys.exit(str(error))
