r"""Voltage of a positive electrode against lithium metal, from energies of its orderings and their convex hull.

.. math:: V = -\frac{E(x_2) - E(x_1) - (x_2 - x_1) E_\mathrm{Li}}{(x_2 - x_1)\, e}

===========  =======================================================================================================
symbol       here
===========  =======================================================================================================
E(x)         energy of the host with x lithium, each for one formula unit of the host [eV]
E_Li         energy of one atom of bcc lithium, by the same potential or functional [eV]
x_1, x_2     neighbouring corners of the lower hull of the formation energies: between them two phases live together
===========  =======================================================================================================

Entropy, pressure and the zero-point motion are left out, as is usual (Aydinol et al. 1997,
doi:10.1103/PhysRevB.56.1354). The paper does not print the formula of its Fig. 2b. A voltage depends on the potential:
for LiZr2O4 it is 1.34 V with SevenNet-0, 2.60 V with NEP89.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from ase import Atoms

from gbglass.core.arrays import FloatArray, frozen_floats
from gbglass.errors import InputError

_SAME = 1e-9


@dataclass(frozen=True)
class Ordering:
    """One structure with its energy.

    Parameters
    ----------
    content
        x, lithium for each formula unit of the host [1].
    energy
        Of one formula unit of the host with its lithium [eV].
    name
        Such as that of its file.

    """

    content: float
    energy: float
    name: str = ""


@dataclass(frozen=True)
class VoltageCurve:
    """Voltage against lithium content.

    Parameters
    ----------
    contents
        x of the corners of the hull, rising [1, (n_corners,)].
    voltages
        Plateau between each two of them: falls or stays as x rises [V, (n_corners - 1,)].
    mean
        From the first corner to the last: what a whole discharge gives on average [V].
    names
        Of the orderings at the corners.
    lithium_energy
        E_Li [eV].
    all_contents
        x of every ordering [1, (n_orderings,)].
    formation
        Energy of every ordering over the line from the emptiest to the fullest [eV, (n_orderings,)].
    above_hull
        Energy of every ordering above the hull, for each formula unit [eV, (n_orderings,)].

    """

    contents: FloatArray
    voltages: FloatArray
    mean: float
    names: tuple[str, ...]
    lithium_energy: float
    all_contents: FloatArray
    formation: FloatArray
    above_hull: FloatArray

    def at(self, content: float) -> float:
        """Return the voltage at a lithium content [V]; at a corner that of the plateau it ends.

        Raises
        ------
        InputError
            If there is no ordering on both sides of it.

        """
        if not self.contents[0] <= content <= self.contents[-1]:
            raise InputError(f"'content' must be from {self.contents[0]:g} to {self.contents[-1]:g}, got {content:g}")
        after = int(np.searchsorted(self.contents[1:-1], content, side="left"))
        return float(self.voltages[after])

    def between(self, low: float, high: float) -> float:
        """Return the mean voltage from one lithium content to another: what a discharge between them gives [V].

        Raises
        ------
        InputError
            If `low` is not below `high`, or there is no ordering on both sides of both.

        """
        if not self.contents[0] <= low < high <= self.contents[-1]:
            raise InputError(
                f"'low' and 'high' must rise from {self.contents[0]:g} to {self.contents[-1]:g} at most, "
                f"got {low:g} and {high:g}"
            )
        inside = np.clip(self.contents, low, high)
        return float(np.diff(inside) @ self.voltages) / (high - low)


def voltage_curve(orderings: Sequence[Ordering], lithium_energy: float) -> VoltageCurve:
    """Find the plateaus.

    Parameters
    ----------
    orderings
        Of the same host, two contents at the least; for a content in between several arrangements of lithium, of which
        the best counts.
    lithium_energy
        Of one atom of bcc lithium, by what gave the orderings' energies [eV].

    Raises
    ------
    InputError
        If there are fewer than two contents, or a number is not finite.

    Examples
    --------
    LiZr2O4 by density functional theory, 0 and 1 alone (one plateau):

    >>> curve = voltage_curve([Ordering(0.0, -106.217 / 2), Ordering(1.0, -112.921 / 2)], -1.905)
    >>> round(curve.mean, 2)
    1.45

    """
    contents = np.array([ordering.content for ordering in orderings], dtype=np.float64)
    energies = np.array([ordering.energy for ordering in orderings], dtype=np.float64)
    if not (np.isfinite(contents).all() and np.isfinite(energies).all() and np.isfinite(lithium_energy)):
        raise InputError("contents and energies must be finite numbers; some are not")
    if len(contents) == 0 or np.ptp(contents) < _SAME:
        raise InputError(f"a voltage needs orderings of two contents or more, got {sorted(set(contents.tolist()))}")
    corners = _lower_hull(contents, energies)
    x, e = contents[corners], energies[corners]
    line = e[0] + (contents - x[0]) * (e[-1] - e[0]) / (x[-1] - x[0])
    return VoltageCurve(
        contents=frozen_floats(x),
        voltages=frozen_floats(lithium_energy - np.diff(e) / np.diff(x)),
        mean=float(lithium_energy - (e[-1] - e[0]) / (x[-1] - x[0])),
        names=tuple(orderings[corner].name for corner in corners),
        lithium_energy=lithium_energy,
        all_contents=frozen_floats(contents),
        formation=frozen_floats(energies - line),
        above_hull=frozen_floats(energies - np.interp(contents, x, e)),
    )


def ordering_of(atoms: Atoms, energy: float, host: str = "Zr", per_formula: int = 2, name: str = "") -> Ordering:
    """Read content and energy for one formula unit from a structure and its total energy.

    Parameters
    ----------
    atoms
        The structure; other species than lithium and the host element only have to keep their number to it.
    energy
        Of the whole structure [eV].
    host
        The element that counts formula units.
    per_formula
        How many of it a formula unit has: two Zr in LixZr2O4.
    name
        For the curve.

    Raises
    ------
    InputError
        If the structure holds none of the host element, or no whole number of formula units.

    Examples
    --------
    >>> ordering_of(Atoms("Li2Zr4O8"), -112.921).content
    1.0

    """
    symbols = atoms.get_chemical_symbols()
    units, rest = divmod(symbols.count(host), per_formula)
    if units == 0 or rest:
        raise InputError(f"{atoms.symbols} must hold a whole number of formula units with {per_formula} {host} each")
    return Ordering(symbols.count("Li") / units, energy / units, name)


def _lower_hull(contents: FloatArray, energies: FloatArray) -> list[int]:
    """Return the orderings at the corners of the lower convex hull, in order of content (Andrew 1979)."""
    best: dict[float, int] = {}
    for k in np.lexsort((energies, contents)).tolist():
        same = next((x for x in best if abs(x - contents[k]) < _SAME), None)
        if same is None:
            best[float(contents[k])] = k
    hull: list[int] = []
    for k in (best[x] for x in sorted(best)):
        while len(hull) > 1 and not _turns_up(contents, energies, (hull[-2], hull[-1], k)):
            hull.pop()
        hull.append(k)
    return hull


def _turns_up(contents: FloatArray, energies: FloatArray, three: tuple[int, int, int]) -> bool:
    """Say whether the middle one of three lies below the line between the others."""
    first, second = pairwise(three)
    slopes = [(energies[b] - energies[a]) / (contents[b] - contents[a]) for a, b in (first, second)]
    return bool(slopes[1] > slopes[0] + _SAME)
