"""Surfaces of LLZO: no energy of a slab that has none, and the same from slabs of two thicknesses."""

from pathlib import Path

import numpy as np
import pytest

from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.cards import LammpsCard, own_potential
from gbglass.core.packaged import load_potential
from gbglass.errors import InputError
from gbglass.lammps.engine import find_lammps
from gbglass.learning.parts import cut_001, free, llzo_slab
from gbglass.learning.validation.by_lammps import LammpsEvaluator
from gbglass.learning.validation.check import Check, Number
from gbglass.learning.validation.surfaces import llzo_001, need_comparable, surface_energies, surface_energy
from gbglass.learning.validation.validate import Validation
from gbglass.report.potential_section import validation_section


@pytest.mark.lammps
def test_rigid_ions_have_a_surface_of_llzo_that_does_not_depend_on_the_slab(tmp_path: Path) -> None:
    ions = LammpsEvaluator(load_potential("buckingham-llzo"), find_lammps(), tmp_path)
    check = surface_energies(ions)
    assert [number.name for number in check.numbers] == ["γ of LLZO(001)"]
    assert any(remark.startswith("Li: potential buckingham-llzo has fixed charges") for remark in check.remarks)
    thick = cubic_llzo(12, np.random.default_rng(1)) * (1, 1, 2)
    energy = surface_energy(ions.relax(llzo_001(thick), "fixed"), ions.relax(thick, "normal").energy)
    assert check.numbers[0].value == pytest.approx(energy, rel=0.1)
    assert 0.5 < energy < 3.0  # garnets and other oxides; half a bond of every Zr would be more


@pytest.mark.lammps
def test_a_potential_that_knows_neither_crystal_has_no_surfaces(tmp_path: Path) -> None:
    table = {"elements": ["Cu"], "pair_style": ["lj/cut", "6"], "pair_coeff": [["1", "1", "0.4", "2.3"]], "cutoff": 6.0}
    copper = own_potential(LammpsCard.model_validate(table))
    with pytest.raises(InputError, match=r"Li: .*does not know Li; .*LLZO: .*does not know La, Li, O, Zr"):
        surface_energies(LammpsEvaluator(copper, find_lammps(), tmp_path))


@pytest.mark.parametrize("seed", range(5))
def test_the_slab_is_the_crystal_opened(seed: int) -> None:
    crystal = cubic_llzo(12, np.random.default_rng(seed))
    slab = llzo_001(crystal)
    assert sorted(slab.get_chemical_symbols()) == sorted(crystal.get_chemical_symbols())
    assert slab.cell.lengths()[2] - np.ptp(slab.positions[:, 2]) >= 12.0


def test_slabs_without_a_surface_energy_are_refused() -> None:
    crystal = cubic_llzo(12, np.random.default_rng(1))
    whole = llzo_001(crystal)
    with pytest.raises(InputError, match=r"got La24Li55O96Zr16 for La24Li56O96Zr16"):
        need_comparable(whole[1:], crystal)
    with pytest.raises(InputError, match=r"carries \-1 e"):
        need_comparable(whole[1:], crystal[1:])
    one_sided = free(llzo_slab(cut_001(4), np.random.default_rng(1)))  # all La of a plane on one face
    with pytest.raises(InputError, match=r"is polar: formal charges have a dipole of \-0\.4\d e/Å"):
        need_comparable(one_sided, crystal)
    need_comparable(whole, crystal)


def test_what_the_teacher_was_not_asked_is_the_models_alone() -> None:
    """Folders of teachers are older than some numbers of a check."""
    model = Check("Surface energies", (Number("γ of Li(100)", 0.3, "J/m²"), Number("γ of LLZO(001)", 0.9, "J/m²")))
    teacher = Check("Surface energies of lithium", (Number("γ of Li(100)", 0.4, "J/m²"),))
    section = validation_section(Validation("mine", "0" * 64, "LAMMPS", "", {}, {"s": model}, {"s": teacher}))
    assert "| γ of Li(100) (J/m²) | 0.3 | 0.4 | -0.1 (-25.0 %) |" in section
    assert "| γ of LLZO(001) (J/m²) | 0.9 |  |  |" in section
