"""GPAW as a program: found or not, asked by a file; the real one on lithium (`make test-heavy`)."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from numpy.testing import assert_allclose

from gbglass.analysis.charge import excess_density
from gbglass.dft.gpaw import Gpaw, GpawLabeller, find_gpaw
from gbglass.dft.gpaw_density import DensitySettings, gpaw_density, read_gpaw_density
from gbglass.dft.settings import DftSettings
from gbglass.errors import EngineError

ROOT = Path(__file__).parents[2]
PLACES = (Path(sys.executable), ROOT / ".gpaw" / "bin" / "python")
"""Where a GPAW is looked for: beside us, or in an environment of its own in the checkout."""

Record = Callable[[str, object], None]


def plain_python() -> Gpaw:
    """A program that exists and has no GPAW."""
    return Gpaw(Path(sys.executable), "none")


@pytest.fixture(scope="module")
def gpaw() -> Gpaw:
    reasons = []
    for python in PLACES:
        try:
            return find_gpaw(python)
        except EngineError as error:
            reasons.append(error.what)
    pytest.skip("; ".join(reasons))


def test_a_python_without_it_says_how_to_get_it(tmp_path: Path) -> None:
    for python in (tmp_path / "absent", Path("/bin/echo"), Path("/bin/false")):
        with pytest.raises(EngineError, match=r"pip install gpaw gpaw-data.*GPAW_CONFIG.*--gpaw-python"):
            find_gpaw(python)


def test_a_relative_path_still_holds_in_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = tmp_path / "env" / "python"
    found.parent.mkdir()
    found.write_text("""#!/bin/sh\necho '{"gpaw": "26", "gpaw-data": "1"}'\n""", encoding="utf-8")
    found.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    assert find_gpaw(Path("env/python")) == Gpaw(found, "gpaw 26, gpaw-data 1")


def test_a_failure_is_a_cause_with_the_end_of_what_was_said(tmp_path: Path) -> None:
    failing = tmp_path / "python"
    failing.write_text("#!/bin/sh\necho 'no room for wave functions' >&2\nexit 3\n", encoding="utf-8")
    failing.chmod(0o755)
    with pytest.raises(EngineError, match=r"failed on Li \(exit code 3\)[\s\S]*no room for wave functions"):
        GpawLabeller(Gpaw(failing, "1"), DftSettings()).label(bulk("Li"))


def test_a_program_that_says_nothing_or_hangs_is_a_failure(tmp_path: Path) -> None:
    for script, match in (("exit 0", "exit code 0"), ("exec sleep 60", r"longer than 0\.5 s")):
        program = tmp_path / "python"
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
        with pytest.raises(EngineError, match=match):
            GpawLabeller(Gpaw(program, "1"), DftSettings(), limit_s=0.5).label(bulk("Li"))


def test_only_periodic_structures_are_asked_about() -> None:
    with pytest.raises(EngineError, match="vacuum"):
        GpawLabeller(plain_python(), DftSettings()).label(Atoms("Li"))


def test_the_source_is_of_the_program_and_the_settings() -> None:
    first = GpawLabeller(plain_python(), DftSettings()).source
    assert first != GpawLabeller(plain_python(), DftSettings(cutoff_eV=400)).source
    assert first != GpawLabeller(replace(plain_python(), version="2"), DftSettings()).source
    assert first == GpawLabeller(plain_python(), DftSettings(), threads=2).source


