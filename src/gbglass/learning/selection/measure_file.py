"""The measure of coverage on disk, so that every iteration is measured as the first one was."""

import json
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from gbglass.core.arrays import FloatArray
from gbglass.errors import StateError
from gbglass.learning.selection.coverage import Measure, SpeciesMeasure
from gbglass.learning.selection.descriptor import Descriptor
from gbglass.store.atomic import write_bytes

_FORMAT = 1


def save_measure(measure: Measure, path: Path) -> None:
    """Write a measure, whole or not at all.

    Parameters
    ----------
    measure
        From `gbglass.learning.selection.coverage.make_measure`.
    path
        An ``.npz``; replaced if it exists.

    """
    archive = BytesIO()
    arrays: dict[str, FloatArray] = {}
    for name, part in measure.by_species.items():
        arrays |= {f"{name} mean": part.mean, f"{name} components": part.components}
    radii = {name: part.radius for name, part in measure.by_species.items()}
    head = np.array(json.dumps({"format": _FORMAT, "species": measure.species, "radii": radii}))
    np.savez_compressed(archive, allow_pickle=False, head=head, **arrays)
    write_bytes(path, archive.getvalue())


def load_measure(path: Path) -> Measure:
    """Read a measure.

    Raises
    ------
    StateError
        If it is not one, or one of another version of the descriptor.

    """
    try:
        with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as archive:
            head = json.loads(str(archive["head"]))
            if head["format"] != _FORMAT:
                raise StateError(f"{path} has format {head['format']}, this version reads {_FORMAT}; make it again")
            species = tuple(head["species"])
            parts = {
                name: SpeciesMeasure(archive[f"{name} mean"], archive[f"{name} components"], float(radius))
                for name, radius in head["radii"].items()
            }
    except (OSError, EOFError, BadZipFile, ValueError, KeyError, TypeError) as error:
        raise StateError(f"{path} is not a measure of coverage ({error}); take it away or restore it") from error
    size = Descriptor(species).size
    if any(part.mean.shape != (size,) or part.components.shape[1:] != (size,) for part in parts.values()):
        raise StateError(f"{path} was made with another descriptor; make it again of the first training set")
    return Measure(species, parts)
