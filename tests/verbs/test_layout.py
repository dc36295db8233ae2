"""Parts of the cells that gbglass builds, found again from their array and from stated heights."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from numpy.testing import assert_allclose

from gbglass.build.cells.cell import CellSpec, Thicknesses, build_cell
from gbglass.build.cells.given_electrolyte import GivenElectrolyte
from gbglass.build.cells.stack import BuiltCell
from gbglass.core.interfaces import tie_parts
from gbglass.errors import InputError
from gbglass.store.structures import read_structure
from gbglass.verbs.cells import cell
from gbglass.verbs.quantities.layout import Beside, CellLayout, Known, find_layout
from tests.studies.own import antiperovskite


@cache
def built() -> BuiltCell:
    return cell(CellSpec("cell-0", thicknesses=Thicknesses(12.0, 9.0, 8.0), strain_limit=0.06), seed=1)


def assigned(layout: CellLayout, atoms: Atoms) -> list[int]:
    fractional = atoms.get_scaled_positions(wrap=False)
    return [int(part) for part in layout.parts.assign(fractional, layout.parts.edges(fractional))]


def test_a_built_cell_says_its_own_parts() -> None:
    atoms = built().atoms
    layout = find_layout(atoms, Beside(structure=atoms))
    assert layout.parts.names == built().parts
    assert_allclose(layout.faces, built().interfaces, atol=1e-9)
    assert assigned(layout, atoms) == atoms.arrays["part"].tolist()
    electrolyte = atoms.arrays["part"] == built().parts.index("LLZO")
    cations = np.isin(atoms.get_chemical_symbols(), ("La", "Zr"))
    assert layout.anchor.indices.tolist() == np.flatnonzero(electrolyte & cations).tolist()


def test_an_electrolyte_without_la_is_found_between_metal_and_cathode(tmp_path: Path) -> None:
    crystal, _ = antiperovskite(tmp_path)
    spec = CellSpec("cell-0", thicknesses=Thicknesses(12.0, 9.0, 8.0), strain_limit=0.06)
    own = build_cell(spec, np.random.default_rng(1), GivenElectrolyte(read_structure(crystal).repeat((3, 3, 3))))
    for beside in (Beside(structure=own.atoms), Beside(known=Known(interfaces=own.interfaces))):
        layout = find_layout(own.atoms, beside)
        assert layout.parts.names == ("Li", "electrolyte", "LZO")
        assert assigned(layout, own.atoms) == own.atoms.arrays["part"].tolist()
        anchored = {own.atoms.get_chemical_symbols()[k] for k in layout.anchor.indices}
        assert anchored == {"O", "Cl"}


def test_oxygen_in_the_metal_carries_no_face() -> None:
    """A face of LLZO follows La and Zr alone, whatever has strayed across it."""
    atoms = built().atoms.copy()
    plain = tie_parts(atoms, built().parts, built().interfaces)
    stray = int(np.flatnonzero(atoms.symbols == "O")[0])
    atoms.positions[stray, 2] = built().interfaces[0] - 2.0
    strayed = tie_parts(atoms, built().parts, built().interfaces)
    for one, other in zip(plain.planes, strayed.planes, strict=True):
        assert one.indices.tolist() == other.indices.tolist()


def test_stated_heights_lay_out_the_same() -> None:
    atoms = built().atoms
    layout = find_layout(atoms, Beside(known=Known(interfaces=built().interfaces)))
    marked = find_layout(atoms, Beside(structure=atoms))
    assert assigned(layout, atoms) == assigned(marked, atoms)
    assert layout.anchor.indices.tolist() == marked.anchor.indices.tolist()


@pytest.mark.parametrize("how", ["wrapped", "in other images", "shaken", "longer"])
def test_the_first_frame_may_lie_in_other_images_of_a_cell_that_breathes(how: str) -> None:
    atoms, first = built().atoms, built().atoms.copy()
    rng = np.random.default_rng(3)
    if how == "wrapped":
        first.wrap()
    elif how == "in other images":
        first.set_scaled_positions(first.get_scaled_positions(wrap=False) + rng.integers(-2, 3, (len(first), 3)))
    elif how == "shaken":
        first.positions += rng.normal(0.0, 0.15, (len(first), 3))
    else:
        first.set_cell(first.cell.array * 1.02, scale_atoms=True)
    layout = find_layout(first, Beside(structure=atoms))
    found = assigned(layout, first)
    other = np.count_nonzero(np.array(found) != atoms.arrays["part"])
    assert other <= (4 if how == "shaken" else 0)  # atoms at a face may step over it


def test_what_is_no_cell_is_refused() -> None:
    atoms = built().atoms
    with pytest.raises(InputError, match=r"--structure cell\.extxyz"):
        find_layout(atoms, Beside())
    upside_down = atoms.copy()
    upside_down.positions[:, 2] *= -1.0
    with pytest.raises(InputError, match="overlap"):
        find_layout(atoms, Beside(structure=upside_down))
    garnet = atoms[atoms.arrays["part"] == 1]
    with pytest.raises(InputError, match="number the parts from 0"):
        find_layout(garnet, Beside(structure=garnet))
    with pytest.raises(InputError, match="'temperature_K' must be above 0"):
        replace(Known(), temperature_K=0.0)