@pytest.mark.heavy
def test_lithium_by_dft(gpaw: Gpaw, record_property: Record) -> None:
    """Reference: GPAW 26.7.0, 500 eV, -1.905 eV at 3.44 Å; the stress is the derivative of the energy."""
    labeller = GpawLabeller(gpaw, DftSettings(), limit_s=600)
    energy = labeller.label(bulk("Li", "bcc", a=3.44)).energy
    record_property("GPAW, Li bcc at 3.44 Å (eV/atom)", f"{energy:.4f}")
    assert energy == pytest.approx(-1.905, abs=0.005)
    wide, step = bulk("Li", "bcc", a=3.6), 0.01
    labels = labeller.label(wide)
    energies, volumes = [], []
    for factor in (1 - step, 1 + step):
        scaled = wide.copy()
        scaled.set_cell(wide.cell.array * factor, scale_atoms=True)
        energies.append(labeller.label(scaled).energy)
        volumes.append(scaled.get_volume())
    slope = (energies[1] - energies[0]) / (volumes[1] - volumes[0])
    record_property("GPAW, stress and slope of the energy at 3.6 Å (eV/Å³)", f"{labels.stress[0]:.5f}, {slope:.5f}")
    assert labels.stress[:3].mean() == pytest.approx(slope, rel=0.05)
    assert slope > 0  # stretched: it pulls itself together


@pytest.mark.heavy
def test_the_stress_of_an_oxide_is_nearly_the_slope_of_its_energy(gpaw: Gpaw, record_property: Record) -> None:
    """At 700 eV: with the 500 eV that do for VASP's oxygen, 14 GPa stand between the two in Li2O."""
    labeller = GpawLabeller(gpaw, DftSettings(cutoff_eV=700.0, k_spacing_per_A=0.35), limit_s=600)
    middle, step = 4.69, 0.06
    oxides = [
        Atoms("OLi2", scaled_positions=[[0] * 3, [0.25] * 3, [0.75] * 3], cell=bulk("Cu", a=a).cell, pbc=True)
        for a in (middle - step, middle, middle + step)
    ]
    low, labels, high = map(labeller.label, oxides)
    slope = (high.energy - low.energy) / (oxides[2].get_volume() - oxides[0].get_volume())
    stress = float(labels.stress[:3].mean())
    record_property("GPAW, stress and slope of the energy of Li2O (GPa)", f"{160.2 * stress:.2f}, {160.2 * slope:.2f}")
    assert stress == pytest.approx(slope, abs=0.01)  # 1.6 GPa


@pytest.mark.heavy
def test_forces_of_dft_pull_apart_what_is_too_near(gpaw: Gpaw) -> None:
    """Li2O with an ion pushed towards oxygen, by central differences, at a cheap cutoff."""
    labeller = GpawLabeller(gpaw, DftSettings(cutoff_eV=350.0, k_spacing_per_A=0.5), limit_s=600)
    atoms = Atoms("OLi2", scaled_positions=[[0, 0, 0], [0.22, 0.24, 0.25], [0.75] * 3], cell=bulk("Cu", a=4.62).cell)
    atoms.pbc = True
    labels, step = labeller.label(atoms), 0.01
    energies = []
    for sign in (1, -1):
        moved = atoms.copy()
        moved.positions[1, 0] += sign * step
        energies.append(labeller.label(moved).energy)
    assert_allclose(labels.forces[1, 0], -(energies[0] - energies[1]) / (2 * step), atol=0.03)
    assert_allclose(labels.forces.sum(axis=0), 0.0, atol=0.02)
    assert np.abs(labels.forces[1]).max() > 0.1


@pytest.mark.heavy
def test_an_electron_too_many_is_found_whole_and_electrons_add_up(gpaw: Gpaw, tmp_path: Path) -> None:
    """Two atoms of lithium with none, one and two electrons more, in atomic orbitals on a coarse grid."""
    atoms = bulk("Li", "bcc", a=3.44, cubic=True)
    settings = DensitySettings(spacing_A=0.25, k_spacing_per_A=0.9)
    densities = []
    for n in (0, 1, 2):
        gpaw_density(gpaw, atoms, n, settings, tmp_path / str(n))
        densities.append(read_gpaw_density(tmp_path / str(n), atoms))
    assert [density.electrons for density in densities] == pytest.approx([6.0, 7.0, 8.0], abs=1e-3)
    one, two = (excess_density(density, densities[0]) for density in densities[1:])
    assert [one.electrons, two.electrons] == pytest.approx([1.0, 2.0], abs=1e-3)
