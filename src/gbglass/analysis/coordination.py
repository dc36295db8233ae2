"""How many neighbours lithium has: Li-Li against Li-O, and what that says of where it sits.

Li-Li or Li-O alone do not tell the sites of garnet apart; both together do (doi:10.1038/s41467-025-59895-9, Fig. 4g-l).
The cutoffs are the valleys of cubic LLZO: 4.0 Å for Li-Li, the *main* valley, and 3.1 Å for Li-O. With the weak Li-Li
valley at 3.3 Å every lithium would have four neighbours.

=============  ================================  =================================================================
type           Li-Li and Li-O                    what it is
=============  ================================  =================================================================
``24d``        at most 5, and at most 4          on or near a tetrahedron of garnet: 4 and 4
``96h``        4 to 7, and 5 to 7                on or near an octahedron of garnet: 6 and 6, on the way 5
``metallic``   8 or more, and at most 3          aggregated; bcc lithium has 14 and 0
``glass``      all else, and what is in a place  coordinations that garnet does not have, or the surroundings are
               said to be glassy, if not metal   glass by the order of its La and Zr
=============  ================================  =================================================================

Pitfall: most lithium of a glass has coordinations that garnet has too. Only the order of the framework tells it apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gbglass.analysis.statistics import estimate
from gbglass.analysis.streaming import Accumulation, stream
from gbglass.core.arrays import BoolArray, FloatArray, IntArray, StringArray, frozen_floats, frozen_ints
from gbglass.core.groups import Groups, WholeCell
from gbglass.core.neighbours import pair_blocks
from gbglass.core.results import Estimate
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError

TYPES = ("24d", "96h", "glass", "metallic")

LI_LI_CUTOFF = 4.0
"""The main valley of Li-Li in cubic LLZO [Å]."""

LI_O_CUTOFF = 3.1
"""The valley of Li-O in cubic LLZO [Å]."""

_MOST_LI, _MOST_O = 20, 12
"""Of the histogram; higher coordinations count as these."""

_TETRAHEDRAL = (5, 4)
_OCTAHEDRAL = ((4, 7), (5, 7))
_METALLIC = (8, 3)


@dataclass(frozen=True)
class JointCoordination:
    """Coordination of the lithium of a group, and the types that follow from it.

    Parameters
    ----------
    group
        Which lithium; ``"all"`` for all.
    cutoffs
        Of Li-Li and Li-O [Å].
    histogram
        Share of lithium with each pair of coordination numbers, Li-Li from 0 to 20 and Li-O from 0 to 12
        [1, (21, 13)]; sums to 1.
    times
        [ps, (n_frames,)].
    types
        Lithium of each type, in the order of `TYPES` [atoms, (n_frames, 4)].

    """

    group: str
    cutoffs: tuple[float, float]
    histogram: FloatArray
    times: FloatArray
    types: IntArray

    def fraction(self, kind: str) -> Estimate:
        """Average the share of a type over the frames [1].

        Raises
        ------
        InputError
            If there is no such type, there are fewer than 4 frames, or a frame has no lithium in the group.

        """
        if kind not in TYPES:
            raise InputError(f"'kind' must be one of {', '.join(TYPES)}, got {kind!r}")
        total = self.types.sum(axis=1)
        if not total.all():
            raise InputError(
                f"{self.group} must hold lithium in every frame; it is empty at {self.times[total == 0][0]} ps"
            )
        return estimate(self.types[:, TYPES.index(kind)] / total, "1")


@dataclass(frozen=True)
class LithiumTypes:
    """Groups of lithium by type, to split another quantity by, such as a radial distribution.

    Parameters
    ----------
    symbols
        Of the atoms in each frame.
    glassy
        Groups whose lithium counts as glass unless it is metallic, such as the sites that an order parameter names.

    """

    symbols: tuple[str, ...]
    glassy: Groups | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Of the types."""
        return TYPES

    def masks(self, frame: Frame) -> BoolArray:
        """Say which atoms are lithium of each type [bool, (4, n_atoms)]."""
        is_li = np.array(self.symbols) == "Li"
        to_lithium, to_oxygen = lithium_coordination(self.symbols, frame)
        glassy = None if self.glassy is None else _any_of(self.glassy, frame)[is_li]
        masks = np.zeros((len(TYPES), len(is_li)), dtype=np.bool_)
        masks[classify(to_lithium, to_oxygen, glassy), np.flatnonzero(is_li)] = True
        return masks


def lithium_coordination(symbols: Sequence[str] | StringArray, frame: Frame) -> tuple[IntArray, IntArray]:
    """Count the Li and the O around each lithium [int, (n_lithium,) each].

    Raises
    ------
    InputError
        If there is no lithium.

    Examples
    --------
    >>> from ase.build import bulk
    >>> metal = bulk("Li", "bcc", a=3.51, cubic=True)
    >>> frame = Frame(0, 0.0, metal.cell.array, metal.positions)
    >>> [array.tolist() for array in lithium_coordination(("Li", "Li"), frame)]
    [[14, 14], [0, 0]]

    """
    return coordination(symbols, frame, ("Li", "Li"), LI_LI_CUTOFF), coordination(
        symbols, frame, ("Li", "O"), LI_O_CUTOFF
    )


