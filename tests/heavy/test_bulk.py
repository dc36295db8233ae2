"""The potential in the bulk, against what others found with it: many minutes, so not in every test run."""

from collections.abc import Callable

import numpy as np
import pytest

from gbglass.analysis.msd import mean_square_displacement
from gbglass.analysis.rdf import radial_distributions
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.framework import anchor_framework
from gbglass.core.packaged import load_potential
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import find_lammps
from gbglass.lammps.simulation import Simulation
from gbglass.lammps.task import MdSettings, MdTask, Runner
from gbglass.protocol.stages import Hold, Minimise, Ramp
from gbglass.units import CM2_PER_S_PER_A2_PER_PS

pytestmark = [pytest.mark.heavy, pytest.mark.lammps]

Record = Callable[[str, object], None]


@pytest.fixture(scope="module")
def bulk(tmp_path_factory: pytest.TempPathFactory) -> Simulation:
    """A 2 x 2 x 1 cell of cubic LLZO, heated to 1000 K at 0 bar, held for 40 ps."""
    stages = (
        Minimise(),
        Ramp(from_K=300, to_K=999, rate_K_per_fs=0.1),
        Ramp(from_K=999, to_K=1000, rate_K_per_fs=0.0001),  # 10 ps in NPT at the target
        Hold(temperature_K=1000, duration_ps=40),
    )
    settings = MdSettings(timestep=0.001, frame_every=50, segment_steps=10_000, ranks=2, seed=11)
    atoms = cubic_llzo(12, np.random.default_rng(11)) * (2, 2, 1)
    task = MdTask(atoms, load_potential("buckingham-llzo"), stages, settings)
    return simulate(task, tmp_path_factory.mktemp("bulk"), Runner(find_lammps()))


def test_lattice_parameter_at_1000_kelvin(bulk: Simulation, record_property: Record) -> None:
    """Reference: 13.07 Å with the same potential at 8.5 Å cutoff, which is what this one must not have changed."""
    rows = bulk.thermo()
    npt = rows[(rows[:, 0] > 10_000) & (rows[:, 0] <= bulk.stages[1][-1].last_step)]
    lengths = npt[:, 6:9].mean(axis=0) / (2, 2, 1)
    record_property("cell lengths at 1000 K (Å)", ", ".join(f"{length:.3f}" for length in lengths))
    assert abs(lengths.mean() - 13.07) < 0.04


def test_lithium_diffuses_as_fast_as_others_found(bulk: Simulation, record_property: Record) -> None:
    """Reference: 1.7e-5 cm²/s at 1000 K, 192 atoms, 40 ps."""
    anchor = anchor_framework(bulk.minimised_atoms())
    mean = mean_square_displacement(bulk.last_stage(), "Li", anchor).diffusivity
    value, error = (number * CM2_PER_S_PER_A2_PER_PS for number in (mean.value, mean.standard_error))
    record_property("Li diffusivity at 1000 K (cm²/s)", f"{value:.2e} ± {error:.0e}")
    assert 0.6 * 1.7e-5 < value < 1.6 * 1.7e-5


def test_the_cavity_radii_are_the_onsets_of_the_bulk(bulk: Simulation, record_property: Record) -> None:
    radii = load_potential("buckingham-llzo").cavity_radii
    for name, rdf in radial_distributions(bulk.last_stage(), [("Li", "O"), ("Li", "Zr"), ("Li", "La")]).items():
        record_property(f"onset {name} (Å)", f"{rdf.onset:.2f}")
        assert abs(rdf.onset - radii[name]) <= 0.0501


def test_the_framework_stays(bulk: Simulation, record_property: Record) -> None:
    anchor = anchor_framework(bulk.minimised_atoms())
    for species in ("La", "Zr", "O"):
        msd = mean_square_displacement(bulk.last_stage(), species, anchor).msd
        record_property(f"MSD of {species} after 20 ps (Å²)", f"{msd[len(msd) // 2]:.2f}")
        assert msd[len(msd) // 2] < 1.0
