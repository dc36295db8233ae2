"""What the folder of a run says besides its frames: stress of a pull, energies of atoms, where the energy goes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gbglass.analysis.stress_strain import Pull, stress_strain
from gbglass.core.trajectory import Window
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import find_lammps
from gbglass.lammps.log import THERMO_COLUMNS
from gbglass.lammps.task import Runner
from gbglass.protocol.stages import Minimise, Strain
from gbglass.verbs.analyse import AnalysisSpec, analyse
from gbglass.verbs.quantities.logs import last_stage_energies
from tests.lammps.conftest import short_task

pytestmark = pytest.mark.lammps


def test_stress_energy_and_drift_are_those_of_the_log_and_the_columns(tmp_path: Path) -> None:
    task = short_task()
    pull = Strain(temperature_K=300.0, to_strain=0.03, rate_per_ps=0.0125)
    settings = replace(task.settings, timestep=0.002, segment_steps=500, frame_every=50, per_atom=("energy",))
    task = replace(task, stages=(Minimise(max_iterations=20), pull), settings=settings)
    done = simulate(task, tmp_path / "run" / "md", Runner(find_lammps()))
    analysis = analyse(tmp_path / "run", tmp_path / "out", AnalysisSpec(("stress", "energy", "drift", "regions")))

    thermo = dict(zip(THERMO_COLUMNS, done.thermo().T, strict=True))
    curve = stress_strain(Pull(thermo["time"], thermo["lz"], thermo["lx"] * thermo["ly"], thermo["pzz"]))
    assert_allclose(analysis.numbers["stress"]["modulus"]["value"], curve.modulus.value, rtol=1e-12, atol=0)
    assert_allclose(analysis.numbers["stress"]["strain_rate"]["value"], pull.rate_per_ps, rtol=1e-6, atol=0)

    with np.load(tmp_path / "out" / "arrays.npz") as arrays:
        times, energies = arrays["drift/time (ps)"], arrays["drift/energy per atom (eV)"]
    logged, dumped = (
        np.isin(np.round(a, 6), np.round(b, 6)) for a, b in ((thermo["time"], times), (times, thermo["time"]))
    )
    # Energies of atoms add up to that of the cell; the dump has six digits after the point.
    assert_allclose(energies[dumped], thermo["pe"][logged] / len(task.atoms), rtol=0, atol=2e-6)

    window = Window(first_ps=0.5, last_ps=2.0)
    times, energies = last_stage_energies(tmp_path / "run", window, len(task.atoms))
    within = (thermo["time"] > 0.5 - 1e-9) & (thermo["time"] < 2.0 + 1e-9)
    assert_allclose(times, thermo["time"][within], rtol=1e-12, atol=0)
    assert_allclose(energies, thermo["pe"][within] / len(task.atoms), rtol=1e-12, atol=0)
