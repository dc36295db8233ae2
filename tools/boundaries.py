"""Build, relax and heat each symmetric tilt boundary of LLZO with Σ up to 29 and up to 5,000 atoms; write what is seen.

    python tools/boundaries.py [--out runs/boundaries] [--ranks 1] [--decorations 3]   # hours; goes on where it stopped
    python tools/boundaries.py --document                                              # only writes the document

Each boundary in each lithium mode is a case in a folder of its own. docs/results/boundaries.md is made from those that
are finished and says which are not.
"""

import argparse
import io
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
from ase import Atoms
from ase.io import read
from PIL import Image

from gbglass.build.account import contacts, forbidden_contacts, intact_octahedra
from gbglass.build.boundaries.boundary import BoundarySpec, BuiltBoundary, build_boundary
from gbglass.build.boundaries.csl import CslEntry, list_csl
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.decorate import LithiumMode
from gbglass.campaign.case import Case, open_case
from gbglass.core.packaged import load_potential
from gbglass.core.provenance import package_versions
from gbglass.core.species import contact_limit
from gbglass.errors import EngineError, InputError, NotConverged, StateError
from gbglass.figures.structure import draw_structures
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import find_lammps
from gbglass.lammps.relaxation import Relaxed, relaxed_structure
from gbglass.lammps.simulation import Simulation
from gbglass.lammps.task import MdSettings, MdTask, Runner
from gbglass.protocol.stages import Hold, Minimise, Ramp
from gbglass.scans.bench import Bench, BulkReference, bulk_reference, decoration_generator, rest
from gbglass.scans.measure import at_lattice_parameter, measure
from gbglass.scans.ranking import BulkEnergy, boundary_energy
from gbglass.store.atomic import write_bytes, write_json, write_text
from gbglass.store.structures import structure_text
from gbglass.units import J_PER_M2_PER_EV_PER_A2

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "results" / "boundaries.md"
PICTURES = ROOT / "docs" / "images" / "boundaries"
AXES = ((1, 0, 0), (1, -1, 0), (2, 1, 0))
MAX_SIGMA, MOST_ATOMS, SEED, TETRAHEDRAL = 29, 5000, 2025, 12
MODES: tuple[LithiumMode, ...] = get_args(LithiumMode)
POTENTIAL, BULK_DECORATIONS = "buckingham-llzo", 30
REST = Minimise(cell="normal", max_iterations=5000)
HEATING, HOLD = Ramp(from_K=300, to_K=800, rate_K_per_fs=0.25), Hold(temperature_K=800, duration_ps=10)
TIMESTEP_PS = 0.002
"""Lithium, the lightest ion, swings with a period of 50 fs or more."""

CRYSTAL, CRYSTAL_CELLS = "crystal", [2, 2, 1]
RELAXED = "relaxed.extxyz"
DOTS_PER_INCH = 100
SAME_DIRECTION = 1e-6


@dataclass(frozen=True)
class Work:
    """One boundary in one lithium mode."""

    entry: CslEntry
    mode: LithiumMode

    @property
    def name(self) -> str:
        """Of its folder and its pictures."""
        boundary = self.entry.boundary
        plane, axis = ("".join(map(str, indices)) for indices in (boundary.plane, boundary.axis))
        return f"s{boundary.sigma}_{plane}_{axis}_{self.mode}"

    @property
    def spec(self) -> BoundarySpec:
        """What the builder is asked for."""
        boundary = self.entry.boundary
        return BoundarySpec(boundary.axis, boundary.plane, self.entry.layers, TETRAHEDRAL, lithium=self.mode)

    @property
    def identity(self) -> dict[str, Any]:
        """What its folder belongs to."""
        return json.loads(json.dumps({"tool": "boundaries", "boundary": asdict(self.spec), "seed": SEED}))


def all_boundaries() -> list[CslEntry]:
    """List each physical boundary once, the smallest cells first."""
    found: dict[tuple[int, ...], CslEntry] = {}
    for axis in AXES:
        for entry in list_csl(axis, MAX_SIGMA):
            if entry.n_atoms <= MOST_ATOMS:
                found.setdefault(entry.boundary.representative().plane, entry)
    return sorted(found.values(), key=lambda entry: (entry.n_atoms, entry.boundary.sigma, entry.boundary.plane))


