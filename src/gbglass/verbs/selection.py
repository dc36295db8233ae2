"""Structures that are worth a label, chosen from many."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from ase.io import write

from gbglass.errors import StateError
from gbglass.learning.exchange import read_periodic
from gbglass.learning.labelled import LabelStore
from gbglass.learning.selection.coverage import Coverage, make_measure
from gbglass.learning.selection.measure_file import load_measure, save_measure
from gbglass.learning.selection.select import Selection, select
from gbglass.store.atomic import write_text


@dataclass(frozen=True)
class Chosen:
    """What was chosen, and where it is.

    Parameters
    ----------
    selection
        The choice.
    path
        Of the chosen structures.
    measure
        Of the measure of coverage, for the next time.

    """

    selection: Selection
    path: Path
    measure: Path

    def plain(self) -> dict[str, object]:
        """Return it as plain data."""
        return {
            "chosen": list(self.selection.chosen),
            "farthest_in_radii": list(self.selection.farthest),
            "coverage_before": _shares(self.selection.before),
            "coverage_after": _shares(self.selection.after),
            "path": str(self.path),
            "measure": str(self.measure),
        }


def _shares(coverage: Coverage) -> Mapping[str, float]:
    return {species: coverage.of(species) for species, count in coverage.atoms.items() if count}


def select_structures(store: Path, candidates: Path, out: Path, limit: int, measure: Path | None = None) -> Chosen:
    """Choose the candidates whose atoms see what no atom of the training set does, the farthest first.

    Parameters
    ----------
    store
        A folder of labels; the frames that have labels are the training set.
    candidates
        extxyz, such as frames of fresh dynamics.
    out
        Gets the chosen ones as extxyz, each with its number among the candidates and how far its farthest atom stood.
    limit
        Choose no more than these.
    measure
        The measure of the first iteration; made of the store if the file is not there. Beside ``out`` when absent:
        ``coverage-measure.npz``.

    Raises
    ------
    InputError
        If there are no candidates, or one has a species that the measure does not know.
    FormatError
        If the candidates cannot be read.
    StateError
        If the store does not exist, or the measure is another file.

    Examples
    --------
    >>> chosen = select_structures(Path("store"), Path("fresh.extxyz"), Path("chosen.extxyz"), 20)
    >>> sorted(int(number) for number in chosen.selection.chosen)
    [1, 3]

    """
    if not store.is_dir():
        raise StateError(f"{store} is not a folder of labels")
    found = read_periodic(candidates)
    training = [frame.atoms for frame in LabelStore(store).frames() if frame.labels is not None]
    place = measure or out.parent / "coverage-measure.npz"
    known = load_measure(place) if place.exists() else make_measure(training)
    selection = select(training, found, known, limit)
    if not place.exists():
        save_measure(known, place)
    text = StringIO()
    for number, distance in zip(selection.chosen, selection.farthest, strict=True):
        atoms = found[number].copy()
        atoms.info |= {"candidate": number, "farthest_in_radii": distance}
        write(text, atoms, format="extxyz")
    write_text(out, text.getvalue())
    return Chosen(selection, out, place)
