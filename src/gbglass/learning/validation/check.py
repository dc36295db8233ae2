"""What a validation of one quantity leaves: numbers and curves with units, of one kind for model and teacher."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from gbglass.core.arrays import FloatArray, frozen_floats


@dataclass(frozen=True)
class Number:
    """One value.

    Parameters
    ----------
    name
        Of the quantity and what it is of, such as ``"a of Li"``.
    value
        In `unit`.
    unit
        As people write it.

    """

    name: str
    value: float
    unit: str


@dataclass(frozen=True)
class Curve:
    """One line of a figure.

    Parameters
    ----------
    name
        What it is of.
    x, y
        [`x_unit`, `y_unit`, (n_points,)].
    x_unit, y_unit
        As people write them, with the name of the axis.

    """

    name: str
    x: FloatArray
    y: FloatArray
    x_unit: str
    y_unit: str


@dataclass(frozen=True)
class Check:
    """What one potential says of one quantity.

    Parameters
    ----------
    title
        Of the quantity.
    numbers, curves
        What came out.
    remarks
        What a reader must know, such as a relaxation that did not end.

    """

    title: str
    numbers: tuple[Number, ...]
    curves: tuple[Curve, ...] = ()
    remarks: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return it as plain data."""
        record = asdict(self)
        record["curves"] = [{**asdict(c), "x": c.x.tolist(), "y": c.y.tolist()} for c in self.curves]
        return record


def read_check(record: Mapping[str, Any]) -> Check:
    """Read back what `Check.plain` returned.

    Examples
    --------
    >>> check = Check("lattice", (Number("a of Li", 3.44, "Å"),))
    >>> read_check(check.plain()) == check
    True

    """
    curves = tuple(
        Curve(c["name"], frozen_floats(c["x"]), frozen_floats(c["y"]), c["x_unit"], c["y_unit"])
        for c in record["curves"]
    )
    numbers = tuple(Number(**number) for number in record["numbers"])
    return Check(record["title"], numbers, curves, tuple(record["remarks"]))
