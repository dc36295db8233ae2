"""Pulled by hand, by ASE and by LAMMPS: what is elastic has its modulus, what breaks its strength and its work."""

from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.calculators.lj import LennardJones
from numpy.testing import assert_allclose
from scipy.signal import lfilter

from gbglass.analysis.line import fit_line
from gbglass.analysis.stress_strain import Pull, stress_strain
from gbglass.core.arrays import FloatArray
from gbglass.errors import InputError
from gbglass.lammps.engine import find_lammps
from tests.lammps.conftest import run_deck

RATE = 1e-3
EPSILON, SIGMA, CUTOFF = 0.4, 2.3, 6.0


def spaced(n: int, spacing: float) -> FloatArray:
    return spacing * np.arange(n, dtype=np.float64)


def brittle(n: int = 2000, modulus: float = 120.0, breaks_at: float = 0.09, noise: float = 0.0) -> Pull:
    """Linear to where it breaks; then it bears nothing. The section gets thinner by a third of the strain."""
    times = spaced(n, 0.1)
    strain = RATE * times
    areas = 200.0 * (1.0 - strain / 3.0)
    stress = modulus * strain * (strain <= breaks_at) + np.random.default_rng(1).normal(0.0, noise, n)
    return Pull(times, 40.0 * (1.0 + strain), areas, -1e4 * stress * areas[0] / areas)


def test_a_brittle_rod_has_the_numbers_it_was_made_with() -> None:
    curve = stress_strain(brittle())
    assert_allclose(curve.modulus.value, 120.0, rtol=1e-9)
    assert_allclose(curve.strength, 120.0 * 0.09, rtol=0.01)
    assert_allclose(curve.strain_at_peak, 0.09, rtol=0.02)
    assert curve.strain_at_break is not None
    assert_allclose(curve.strain_at_break, 0.09, rtol=0.02)
    assert curve.work_of_fracture is not None
    assert_allclose(curve.work_of_fracture, 0.5 * 120.0 * 0.09**2 * 40.0 * 0.1, rtol=0.02)
    assert_allclose(curve.strain_rate, RATE, rtol=1e-9)
    closed = curve.strain < 0.085
    assert_allclose(curve.opening[closed], 0.0, atol=1e-9)
    assert_allclose(curve.opening[curve.strain > 0.095], 40.0 * curve.strain[curve.strain > 0.095], rtol=1e-9)


def test_noise_of_two_gpa_blurs_the_numbers_by_what_is_said() -> None:
    curve = stress_strain(brittle(noise=2.0), window=2.0)
    low, high = curve.modulus.interval
    assert low < 120.0 < high
    assert_allclose(curve.stress_error, 2.0 / np.sqrt(20), rtol=0.15)
    assert abs(curve.strength - 10.8) < 4 * curve.stress_error
    scatter = np.std((curve.stress - 120.0 * curve.strain)[curve.strain < 0.08])
    assert_allclose(curve.stress_error, scatter, rtol=0.35)


def test_what_has_not_broken_has_no_work_of_fracture() -> None:
    whole = stress_strain(brittle(n=600))
    assert (whole.strain_at_break, whole.work_of_fracture) == (None, None)
    times, strain = spaced(1000, 0.1), 1e-4 * spaced(1000, 1.0)
    bears_on = np.minimum(100.0 * strain, 5.0) * np.where(strain > 0.08, 0.3, 1.0)
    ductile = stress_strain(Pull(times, 40.0 * (1 + strain), np.full(1000, 10.0), -1e4 * bears_on))
    assert ductile.strain_at_break is not None
    assert_allclose(ductile.strain_at_break, 0.08, atol=0.002)
    assert ductile.work_of_fracture is None, "it still bears 30 %"


@pytest.mark.parametrize("repeat", [2.0, 5.0])
def test_a_cell_repeated_across_the_pull_has_the_same_curve_and_along_it_more_work(repeat: float) -> None:
    one = brittle(noise=0.5)
    wide = stress_strain(Pull(one.times, one.lengths, repeat * one.areas, one.pressures))
    long = stress_strain(Pull(one.times + 100.0, repeat * one.lengths, one.areas, one.pressures))
    single = stress_strain(one)
    for other in (wide, long):
        assert_allclose(other.stress, single.stress, rtol=1e-9, atol=1e-12)
        assert_allclose(other.modulus.interval, single.modulus.interval, rtol=1e-9)
    assert single.work_of_fracture is not None
    assert wide.work_of_fracture is not None
    assert long.work_of_fracture is not None
    assert_allclose(wide.work_of_fracture, single.work_of_fracture, rtol=1e-9)
    assert_allclose(long.work_of_fracture, repeat * single.work_of_fracture, rtol=1e-9)


