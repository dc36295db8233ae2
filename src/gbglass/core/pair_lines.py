"""The LAMMPS commands of the pair interactions that gbglass writes itself."""

from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement
from typing import Any

from gbglass.core.species import pair_name

_SIGMA_TO_MINIMUM = 2.0 ** (1.0 / 6.0)


def buckingham_lines(data: Mapping[str, Any]) -> tuple[str, ...]:
    r"""Write the LAMMPS commands of a Buckingham potential with a core.

    .. math:: \phi = A e^{-r/\rho} - C/r^6 + q_i q_j / r + \mathrm{core}(r), \quad
        \mathrm{core} = 4ε[(σ/r)^{12} - (σ/r)^6] + ε \text{ for } r < 2^{1/6}σ \text{, else } 0

    Parameters
    ----------
    data
        As in the packaged file: ``elements``, ``cutoff``, ``accuracy``, ``order``, ``buckingham``, ``core``.

    """
    elements, core = data["elements"], data["core"]
    reach: Mapping[str, float] = core["reach"]
    lines = [
        f"pair_style hybrid/overlay buck/coul/long {data['cutoff']:g} lj/cut {max(reach.values()):g}",
        "pair_modify pair lj/cut shift yes",
        "pair_coeff * * buck/coul/long 0.0 1.0 0.0",
    ]
    for (i, first), (j, second) in combinations_with_replacement(enumerate(elements, start=1), 2):
        pair = pair_name(first, second)
        if pair in data["buckingham"]:
            strength, length, dispersion = data["buckingham"][pair]
            lines.append(f"pair_coeff {i} {j} buck/coul/long {strength:g} {length:g} {dispersion:g}  # {pair}")
        lines.append(_core_line(i, j, pair, core))
    lines += [f"kspace_style pppm {data['accuracy']:g}", f"kspace_modify order {data['order']}"]
    return tuple(lines)


def core_lines(elements: Sequence[str], core: Mapping[str, Any]) -> list[str]:
    """Write the core of every pair as sub-style ``lj/cut`` of a hybrid, to be shifted by ``pair_modify``.

    Parameters
    ----------
    elements
        In the order of the atom types.
    core
        ``strength`` [eV] and ``reach`` of each pair [Å]; a pair without one, such as two dopants that never met, has
        no core.

    Examples
    --------
    >>> core_lines(["Li"], {"strength": 1.0, "reach": {"Li-Li": 1.24}})
    ['pair_coeff 1 1 lj/cut 1 1.10471441 1.24  # Li-Li core']

    """
    pairs = combinations_with_replacement(enumerate(elements, start=1), 2)
    named = [(i, j, pair_name(first, second)) for (i, first), (j, second) in pairs]
    return [_core_line(i, j, pair, core) for i, j, pair in named if pair in core["reach"]]


def _core_line(i: int, j: int, pair: str, core: Mapping[str, Any]) -> str:
    reach = core["reach"][pair]
    return (
        f"pair_coeff {i} {j} lj/cut {core['strength']:g} {reach / _SIGMA_TO_MINIMUM:.10g} {reach:.10g}  # {pair} core"
    )
