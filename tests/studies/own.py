"""Crystals of a user's own, with potentials that hold them together: antiperovskite, argyrodite, an electrode."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ase import Atoms
from ase.io import write
from ase.spacegroup import crystal

from gbglass.core.cards import LammpsCard
from tests.studies.soft import soft

_CIF = """\
data_{name}
_cell_length_a {a}
_cell_length_b {a}
_cell_length_c {a}
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_symmetry_space_group_name_H-M '{group}'
_symmetry_Int_Tables_number {number}
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
{sites}"""

ANTIPEROVSKITE = _CIF.format(
    name="Li3OCl",
    a=3.91,
    group="P m -3 m",
    number=221,
    sites="Li1 Li 0.5 0.5 0 1\nO1 O 0.5 0.5 0.5 1\nCl1 Cl 0 0 0 1\n",
)
"""Li3OCl, cubic."""

ARGYRODITE = _CIF.format(
    name="Li6PS5Cl",
    a=9.859,
    group="F -4 3 m",
    number=216,
    sites=(
        "Li1 Li 0.183 0.183 0.024 0.5\nP1 P 0.5 0.5 0.5 1\nS1 S 0.1196 -0.1196 0.6196 1\n"
        "Cl1 Cl 0 0 0 0.5\nS2 S 0 0 0 0.5\nCl2 Cl 0.25 0.25 0.75 0.5\nS3 S 0.25 0.25 0.75 0.5\n"
    ),
)
"""Li6PS5Cl, half of its lithium sites full, its S and Cl mixed: no order of it is cubic."""

RIGID_IONS = """\
elements = ["Li", "O", "Cl"]
cutoff = 8.0
charges = { Li = 1.0, O = -2.0, Cl = -1.0 }
kspace_style = ["pppm", "1e-4"]
pair_style = ["buck/coul/long", "8.0"]
pair_coeff = [
    ["*", "*", "0.0", "1.0", "0.0"],
    ["1", "2", "433.27", "0.3138", "0.0"],
    ["2", "2", "22764.3", "0.149", "13.19"],
    ["1", "3", "421.04", "0.3365", "0.0"],
    ["3", "3", "1227.2", "0.3214", "29.06"],
]
"""
"""Rigid ions that hold Li3OCl together for some picoseconds; good for nothing else."""


def antiperovskite(folder: Path) -> tuple[Path, Path]:
    """Write Li3OCl and the card of its potential."""
    crystal, card = folder / "li3ocl.cif", folder / "rigid.toml"
    crystal.write_text(ANTIPEROVSKITE, encoding="utf-8")
    card.write_text(RIGID_IONS, encoding="utf-8")
    return crystal, card


def argyrodite(folder: Path) -> tuple[Path, Path]:
    """Write Li6PS5Cl and the card of a potential whose atoms only repel."""
    crystal, card = folder / "li6ps5cl.cif", folder / "soft.toml"
    crystal.write_text(ARGYRODITE, encoding="utf-8")
    write_card(card, soft("Li", "P", "S", "Cl"))
    return crystal, card


def write_card(card: Path, table: Mapping[str, Any]) -> None:
    """Write a potential's table as a card."""
    card.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items()), encoding="utf-8")


LAYERED = LammpsCard(
    elements=("Li", "Zr", "O"),
    cutoff=6.0,
    pair_style=("lj/smooth/linear", "6.0"),
    pair_coeff=(
        ("1", "1", "0.25", "2.75", "5.00"),
        ("1", "2", "0.20", "3.20", "3.60"),
        ("1", "3", "0.90", "1.85", "3.00"),
        ("2", "2", "0.20", "2.75", "3.10"),
        ("2", "3", "1.50", "1.90", "3.00"),
        ("3", "3", "0.20", "2.55", "2.90"),
    ),
)
"""Pair forces that hold `layered` together; good for nothing else."""


def layered() -> Atoms:
    """Return a layered LiZrO2 as LiCoO2 is: hexagonal, three lithium sites in a cell at 120 degrees."""
    sites = [(0.0, 0.0, 0.5), (0.0, 0.0, 0.0), (0.0, 0.0, 0.24)]
    cell: Atoms = crystal(["Li", "Zr", "O"], sites, spacegroup=166, cellpar=[2.9, 2.9, 14.2, 90, 90, 120])
    return Atoms(cell.get_chemical_symbols(), positions=cell.positions, cell=cell.cell.array, pbc=True)


def electrode(folder: Path) -> tuple[Path, Path]:
    """Write `layered` and the card of its potential."""
    file, card = folder / "layered.cif", folder / "layered.toml"
    write(file, layered())
    write_card(card, LAYERED.model_dump(include={"elements", "cutoff", "pair_style", "pair_coeff"}))
    return file, card
