"""What the columns of a text dump mean: which are coordinates and of what kind, which are words, which are extras."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from gbglass.core.arrays import FloatArray, IntArray
from gbglass.core.rows import word_of

_WORDS = ("element", "typelabel")
_FLAGS = ("ix", "iy", "iz")


@dataclass(frozen=True)
class _Kind:
    """A way to write coordinates: scaled by the cell or not, unwrapped or not."""

    names: tuple[str, str, str]
    is_scaled: bool
    is_unwrapped: bool


_KINDS = (
    _Kind(("xu", "yu", "zu"), is_scaled=False, is_unwrapped=True),
    _Kind(("xsu", "ysu", "zsu"), is_scaled=True, is_unwrapped=True),
    _Kind(("x", "y", "z"), is_scaled=False, is_unwrapped=False),
    _Kind(("xs", "ys", "zs"), is_scaled=True, is_unwrapped=False),
)
"""The first whose columns are all there is taken."""

_KNOWN = {"id", "type", *_WORDS, *_FLAGS, *(name for kind in _KINDS for name in kind.names)}


class Columns:
    """The columns of a dump, from their names.

    Parameters
    ----------
    names
        As the dump gives them.
    wrong
        Makes the error to raise.

    Raises
    ------
    FormatError
        If there are no ids or no coordinates.

    """

    def __init__(self, names: tuple[str, ...], wrong: Callable[[str], Exception]) -> None:
        self.names = names
        self.words = tuple(name for name in names if name in _WORDS)
        self._place: Mapping[str, int] = MappingProxyType({name: place for place, name in enumerate(names)})
        if "id" not in self._place:
            raise wrong("the column 'id' is due: without it nobody knows which atom is which in the next frame")
        kinds = [kind for kind in _KINDS if all(name in self._place for name in kind.names)]
        if not kinds:
            raise wrong(f"coordinates are due (xu yu zu, x y z, xs ys zs or xsu ysu zsu), got {' '.join(names)}")
        self._kind = kinds[0]
        self._flags = all(name in self._place for name in _FLAGS) and not self._kind.is_unwrapped

    @property
    def is_unwrapped(self) -> bool:
        """Whether the coordinates follow each atom through the faces of the box."""
        return self._kind.is_unwrapped or self._flags

    def ids(self, table: FloatArray) -> FloatArray:
        """Return the ids as they were read [(n_atoms,)]."""
        return table[:, self._place["id"]]

    def positions(self, table: FloatArray, cell: FloatArray, origin: FloatArray) -> FloatArray:
        """Return positions from the corner of the box [Å, (n_atoms, 3)]."""
        positions = self._three(table, self._kind.names)
        flags = self._three(table, _FLAGS) if self._flags else None
        if self._kind.is_scaled:
            scaled: FloatArray = (positions if flags is None else positions + flags) @ cell
            return scaled
        positions -= origin
        if flags is not None:
            positions += flags @ cell
        return positions

    def types(self, table: FloatArray) -> IntArray | None:
        """Return the types, if they were written [int, (n_atoms,)]."""
        return table[:, self._place["type"]].astype(np.int64) if "type" in self._place else None

    def symbols(self, table: FloatArray) -> tuple[str, ...] | None:
        """Return the chemical symbols, if they were written."""
        if "element" not in self._place:
            return None
        codes, which = np.unique(table[:, self._place["element"]], return_inverse=True)
        return tuple(np.array([word_of(code) for code in codes.tolist()])[which].tolist())

    def extras(self, table: FloatArray) -> dict[str, FloatArray]:
        """Return every column that is neither id, type, element nor coordinate [(n_atoms,) each]."""
        return {name: table[:, place].copy() for name, place in self._place.items() if name not in _KNOWN}

    def broken_whole(self, table: FloatArray) -> str | None:
        """Name a column that must hold whole numbers and does not."""
        for name in ("id", "type", *(_FLAGS if self._flags else ())):
            column: FloatArray = table[:, self._place[name]] if name in self._place else table[:0, 0]
            if bool(np.any(column != np.rint(column))):
                return str(name)
        return None

    def _three(self, table: FloatArray, names: tuple[str, str, str]) -> FloatArray:
        three = np.empty((len(table), 3))
        for k, name in enumerate(names):
            three[:, k] = table[:, self._place[name]]  # three long loops are faster than many of three
        return three
