"""What is known of the elements before any potential: formal charges and the contacts that no structure may have.

The numbers and their sources are in ``data/species.toml``.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib.resources import files
from itertools import combinations_with_replacement
from types import MappingProxyType

from ase import Atoms

from gbglass.errors import InputError

_DATA = tomllib.loads((files("gbglass") / "data" / "species.toml").read_text(encoding="utf-8"))

FORMAL_CHARGES: Mapping[str, int] = MappingProxyType({name: ion["charge"] for name, ion in _DATA["ions"].items()})
"""Formal charge of each ion [e]; those of LLZO first."""

FRAMEWORK = ("La", "Zr", "O")
"""The garnet framework: what stays on its sites while lithium moves."""

_RADII: Mapping[str, float] = MappingProxyType({name: ion["radius"] for name, ion in _DATA["ions"].items()})
_MEASURED = {frozenset(pair.split("-")): float(limit) for pair, limit in _DATA["limits"].items()}
_ROOM: Mapping[str, float] = MappingProxyType(_DATA["room"])
_RULE: Mapping[str, float] = MappingProxyType(_DATA["rule"])


def contact_limit(first: str, second: str) -> float:
    """Return the distance [Å] below which a contact of two species is forbidden.

    Measured for the pairs of LLZO; for other ions from their charges and radii.

    Raises
    ------
    InputError
        If an element is not known.

    Examples
    --------
    >>> contact_limit("O", "Li")
    1.5
    >>> round(contact_limit("Al", "O"), 2)
    1.45

    """
    check_known((first, second))
    measured = _MEASURED.get(frozenset({first, second}))
    return measured if measured is not None else _limit_by_rule(first, second)


def _limit_by_rule(first: str, second: str) -> float:
    charges = sorted((FORMAL_CHARGES[first], FORMAL_CHARGES[second]))
    radii = _RADII[first] + _RADII[second]
    if charges[0] < 0:
        return radii * _RULE["anion_anion" if charges[1] < 0 else "cation_anion"]
    if charges == [1, 1]:
        return radii * _RULE["mobile_cations"]
    return _RULE["mobile_and_framework" if charges[0] == 1 else "framework_cations"]


def mobile_room(mobile: str, species: str) -> float:
    """Return how far from a framework ion a builder puts a mobile ion, at least [Å]; more than the contact limit.

    Raises
    ------
    InputError
        If an element is not known.

    Examples
    --------
    >>> mobile_room("Li", "O"), round(mobile_room("Li", "S"), 2)
    (1.61, 1.95)

    """
    check_known((mobile, species))
    if mobile == "Li" and species in _ROOM:
        return _ROOM[species]
    if FORMAL_CHARGES[species] > 0:
        return max(_RULE["room_to_cation"], contact_limit(mobile, species))
    return max(_RULE["room_to_anion"] * (_RADII[mobile] + _RADII[species]), contact_limit(mobile, species))


def bond_reach(centre: str, ligand: str) -> float:
    """Return how far a highly charged ion holds an anion, at most [Å]: 2.6 Å for Zr and O, where octahedra end.

    Examples
    --------
    >>> round(bond_reach("Zr", "O"), 2), round(bond_reach("P", "S"), 2)
    (2.6, 2.72)

    """
    check_known((centre, ligand))
    return _RULE["bond"] * (_RADII[centre] + _RADII[ligand])


def check_known(species: Iterable[str]) -> None:
    """Refuse elements without a formal charge here.

    Raises
    ------
    InputError
        Names them, and those that are known.

    """
    unknown = sorted(set(species) - set(FORMAL_CHARGES))
    if unknown:
        known = ", ".join(FORMAL_CHARGES)
        raise InputError(f"no formal charge or contact limit is known for {', '.join(unknown)}; known are {known}")


def species_pairs(species: Iterable[str]) -> list[tuple[str, str]]:
    """List each unordered pair of the species once, like with like included."""
    return list(combinations_with_replacement(sorted(set(species)), 2))


def pair_name(first: str, second: str) -> str:
    """Name a pair of species as the field does: lithium first, oxygen last.

    Examples
    --------
    >>> pair_name("O", "Li"), pair_name("Zr", "La"), pair_name("O", "Zr")
    ('Li-O', 'La-Zr', 'Zr-O')

    """
    return "-".join(sorted((first, second), key=lambda s: (s == "O", s != "Li", s)))


def formal_charge(atoms: Atoms) -> int:
    """Sum the formal charges of a structure [e].

    Raises
    ------
    InputError
        If an element has no formal charge here.

    Examples
    --------
    >>> formal_charge(Atoms("Li2O"))
    0

    """
    counts = Counter(atoms.get_chemical_symbols())
    check_known(counts)
    return sum(FORMAL_CHARGES[symbol] * n for symbol, n in counts.items())
