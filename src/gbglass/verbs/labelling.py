"""Labels for structures of one's own, by a teacher or by DFT."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gbglass.core.labels import Labeller
from gbglass.lammps.engine import find_lammps
from gbglass.learning.exchange import origins_of, read_periodic
from gbglass.learning.labelled import LabelStore, StoredFrame
from gbglass.learning.labelling import LabellingCount, label_origins
from gbglass.learning.origins import Workshop
from gbglass.learning.relaxing import Relaxation, relaxed_origin
from gbglass.verbs.listener import SILENT, Listener

RELAXATIONS = "relaxations"
"""In a store: of each structure that was relaxed, its steps and where it is, as JSON."""


@dataclass(frozen=True)
class LabelOptions:
    """How structures are labelled.

    Parameters
    ----------
    again
        Whether those that failed earlier are tried anew.
    relax
        How far they are brought to rest before they are labelled, their cells as they are; None for not at all.

    """

    again: bool = False
    relax: Relaxation | None = None


AS_THEY_ARE = LabelOptions()
"""Each once, nothing moved."""


def label_structures(
    structures: Path,
    store: Path,
    labeller: Labeller,
    origin: tuple[str, str],
    listener: Listener = SILENT,
    *,
    how: LabelOptions = AS_THEY_ARE,
) -> LabellingCount:
    """Label structures into a store; what it holds already is not done again, what fails is kept with its cause.

    Parameters
    ----------
    structures
        extxyz, such as those that `gbglass.verbs.select_structures` chose.
    store
        A folder of labels of the same labeller; made if it is not there.
    labeller
        Such as a teacher or `gbglass.dft.gpaw.GpawLabeller`.
    origin
        Domain, as `gbglass.learning.origins.check_domain` takes it, and name of what the structures are: they are
        trained or tested together.
    listener
        Told of each frame.
    how
        Whether they are relaxed first, and whether those that failed earlier are tried anew.

    Raises
    ------
    InputError
        If there are no structures, or the domain is no word.
    FormatError
        If the structures cannot be read.
    StateError
        If the store holds labels of another source, is being written to, or the disk is full.

    Examples
    --------
    >>> from ase.calculators.emt import EMT
    >>> from gbglass.core.labels import LabelSource
    >>> from gbglass.teachers.calculator import CalculatorTeacher
    >>> teacher = CalculatorTeacher(LabelSource("emt", "ase", ""), EMT())
    >>> label_structures(Path("fresh.extxyz"), Path("my-labels"), teacher, ("off", "copper"))
    LabellingCount(labelled=4, failed=0, known=0)

    """
    found = read_periodic(structures)
    origins = origins_of(found, *origin)
    if how.relax is not None:
        origins = [relaxed_origin(found, origin, how.relax, listener.phase)]
    with tempfile.TemporaryDirectory(prefix="gbglass-label-") as folder:
        place = Path(folder) if how.relax is None else store / RELAXATIONS
        workshop = Workshop(labeller, find_lammps(), place)
        return label_origins(origins, workshop, LabelStore(store), _teller(listener, len(found)), again=how.again)


def _teller(listener: Listener, total: int) -> Callable[[StoredFrame], None]:
    def tell(frame: StoredFrame) -> None:
        listener.advance("frames", frame.tag.index + 1, total)
        if frame.labels is None:
            listener.phase(f"{frame.tag.name} failed: {frame.cause}")

    return tell
