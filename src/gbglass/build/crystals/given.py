"""A structure that a user gives: taken as it is, with its account."""

from ase import Atoms

from gbglass.build.account import OCTAHEDRAL, contacts, count_species, intact_octahedra
from gbglass.build.crystals.bulk import BuiltCrystal, usual_valence
from gbglass.core.ledger import Counts, Ledger


def account_given(atoms: Atoms, name: str) -> BuiltCrystal:
    """Account for a structure that somebody else made; the array ``part``, if it has one, says what is metal.

    Parameters
    ----------
    atoms
        Periodic in all directions.
    name
        For people.

    Raises
    ------
    InputError
        If an element is unknown.

    """
    counts = count_species(atoms)
    parts = _parts(atoms, name)
    valence = {part: usual_valence(counted) for part, counted in parts.items()}
    charge = sum(valence[part][species] * n for part, counted in parts.items() for species, n in counted.items())
    has_octahedra = any(species in counts for species in OCTAHEDRAL)
    return BuiltCrystal(
        name,
        atoms,
        Ledger(
            atoms=counts,
            cut=counts,
            removed={},
            added={},
            formal_charge=float(charge),
            valence=valence,
            shortest_contacts=contacts(atoms),
            intact_octahedra=intact_octahedra(atoms) if has_octahedra else None,
            remarks=("The structure was given: nothing is known of how it was made.",),
        ),
    )


def _parts(atoms: Atoms, whole: str) -> dict[str, Counts]:
    if not atoms.has("part"):
        return {whole: count_species(atoms)}
    numbers = atoms.get_array("part")
    return {f"part {number}": count_species(atoms[numbers == number]) for number in sorted(set(numbers.tolist()))}
