"""Potentials: what LAMMPS is told, what a structure must be so that the answer means something."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import combinations_with_replacement
from types import MappingProxyType
from typing import Any

from gbglass.core.species import pair_name
from gbglass.errors import InputError

_FOLDER = files("gbglass") / "data" / "potentials"
_SIGMA_TO_MINIMUM = 2.0 ** (1.0 / 6.0)


@dataclass(frozen=True)
class Potential:
    """An interatomic potential as data.

    Parameters
    ----------
    name
        What a study file calls it.
    title
        One line for people.
    elements
        In the order of the LAMMPS atom types.
    fixed_charges
        Charge of each element [e], or None for a potential without fixed charges.
    cutoff
        Longest short-ranged reach [Å].
    lines
        LAMMPS commands that define the interaction, given once atoms and masses exist (also after a restart).
    pair_styles
        What LAMMPS must know.
    validated_for
        Where it may be believed, for the methods text.
    cavity_radii
        Onset of the bulk radial distribution functions of Li with each framework species [Å].
    citation
        Where it comes from.
    checksum
        SHA-256 of its data file.

    """

    name: str
    title: str
    elements: tuple[str, ...]
    fixed_charges: Mapping[str, float] | None
    cutoff: float
    lines: tuple[str, ...]
    pair_styles: frozenset[str]
    validated_for: str
    cavity_radii: Mapping[str, float]
    citation: str
    checksum: str


def available_potentials() -> tuple[str, ...]:
    """Return the names of the potentials that come with gbglass.

    Examples
    --------
    >>> "buckingham-llzo" in available_potentials()
    True

    """
    return tuple(
        sorted(entry.name.removesuffix(".toml") for entry in _FOLDER.iterdir() if entry.name.endswith(".toml"))
    )


def load_potential(name: str) -> Potential:
    """Load a potential that comes with gbglass.

    Raises
    ------
    InputError
        If there is none of that name; lists those that there are.

    Examples
    --------
    >>> load_potential("buckingham-llzo").elements
    ('Li', 'La', 'Zr', 'O')

    """
    if name not in available_potentials():
        raise InputError(f"there is no potential {name!r}; there are {', '.join(available_potentials())}")
    content = (_FOLDER / f"{name}.toml").read_bytes()
    data = tomllib.loads(content.decode("utf-8"))
    return Potential(
        name=name,
        title=data["title"],
        elements=tuple(data["elements"]),
        fixed_charges=MappingProxyType(data["charges"]),
        cutoff=data["cutoff"],
        lines=buckingham_lines(data),
        pair_styles=frozenset({"hybrid/overlay", "buck/coul/long", "lj/cut"}),
        validated_for=data["validated_for"],
        cavity_radii=MappingProxyType(data["cavity_radii"]),
        citation=data["citation"],
        checksum=hashlib.sha256(content).hexdigest(),
    )


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
        onset = reach[pair]
        sigma = f"{onset / _SIGMA_TO_MINIMUM:.10g}"
        lines.append(f"pair_coeff {i} {j} lj/cut {core['strength']:g} {sigma} {onset:.10g}  # {pair} core")
    lines += [f"kspace_style pppm {data['accuracy']:g}", f"kspace_modify order {data['order']}"]
    return tuple(lines)
