r"""Energy per atom by region: as the potential splits it, against a reference of the same composition, and its spread.

Energies of single atoms are *not unique*: only their sum over the cell means anything. How a learned potential splits
it is an accident of the training, pair potentials give each partner one half. A region with another composition than
the bulk has another raw energy per atom whatever its bonding. So beside the raw energy stands

.. math:: e^x_R = \frac{1}{N_R} \Big( E_R - \sum_s N_{s,R}\, ε_s \Big), \qquad
    ε_s = \langle e_i \rangle_{i ∈ s,\ \mathrm{reference}}

===========  ========================================================================
symbol       here
===========  ========================================================================
E_R, N_R     sum of the per-atom energies in a region, and its atoms
N_{s,R}      its atoms of species s
ε_s          mean per-atom energy of species s in the reference region, in all frames
===========  ========================================================================

which a different split of the same atoms' energies leaves alone as long as it shifts all atoms of a species alike.
Splits that move energy between neighbours remain: a committee of potentials shows how much, by its spread. Compare only
energies of one potential.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gbglass.analysis.statistics import estimate
from gbglass.analysis.streaming import Accumulation
from gbglass.core.arrays import FloatArray, IntArray, frozen_floats, frozen_ints
from gbglass.core.groups import Groups
from gbglass.core.results import Estimate
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError

NOT_UNIQUE = (
    "Energies of single atoms are not unique, only their sum over the cell is: each potential splits it in its "
    "own way. "
    "Read differences of one species in time, or the composition-referenced energy beside its committee spread."
)

AtomicEnergies = Callable[[Frame], FloatArray]
"""Gives the energies of the atoms of a frame [eV, (n_potentials, n_atoms)]; one row without a committee."""


@dataclass(frozen=True)
class RegionEnergy:
    """Energy per atom of a region.

    Parameters
    ----------
    group
        Which region.
    times
        [ps, (n_frames,)].
    n_atoms
        In the region [atoms, (n_frames,)].
    raw
        As the first potential splits it [eV/atom, (n_frames,)].
    referenced
        Over a reference of the same composition, by the first potential [eV/atom, (n_frames,)].
    spread
        Standard deviation of the referenced energy over the potentials of a committee; not a number without one
        [eV/atom, (n_frames,)].
    references
        ε_s of each species by the first potential, in the order of `species` [eV/atom, (n_species,)].
    species
        In the order of `references`.
    remark
        What such an energy is not.

    """

    group: str
    times: FloatArray
    n_atoms: IntArray
    raw: FloatArray
    referenced: FloatArray
    spread: FloatArray
    references: FloatArray
    species: tuple[str, ...]
    remark: str = NOT_UNIQUE

    @property
    def mean_raw(self) -> Estimate:
        """Average over the frames [eV/atom]; needs 4 frames."""
        return estimate(self.raw, "eV/atom")

    @property
    def mean_referenced(self) -> Estimate:
        """Average over the frames [eV/atom]; needs 4 frames."""
        return estimate(self.referenced, "eV/atom")

    @property
    def split_alone_could_explain_it(self) -> bool | None:
        """Whether two spreads of the committee reach zero from the mean; None without a committee."""
        spread = float(self.spread.mean())
        return bool(abs(self.referenced.mean()) <= 2.0 * spread) if np.isfinite(spread) else None


class RegionEnergies(Accumulation):
    """Adds up energies frame by frame; frames of parts are put in order of time, references are means over all.

    Parameters
    ----------
    symbols
        Of the atoms in each frame.
    energies
        Gives those of a frame's atoms, such as a column of a dump.
    regions
        Groups that atoms are sorted into; an energy for each.
    reference
        Which of the groups is the reference, such as ``"interior"``.

    Raises
    ------
    InputError
        If there is no such group.

    """

    def __init__(self, symbols: tuple[str, ...], energies: AtomicEnergies, regions: Groups, reference: str) -> None:
        if reference not in regions.names:
            raise InputError(f"'reference' must be one of {', '.join(regions.names)}, got {reference!r}")
        super().__init__("energy by region", regions.names, reference)
        self._energies, self._regions, self._reference = energies, regions, reference
        self._species = tuple(sorted(set(symbols)))
        self._kinds = np.searchsorted(self._species, np.array(symbols))

    def add(self, frame: Frame) -> None:
        """Add up one frame.

        Raises
        ------
        InputError
            If the energies are not those of the frame's atoms, or not finite.

        """
        energies = self._energies(frame)
        if energies.shape[1:] != (len(self._kinds),) or not np.isfinite(energies).all():
            raise InputError(
                f"energies must be finite and of shape (n_potentials, {len(self._kinds)}), got {energies.shape} "
                f"at step {frame.step}"
            )
        self.take_note_of(frame)
        n_species = len(self._species)
        masks = self._regions.masks(frame)
        counts = np.stack([np.bincount(self._kinds[mask], minlength=n_species) for mask in masks])
        sums = np.stack([[np.bincount(self._kinds[mask], row[mask], n_species) for row in energies] for mask in masks])
        self.rows[frame.step] = (frame.time, counts, sums)

    def result(self) -> dict[str, RegionEnergy]:
        """Return the energy of each region by its name.

        Raises
        ------
        InputError
            If no frame was added, a region was empty in one, or holds a species that the reference never does.

        """
        self.need_frames()
        times, all_counts, all_sums = zip(*self.in_order(), strict=True)
        counts, sums = np.stack(all_counts), np.stack(all_sums)  # (frames, groups, [potentials,] species)
        at = self._regions.names.index(self._reference)
        in_reference = counts[:, at].sum(axis=0)
        counted = zip(self._species, in_reference, counts.sum(axis=(0, 1)), strict=True)
        unknown = [species for species, inside, everywhere in counted if everywhere > inside == 0]
        if unknown:
            raise InputError(f"the reference {self._reference} holds no {', '.join(unknown)}, but another region does")
        references = sums[:, at].sum(axis=0) / np.maximum(in_reference, 1)  # (potentials, species)
        results = {}
        for row, group in enumerate(self._regions.names):
            n_atoms = counts[:, row].sum(axis=1)
            if not n_atoms.all():
                raise InputError(f"{group} was empty at {times[int(np.argmin(n_atoms))]:g} ps; take a larger region")
            expected = np.einsum("fs,ps->fp", counts[:, row], references)
            whole = sums[:, row].sum(axis=2)
            referenced = (whole - expected) / n_atoms[:, None]
            n_potentials = whole.shape[1]
            spread = referenced.std(axis=1, ddof=1) if n_potentials > 1 else np.full(len(times), np.nan)
            results[group] = RegionEnergy(
                group, frozen_floats(times), frozen_ints(n_atoms), frozen_floats(whole[:, 0] / n_atoms),
                frozen_floats(referenced[:, 0]), frozen_floats(spread), frozen_floats(references[0]), self._species,
            )  # fmt: skip
        return results


def region_energies(
    trajectory: Trajectory, energies: AtomicEnergies, regions: Groups, reference: str
) -> dict[str, RegionEnergy]:
    """Average the energy per atom of each region in every frame of a trajectory.

    Raises
    ------
    InputError
        If there is no such reference, no frame, or the energies do not fit.

    Examples
    --------
    Every Li has -2 eV and every Zr -9 eV wherever it is, so only the composition tells the regions apart:

    >>> from gbglass.core.framework import FrameworkAnchor
    >>> from gbglass.core.groups import RegionGroups
    >>> from gbglass.core.region import Slab
    >>> z = np.array([1.0, 2.0, 3.0, 6.0, 7.0])
    >>> frame = Frame(0, 0.0, np.eye(3) * 10.0, np.stack([z, z, z], axis=1))
    >>> trajectory = Trajectory(("Zr", "Li", "Li", "Zr", "Li"), lambda: iter([frame]))
    >>> halves = {"low": Slab(low=0.0, high=0.5), "high": Slab(low=0.5, high=1.0)}
    >>> regions = RegionGroups(FrameworkAnchor(np.array([0]), np.full((1, 3), 0.1)), halves)
    >>> found = region_energies(trajectory, lambda _: np.array([[-9.0, -2, -2, -9, -2]]), regions, "high")
    >>> float(found["low"].raw[0].round(3)), float(found["high"].raw[0]), float(found["low"].referenced[0])
    (-4.333, -5.5, 0.0)

    """
    total = RegionEnergies(trajectory.symbols, energies, regions, reference)
    for frame in trajectory:
        total.add(frame)
    return total.result()
