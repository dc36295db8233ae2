"""Electron densities from files of VASP (CHGCAR, CHG) and cube files, such as of GPAW; the reading is ASE's.

A CHGCAR holds the density times the volume of the cell, the first axis fastest. A cube file should hold electrons per
cubic bohr, but what ASE and GPAW write are the numbers they were given, which for GPAW are electrons per cubic
ångström: the file does not say which, so the reader is told.
"""

import warnings
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from ase.calculators.vasp import VaspChargeDensity
from ase.io.cube import read_cube
from ase.units import Bohr

from gbglass.core.charge_density import ChargeDensity
from gbglass.errors import FormatError, InputError

CubeUnit = Literal["1/bohr3", "1/A3"]
"""Electrons per cubic bohr, as the format means it, or per cubic ångström, as GPAW gives them."""

_CUBES = (".cube", ".cub")
_VASP = ("CHGCAR", "CHG", "AECCAR", "PARCHG")


def read_charge_density(path: Path, unit: CubeUnit | None = None) -> ChargeDensity:
    """Read a density.

    Parameters
    ----------
    path
        A file that ends on ``.cube`` or ``.cub``, or whose name holds ``CHGCAR``, ``CHG``, ``AECCAR`` or ``PARCHG``.
    unit
        Of a cube file; files of VASP know theirs.

    Returns
    -------
    ChargeDensity
        Of a CHG with several steps, the last.

    Raises
    ------
    InputError
        If the name tells no format, or the unit of a cube file is not given.
    FormatError
        If the file is not what its name says, or ends too early.

    """
    is_cube = path.suffix.lower() in _CUBES
    if not is_cube and not any(name in path.name.upper() for name in _VASP):
        raise InputError(
            f"the name of a density must end on {', '.join(_CUBES)} or hold CHGCAR or CHG, got {path.name}"
        )
    if is_cube and unit not in get_args(CubeUnit):
        raise InputError(f"{path.name} does not say its unit; give one of {', '.join(get_args(CubeUnit))}")
    if not is_cube and unit is not None:
        raise InputError(f"{path.name} has the unit of VASP; leave 'unit' out")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return _cube(path, unit) if is_cube else _vasp(path)
    except (ValueError, IndexError, KeyError, TypeError, Warning) as error:
        raise FormatError(
            path, 1, f"it is no whole {'cube file' if is_cube else 'density of VASP'}: {error}"
        ) from error


def _cube(path: Path, unit: CubeUnit | None) -> ChargeDensity:
    with path.open(encoding="utf-8") as file:
        content = read_cube(file)
    values = np.asarray(content["data"], dtype=np.float64)
    return ChargeDensity(values / Bohr**3 if unit == "1/bohr3" else values, content["atoms"].cell.array)


def _vasp(path: Path) -> ChargeDensity:
    density = VaspChargeDensity(str(path))
    return ChargeDensity(np.asarray(density.chg[-1], dtype=np.float64), density.atoms[-1].cell.array)
