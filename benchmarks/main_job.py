"""Steps a second of the main job: our segmented run against bare LAMMPS on the same deck, in turn, medians.

    python benchmarks/main_job.py [RUNS [RANKS [SEGMENT]]]

Each run is two segments of the quickstart's hold at 1000 K, of 5000 steps each as by default, from the same restart
file: once through `simulate`, once as one bare `mpiexec -n RANKS lmp` with the same deck, counting and watching
included. Also by the time of the CPU, ours with what our own process takes: a busy machine disturbs it less.
"""

import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from gbglass.lammps.chain import simulate
from gbglass.lammps.deck import START, Recording, segment_deck
from gbglass.lammps.engine import Lammps, find_lammps
from gbglass.lammps.log import THERMO_COLUMNS, read_thermo
from gbglass.lammps.motion import SegmentSpan, StageStart
from gbglass.lammps.simulation import Simulation
from gbglass.lammps.task import MdTask, Runner
from gbglass.protocol.stages import Hold
from gbglass.studies.kinds import STUDIES
from gbglass.studies.reading import read_study

STUDY = Path(__file__).parents[1] / "examples" / "quickstart.toml"
RUNS, RANKS, SEGMENT = 3, 2, 5000
SEGMENTS = 2


def main() -> None:
    words = [int(word) for word in sys.argv[1:]]
    runs, ranks, segment = (*words, *(RUNS, RANKS, SEGMENT)[len(words) :])
    compare(runs, ranks, segment)


def compare(runs: int, ranks: int, segment: int = SEGMENT) -> None:
    """Print the speed of both, and the median of their ratios."""
    engine, steps = find_lammps(), SEGMENTS * segment
    spec = read_study(STUDY)
    task = STUDIES[spec.study].plan(spec).task
    task = replace(task, settings=replace(task.settings, segment_steps=segment, ranks=ranks))
    ours: list[Timing] = []
    bare: list[Timing] = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as name:
            start, timing = run_ours(task, steps, engine, Path(name))
            ours.append(timing)
            timing, inside = run_bare(start, steps, engine, Path(name) / "bare")
            bare.append(timing)
            loop = f"in its loop {inside:.0f}"
            print(f"ours {steps / ours[-1].wall:.0f} steps/s, bare {steps / timing.wall:.0f} ({loop})", flush=True)
    speed, bare_speed = (steps / statistics.median(timing.wall for timing in timings) for timings in (ours, bare))
    pairs = list(zip(ours, bare, strict=True))
    wall = statistics.median(b.wall / a.wall for a, b in pairs)
    cpu = statistics.median(b.cpu / a.cpu for a, b in pairs)
    atoms = len(task.atoms)
    print(f"{atoms} atoms, {ranks} ranks, segments of {segment} steps, {runs} runs")
    print(f"ours {speed:.0f}, bare {bare_speed:.0f} steps/s")
    print(f"median ratio ours/bare {wall:.3f}, by CPU time {cpu:.3f}; {speed * atoms / 1000:.0f} thousand atom-steps/s")


class Timing(NamedTuple):
    """Seconds on the wall and of the CPU, children that have ended included."""

    wall: float
    cpu: float

    def since(self) -> "Timing":
        """Return what has passed."""
        now = clock()
        return Timing(now.wall - self.wall, now.cpu - self.cpu)


def clock() -> Timing:
    """Read both clocks."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return Timing(time.perf_counter(), sum(one.ru_utime + one.ru_stime for one in used))


def run_ours(task: MdTask, steps: int, engine: Lammps, folder: Path) -> tuple[Simulation, Timing]:
    """Run a short hold, then time how it is lengthened; return the short one and the times."""
    warm = Hold(temperature_K=1000, duration_ps=0.5)
    longer = Hold(temperature_K=1000, duration_ps=0.5 + steps * task.settings.timestep)
    start = simulate(replace(task, stages=(task.stages[0], warm)), folder / "md", Runner(engine))
    began = clock()
    simulate(replace(task, stages=(task.stages[0], longer)), folder / "md", Runner(engine))
    return start, began.since()


def run_bare(start: Simulation, steps: int, engine: Lammps, folder: Path) -> tuple[Timing, float]:
    """Run the same steps as one LAMMPS; return the times, and the speed in its loop [steps/s]."""
    task, last = start.task, start.segments[-1]
    longer = Hold(temperature_K=1000, duration_ps=(last.last_step + steps) * task.settings.timestep)
    timed = replace(task, stages=(task.stages[0], longer)).timeline[0]
    folder.mkdir()
    (folder / START).symlink_to(last.restart)
    settings = task.settings
    recording = Recording(settings.timestep, settings.frame_every, threads=True, counting=task.counting())
    energy = float(read_thermo(last.log)[-1, THERMO_COLUMNS.index("pe")])
    span = SegmentSpan(timed, last.last_step, timed.last_step, StageStart(float(task.atoms.cell[2, 2])), energy)
    deck = segment_deck(span, task.potential, recording)
    (folder / "in.lammps").write_text(deck, encoding="utf-8")
    environment = [f"{key}={value}" for key, value in engine.environment.items()]
    ranks = settings.ranks
    mpi = [str(engine.mpiexec), "-n", str(ranks)] if ranks > 1 else []
    command = ["/usr/bin/env", *environment, *mpi, str(engine.binary), "-in", "in.lammps", "-screen", "none"]
    began = clock()
    subprocess.run(command, cwd=folder, check=True)
    timing = began.since()
    loop = re.search(r"Loop time of (\S+)", (folder / "log.lammps").read_text(encoding="utf-8"))
    return timing, steps / float(loop.group(1)) if loop else float("nan")


if __name__ == "__main__":
    main()
