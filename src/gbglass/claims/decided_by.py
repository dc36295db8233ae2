"""Which examples of laptop size hold the cases of a claim, and what running them takes."""

from collections.abc import Mapping
from dataclasses import dataclass
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

    """

    file: str
    nanoseconds: float = 0.0
    atoms: int = 0

    @property
    def text(self) -> str:
        """Name it with what it takes."""
        cost = f" ({self.nanoseconds:.2g} ns × {self.atoms} atoms)" if self.atoms else ""
        return f"examples/{self.file}{cost}"


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
        8: (_DISCHARGE,),
        9: (_DISCHARGE,),
        10: (_ORIENTATION,),
        11: (_ORIENTATION,),
        12: (_ORIENTATION,),
        13: (_AMORPHISATION,),
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
