"""The parts of a full cell: from a structure that marks them, or from the heights that a user states."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.io import read
from numpy.typing import NDArray

from gbglass.build.cells.slab import ELECTROLYTES, GARNET, OTHER
from gbglass.core.arrays import FloatArray, IntArray
from gbglass.core.cell import cell_height
from gbglass.core.framework import IMMOBILE_CATIONS, FrameworkAnchor, anchor_framework, framework_species
from gbglass.core.interfaces import CellParts, tie_parts
from gbglass.errors import InputError

_POSITIVE, _LITHIUM = "LZO", "Li"
_METAL = 0.9
"""Share of lithium above which a part is metal [1]."""

_AXIS = 2
_PART = "part"
_FAR = 0.25
"""A structure whose framework is this far from the first frame's along the normal is another one [cell heights]."""


@dataclass(frozen=True)
class Known:
    """What a trajectory does not say of the system, and some quantities need.

    Parameters
    ----------
    interfaces
        Heights of the faces between the parts of a full cell in the first frame, if no structure marks its parts [Å].
    energies
        Columns with the energy of each atom [eV], if they have names of their own; several are a committee.
    twins
        Output folders with the analysed surface of the twin without a boundary, three seeds or more.
    temperature_K
        Of the run, for a conductivity [K].
    radii_from
        A bulk whose distributions give the radii of cavities: a trajectory, a run, or results; the packaged ones if
        absent.

    Raises
    ------
    InputError
        If the temperature is not above 0.

    """

    interfaces: tuple[float, ...] = ()
    energies: tuple[str, ...] = ()
    twins: tuple[Path, ...] = ()
    temperature_K: float | None = None
    radii_from: Path | None = None

    def __post_init__(self) -> None:
        if self.temperature_K is not None and not 0.0 < self.temperature_K < math.inf:
            raise InputError(f"'temperature_K' must be above 0, got {self.temperature_K:g}")


@dataclass(frozen=True)
class CavityRadii:
    """How near lithium comes to each cation and to oxygen.

    Parameters
    ----------
    radii
        By pair such as ``"Li-O"`` [Å].
    source
        How they became known, in words.

    """

    radii: Mapping[str, float]
    source: str


@dataclass(frozen=True)
class Beside:
    """What lies beside a trajectory.

    Parameters
    ----------
    structure
        What it started from, if that marks its parts.
    run
        The folder of a run of gbglass, if that is what was given.
    known
        What the user stated.
    radii
        Of cavities, from a bulk; None for the packaged ones.

    """

    structure: Atoms | None = None
    run: Path | None = None
    known: Known = field(default_factory=Known)
    radii: CavityRadii | None = None

    @property
    def has_parts(self) -> bool:
        """Whether the parts of a full cell are marked or stated."""
        return self.structure is not None or bool(self.known.interfaces)


@dataclass(frozen=True)
class CellLayout:
    """A full or half cell as it starts.

    Parameters
    ----------
    parts
        From the negative electrode upwards, tied to the framework.
    electrolyte
        Name of the part with La.
    anchor
        The electrolyte's La and Zr: their drift alone is removed.
    faces
        Heights of the faces between the parts at the start [Å].
    source
        How they became known, in words.

    """

    parts: CellParts
    electrolyte: str
    anchor: FrameworkAnchor
    faces: tuple[float, ...] = field(default=())
    source: str = ""

    @property
    def statement(self) -> str:
        """What the parts are, in a sentence."""
        faces = ", ".join(f"{face:.2f}" for face in self.faces)
        return f"{' | '.join(self.parts.names)}, faces at {faces} Å ({self.source})"


def find_layout(first: Atoms, beside: Beside) -> CellLayout:
    """Find the parts of a cell.

    Parameters
    ----------
    first
        The first frame.
    beside
        What else is known: stated interfaces count first, then the array ``part`` of a structure.

    Raises
    ------
    InputError
        If nothing says where the parts are, or what says so does not fit.

    Examples
    --------
    >>> atoms = Atoms("Li2LaZr2", positions=[[0, 0, z] for z in (1, 3, 7, 11, 15)], cell=[5, 5, 30], pbc=True)
    >>> find_layout(atoms, Beside(known=Known(interfaces=(5.0, 13.0)))).statement
    'Li | LLZO | LZO, faces at 5.00, 13.00 Å (as stated)'

    """
    stated = beside.known.interfaces
    if stated:
        return _laid_out(first, _between(first, stated), stated, "as stated")
    if beside.structure is None:
        raise InputError(
            "needs a cell whose parts are known: give the built cell with its array 'part' (--structure cell.extxyz), "
            "or the heights of the faces between the parts (--interfaces 'Z1 Z2')"
        )
    number = beside.structure.get_array(_PART).astype(np.int64)
    faces = _faces(beside.structure, number)
    return _laid_out(_unwrapped_like(first, beside.structure), number, faces, "from the array 'part' of the structure")


