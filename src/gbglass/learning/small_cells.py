"""Small cells of the same chemistry, cheap enough for DFT: a potential and its teacher held against what both imitate.

Primitive cells of 1 to 14 atoms, each at rest, pressed, stretched, sheared out of its symmetry, and rattled. They are
for tests only; nothing is trained on them. Lattices and positions are those of SevenNet-0 at rest, which lie within a
few thousandths of an Å; Li2ZrO3 is the monoclinic one (C2/c), a rock salt whose cations are ordered.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from ase import Atoms
from ase.spacegroup import crystal

from gbglass.errors import InputError
from gbglass.learning.disturb import rattle, scale, strain
from gbglass.learning.origins import Draw, Origin

_Site = tuple[str, tuple[float, float, float]]
_Cell = tuple[float, float, float, float, float, float]


def _cubic(a: float) -> _Cell:
    return (a, a, a, 90.0, 90.0, 90.0)


def _spinel(
    a: float, lithium: tuple[_Site, ...], zr: float, oxygen: tuple[float, float]
) -> tuple[tuple[_Site, ...], int, _Cell]:
    """Write a spinel with the symmetry that half of its lithium leaves, the origin on lithium."""
    heavy: tuple[_Site, ...] = (("Zr", (zr, zr, zr)), *(("O", (u, u, u)) for u in oxygen))
    return ((*lithium, *heavy), 216, _cubic(a))


_FIRST, _SECOND = ("Li", (0.0, 0.0, 0.0)), ("Li", (0.25, 0.25, 0.25))

_CRYSTALS: Mapping[str, tuple[tuple[_Site, ...], int, _Cell]] = MappingProxyType(
    {
        "Li": ((("Li", (0, 0, 0)),), 229, _cubic(3.428)),
        "Li2O": ((("O", (0, 0, 0)), ("Li", (0.25, 0.25, 0.25))), 225, _cubic(4.6587)),
        "ZrO2": ((("Zr", (0, 0, 0)), ("O", (0.25, 0.25, 0.25))), 225, _cubic(5.1489)),
        "La2O3": (
            (("La", (1 / 3, 2 / 3, 0.24735)), ("O", (1 / 3, 2 / 3, 0.64563)), ("O", (0, 0, 0))),
            164,
            (3.9384, 3.9384, 6.1850, 90, 90, 120),
        ),
        "LiZr2O4": _spinel(9.0266, (_FIRST, _SECOND), 0.625, (0.38272, 0.86728)),
        "Li0.5Zr2O4": _spinel(9.2430, (_FIRST,), 0.6235, (0.39482, 0.86001)),
        "Zr2O4": _spinel(9.3200, (), 0.625, (0.39641, 0.85359)),
        "Li2ZrO3": (
            (
                ("Zr", (0, 0.09181, 0.25)),
                ("Li", (0, 0.42516, 0.25)),
                ("Li", (0, 0.74355, 0.25)),
                ("O", (0.25, 0.25, 0.5)),
                ("O", (0.23094, 0.07617, 0.01112)),
            ),
            15,
            (5.4321, 9.1493, 5.4506, 90, 111.872, 90),
        ),
    }
)
"""Sites, space group and cell; the most expensive last."""

_C2_C = 15
"""Its twofold axes lie a quarter of c from the origin; GPAW sees only those through it, with half the k-points."""

SMALL_CELLS = tuple(_CRYSTALS)
"""Names that `small_cell` knows."""

_PRESSED, _SHEARED = 0.03, 0.025
_COOL, _HOT = 600.0, 1200.0
_STRAIN = 0.02


def small_cell(name: str) -> Atoms:
    """Return a primitive cell at rest.

    Parameters
    ----------
    name
        One of `SMALL_CELLS`.

    Raises
    ------
    InputError
        If there is no such cell.

    Examples
    --------
    >>> [small_cell(name).get_chemical_formula() for name in SMALL_CELLS]
    ['Li', 'Li2O', 'O2Zr', 'La2O3', 'Li2O8Zr4', 'LiO8Zr4', 'O8Zr4', 'Li4O6Zr2']

    """
    if name not in _CRYSTALS:
        raise InputError(f"there is no small cell {name!r}; take one of {', '.join(SMALL_CELLS)}")
    sites, group, cell = _CRYSTALS[name]
    symbols, basis = zip(*sites, strict=True)
    built = crystal(symbols, basis=basis, spacegroup=group, cellpar=cell, primitive_cell=True)
    atoms = Atoms(built.numbers, positions=built.positions, cell=built.cell, pbc=True)
    if group == _C2_C:
        atoms.positions -= 0.25 * atoms.cell.array[2]
    return atoms


def small_origins() -> tuple[Origin, ...]:
    """List the small cells as origins of six frames each: the first keep symmetry and are cheap, the last are rattled.

    Examples
    --------
    >>> sum(origin.size for origin in small_origins())
    48

    """
    return tuple(_origin(name) for name in SMALL_CELLS)


def crystal_of(origin: str) -> str:
    """Return which small cell an origin is of.

    Examples
    --------
    >>> crystal_of("lzo/small LiZr2O4")
    'LiZr2O4'

    """
    return origin.rpartition(" ")[2]


def _origin(name: str) -> Origin:
    domain = "li" if name == "Li" else "lzo" if name.endswith("Zr2O4") else "off"
    return Origin(f"{domain}/small {name}", domain, len(_WAYS), lambda given: _draw(name, given), held_out=True)


def _draw(name: str, given: Draw) -> Atoms:
    return _WAYS[given.index](name, given.rng)


def _at_rest(name: str, _rng: np.random.Generator) -> Atoms:
    return small_cell(name)


def _sheared(name: str, _rng: np.random.Generator) -> Atoms:
    atoms = small_cell(name)
    longer = np.diag([1.0 + _SHEARED, 1.0 - _SHEARED, 1.0])
    atoms.set_cell(atoms.cell.array @ longer, scale_atoms=True)
    return atoms


def _shaken(name: str) -> Atoms:
    """Return the cell that is rattled: a single atom has nothing to move against."""
    atoms = small_cell(name)
    return crystal("Li", [(0, 0, 0)], spacegroup=229, cellpar=_CRYSTALS["Li"][2]) if len(atoms) == 1 else atoms


def _rattled(name: str, rng: np.random.Generator) -> Atoms:
    return rattle(_shaken(name), _COOL, rng)


def _strained(name: str, rng: np.random.Generator) -> Atoms:
    return rattle(strain(_shaken(name), _STRAIN, rng), _HOT, rng)


_WAYS: tuple[Callable[[str, np.random.Generator], Atoms], ...] = (
    _at_rest,
    lambda name, _rng: scale(small_cell(name), 1.0 - _PRESSED),
    lambda name, _rng: scale(small_cell(name), 1.0 + _PRESSED),
    _sheared,
    _rattled,
    _strained,
)
"""How the frames of an origin are made, by their index."""

AT_REST = 0
"""Index of the frame from which reactions are reckoned."""
