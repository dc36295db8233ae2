"""Curves as files: one CSV each with the units in its heading, and all of them in one NumPy archive."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path

import numpy as np

from gbglass.core.arrays import FloatArray
from gbglass.errors import InputError
from gbglass.store.atomic import write_bytes, write_text


@dataclass(frozen=True)
class Table:
    """Columns of equal length.

    Parameters
    ----------
    name
        Of the file, without its ending.
    columns
        By heading, with the unit in brackets, such as ``"time (ps)"`` [(n_rows,) each].

    Raises
    ------
    InputError
        If the columns differ in length.

    """

    name: str
    columns: Mapping[str, FloatArray]

    def __post_init__(self) -> None:
        lengths = {heading: len(column) for heading, column in self.columns.items()}
        if len(set(lengths.values())) > 1:
            raise InputError(f"columns of table {self.name!r} must be equally long, got {lengths}")


def csv_text(table: Table) -> str:
    """Write a table as CSV.

    Examples
    --------
    >>> csv_text(Table("t", {"time (ps)": np.array([0.0, 0.1])})).splitlines()
    ['time (ps)', '0', '0.1']

    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([f"{value:.10g}" for value in row] for row in zip(*table.columns.values(), strict=True))
    return text.getvalue()


def write_tables(tables: list[Table], folder: Path) -> list[str]:
    """Write each table to ``csv/`` and all of them to ``arrays.npz``; return the paths relative to the folder."""
    for table in tables:
        write_text(folder / "csv" / f"{table.name}.csv", csv_text(table))
    arrays = {f"{table.name}/{heading}": column for table in tables for heading, column in table.columns.items()}
    archive = BytesIO()
    np.savez_compressed(archive, **arrays)  # type: ignore[arg-type]  # the stub takes the keyword allow_pickle for all
    write_bytes(folder / "arrays.npz", archive.getvalue())
    return ["arrays.npz", *(f"csv/{table.name}.csv" for table in tables)]
