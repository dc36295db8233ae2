r"""Discharge of a cell: lithium in each part against time, and an account that closes in every frame.

The lithium of a part is counted in each frame. What crossed its faces is counted by itself, from the unwrapped
coordinates u of each ion and the place p of the face, both in parts of the cell vector:

.. math:: S_p(t) = \sum_i \lfloor u_i(t) - p(t) \rfloor, \qquad C_p(t) = S_p(t) - S_p(0)

C is the lithium that went up through the face less what came down, with no regard to how far apart the frames are. Then

.. math:: N(t) - N(0) - C_\mathrm{lower}(t) + C_\mathrm{upper}(t) = 0

for every part in every frame, or the account is wrong and nothing is returned. The faces follow the La and Zr beside
them (`gbglass.core.interfaces`). No voltage is applied: lithium goes as neutral atoms where its chemical potential is
lower, and there is no outer circuit. Source: doi:10.1038/s41467-025-59895-9, Figs. 2d-f, 3b, 4b, c.
"""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from gbglass.analysis.frame_rows import FrameRows
from gbglass.core.arrays import FloatArray, IntArray, frozen_floats, frozen_ints
from gbglass.core.cell import face_area
from gbglass.core.framework import AnchoredFrame, FrameworkAnchor
from gbglass.core.interfaces import CellParts
from gbglass.core.region import Region
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError, StateError

_Row = tuple[float, IntArray, IntArray, float, int]
"""Time, counts, windings about each face, area, hosts."""


@dataclass(frozen=True)
class Compartments:
    """The parts of a cell, and regions of its electrolyte that are counted by themselves.

    Parameters
    ----------
    parts
        From the negative electrode at the bottom upwards.
    electrolyte
        Name of the part that the regions lie in.
    regions
        By name, such as of the boundaries; what none of them holds is the rest. No atom may lie in two.

    Raises
    ------
    InputError
        If there is no such part, or a name stands twice.

    """

    parts: CellParts
    electrolyte: str = "LLZO"
    regions: dict[str, Region] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.electrolyte not in self.parts.names:
            raise InputError(f"'electrolyte' must be one of {', '.join(self.parts.names)}, got {self.electrolyte!r}")
        twice = [name for name, n in Counter(self.names).items() if n > 1]
        if twice:
            raise InputError(f"regions must have names of their own, but {', '.join(twice)} stands twice")

    @property
    def names(self) -> tuple[str, ...]:
        """Of all compartments: the parts, the electrolyte's regions and its rest in its place."""
        return tuple(
            name
            for part in self.parts.names
            for name in (self.electrolyte_names if part == self.electrolyte else (part,))
        )

    @property
    def electrolyte_names(self) -> tuple[str, ...]:
        """Of the compartments that make up the electrolyte."""
        return (*self.regions, f"rest of {self.electrolyte}") if self.regions else (self.electrolyte,)

    @property
    def part_of(self) -> tuple[int, ...]:
        """The part that each compartment belongs to, from 0."""
        whole = [len(self.electrolyte_names) if part == self.electrolyte else 1 for part in self.parts.names]
        return tuple(part for part, n in enumerate(whole) for _ in range(n))

    def assign(self, view: AnchoredFrame, edges: FloatArray) -> IntArray:
        """Return the compartment of each atom, from 0 [int, (n_atoms,)].

        Raises
        ------
        InputError
            If two regions of the electrolyte hold one atom.

        """
        part = self.parts.assign(view.fractional, edges)
        first = np.array([self.part_of.index(k) for k in range(len(self.parts.names))])
        compartment: IntArray = first[part]
        inside = part == self.parts.names.index(self.electrolyte)
        compartment[inside] += len(self.regions)
        taken = np.zeros(len(part), dtype=np.bool_)
        for number, (name, region) in enumerate(self.regions.items()):
            held = region.mask(view) & inside
            if (held & taken).any():
                raise InputError(
                    f"region {name!r} holds {int((held & taken).sum())} atoms that another region holds too"
                )
            compartment[held] -= len(self.regions) - number
            taken |= held
        return compartment