def perform(work: Work, case: Case, bench: Bench, bulk: BulkReference, decorations: int) -> dict[str, Any]:
    """Relax all decorations, heat the first; return what is measured."""
    energies, walls = [], []
    for number in range(1, decorations):
        atoms = built_at(work, number, bulk)[1]
        relaxed = rest(atoms, "normal", bench).relaxed
        energies.append(relaxed.energy)
        walls.append(relaxed.wall_seconds)
    built, atoms = built_at(work, 0, bulk)
    settings = MdSettings(TIMESTEP_PS, 100, 1000, bench.ranks, SEED)
    task = MdTask(atoms, bench.potential, (REST, HEATING, HOLD), settings)
    simulation = simulate(task, case.folder / "md", replace(bench.runner, pass_fds=(*bench.runner.pass_fds, case.lock)))
    relaxed = relaxed_structure(simulation.minimised, atoms, REST)
    if not relaxed.at_rest:
        raise NotConverged(f"did not come to rest: {relaxed.ending}")
    cell = measure(built, atoms, relaxed, case.folder, bench.potential)
    write_text(case.folder / RELAXED, structure_text(wrapped(relaxed.atoms), ".extxyz"))
    energies.insert(0, relaxed.energy)
    return {
        "energies": energies,
        "relaxation_seconds": [relaxed.wall_seconds, *walls],
        "cell": asdict(cell),
        "expansion": [entry.expansion for entry in built.ledger.boundaries],
        **seen_in_md(simulation, relaxed),
    }


def heat_crystal(folder: Path, bench: Bench) -> None:
    """Heat the perfect crystal in the same way: what its contacts do at 800 K is not the boundaries' doing."""
    atoms = cubic_llzo(TETRAHEDRAL, decoration_generator(SEED, 0)) * tuple(CRYSTAL_CELLS)
    stage = Minimise(cell="lengths", max_iterations=5000)
    settings = MdSettings(TIMESTEP_PS, 100, 1000, bench.ranks, SEED)
    task = MdTask(atoms, bench.potential, (stage, HEATING, HOLD), settings)
    with open_case(folder / CRYSTAL, {"tool": "boundaries", "crystal": CRYSTAL_CELLS, "seed": SEED}) as case:
        if case.finished({}) is None:
            case.claim()
            simulation = simulate(task, case.folder / "md", replace(bench.runner, pass_fds=(case.lock,)))
            case.finish({}, [], seen_in_md(simulation, relaxed_structure(simulation.minimised, atoms, stage)))


def built_at(work: Work, number: int, bulk: BulkReference) -> tuple[BuiltBoundary, Atoms]:
    """Build a decoration, and scale it to the lattice parameter of the potential."""
    built = build_boundary(work.spec, decoration_generator(SEED, number))
    return built, at_lattice_parameter(built.atoms, bulk.lattice_parameter)


def wrapped(atoms: Atoms) -> Atoms:
    inside: Atoms = atoms.copy()
    inside.wrap()
    return inside


def seen_in_md(simulation: Simulation, relaxed: Relaxed) -> dict[str, Any]:
    """Measure after the hold, and the shortest contacts over all its frames."""
    atoms: Atoms = relaxed.atoms.copy()
    shortest: dict[str, float] = {}
    last = []
    n_forbidden = n_frames = 0
    for frame in simulation.last_stage():
        atoms.set_cell(frame.cell)
        atoms.set_positions(frame.positions)
        for pair, distance in contacts(atoms).items():
            shortest[pair] = min(distance, shortest.get(pair, distance))
        n_forbidden += len(forbidden_contacts(atoms))
        n_frames += 1
        last = [*last[-9:], frame.positions]
    final = simulation.final_atoms()
    mean = atoms.copy()
    mean.set_positions(np.mean(last, axis=0))
    seconds = sum(segment.wall_seconds for segment in simulation.segments)
    return {
        "intact_final": intact_octahedra(final),
        "intact_mean": intact_octahedra(mean),
        "md_contacts": shortest,
        "final_contacts": contacts(final),
        "n_forbidden": n_forbidden,
        "n_frames": n_frames,
        "md_seconds": seconds,
        "atom_steps_per_second": len(final) * simulation.segments[-1].last_step / seconds,
        "temperature": float(simulation.thermo()[-50:, 2].mean()),
        "pressure": float(simulation.thermo()[-50:, 3].mean()),
    }


