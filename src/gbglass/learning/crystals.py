"""Unit cells to draw from: forms of lithium, spinels with random lithium, the other oxides of these elements.

Lattice parameters are those of PBE where they are known, since that is what the teachers were trained on.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from ase import Atoms
from ase.build import bulk, make_supercell
from ase.spacegroup import crystal

from gbglass.build.crystals.electrodes import SpinelSpec
from gbglass.build.crystals.electrodes import spinel as build_spinel
from gbglass.build.crystals.host import Host
from gbglass.errors import InputError

TETRAGONAL = (13.205, 12.719)
"""a and c of tetragonal LLZO as SevenNet-0 relaxes them [Å]."""

LITHIUM_A = 3.44
"""Of bcc lithium with PBE [Å]."""

_SPINEL_FULL, _SPINEL_EMPTY = (9.026, 0.2627), (9.323, 0.270)
"""Lattice parameter [Å] and u of oxygen of LiZr2O4 and of Zr2O4, as GPAW (PBE) relaxes them; SevenNet-0 has the same
lattice, but u = 0.2577 in LiZr2O4."""

LITHIUM_PER_SPINEL = 8
"""Sites 8a in a cubic cell of 16 Zr."""


def lithium(structure: str, repeats: tuple[int, int, int]) -> Atoms:
    """Return lithium metal: ``bcc``, ``fcc`` in cubic cells, or ``hcp`` in hexagonal ones.

    Examples
    --------
    >>> len(lithium("bcc", (3, 3, 3)))
    54

    """
    volume = LITHIUM_A**3 / 2.0
    if structure == "hcp":
        a = (volume * np.sqrt(2.0)) ** (1.0 / 3.0)
        cell: Atoms = bulk("Li", "hcp", a=a, c=a * np.sqrt(8.0 / 3.0))
    else:
        a = (volume * {"bcc": 2.0, "fcc": 4.0}[structure]) ** (1.0 / 3.0)
        cell = bulk("Li", structure, a=a, cubic=True)
    return _repeated(cell, repeats)


def _repeated(cell: Atoms, repeats: tuple[int, int, int]) -> Atoms:
    many: Atoms = cell * repeats
    return many


def spinel(n_lithium: int, rng: np.random.Generator) -> Atoms:
    """Return a cubic cell of LixZr2O4 with some of its 8 lithium sites taken at random; lattice between the ends.

    `gbglass.build.crystals.electrodes.spinel` spreads lithium evenly; a potential must also know the uneven orders.

    Raises
    ------
    InputError
        If the number is not from 0 to 8.

    Examples
    --------
    >>> spinel(4, np.random.default_rng(1)).get_chemical_formula()
    'Li4O32Zr16'

    """
    if not 0 <= n_lithium <= LITHIUM_PER_SPINEL:
        raise InputError(f"'n_lithium' must be from 0 to {LITHIUM_PER_SPINEL}, got {n_lithium}")
    x = n_lithium / LITHIUM_PER_SPINEL
    a, u = (x * full + (1.0 - x) * empty for full, empty in zip(_SPINEL_FULL, _SPINEL_EMPTY, strict=True))
    full = build_spinel(SpinelSpec(x=1.0, a=a, u=u), rng).atoms
    gone = set(rng.choice(LITHIUM_PER_SPINEL, LITHIUM_PER_SPINEL - n_lithium, replace=False).tolist())
    return full[[k for k in range(len(full)) if k not in gone]]  # Li stands first


def spinel_host() -> Host:
    """Return LixZr2O4 as an electrode: a cubic cell of 8 lithium sites, its lattice between the ends.

    Examples
    --------
    >>> [len(spinel_host().orders(count, 9)) for count in (0, 1, 2, 8)]
    [1, 1, 2, 1]

    """
    full, empty = (spinel(count, np.random.default_rng(1)) for count in (LITHIUM_PER_SPINEL, 0))
    return Host(full, np.asarray(empty.cell.array, dtype=np.float64))


_Site = tuple[str, tuple[float, float, float]]
_OXIDES: Mapping[str, tuple[list[_Site], int, tuple[float, ...], int]] = MappingProxyType(
    {
        "Li2O": ([("O", (0, 0, 0)), ("Li", (0.25, 0.25, 0.25))], 225, (4.63, 4.63, 4.63, 90, 90, 90), 1),
        "ZrO2": ([("Zr", (0, 0, 0)), ("O", (0.25, 0.25, 0.25))], 225, (5.12, 5.12, 5.12, 90, 90, 90), 1),
        "La2O3": (
            [("La", (1 / 3, 2 / 3, 0.2467)), ("O", (1 / 3, 2 / 3, 0.6470)), ("O", (0, 0, 0))],
            164,
            (3.94, 3.94, 6.18, 90, 90, 120),
            1,
        ),
        "La2Zr2O7": (
            [("La", (0.5, 0.5, 0.5)), ("Zr", (0, 0, 0)), ("O", (0.332, 0.125, 0.125)), ("O", (0.375, 0.375, 0.375))],
            227,
            (10.88, 10.88, 10.88, 90, 90, 90),
            2,
        ),
    }
)
"""Antifluorite, fluorite, A-type La2O3, pyrochlore: sites, space group, cell and its setting."""

_BOXES = MappingProxyType(
    {"Li2O": np.eye(3) * 2, "ZrO2": np.eye(3) * 2, "La2O3": [[3, 0, 0], [2, 4, 0], [0, 0, 2]], "La2Zr2O7": np.eye(3)}
)
"""Orthogonal supercells [of the cells]."""

OXIDES = tuple(_OXIDES)
"""Names that `oxide` knows."""


def oxide(name: str) -> Atoms:
    """Return another oxide of these elements, which melts, glasses and reacted interfaces may hold pieces of.

    Parameters
    ----------
    name
        ``"Li2O"``, ``"ZrO2"`` (cubic), ``"La2O3"`` or ``"La2Zr2O7"``.

    Examples
    --------
    >>> [oxide(name).get_chemical_formula() for name in OXIDES]
    ['Li64O32', 'O64Zr32', 'La48O72', 'La16O56Zr16']

    """
    box: Atoms = make_supercell(_crystal(*_OXIDES[name]), np.array(_BOXES[name], dtype=np.int64))
    box.wrap()
    return box


def _crystal(sites: list[_Site], number: int, cell: tuple[float, ...], setting: int) -> Atoms:
    symbols, basis = zip(*sites, strict=True)
    built = crystal(symbols, basis=basis, spacegroup=number, cellpar=cell, setting=setting, primitive_cell=False)
    return Atoms(built.numbers, positions=built.positions, cell=built.cell, pbc=True)


def turned_spinel(n_lithium: int, rng: np.random.Generator) -> Atoms:
    """Return a spinel cell of twice the size turned by 45° about z, which fits a cell of LLZO within 2 %.

    Parameters
    ----------
    n_lithium
        As in `spinel`.
    rng
        Chooses the sites.

    """
    cell = spinel(n_lithium, rng)
    turned: Atoms = make_supercell(cell, np.array([[1, 1, 0], [-1, 1, 0], [0, 0, 1]]))
    turned.rotate(-45, "z", rotate_cell=True)
    turned.wrap()
    return turned
