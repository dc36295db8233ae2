"""Voltage of a positive electrode from the energies of its orderings."""

import csv
from dataclasses import dataclass
from pathlib import Path

from ase import Atoms
from ase.calculators.calculator import PropertyNotImplementedError
from ase.io import read

from gbglass.analysis.voltage import Ordering, ordering_of, voltage_curve
from gbglass.errors import FormatError, InputError
from gbglass.figures.voltage import draw_voltage
from gbglass.report.cell_records import voltage_record
from gbglass.report.cell_tables import plateau_table, voltage_table
from gbglass.verbs.quantities.system import Shown
from gbglass.verbs.results import Measurement, refuse_results, write_measurement

_CONTENT, _ENERGY, _NAME = "x", "energy_eV", "name"
_CONTENT_IS = "x, lithium in a formula unit"


@dataclass(frozen=True)
class VoltageSpec:
    """What the orderings do not say.

    Parameters
    ----------
    lithium_energy
        Of one atom of bcc lithium, by what gave the orderings' energies [eV].
    host
        The element that counts formula units, where the orderings are structures.
    per_formula
        How many of it a formula unit has: two Zr in LixZr2O4.

    """

    lithium_energy: float
    host: str = "Zr"
    per_formula: int = 2


def voltage(orderings: Path, out: Path, spec: VoltageSpec) -> Measurement:
    """Find the voltage plateaus of a positive electrode, and write them to a new folder.

    Parameters
    ----------
    orderings
        A table (CSV) with the columns ``x`` and ``energy_eV``, of one formula unit of the host, and maybe ``name``; or
        structures with their energies, in any format that ASE reads.
    out
        Output folder; it must not hold results yet.
    spec
        What the orderings do not say.

    Raises
    ------
    InputError
        If there are fewer than two contents, or a structure has no energy.
    FormatError
        If the table is not one.
    StateError
        If the folder holds results.

    Examples
    --------
    >>> spec = VoltageSpec(lithium_energy=-1.905)
    >>> found = voltage(Path("orderings.csv"), Path("voltage"), spec)
    >>> round(found.numbers["mean"]["value"], 3), found.numbers["mean"]["unit"]
    (1.447, 'V')

    """
    refuse_results(out)
    found = _from_table(orderings) if orderings.suffix.lower() == ".csv" else _from_structures(orderings, spec)
    curve = voltage_curve(found, spec.lithium_energy)
    numbers = voltage_record(curve)
    figures = {"voltage": draw_voltage(curve, _CONTENT_IS)}
    shown = Shown(numbers, (voltage_table(curve), plateau_table(curve)), figures)
    return write_measurement(out, "voltage", shown, {"orderings": str(orderings)})


def _from_table(path: Path) -> list[Ordering]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        lacking = {_CONTENT, _ENERGY} - set(table.fieldnames or ())
        if lacking:
            raise FormatError(
                path,
                1,
                f"the columns {_CONTENT} and {_ENERGY} are due, of one formula unit; {', '.join(lacking)} lacks",
            )
        found = []
        for line, row in enumerate(table, start=2):
            try:
                found.append(Ordering(float(row[_CONTENT]), float(row[_ENERGY]), row.get(_NAME) or ""))
            except (TypeError, ValueError):
                raise FormatError(
                    path, line, f"{_CONTENT} and {_ENERGY} must be numbers, got {row[_CONTENT]!r} and {row[_ENERGY]!r}"
                ) from None
    return found


def _from_structures(path: Path, spec: VoltageSpec) -> list[Ordering]:
    if not path.is_file():
        raise InputError(f"{path} is no file; give a table (.csv) or structures with their energies")
    try:
        images = read(path, index=":")
    except Exception as error:  # noqa: BLE001  # ASE's readers raise whatever the file makes them trip over
        raise InputError(f"{path} cannot be read as structures ({type(error).__name__}: {error})") from None
    return [
        ordering_of(atoms, _energy(path, number, atoms), spec.host, spec.per_formula, str(number))
        for number, atoms in enumerate(images)
    ]


def _energy(path: Path, number: int, atoms: Atoms) -> float:
    try:
        return float(atoms.get_potential_energy())
    except (RuntimeError, PropertyNotImplementedError):
        raise InputError(f"structure {number} of {path} has no energy; write it with one, or give a table") from None
