"""Findings of a study that never ran: real builder, real analyses, atoms that shake and lithium that also walks."""

from collections.abc import Iterator
from functools import cache

import numpy as np
from ase import Atoms

from gbglass.analysis.cavity import cavity_profile
from gbglass.analysis.msd import mean_square_displacement
from gbglass.analysis.rdf import radial_distributions
from gbglass.analysis.region_counts import count_regions
from gbglass.analysis.segregation import segregation
from gbglass.build.boundaries.boundary import BoundarySpec, BuiltBoundary, build_boundary
from gbglass.core.arrays import FloatArray
from gbglass.core.framework import anchor_framework
from gbglass.core.packaged import load_potential
from gbglass.core.partition import eleven_boundary_regions
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.report.course import with_course
from gbglass.report.present import present
from gbglass.report.presented import Presented
from gbglass.studies.findings import Provenance, RunFindings, Structures, Thermodynamics
from gbglass.studies.segregation import SegregationFindings

N_FRAMES = 121
HOLD_AFTER = 2000
"""Steps of the ramp."""

_PAIRS = (("Li", "O"), ("Li", "La"), ("Li", "Zr"), ("Li", "Li"))


ASKED = {
    "study": "segregation", "name": "sample", "seed": 1, "potential": {"name": "buckingham-llzo"}, "stage": [],
    "run": {"timestep_fs": 1.0}, "crystal": {"name": "llzo-cubic", "tetrahedral_Li": 12},
    "boundary": {"axis": [1, -1, 0], "plane": [1, 1, 2], "layers": 3, "cut_offset": 0.0, "lithium": "placed"},
}  # fmt: skip
STAGES = (
    {"kind": "minimise"},
    {"kind": "ramp", "from_K": 300.0, "to_K": 1000.0},
    {"kind": "hold", "temperature_K": 1000.0, "duration_ps": 10.0, "ensemble": "nvt"},
)


def shown(found: SegregationFindings | None = None) -> Presented:
    """The sample, or another, as it is shown, with frames of its run."""
    presented = present(findings() if found is None else found)
    return with_course(presented, walk(findings().run.structures.built))


@cache
def findings(name: str = "sample") -> SegregationFindings:
    """A small Σ3(112) boundary, heated from 300 to 1000 K in 2 ps and held for 10 ps."""
    built = build_boundary(BoundarySpec(axis=(1, -1, 0), plane=(1, 1, 2), layers=3), np.random.default_rng(1))
    trajectory = walk(built.atoms)
    regions, anchor = eleven_boundary_regions(), anchor_framework(built.atoms)
    counts = count_regions(trajectory, "Li", regions.partition, anchor)
    potential = load_potential("buckingham-llzo")
    hold = counts.after(HOLD_AFTER)
    return SegregationFindings(
        run=_run(name, built),
        lithium="placed",
        regions=regions,
        counts=counts,
        hold_counts=hold,
        segregation=segregation(counts, hold, regions, 400.0),
        cavity=cavity_profile(built.atoms, potential.cavity_radii, regions, spacing=0.5),
        msd=mean_square_displacement(trajectory, "Li", anchor),
        rdfs=radial_distributions(trajectory, _PAIRS, every=30),
        relaxation=400.0,
        energies=None,
    )


def _run(name: str, built: BuiltBoundary) -> RunFindings:
    potential = load_potential("buckingham-llzo")
    return RunFindings(
        name=name,
        title=built.geometry.title,
        potential=potential,
        ledger=built.ledger,
        structures=Structures(built.atoms, built.atoms, built.atoms),
        last_stage="hold",
        last_stage_start=2.0,
        thermodynamics=_thermodynamics(np.random.default_rng(3), built.atoms.cell.lengths()),
        n_steps=100 * (N_FRAMES - 1),
        frame_every=100,
        timestep=0.001,
        protocol=(
            "energy minimisation in a fixed cell until no force exceeds 0.05 eV/Å",
            "heating from 300 K to 1000 K at 0.35 K/fs in NPT at 0 bar, each cell length on its own (2 ps)",
            "10 ps at 1000 K in NVT",
        ),
        remarks=(
            "The heating rate of this run, 0.35 K/fs, is not the paper's (0.02 K/fs).",
            "The hold, 10 ps, is shorter than the paper's (500 ps or more).",
        ),
        provenance=Provenance(
            {"study": 1, "lithium sites": 1791095845, "velocities": 4282876139 % (2**31 - 2)},
            {"gbglass": "0", "ase": "3.26.0", "numpy": "2.3.1", "LAMMPS": "22 Jul 2025", "Python": "3.11"},
            {"study": "ab" * 32, "potential": potential.checksum, "hold/0001 frames": "cd" * 32},
            {"processor": "x86_64", "cores": "2", "MPI ranks": "2"},
            180.0,
            f"gbglass run {name}.toml",
        ),
        asked=ASKED,
        stages=STAGES,
    )


def walk(atoms: Atoms) -> Trajectory:
    """Frames of the run: atoms shake, and lithium also walks."""
    rng = np.random.default_rng(2)
    symbols = atoms.get_chemical_symbols()
    lithium = np.array(symbols) == "Li"
    shape = (N_FRAMES, len(symbols), 3)
    shaking = rng.normal(0.0, np.where(lithium, 0.18, 0.08)[None, :, None], size=shape)
    walking = np.cumsum(rng.normal(0.0, 0.06, size=shape) * lithium[None, :, None], axis=0)
    paths = atoms.positions + shaking + walking
    cell = atoms.cell.array

    def frames() -> Iterator[Frame]:
        return (Frame(100 * n, 0.1 * n, cell, path) for n, path in enumerate(paths))

    return Trajectory(tuple(symbols), frames)


def _thermodynamics(rng: np.random.Generator, lengths: FloatArray) -> Thermodynamics:
    times = np.linspace(0.0, 12.0, 601)
    targets = np.interp(times, [0.0, 2.0], [300.0, 1000.0])
    growth = np.outer(np.interp(times, [0.0, 2.0], [0.0, 1.0]), [0.012, 0.010, 0.016])
    energies = -30.0 + 3 * 8.617e-5 * targets
    return Thermodynamics(
        times,
        targets * rng.normal(1.0, 0.03, len(times)),
        targets,
        rng.normal(0.0, 5000.0, len(times)),
        energies,
        lengths * (1.0 + growth),
    )
