"""What is known of the elements before any potential: formal charges and the contacts that no structure may have.

Thresholds are the hard minima of reverse Monte Carlo fits to neutron data of LLZO times 0.9, and
cation-cation contacts no crystal of these elements shows (reference: Tian et al., RMC of LLZO, Table 1).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import combinations_with_replacement
from types import MappingProxyType

from ase import Atoms

from gbglass.errors import InputError

FORMAL_CHARGES: Mapping[str, int] = MappingProxyType({"Li": 1, "La": 3, "Zr": 4, "O": -2})
"""Formal charge of each ion [e]."""

FRAMEWORK = ("La", "Zr", "O")
"""The garnet framework: what stays on its sites while lithium moves."""

_FORBIDDEN_BELOW: Mapping[frozenset[str], float] = MappingProxyType(
    {
        frozenset({"Li"}): 1.7,
        frozenset({"Li", "O"}): 1.5,
        frozenset({"Li", "Zr"}): 2.2,
        frozenset({"Li", "La"}): 2.2,
        frozenset({"O"}): 2.2,
        frozenset({"Zr", "O"}): 1.75,
        frozenset({"La", "O"}): 2.0,
        frozenset({"La"}): 3.0,
        frozenset({"Zr"}): 3.0,
        frozenset({"La", "Zr"}): 3.0,
    }
)


def contact_limit(first: str, second: str) -> float:
    """Return the distance [Å] below which a contact of two species is forbidden.

    Raises
    ------
    InputError
        If no limit is known for the pair.

    Examples
    --------
    >>> contact_limit("O", "Li")
    1.5

    """
    try:
        return _FORBIDDEN_BELOW[frozenset({first, second})]
    except KeyError:
        known = ", ".join(sorted({s for pair in _FORBIDDEN_BELOW for s in pair}))
        raise InputError(f"no contact limit is known for {first}-{second}; limits exist between {known}") from None


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
    unknown = sorted(set(counts) - set(FORMAL_CHARGES))
    if unknown:
        known = ", ".join(FORMAL_CHARGES)
        raise InputError(f"no formal charge is known for {', '.join(unknown)}; known are {known}")
    return sum(FORMAL_CHARGES[symbol] * n for symbol, n in counts.items())
