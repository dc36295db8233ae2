"""Densities in space as files that viewers read: Gaussian cube and legacy VTK.

Source of the formats: Gaussian's ``cubegen`` and the VTK User's Guide. Cube files are in bohr and bohr⁻³, as their
readers expect; VTK has no units, so it is in Å and Å⁻³, which its title says.
"""

from io import StringIO
from pathlib import Path

import numpy as np
from ase import Atoms

from gbglass.analysis.density import DensityGrid
from gbglass.core.arrays import FloatArray
from gbglass.errors import InputError
from gbglass.store.atomic import write_text
from gbglass.units import ANGSTROM_PER_BOHR

_PER_LINE = 6


def cube_text(grid: DensityGrid, atoms: Atoms | None = None) -> str:
    """Write a density as a Gaussian cube, with atoms beside it if wanted.

    Values are at the middles of the voxels, so the file's origin is the middle of the first.

    Examples
    --------
    >>> from gbglass.core.arrays import frozen_floats
    >>> grid = DensityGrid("Li", frozen_floats(np.ones((1, 1, 2))), frozen_floats(np.eye(3)), 1, 1)
    >>> cube_text(grid).splitlines()[5].split()[0]  # two points along the third vector
    '2'

    """
    shape = grid.density.shape
    steps = grid.cell / np.array(shape)[:, None] / ANGSTROM_PER_BOHR
    origin = 0.5 * steps.sum(axis=0)
    numbers = [] if atoms is None else atoms.get_atomic_numbers().tolist()
    text = StringIO()
    text.write(f"number density of {grid.species} in bohr^-3, mean of {grid.n_frames} frames\n")
    text.write("OUTER LOOP: X, MIDDLE LOOP: Y, INNER LOOP: Z\n")
    text.write(f"{len(numbers):6d}" + "".join(f" {x:.9f}" for x in origin) + "\n")
    for n, step in zip(shape, steps, strict=True):
        text.write(f"{n:6d}" + "".join(f" {x:.9f}" for x in step) + "\n")
    if atoms is not None:
        for number, position in zip(numbers, atoms.positions / ANGSTROM_PER_BOHR, strict=True):
            text.write(f"{number:6d} {float(number):.6f}" + "".join(f" {x:.9f}" for x in position) + "\n")
    values = grid.density * ANGSTROM_PER_BOHR**3
    for row in values.reshape(-1, shape[2]):
        _write_values(text, row)
    return text.getvalue()


def vtk_text(grid: DensityGrid) -> str:
    """Write a density as legacy VTK: a structured grid of points at the middles of the voxels, in any cell."""
    shape = grid.density.shape
    fractions = [(np.arange(n) + 0.5) / n for n in shape]
    # VTK runs through the first index fastest.
    c, b, a = np.meshgrid(fractions[2], fractions[1], fractions[0], indexing="ij")
    points = np.stack([a.ravel(), b.ravel(), c.ravel()], axis=1) @ grid.cell
    text = StringIO()
    text.write("# vtk DataFile Version 3.0\n")
    text.write(f"number density of {grid.species} in 1/Angstrom^3, lengths in Angstrom\n")
    text.write(f"ASCII\nDATASET STRUCTURED_GRID\nDIMENSIONS {shape[0]} {shape[1]} {shape[2]}\n")
    text.write(f"POINTS {len(points)} double\n")
    np.savetxt(text, points, fmt="%.6f")
    text.write(f"POINT_DATA {len(points)}\nSCALARS density double 1\nLOOKUP_TABLE default\n")
    np.savetxt(text, grid.density.transpose(2, 1, 0).ravel(), fmt="%.9e")
    return text.getvalue()


def write_volume(path: Path, grid: DensityGrid, atoms: Atoms | None = None) -> None:
    """Write a density to a file; its ending says as what.

    Parameters
    ----------
    path
        Ends with ``.cube`` or ``.vtk``.
    grid
        What to write.
    atoms
        Written beside the density into a cube.

    Raises
    ------
    InputError
        If the ending is another, or atoms were given for a VTK file, which holds none.

    """
    if path.suffix not in (".cube", ".vtk"):
        raise InputError(f"a density is written to a file that ends with .cube or .vtk, got {path.name}")
    if path.suffix == ".vtk" and atoms is not None:
        raise InputError("a VTK file of a density holds no atoms; write a cube, or leave the atoms out")
    write_text(path, cube_text(grid, atoms) if path.suffix == ".cube" else vtk_text(grid))


def _write_values(text: StringIO, row: FloatArray) -> None:
    lines = (row[first : first + _PER_LINE] for first in range(0, len(row), _PER_LINE))
    text.writelines("".join(f" {value:12.5E}" for value in line) + "\n" for line in lines)
