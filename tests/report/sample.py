"""Findings of a study that never ran: real builder, real analyses, lithium on a random walk."""

from collections.abc import Iterator
from functools import cache

import numpy as np

from gbglass.analysis.cavity import cavity_profile
from gbglass.analysis.msd import mean_square_displacement
from gbglass.analysis.rdf import radial_distributions
from gbglass.analysis.region_counts import count_regions
from gbglass.analysis.segregation import segregation
from gbglass.build.boundary import BoundarySpec, build_boundary
from gbglass.core.potential import load_potential
from gbglass.core.region import anchor_framework, eleven_boundary_regions
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.studies.findings import Provenance, SegregationFindings, Structures, Thermodynamics

N_FRAMES = 60


@cache
def findings(name: str = "sample") -> SegregationFindings:
    """A small Σ3(112) boundary whose lithium walks."""
    built = build_boundary(BoundarySpec(axis=(1, -1, 0), plane=(1, 1, 2), layers=3), np.random.default_rng(1))
    trajectory = _walk(np.random.default_rng(2), built.atoms.get_chemical_symbols(), built.atoms)
    regions, anchor = eleven_boundary_regions(), anchor_framework(built.atoms)
    counts = count_regions(trajectory, "Li", regions.partition, anchor)
    potential = load_potential("buckingham-llzo")
    times = np.linspace(0.0, 6.0, N_FRAMES)
    return SegregationFindings(
        name=name,
        boundary_title=built.geometry.title,
        potential=potential,
        ledger=built.ledger,
        structures=Structures(built.atoms, built.atoms, built.atoms),
        regions=regions,
        counts=counts,
        hold_counts=counts.after(1000),
        segregation=segregation(counts, counts.after(1000), regions, 400.0),
        cavity=cavity_profile(built.atoms, potential.cavity_radii, regions, spacing=0.5),
        msd=mean_square_displacement(trajectory, "Li", anchor),
        rdfs=radial_distributions(trajectory, (("Li", "O"), ("Li", "Li")), every=30),
        thermodynamics=Thermodynamics(
            times, 300 + times, np.full(N_FRAMES, 300.0), times, -times, np.tile([10.0, 20.0, 30.0], (N_FRAMES, 1))
        ),
        frame_every=100,
        timestep=0.001,
        protocol=("energy minimisation", "30 ps at 1000 K in NVT"),
        remarks=("The heating rate of this run, 0.1 K/fs, is not the paper's (0.02 K/fs).",),
        provenance=Provenance(
            {"study": 1},
            {"gbglass": "0", "LAMMPS": "22 Jul 2025"},
            {"study": "ab" * 32},
            {"MPI ranks": "2"},
            180.0,
            name,
        ),
    )


def _walk(rng: np.random.Generator, symbols: list[str], atoms: object) -> Trajectory:
    positions = np.array(getattr(atoms, "positions"))  # noqa: B009
    cell = np.array(getattr(atoms, "cell"))  # noqa: B009
    moves = np.array(symbols) == "Li"
    steps = rng.normal(0.0, 0.3, size=(N_FRAMES, len(symbols), 3)) * moves[None, :, None]
    paths = positions + np.cumsum(steps, axis=0)

    def frames() -> Iterator[Frame]:
        return (Frame(100 * n, 0.1 * n, cell, path) for n, path in enumerate(paths))

    return Trajectory(tuple(symbols), frames)