def run_all(folder: Path, ranks: int, decorations: int) -> None:
    """Do all that is not done; what fails is said and left for the next time."""
    engine = find_lammps()
    bench = Bench(folder / "cells", load_potential(POTENTIAL), Runner(engine), ranks=ranks)
    bulk = bulk_reference(BULK_DECORATIONS, TETRAHEDRAL, SEED, bench)
    write_json(folder / "bulk.json", asdict(bulk))
    try:
        heat_crystal(folder, bench)
    except StateError as error:  # another process is at it
        print(error, flush=True)
    for work in works():
        try:
            with open_case(folder / work.name, work.identity) as case:
                run_one(work, case, bench, bulk, decorations)
        except StateError as error:  # another process is at it
            print(error, flush=True)


def run_one(work: Work, case: Case, bench: Bench, bulk: BulkReference, decorations: int) -> None:
    """Do a case that is not done; a failure is written down and tried again the next time."""
    inputs = {**work.identity, "decorations": decorations}
    if case.finished(inputs) is not None:
        return
    case.claim()
    start = time.monotonic()
    try:
        summary = perform(work, case, bench, bulk, decorations)
    except (InputError, EngineError, NotConverged) as error:
        write_json(case.folder / "failed.json", {"reason": str(error)})
        print(f"{work.name}: {error}", flush=True)
        return
    (case.folder / "failed.json").unlink(missing_ok=True)
    case.finish(inputs, [RELAXED], summary)
    print(f"{work.name}: {time.monotonic() - start:.0f} s", flush=True)


def works() -> Iterator[Work]:
    for entry in all_boundaries():
        for mode in MODES:
            yield Work(entry, mode)


def summary_of(work: Work, folder: Path) -> dict[str, Any]:
    """Return what is known of a case: its summary, the reason why it failed, or nothing."""
    for name in ("done.json", "failed.json"):
        path = folder / work.name / name
        if path.is_file():
            content = json.loads(path.read_text(encoding="utf-8"))
            return content.get("summary", content)
    return {}


def write_document(folder: Path) -> None:
    """Write the document and its pictures from what is finished."""
    bulk = json.loads((folder / "bulk.json").read_text(encoding="utf-8"))
    energy = BulkEnergy(**bulk["energy"])
    found = {work: summary_of(work, folder) for work in works()}
    finished = [work for work, summary in found.items() if "cell" in summary]
    done = folder / CRYSTAL / "done.json"
    crystal = json.loads(done.read_text(encoding="utf-8"))["summary"] if done.is_file() else {}
    lines = [
        HEADING,
        f"{len(finished)} of {len(found)} are finished. Bulk: {energy.mean:.4f} ± {energy.standard_error:.4f} eV per "
        f"Li7La3Zr2O12 ({energy.n_decorations} decorations), a = {bulk['lattice_parameter']:.3f} Å. "
        + ", ".join(f"{name} {version}" for name, version in package_versions().items())
        + f"; {len(os.sched_getaffinity(0))} cores shared with other work.",
        "",
        *summary_table(found, energy),
        "",
        *about_crystal(crystal),
        *contact_table(found, crystal),
        "",
        *unfinished(found),
        *pictures(found, folder),
    ]
    write_text(DOCUMENT, "\n".join(lines).rstrip() + "\n")