def test_a_stress_that_was_there_before_is_no_opening_and_no_modulus() -> None:
    pull = brittle()
    strained = stress_strain(Pull(pull.times, pull.lengths, np.full(2000, 200.0), pull.pressures - 5e3))
    assert_allclose(strained.opening[strained.strain < 0.01], 0.0, atol=0.02)
    assert_allclose(strained.modulus.value, stress_strain(pull).modulus.value, rtol=0.02)


def test_what_cannot_be_read_is_refused() -> None:
    pull = brittle(n=300)
    with pytest.raises(InputError, match="equally spaced"):
        Pull(pull.times**2, pull.lengths, pull.areas, pull.pressures)
    with pytest.raises(InputError, match="'pressures' must be 300 finite numbers"):
        Pull(pull.times, pull.lengths, pull.areas, pull.pressures * np.nan)
    with pytest.raises(InputError, match="gets longer"):
        stress_strain(Pull(pull.times, pull.lengths[::-1], pull.areas, pull.pressures))
    with pytest.raises(InputError, match="'window' must be shorter"):
        stress_strain(pull, window=25.0)
    with pytest.raises(InputError, match="8 samples"):
        stress_strain(Pull(pull.times[:40:8], pull.lengths[:40:8], pull.areas[:40:8], pull.pressures[:40:8]))


@pytest.mark.parametrize(("n", "tau"), [(200, 0.1), (200, 2.0), (800, 10.0)])
def test_intervals_of_a_slope_hold_the_slope(n: int, tau: float) -> None:
    rng, held, memory = np.random.default_rng(2), [], float(np.exp(-1.0 / tau))
    x = np.linspace(0.0, 0.02, n)
    for _ in range(400):
        noise = lfilter([np.sqrt(1 - memory**2)], [1.0, -memory], rng.normal(size=n + 300))[-n:]
        low, high = fit_line(x, 150.0 * x + noise, "GPa").interval
        held.append(low < 150.0 < high)
    assert 0.90 <= np.mean(held) <= 0.98


def ase_curve(atoms: Atoms, strains: FloatArray) -> FloatArray:
    """Stress along z of a crystal stretched along z at fixed sides, engineering = true there [GPa]."""
    stresses = []
    for strain in strains:
        pulled = atoms.copy()
        pulled.set_cell(pulled.cell.array * np.array([[1.0], [1.0], [1.0 + strain]]), scale_atoms=True)
        pulled.calc = LennardJones(sigma=SIGMA, epsilon=EPSILON, rc=CUTOFF, ro=0.99 * CUTOFF, smooth=False)
        stresses.append(pulled.get_stress()[2] * 160.21766208)
    return np.array(stresses)


@pytest.mark.lammps
def test_a_crystal_pulled_by_lammps_has_the_stiffness_that_ase_finds_at_rest(tmp_path: Path) -> None:
    """Uniaxial strain of fcc Lennard-Jones at 1 K: sign, unit and size of the stress against another program."""
    atoms = bulk("Cu", "fcc", a=3.55, cubic=True)
    strains = np.linspace(0.0, 0.02, 9)
    expected = np.polyfit(strains, ase_curve(atoms, strains), 1)[0]
    log = run_deck(find_lammps(), tmp_path / "pull", lammps_pull(3.55, 4))
    rows = log.split("Step")[-1].splitlines()
    table = np.array(
        [[float(word) for word in row.split()] for row in rows[1:] if row.split()[:1] and row.split()[0].isdigit()]
    )
    curve = stress_strain(Pull(table[:, 1], table[:, 3], table[:, 4] * table[:, 5], table[:, 2]), window=0.1)
    assert_allclose(curve.modulus.value, expected, rtol=0.02)
    assert curve.strength > 0.0


def lammps_pull(lattice: float, repeats: int) -> list[str]:
    """Pull along z at 10 per ns for 2 ps, sides fixed."""
    return [
        "units metal",
        f"lattice fcc {lattice}",
        f"region all block 0 {repeats} 0 {repeats} 0 {repeats}",
        "create_box 1 all",
        "create_atoms 1 region all",
        "mass 1 63.5",
        f"pair_style lj/cut {CUTOFF}",
        f"pair_coeff 1 1 {EPSILON} {SIGMA}",
        "velocity all create 1.0 11",
        "fix move all nve",
        "fix pull all deform 1 z erate 0.01 remap x",
        "timestep 0.002",
        "thermo_style custom step time pzz lz lx ly",
        "thermo_modify format float %.12g",
        "thermo 10",
        "run 1000",
    ]
