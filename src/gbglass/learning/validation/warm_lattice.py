"""Thermal expansion under a potential, from the warm lattice constants that its card states: nothing is run."""

import numpy as np

from gbglass.core.arrays import frozen_floats
from gbglass.core.potential import Potential
from gbglass.learning.validation.check import Check, Curve, Number
from gbglass.learning.validation.transition import expansion

CRYSTALS = ("LLZO", "LiZr2O4")

_FEWEST = 3
_PER_MILLION = 1e6


def card_expansion(potential: Potential) -> Check:
    """Return the linear expansion of LLZO and LiZr2O4 over all warm lattice constants of the card.

    Parameters
    ----------
    potential
        With three lattice constants above 0 K or more of a crystal; what has fewer is named in a remark. The interval
        is from the scatter about a line, so three points give a wide one.

    """
    numbers: list[Number] = []
    curves, remarks = [], []
    for of in CRYSTALS:
        points = np.array(sorted((one.temperature, one.length) for one in potential.lattice if one.of == of))
        warm = points[points[:, 0] > 0.0] if len(points) else points
        if len(warm) < _FEWEST:
            remarks.append(f"The card has {len(warm)} warm lattice constants of {of}, {_FEWEST} are needed")
            continue
        span = f"of {of}, {warm[0, 0]:g} to {warm[-1, 0]:g} K"
        value, reach = expansion(warm)
        numbers.append(Number(f"linear expansion {span}", value * _PER_MILLION, "1e-6/K"))
        numbers.append(Number(f"half interval of the expansion {span}", reach * _PER_MILLION, "1e-6/K"))
        curves.append(Curve(of, frozen_floats(warm[:, 0]), frozen_floats(warm[:, 1]), "temperature (K)", "edge (Å)"))
    return Check("Thermal expansion, by the card", tuple(numbers), tuple(curves), tuple(remarks))
