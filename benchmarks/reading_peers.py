"""One walk of a peer through a text dump; run by analysis.py in the peers' own environment."""

import importlib
import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

MIB_PER_KIB = 1.0 / 1024.0
MILLION = 1e6


def ovito(path: str) -> Callable[[], int]:
    import_file = importlib.import_module("ovito.io").import_file

    def walk() -> int:
        pipeline = import_file(path)
        return sum(pipeline.source.compute(n).particles.count for n in range(pipeline.source.num_frames))

    return walk


def mdapy(path: str) -> Callable[[], int]:
    mp = importlib.import_module("mdapy")

    def walk() -> int:
        return sum(system.N for system in mp.Trajectory(path))

    return walk


def ase(path: str) -> Callable[[], int]:
    iread = importlib.import_module("ase.io").iread

    return lambda: sum(len(atoms) for atoms in iread(path, ":", format="lammps-dump-text"))


def mdanalysis(path: str) -> Callable[[], int]:
    reader_of = importlib.import_module("MDAnalysis.coordinates.LAMMPS").DumpReader

    # MDAnalysis cannot read 'units yes time yes'; what it refuses is cut out before, and not counted.
    plain = f"{path}.plain"
    with Path(path).open(encoding="ascii") as source, Path(plain).open("w", encoding="ascii") as target:
        skip = 0
        for line in source:
            skip = 2 if line.startswith(("ITEM: UNITS", "ITEM: TIME\n")) else skip - 1
            if skip < 1:
                target.write(line)

    def walk() -> int:
        reader = reader_of(plain, lammps_coordinate_convention="unwrapped")
        return sum(len(moment.positions) for moment in reader)

    return walk


PEERS = {"ovito": ovito, "mdapy": mdapy, "ase": ase, "mdanalysis": mdanalysis}


def main() -> None:
    warnings.simplefilter("ignore")
    walk = PEERS[sys.argv[1]](sys.argv[2])
    began, cpu_began = time.perf_counter(), time.process_time()
    rows = walk()
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu_began
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    memory = int(line.split()[1]) * MIB_PER_KIB
    print(json.dumps({"wall": rows / wall / MILLION, "cpu": rows / cpu / MILLION, "memory_MiB": memory}))


if __name__ == "__main__":
    main()
