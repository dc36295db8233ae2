"""A builder's ledger as a table that people read."""

from collections.abc import Mapping

from ase import Atoms

from gbglass.core.ledger import BoundaryEntry, Ledger
from gbglass.core.species import FORMAL_CHARGES


def composition(ledger: Ledger) -> str:
    """Write the composition of a cell, such as ``"Li504 La216 Zr144 O864"``."""
    order = {species: place for place, species in enumerate(FORMAL_CHARGES)}
    atoms = sorted(ledger.atoms.items(), key=lambda entry: order.get(entry[0], len(order)))
    return " ".join(f"{species}{count}" for species, count in atoms)


def ledger_rows(ledger: Ledger, atoms: Atoms) -> list[tuple[str, str]]:
    """Write a ledger as pairs of a label with its unit and a value.

    Parameters
    ----------
    ledger
        The account.
    atoms
        The structure that it is of.

    """
    cell = " × ".join(f"{length:.3f}" for length in atoms.cell.lengths())
    rows = [
        ("Atoms", composition(ledger)),
        ("Cell (Å)", cell),
        ("Removed from the cut crystal", _counts(ledger.removed)),
        ("Added", _counts(ledger.added)),
        ("Formal charge of the cell (e)", _number(ledger.formal_charge, "g")),
        (
            "Formal charge of each ion, by part (e)",
            "; ".join(f"{part}: {_charges(v)}" for part, v in ledger.valence.items()),
        ),
        ("Dipole along the normal (e Å)", _number(ledger.dipole_along_normal, ".1f")),
        ("Li2O above the crystal (1/nm²)", _number(ledger.li2o_excess_per_area, ".2f")),
        ("Whole ZrO6 (%)", _number(ledger.intact_octahedra, ".1f")),
        ("Shortest contacts (Å)", distances_text(ledger.shortest_contacts)),
        (
            "Strain along the cell vectors (1)",
            "; ".join(f"{part}: {', '.join(f'{s:.3g}' for s in v)}" for part, v in ledger.strain.items()),
        ),
        ("Area of a boundary (Å²)", _number(ledger.area, ".1f")),
        *(("Remark", remark) for remark in ledger.remarks),
    ]
    return [(label, value) for label, value in rows if value]


def boundary_rows(ledger: Ledger) -> list[tuple[str, str]]:
    """Write what is known of each boundary or interface as pairs of a label and a value, one pair a boundary."""
    return [
        (f"{entry.name[0].upper()}{entry.name[1:]} (at {entry.position:.2f} of the cell)", _boundary_text(entry))
        for entry in ledger.boundaries
    ]


def _boundary_text(entry: BoundaryEntry) -> str:
    lithium = entry.lithium
    if lithium is None:
        return f"{entry.expansion:.2f} Å between the parts, shortest contacts {distances_text(entry.shortest_contacts)}"
    return (
        f"{entry.expansion:.2f} Å between the grains, {lithium.sites_lost} Li sites closed, "
        f"{lithium.on_cavities} Li on cavity sites, Li above the crystal "
        + f"{lithium.excess_per_area:+.2f} 1/nm²".replace("-", "−")
    )


def _number(value: float | None, form: str) -> str:
    return "" if value is None else f"{value:{form}}".replace("-", "−")


def distances_text(distances: Mapping[str, float]) -> str:
    """Write distances by pair, such as ``"Li-O 1.91"``."""
    return ", ".join(f"{pair} {distance:.2f}" for pair, distance in distances.items())


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{species} {count}" for species, count in counts.items() if count) or "nothing"


def _charges(charges: Mapping[str, float]) -> str:
    return ", ".join(f"{species} {charge:+g}" if charge else f"{species} 0" for species, charge in charges.items())