def marked_structure(path: Path | None, symbols: tuple[str, ...]) -> Atoms | None:
    """Read a structure that marks its parts by the array ``part``; None if there is no file, or it marks none.

    Raises
    ------
    InputError
        If it marks its parts but holds other atoms than the trajectory.

    """
    if path is None or not path.is_file() or path.suffix.lower() not in (".extxyz", ".xyz"):
        return None
    atoms = read(path)
    if not isinstance(atoms, Atoms) or _PART not in atoms.arrays:
        return None
    if tuple(atoms.get_chemical_symbols()) != symbols:
        raise InputError(f"{path} marks the parts of other atoms, or in another order, than the trajectory has")
    return atoms


def _laid_out(atoms: Atoms, number: IntArray, faces: tuple[float, ...], source: str) -> CellLayout:
    names = _names(atoms, number)
    electrolyte = next((name for name in names if name in ELECTROLYTES), None)
    if electrolyte is None:
        raise InputError(
            f"no part is the electrolyte, which holds La, or neither Zr nor lithium alone; the parts are "
            f"{' | '.join(names)}"
        )
    if names[0] != _LITHIUM:
        raise InputError(
            f"the negative electrode, lithium without La or Zr, must be the lowest part of the cell; the parts are "
            f"{' | '.join(names)}"
        )
    anchor = anchor_framework(atoms, among=np.flatnonzero(number == names.index(electrolyte)))
    return CellLayout(tie_parts(atoms, names, faces), electrolyte, anchor, faces, source)


def _names(atoms: Atoms, number: IntArray) -> tuple[str, ...]:
    """Name each part by the cations that it holds; a name that comes again gets its number."""
    symbols = np.array(atoms.get_chemical_symbols())
    seen: Counter[str] = Counter()
    names = []
    for part in range(int(number.max()) + 1):
        name = _name(symbols[number == part])
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return tuple(names)


def _name(symbols: NDArray[np.str_]) -> str:
    if "La" in symbols:
        return GARNET
    if "Zr" in symbols:
        return _POSITIVE
    return _LITHIUM if len(symbols) == 0 or (symbols == "Li").mean() > _METAL else OTHER


def _between(atoms: Atoms, faces: tuple[float, ...]) -> IntArray:
    """Return which part each atom is in, from the faces between them [int, (n_atoms,)]."""
    height = cell_height(atoms.cell.array, _AXIS)
    heights = atoms.get_scaled_positions(wrap=True)[:, _AXIS] * height
    number: IntArray = np.searchsorted(np.array(faces), heights, side="right").astype(np.int64)
    return number


def _faces(atoms: Atoms, number: IntArray) -> tuple[float, ...]:
    """Return the middles of the gaps between the parts of a cell as it was built [Å]."""
    height = cell_height(atoms.cell.array, _AXIS)
    heights = atoms.get_scaled_positions(wrap=False)[:, _AXIS] * height
    within = [heights[number == part] for part in range(int(number.max()) + 1)]
    if not all(len(part) for part in within):
        raise InputError("the array 'part' must number the parts from 0 without a gap; some number has no atom")
    for lower, upper in pairwise(within):
        if lower.max() >= upper.min():
            raise InputError(
                "the parts of the structure overlap; give the cell as it was built, from which the trajectory started"
            )
    return tuple(0.5 * float(lower.max() + upper.min()) for lower, upper in pairwise(within))


def _unwrapped_like(first: Atoms, structure: Atoms) -> Atoms:
    """Return the structure in its own cell, its framework in the periodic images that the first frame has it in."""
    places, now = structure.get_scaled_positions(wrap=False), first.get_scaled_positions(wrap=False)
    symbols = np.array(first.get_chemical_symbols())
    # With an electrolyte of garnet its oxygen counts no more than its lithium: La and Zr say where everything is.
    known = IMMOBILE_CATIONS if "La" in symbols else framework_species([s for s in symbols.tolist() if s != "Zr"])
    framework = np.isin(symbols, (*known, *IMMOBILE_CATIONS))
    if not framework.any():
        raise InputError("a cell needs other ions than those of charge one, to which its parts are tied")
    images: FloatArray = np.zeros_like(places)
    images[framework] = np.round(now[framework] - places[framework])
    moved = places + images
    away = np.abs((now - moved)[framework, _AXIS])
    if float(away.max()) > _FAR:
        species = " or ".join(sorted(set(symbols[framework].tolist())))
        raise InputError(
            f"{species} of the structure lie up to {away.max():.2f} cell heights from where the trajectory has them; "
            f"give the cell from which it started"
        )
    start: Atoms = structure.copy()
    start.set_scaled_positions(moved)
    return start
