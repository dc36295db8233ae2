"""Radial distributions in dynamics: cubic LLZO at 1200 K and its melt at 3000 K, as in the paper's SI Fig. 2.

Both sides start from the same cell. A teacher is too slow to melt a crystal: the melt comes from the store of labels,
and keeps the volume that it has there. The share of glassy La and Zr says what each was at its end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from ase import Atoms

from gbglass.analysis.rdf import RadialDistribution, radial_distributions
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.learning.validation.check import Check, Curve, Number
from gbglass.learning.validation.evaluator import Dynamics, Evaluator
from gbglass.learning.validation.molten import MELT_K, need_molten, share_at_end

PAIRS = (("Li", "O"), ("La", "O"), ("Zr", "O"), ("Li", "Li"), ("O", "O"))
_FIRST_PEAK_END = 3.2
"""Between the first and the second shell of oxygen around a cation [Å]."""

CRYSTAL = Dynamics(temperature_K=1200.0, skip_ps=0.3, duration_ps=0.6, timestep_fs=2.0)
MELT = Dynamics(temperature_K=MELT_K, skip_ps=0.5, duration_ps=2.0, timestep_fs=1.0)
"""With the crystal 2950 steps: a teacher needs about half a second for each."""


@dataclass(frozen=True)
class _Case:
    """A start and what is done with it."""

    atoms: Atoms
    asked: Dynamics


def distributions(evaluator: Evaluator, melt: Atoms | None = None) -> Check:
    """Run the crystal, and the melt if one is given; return g(r) of each pair and where its first peak is.

    Parameters
    ----------
    evaluator
        Model or teacher.
    melt
        A cell of LLZO that is molten already, in an orthogonal cell.

    Raises
    ------
    InputError
        If the melt is not molten: a crystal would stay one in so short a time.

    """
    crystal = cubic_llzo(12, np.random.default_rng(1))
    cases = {"c-LLZO at 1200 K": _Case(crystal, CRYSTAL)}
    if melt is not None:
        need_molten(melt, "the start of the melt at 3000 K")
        cases["melt at 3000 K"] = _Case(melt, MELT)
    numbers, curves = [], []
    for title, case in cases.items():
        run = evaluator.run(case.atoms, case.asked)
        found = radial_distributions(run, PAIRS)
        numbers.append(Number(f"glassy La and Zr at the end, {title}", share_at_end(run), "1"))
        for pair, rdf in found.items():
            name = f"{pair} in {title}"
            curves.append(Curve(name, rdf.r, rdf.g, "r (Å)", "g(r)"))
            numbers += _peak(name, rdf)
    return Check("Radial distributions", tuple(numbers), tuple(curves))


def _peak(name: str, rdf: RadialDistribution) -> list[Number]:
    near = rdf.r < _FIRST_PEAK_END
    place = int(np.argmax(rdf.g[near]))
    around = float(rdf.coordination[near][-1])
    return [
        Number(f"first peak of {name}", float(rdf.r[place]), "Å"),
        Number(f"neighbours within {_FIRST_PEAK_END:g} Å, {name}", around, "1"),
    ]


def distance_between(first: Check, second: Check) -> Mapping[str, float]:
    r"""Return how far two sets of distributions are apart: :math:`\int |g_1 - g_2| dr / \int g_2 dr` by curve [1].

    Parameters
    ----------
    first, second
        Of the same pairs on the same grid; curves that only one has are left out.

    """
    others = {curve.name: curve for curve in second.curves}
    found = {}
    for curve in first.curves:
        other = others.get(curve.name)
        if other is not None and len(other.y) == len(curve.y):
            found[curve.name] = float(np.abs(curve.y - other.y).sum() / other.y.sum())
    return MappingProxyType(found)