def coordination(symbols: Sequence[str] | StringArray, frame: Frame, pair: tuple[str, str], cutoff: float) -> IntArray:
    """Count the neighbours of one species around each atom of another, in their order [int, (n_centres,)].

    Parameters
    ----------
    symbols
        Of the atoms.
    frame
        Where they are.
    pair
        Centre and neighbour.
    cutoff
        [Å].

    Raises
    ------
    InputError
        If there is no centre.

    """
    kinds = np.asarray(symbols)
    searched = np.flatnonzero(np.isin(kinds, pair))
    is_centre, is_neighbour = kinds[searched] == pair[0], kinds[searched] == pair[1]
    if not is_centre.any():
        raise InputError(f"no atom of {pair[0]}; there are {', '.join(sorted(set(symbols)))}")
    counts = np.zeros(len(searched), dtype=np.int64)
    for near in pair_blocks(frame.positions[searched], frame.cell, cutoff):
        for a, b in ((near.first, near.second), (near.second, near.first)):
            counts += np.bincount(a[is_centre[a] & is_neighbour[b]], minlength=len(searched))
    around: IntArray = counts[is_centre]
    return around


def classify(to_lithium: IntArray, to_oxygen: IntArray, glassy: BoolArray | None = None) -> IntArray:
    """Tell the type of each lithium from its coordinations, as an index into `TYPES` [int, (n,)].

    Examples
    --------
    >>> [TYPES[k] for k in classify(np.array([4, 6, 14, 12]), np.array([4, 6, 0, 4]))]
    ['24d', '96h', 'metallic', 'glass']

    """
    (low, high), (few, many) = _OCTAHEDRAL
    kinds = np.full(len(to_lithium), TYPES.index("glass"))
    kinds[(to_lithium >= low) & (to_lithium <= high) & (to_oxygen >= few) & (to_oxygen <= many)] = TYPES.index("96h")
    kinds[(to_lithium <= _TETRAHEDRAL[0]) & (to_oxygen <= _TETRAHEDRAL[1])] = TYPES.index("24d")
    if glassy is not None:
        kinds[glassy] = TYPES.index("glass")
    kinds[(to_lithium >= _METALLIC[0]) & (to_oxygen <= _METALLIC[1])] = TYPES.index("metallic")
    return kinds


def _any_of(groups: Groups, frame: Frame) -> BoolArray:
    """Say which atoms any of some groups holds [bool, (n_atoms,)]."""
    held: BoolArray = np.logical_or.reduce(groups.masks(frame))
    return held


class JointCoordinations(Accumulation):
    """Counts coordinations frame by frame; histograms of parts add up, types in time are put in order.

    Parameters
    ----------
    symbols
        Of the atoms in each frame.
    centres
        Groups that lithium is sorted into; a result for each.
    glassy
        As for `LithiumTypes`.

    Raises
    ------
    InputError
        If there is no lithium.

    """

    def __init__(self, symbols: tuple[str, ...], centres: Groups | None = None, glassy: Groups | None = None) -> None:
        self._symbols = np.array(symbols)
        self._is_li = self._symbols == "Li"
        self._centres = WholeCell() if centres is None else centres
        self._glassy = glassy
        names = self._centres.names
        super().__init__("joint coordination", names, None if glassy is None else glassy.names)
        self.sums["histogram"] = np.zeros((len(names), _MOST_LI + 1, _MOST_O + 1))

    def add(self, frame: Frame) -> None:
        """Count one frame."""
        self.take_note_of(frame)
        to_lithium, to_oxygen = lithium_coordination(self._symbols, frame)
        glassy = None if self._glassy is None else _any_of(self._glassy, frame)[self._is_li]
        kinds = classify(to_lithium, to_oxygen, glassy)
        cells = np.minimum(to_lithium, _MOST_LI) * (_MOST_O + 1) + np.minimum(to_oxygen, _MOST_O)
        masks = self._centres.masks(frame)[:, self._is_li]
        shape = self.sums["histogram"].shape[1:]
        for row, mask in enumerate(masks):
            self.sums["histogram"][row] += np.bincount(cells[mask], minlength=shape[0] * shape[1]).reshape(shape)
        types = np.stack([np.bincount(kinds[mask], minlength=len(TYPES)) for mask in masks])
        self.rows[frame.step] = (frame.time, types)

    def result(self) -> dict[str, JointCoordination]:
        """Return the coordination of each group by its name.

        Raises
        ------
        InputError
            If no frame was added, or a group held no lithium in any.

        """
        self.need_frames()
        rows = self.in_order()
        times = frozen_floats([row[0] for row in rows])
        types = np.stack([row[1] for row in rows], axis=1)
        results = {}
        for group, counts, of_group in zip(self._centres.names, self.sums["histogram"], types, strict=True):
            if counts.sum() == 0.0:
                raise InputError(f"{group} held no lithium in any of {self.n_frames} frames; take a larger region")
            share = frozen_floats(counts / counts.sum())
            results[group] = JointCoordination(group, (LI_LI_CUTOFF, LI_O_CUTOFF), share, times, frozen_ints(of_group))
        return results


def joint_coordination(
    trajectory: Trajectory, every: int = 1, centres: Groups | None = None, glassy: Groups | None = None
) -> dict[str, JointCoordination]:
    """Count the coordinations of lithium over every n-th frame, by group.

    Raises
    ------
    InputError
        If there is no lithium or no frame, or n is less than 1.

    """
    return stream(trajectory, JointCoordinations(trajectory.symbols, centres, glassy), every).result()