@dataclass(frozen=True)
class Discharge:
    """Lithium in the compartments of a cell.

    Parameters
    ----------
    species
        What was counted.
    parts
        Names of the parts, from the bottom.
    compartments
        Names of the compartments.
    part_of
        The part of each compartment, from 0.
    n_total
        Atoms of the species in the cell.
    n_hosts
        Zr in the last part at the start: LixZr2O4 has two for each x [atoms].
    steps
        [int, (n_frames,)].
    times
        [ps, (n_frames,)].
    counts
        [atoms, (n_frames, n_compartments)].
    crossings
        Through the lower face of each part since the first frame, up less down; the first face is where the cell
        closes [atoms, (n_frames, n_parts)].
    areas
        Of an interface [Å², (n_frames,)].

    """

    species: str
    parts: tuple[str, ...]
    compartments: tuple[str, ...]
    part_of: tuple[int, ...]
    n_total: int
    n_hosts: int
    steps: IntArray
    times: FloatArray
    counts: IntArray
    crossings: IntArray
    areas: FloatArray

    @property
    def part_counts(self) -> IntArray:
        """Lithium in each part [atoms, (n_frames, n_parts)]."""
        belongs = np.array(self.part_of)[:, None] == np.arange(len(self.parts))
        sums: IntArray = self.counts @ belongs.astype(np.int64)
        return sums

    @property
    def ledger(self) -> IntArray:
        """What the account of each part lacks; anything but 0 is a mistake [atoms, (n_frames, n_parts)]."""
        gained = self.part_counts - self.part_counts[0]
        lacking: IntArray = gained - self.crossings + np.roll(self.crossings, -1, axis=1)
        return lacking

    @property
    def content(self) -> FloatArray:
        """The x of LixZr2O4 in the positive electrode [1, (n_frames,)].

        Raises
        ------
        InputError
            If the last part holds no Zr.

        """
        if self.n_hosts == 0:
            raise InputError(f"the last part, {self.parts[-1]}, holds no Zr, so it has no x")
        content: FloatArray = 2.0 * self.part_counts[:, -1] / self.n_hosts
        return content

    def compartment(self, name: str) -> IntArray:
        """Return the count of one compartment [atoms, (n_frames,)].

        Raises
        ------
        InputError
            If there is none of this name.

        """
        if name not in self.compartments:
            raise InputError(f"a compartment must be one of {', '.join(self.compartments)}, got {name!r}")
        return self.counts[:, self.compartments.index(name)]


