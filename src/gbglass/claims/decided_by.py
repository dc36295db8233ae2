"""Which examples of laptop size hold the cases of a claim, and what running them takes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType


@dataclass(frozen=True)
class Decider:
    """An example whose cases answer a claim.

    Parameters
    ----------
    file
        In ``examples``.
    nanoseconds
        All MD of all its cases [ns]; 0 of a study without time.
    atoms
        Of its cells, mean over that time.
    at_least
        Why it may take more, where that is known; empty if it is not.

    """

    file: str
    nanoseconds: float = 0.0
    atoms: int = 0
    at_least: str = ""

    @property
    def text(self) -> str:
        """Name it with what it takes."""
        cost = f" ({self.nanoseconds:.2g} ns × {self.atoms} atoms)" if self.atoms else ""
        example = f"examples/{self.file}{cost}"
        return f"at least {example}: {self.at_least}" if self.at_least else example


TOLD_APART = 0.15
"""Difference of two rates that three seeds of a discharge of the laptop's size tell from none [atoms/(nm² ps)].

By the error of the one full cell run so far, a standard error of 0.047 in 1.7 nm² and 100 ps, which falls at best as
1/√(area × time): 0.043 in 10.3 nm² and 20 ps, √2 of that for a difference, and Student's interval of three seeds is
4.30/√3 of it. ``docs/results/discharge.md`` has the arithmetic, and what smaller differences take.
"""

_OF_RATES = (
    f"its three seeds tell rates apart that differ by {TOLD_APART:g} atoms/(nm² ps), by the error of the one full cell "
    "run so far, which had 0.017 ± 0.047"
)


_SEGREGATION = Decider("segregation/laptop.toml", 14.8, 1650)
_COOLING = Decider("segregation/laptop-cooling.toml", 9.06, 768)
_ORIENTATION = Decider("orientation/laptop.toml", 1.05, 1540)
_DISCHARGE = Decider("discharge/laptop.toml", 1.26, 1710)
_AMORPHISATION = Decider("amorphisation/laptop.toml", 1.53, 2350)
_NETWORK = Decider("network/laptop.toml", 0.63, 2870)

DECIDED_BY: Mapping[int, tuple[Decider, ...]] = MappingProxyType(
    {
        1: (_SEGREGATION,),
        2: (_SEGREGATION,),
        3: (_SEGREGATION,),
        4: (_COOLING,),
        5: (Decider("segregation/laptop-content.toml", 3.0, 768),),
        6: (_COOLING,),
        7: (Decider("voltage/laptop.toml"),),
        8: (replace(_DISCHARGE, at_least=_OF_RATES),),
        9: (_DISCHARGE,),
        10: (replace(_ORIENTATION, at_least=_OF_RATES),),
        11: (_ORIENTATION,),
        12: (_ORIENTATION,),
        13: (replace(_AMORPHISATION, at_least=_OF_RATES),),
        14: (_AMORPHISATION,),
        15: (_AMORPHISATION,),
        16: (_NETWORK,),
        17: (_NETWORK, Decider("network/laptop-cell.toml", 0.78, 3040)),
        18: (Decider("transport/laptop-glass.toml", 3.69, 1540),),
        19: (Decider("mechanics/laptop.toml", 1.92, 1730), Decider("mechanics/laptop-glass.toml", 1.41, 1920)),
        20: (Decider("charge/laptop.toml"),),
    }
)
"""By the number of the claim."""


def decided_by(number: int) -> str:
    """Say which examples have the cases of a claim.

    Parameters
    ----------
    number
        Of the claim.

    Examples
    --------
    >>> decided_by(7)
    'examples/voltage/laptop.toml'

    """
    return " and ".join(one.text for one in DECIDED_BY.get(number, ()))