HEADING = f"""\
# Boundaries of LLZO

Written by `make boundaries` (hours; it goes on where it stopped). All symmetric tilt boundaries about [100], [1-10] and
[210] with Σ up to {MAX_SIGMA}, grains of 25 Å or more and up to {MOST_ATOMS:,} atoms, cut offset 0, each physical
boundary once, in both [lithium modes](../decisions/0005-placed-and-carried-lithium.md). Potential `{POTENTIAL}`: rigid
ions with formal charges, so energies are larger than those of DFT.

Each cell is scaled to the potential's lattice parameter, relaxed with its height free (0.05 eV/Å, 0.01 GPa), heated
from 300 to 800 K in {HEATING.duration_ps:g} ps at 0 bar, and held for {HOLD.duration_ps:g} ps at 800 K with steps of
{TIMESTEP_PS * 1e3:g} fs.

- **γ**: half of what the cell has above as much bulk, over the area, before MD. A cell has two boundaries, so this is
  the mean of the two unless they are equivalent. Error: one standard error of the lithium decorations and of the bulk
  together. Two decorations of one cell say little of their spread, so it is pooled over all cells, as energy over the
  root of the formula units.
- **ZrO6**: Zr with exactly six O within 2.6 Å in the last frame at 800 K; in brackets: in the mean positions of the
  last 2 ps.
- **Below limit**: contacts below their limit, in all frames of the hold together.
- **Li 1**: excess of boundary 1 in the structure as built; boundary 2 lacks as much.
- **Wall**: relaxation of one decoration, then MD, on one rank, beside other work.

**Verdict.** At rest every contact keeps its limit. After 10 ps at 800 K the octahedra are whole but for 0 to 6.5 %,
and all but two cells have 1 to 8 contacts just below a limit in 50 frames, where the perfect crystal has none: "ZrO6
intact, no contact below threshold" is met at rest and missed by that much in the heat. The limits are those of a
crystal at room temperature: for Zr-O 1.75 Å, to which the perfect crystal itself comes as near as 1.77 Å at 800 K.
"""


def summary_table(found: dict[Work, dict[str, Any]], bulk: BulkEnergy) -> list[str]:
    """Write one row a boundary, both modes side by side."""
    spread = pooled_spread(found)
    heads = ("γ (J/m²)", "ZrO6 after MD (%)", "closest after MD (Å)", "below limit", "Li 1 (1/nm²)", "wall (s)")
    columns = [f"{head}, {mode}" for head in heads for mode in MODES]
    rows = [f"| boundary | atoms | {' | '.join(columns)} |", f"|---|{'---|' * (len(columns) + 1)}"]
    for entry in all_boundaries():
        cells = {mode: row_of(found[Work(entry, mode)], bulk, spread) for mode in MODES}
        values = [cells[mode][number] for number in range(len(heads)) for mode in MODES]
        rows.append(f"| {entry.boundary.title} | {entry.n_atoms} | {' | '.join(values)} |")
    return rows


def pooled_spread(found: dict[Work, dict[str, Any]]) -> float:
    """Return the spread of a cell's energy among its decorations, over the root of its formula units [eV]."""
    cells = [summary for summary in found.values() if "cell" in summary]
    squares = [len(s["energies"]) * np.var(s["energies"]) / s["cell"]["formula_units"] for s in cells]
    freedom = sum(len(summary["energies"]) - 1 for summary in cells)
    return float(np.sqrt(np.sum(squares) / freedom))


def row_of(summary: dict[str, Any], bulk: BulkEnergy, spread: float) -> list[str]:
    if "cell" not in summary:
        return ["", "", "", "", "", "failed" if "reason" in summary else "not yet"]
    cell = summary["cell"]
    gamma = boundary_energy(summary["energies"], cell["formula_units"], cell["area"], bulk)
    per_area = J_PER_M2_PER_EV_PER_A2 / (2.0 * cell["area"])
    own = spread * np.sqrt(cell["formula_units"] / len(summary["energies"])) * per_area
    gamma = replace(gamma, error_of_decorations=float(own))
    pair, distance = min(summary["final_contacts"].items(), key=lambda item: item[1] / limit_of(item[0]))
    return [
        f"{gamma.value:.2f} ± {gamma.error:.2f}",
        f"{summary['intact_final']:.1f} ({summary['intact_mean']:.1f})",
        f"{pair} {distance:.2f} (limit {limit_of(pair):.2f})",
        f"{summary['n_forbidden']} in {summary['n_frames']} frames",
        f"{cell['lithium_excess'][0]:+.2f}",
        f"{summary['relaxation_seconds'][0]:.0f} + {summary['md_seconds']:.0f}",
    ]


