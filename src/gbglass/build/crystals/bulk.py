"""A bulk crystal with its account: what every crystal builder returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ase import Atoms

from gbglass.build.account import contacts, count_species, forbidden_contacts, intact_octahedra, is_garnet, not_neutral
from gbglass.core.ledger import Counts, Ledger
from gbglass.core.species import FORMAL_CHARGES, check_known
from gbglass.errors import InputError

_NEUTRAL = 1e-6
_LISTED = 5


@dataclass(frozen=True)
class BuiltCrystal:
    """A crystal and what was done to make it.

    Parameters
    ----------
    name
        For people.
    atoms
        Periodic in all directions.
    ledger
        What was done.

    """

    name: str
    atoms: Atoms
    ledger: Ledger


@dataclass(frozen=True)
class Changes:
    """What was done to a crystal after it was cut.

    Parameters
    ----------
    cut
        Atoms of each species before; those of the finished crystal if nothing was done.
    removed, added
        By species.
    remarks
        What a user must know, one sentence each.

    """

    cut: Counts = field(default_factory=dict)
    removed: Counts = field(default_factory=dict)
    added: Counts = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


def usual_valence(counts: Counts) -> dict[str, float]:
    """Return the charge of each species in a crystal of this composition [e].

    A metal's atoms carry none; in LixZr2O4 Zr has the mixed valence (8 - x)/2; all others are formal charges.

    Raises
    ------
    InputError
        If an element is unknown.

    Examples
    --------
    >>> usual_valence({"Li": 4, "O": 32, "Zr": 16})
    {'Li': 1.0, 'O': -2.0, 'Zr': 3.75}
    >>> usual_valence({"Li": 2})
    {'Li': 0.0}

    """
    check_known(counts)
    charges = {species: float(FORMAL_CHARGES[species]) for species in counts}
    if len(counts) == 1 and min(charges.values()) > 0.0:
        return dict.fromkeys(counts, 0.0)
    zr, lithium = counts.get("Zr", 0), counts.get("Li", 0)
    if counts.keys() <= {"Li", "Zr", "O"} and counts.get("O") == 2 * zr and lithium <= zr / 2:
        charges["Zr"] -= lithium / zr
    return charges


def account_crystal(
    atoms: Atoms,
    name: str,
    changes: Changes | None = None,
    valence: Mapping[str, float] | None = None,
    *,
    allow_nonstoichiometric: bool = False,
) -> BuiltCrystal:
    """Account for a crystal; refuse one that is charged, or in which atoms are too near to each other.

    Parameters
    ----------
    atoms
        The finished structure.
    name
        For people, and of its part in the ledger.
    changes
        What was removed and added to make it.
    valence
        Charge of each species; `usual_valence` by default [e].
    allow_nonstoichiometric
        Let a charged cell pass, with a remark.

    Raises
    ------
    InputError
        If an element is unknown, the cell is charged, or a contact is forbidden.

    """
    changes, counts = changes or Changes(), count_species(atoms)
    check_known(counts)
    usual = usual_valence(counts) if valence is None else valence
    charges = {species: float(usual[species]) for species in counts}
    charge = sum(charges[species] * count for species, count in counts.items())
    if abs(charge) > _NEUTRAL and not allow_nonstoichiometric:
        raise InputError(
            f"{name} would carry {charge:+g} e ({_shown(counts, charges)}); {_neutral_with(counts, charges)}, or allow "
            "a composition that is not (allow_nonstoichiometric), for a potential without fixed charges"
        )
    _check_contacts(atoms, name)
    remarks = changes.remarks
    if abs(charge) > _NEUTRAL:
        remarks = (*remarks, not_neutral(charge))
    return BuiltCrystal(
        name,
        atoms,
        Ledger(
            atoms=counts,
            cut=changes.cut or counts,
            removed=changes.removed,
            added=changes.added,
            formal_charge=charge,
            valence={name: charges},
            shortest_contacts=contacts(atoms),
            intact_octahedra=intact_octahedra(atoms) if is_garnet(counts) else None,
            strain={name: (0.0, 0.0, 0.0)},
            remarks=remarks,
        ),
    )


def _check_contacts(atoms: Atoms, name: str) -> None:
    found = forbidden_contacts(atoms)
    if found:
        more = f" and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
        raise InputError(f"{name} has atoms too near to each other: {'; '.join(map(str, found[:_LISTED]))}{more}")


def _neutral_with(counts: Counts, charges: Mapping[str, float]) -> str:
    """Say how many more or fewer of which species would make a crystal neutral."""
    charge = sum(charges[species] * count for species, count in counts.items())
    ways = []
    for species, count in counts.items():
        more = round(-charge / charges[species]) if charges[species] else 0
        if abs(charge + more * charges[species]) < _NEUTRAL and count + more >= 0:
            ways.append(f"{abs(more)} {'more' if more > 0 else 'fewer'} {species}")
    return f"{' or '.join(ways)} would make it neutral" if ways else "no number of one species alone makes it neutral"


def _shown(counts: Counts, charges: Mapping[str, float]) -> str:
    return ", ".join(f"{species} {count} x {charges[species]:+g}" for species, count in counts.items())
