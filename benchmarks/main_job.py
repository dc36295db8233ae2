"""Steps a second of the main job: our segmented run against bare LAMMPS on the same deck, in turn, medians.

    python benchmarks/main_job.py [RUNS]

Each run is 2000 steps of the quickstart's hold at 1000 K on 2 ranks, from the same restart file: once as four segments
through `simulate`, once as one bare `mpiexec -n 2 lmp` with the same commands.
"""

import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from gbglass.lammps.chain import simulate
from gbglass.lammps.deck import START, Recording, SegmentSpan, segment_deck
from gbglass.lammps.engine import find_lammps
from gbglass.lammps.task import Runner
from gbglass.protocol.stages import Hold
from gbglass.studies.reading import read_study
from gbglass.studies.segregation import plan

STUDY = Path(__file__).parents[1] / "examples" / "quickstart.toml"
STEPS, SEGMENT = 2000, 500


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    engine, runner = find_lammps(), Runner(find_lammps())
    task = plan(read_study(STUDY)).task
    hold = Hold(temperature_K=1000, duration_ps=STEPS * task.settings.timestep)
    warm = Hold(temperature_K=1000, duration_ps=0.5)
    task = replace(task, settings=replace(task.settings, segment_steps=SEGMENT))
    ours, bare = [], []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            start = simulate(replace(task, stages=(task.stages[0], warm)), folder / "md", runner)
            restart = start.segments[-1].restart
            began = time.perf_counter()
            longer = replace(task, stages=(task.stages[0], replace_duration(warm, hold)))
            simulate(longer, folder / "md", runner)
            ours.append(STEPS / (time.perf_counter() - began))
            timed = longer.timeline[0]
            span = SegmentSpan(timed, start.segments[-1].last_step, timed.last_step)
            bare_folder = folder / "bare"
            bare_folder.mkdir()
            (bare_folder / START).symlink_to(restart)
            recording = Recording(task.settings.timestep, task.settings.frame_every, threads=True)
            (bare_folder / "in.lammps").write_text(segment_deck(span, task.potential, recording), encoding="utf-8")
            environment = [f"{key}={value}" for key, value in engine.environment.items()]
            command = ["/usr/bin/env", *environment, str(engine.mpiexec), "-n", "2", str(engine.binary)]
            began = time.perf_counter()
            subprocess.run([*command, "-in", "in.lammps", "-screen", "none"], cwd=bare_folder, check=True)
            bare.append(STEPS / (time.perf_counter() - began))
            loop = re.search(r"Loop time of (\S+)", (bare_folder / "log.lammps").read_text(encoding="utf-8"))
            inside = STEPS / float(loop.group(1)) if loop else float("nan")
            print(f"ours {ours[-1]:.0f} steps/s, bare {bare[-1]:.0f} steps/s (in its loop {inside:.0f})", flush=True)
    ratio = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
    atoms = len(task.atoms)
    print(f"{atoms} atoms, {runs} runs: ours {statistics.median(ours):.0f}, bare {statistics.median(bare):.0f} steps/s")
    print(f"median ratio ours/bare {ratio:.3f}; {statistics.median(ours) * atoms / 1000:.0f} thousand atom-steps/s")


def replace_duration(first: Hold, more: Hold) -> Hold:
    """Lengthen a hold."""
    return Hold(temperature_K=first.temperature_K, duration_ps=first.duration_ps + more.duration_ps)


if __name__ == "__main__":
    main()