def limit_of(pair: str) -> float:
    first, second = pair.split("-")
    return contact_limit(first, second)


def about_crystal(crystal: dict[str, Any]) -> list[str]:
    """Say what the perfect crystal does at 800 K, to be compared with."""
    if not crystal:
        return []
    said = (
        "The perfect crystal, 768 atoms heated in the same way, to compare with: "
        f"{crystal['n_forbidden']} contacts below their limit in {crystal['n_frames']} frames, "
        f"{crystal['intact_final']:.1f} % ({crystal['intact_mean']:.1f} %) of the ZrO6 whole."
    )
    return [said, ""]


def contact_table(found: dict[Work, dict[str, Any]], crystal: dict[str, Any]) -> list[str]:
    """Write the shortest contact of each pair of species over the whole hold."""
    finished = {work: summary["md_contacts"] for work, summary in found.items() if "cell" in summary}
    if not finished:
        return []
    pairs = sorted({pair for shortest in finished.values() for pair in shortest}, key=lambda p: (p[:2] != "Li", p))
    rows = [
        "Shortest contact of each pair of species over all frames of the hold at 800 K (Å):",
        "",
        f"| boundary | lithium | {' | '.join(pairs)} |",
        f"|---|---|{'---|' * len(pairs)}",
        f"| *limit* | | {' | '.join(f'{limit_of(pair):.2f}' for pair in pairs)} |",
    ]
    if crystal:
        values = " | ".join(f"{crystal['md_contacts'][pair]:.2f}" for pair in pairs)
        rows.append(f"| *perfect crystal* | | {values} |")
    for work, shortest in finished.items():
        values = " | ".join(f"{shortest[pair]:.2f}" if pair in shortest else "" for pair in pairs)
        rows.append(f"| {work.entry.boundary.title} | {work.mode} | {values} |")
    return rows


def unfinished(found: dict[Work, dict[str, Any]]) -> list[str]:
    failed = [f"- {w.entry.boundary.title}, {w.mode}: {s['reason']}" for w, s in found.items() if "reason" in s]
    waiting = [f"{w.entry.boundary.title} {w.mode}" for w, s in found.items() if not s]
    lines = ["Failed:", "", *failed, ""] if failed else []
    return [*lines, f"Not yet run: {', '.join(waiting)}.", ""] if waiting else lines


def pictures(found: dict[Work, dict[str, Any]], folder: Path) -> list[str]:
    """Draw each boundary whose relaxed structure is there, and refer to the pictures."""
    lines = ["## Relaxed structures", "", "Seen along the tilt axis where an edge of the cell has its direction.", ""]
    for entry in all_boundaries():
        structures, boundary = {}, entry.boundary.representative()
        for mode in MODES:
            path = folder / Work(entry, mode).name / RELAXED
            if "cell" in found[Work(entry, mode)]:
                structures[f"{entry.boundary.title}, {mode}"] = read(path)
        if not structures:
            continue
        turned = np.linalg.norm(np.cross(boundary.periods[1], boundary.axis)) < SAME_DIRECTION
        target = PICTURES / f"{Work(entry, MODES[0]).name.rsplit('_', 1)[0]}.png"
        write_bytes(target, png_of(structures, along=1 if turned else 0))
        lines += [f"![{entry.boundary.title}, relaxed](../images/boundaries/{target.name})", ""]
    return lines


def png_of(structures: dict[str, Atoms], along: int) -> bytes:
    raw = io.BytesIO()
    draw_structures(structures, along).savefig(raw, format="png", dpi=DOTS_PER_INCH)
    small = io.BytesIO()
    Image.open(raw).convert("RGB").quantize(64).save(small, format="png", optimize=True)
    return small.getvalue()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "boundaries")
    parser.add_argument("--ranks", type=int, default=1)
    parser.add_argument("--decorations", type=int, default=2)
    parser.add_argument("--document", action="store_true", help="only write the document from what is finished")
    parser.add_argument("--no-document", action="store_true", help="only run")
    given = parser.parse_args()
    if not given.document:
        run_all(given.out, given.ranks, given.decorations)
    if not given.no_document:
        write_document(given.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