class DischargeCounter:
    """Counts frame by frame.

    Parameters
    ----------
    trajectory
        Whose atoms are counted; its frames are added by the caller.
    compartments
        Into which.
    anchor
        The framework whose drift is removed: the electrolyte's La and Zr alone.
    species
        What to count.

    """

    def __init__(
        self, trajectory: Trajectory, compartments: Compartments, anchor: FrameworkAnchor, species: str = "Li"
    ) -> None:
        self._species = species
        self._indices = trajectory.indices(species)
        self._zirconium = np.flatnonzero(np.array(trajectory.symbols) == "Zr")
        self._compartments = compartments
        self._anchor = anchor
        self.rows = FrameRows[_Row]()

    def add(self, frame: Frame) -> None:
        """Count one frame.

        Raises
        ------
        InputError
            If a position is not finite, or two regions hold one atom.
        StateError
            If a part has vanished.

        """
        view = self._anchor.view(frame)
        if not np.isfinite(view.fractional).all():
            raise InputError(f"positions must be finite, but some are not at step {frame.step}; the run has blown up")
        parts = self._compartments.parts
        edges = parts.edges(view.fractional)
        assigned = self._compartments.assign(view, edges)
        counts = np.bincount(assigned[self._indices], minlength=len(self._compartments.names))
        windings = parts.windings(view.fractional[self._indices], edges)
        area = face_area(frame.cell, parts.axis)
        last = np.array(self._compartments.part_of)[assigned[self._zirconium]] == len(parts.names) - 1
        self.rows.add(frame.step, (frame.time, counts, windings, area, int(last.sum())))

    def merge(self, other: "DischargeCounter") -> None:
        """Take over what another counter counted in other frames of the same trajectory, in any order.

        Each frame is counted by itself, and the first of all is the one that crossings count from.
        """
        self.rows.merge(other.rows)

    def result(self) -> Discharge:
        """Return the counts of all frames added so far.

        Raises
        ------
        InputError
            If there is none.
        StateError
            If the account of a part does not close.

        """
        steps, rows = self.rows.in_order()
        times, counts, windings, areas, hosts = zip(*rows, strict=True)
        crossings = np.stack(windings)
        discharge = Discharge(
            species=self._species,
            parts=self._compartments.parts.names,
            compartments=self._compartments.names,
            part_of=self._compartments.part_of,
            n_total=len(self._indices),
            n_hosts=hosts[0],
            steps=frozen_ints(steps),
            times=frozen_floats(times),
            counts=frozen_ints(np.stack(counts)),
            crossings=frozen_ints(crossings - crossings[0]),
            areas=frozen_floats(areas),
        )
        _check(discharge)
        return discharge


def measure_discharge(
    trajectory: Trajectory, compartments: Compartments, anchor: FrameworkAnchor, species: str = "Li"
) -> Discharge:
    """Count lithium in the compartments of a cell in every frame of a trajectory.

    Raises
    ------
    InputError, StateError
        As `DischargeCounter` does.

    Examples
    --------
    One lithium ion goes from the negative electrode through the electrolyte to the positive electrode:

    >>> from ase import Atoms
    >>> from gbglass.core.framework import anchor_framework
    >>> from gbglass.core.interfaces import tie_parts
    >>> atoms = Atoms("Li2LaZr2", positions=[[0, 0, z] for z in (1, 3, 7, 11, 15)], cell=[5, 5, 30], pbc=True)
    >>> paths = [atoms.positions + [[0, 0, 0], [0, 0, dz], *[[0, 0, 0]] * 3] for dz in (0, 5, 11)]
    >>> frames = [Frame(n, 0.1 * n, atoms.cell.array, xyz) for n, xyz in enumerate(paths)]
    >>> trajectory = Trajectory(tuple(atoms.get_chemical_symbols()), lambda: iter(frames))
    >>> compartments = Compartments(tie_parts(atoms, ("Li", "LLZO", "LZO"), (5.0, 13.0)))
    >>> discharge = measure_discharge(trajectory, compartments, anchor_framework(atoms, np.arange(4)))
    >>> discharge.counts.tolist()
    [[2, 0, 0], [1, 1, 0], [1, 0, 1]]
    >>> int(abs(discharge.ledger).max()), discharge.content.tolist()
    (0, [0.0, 0.0, 2.0])

    """
    counter = DischargeCounter(trajectory, compartments, anchor, species)
    for frame in trajectory:
        counter.add(frame)
    return counter.result()


def _check(discharge: Discharge) -> None:
    missing = discharge.counts.sum(axis=1) - discharge.n_total
    if missing.any():
        first = int(np.flatnonzero(missing)[0])
        raise StateError(
            f"the compartments hold {discharge.counts[first].sum()} {discharge.species} at step "
            f"{discharge.steps[first]}, not all {discharge.n_total}"
        )
    if discharge.ledger.any():
        first, part = (int(k[0]) for k in np.nonzero(discharge.ledger))
        raise StateError(
            f"the account of {discharge.parts[part]} does not close: {discharge.ledger[first, part]} "
            f"{discharge.species} too many at step {discharge.steps[first]}"
        )
