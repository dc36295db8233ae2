"""The choice of structures to be labelled next: farthest point first, among those that are not covered."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from ase import Atoms

from gbglass.errors import InputError
from gbglass.learning.selection.coverage import Coverage, Measure, count_coverage, distances_to


@dataclass(frozen=True)
class Selection:
    """Which candidates are worth a label.

    Parameters
    ----------
    chosen
        Their numbers, the most worthwhile first.
    farthest
        How far the atom for which each was chosen stood from all that was known or chosen before [radii].
    before, after
        Coverage of all candidates by the training set, and by it and the chosen ones.

    """

    chosen: tuple[int, ...]
    farthest: tuple[float, ...]
    before: Coverage
    after: Coverage


def select(training: Sequence[Atoms], candidates: Sequence[Atoms], measure: Measure, limit: int) -> Selection:
    """Choose candidates until all their atoms are covered, or there are enough.

    Each time the candidate is taken that holds the atom farthest from what is known, in radii of its species; then all
    its atoms are known.

    Parameters
    ----------
    training
        Structures with labels.
    candidates
        Such as frames of fresh dynamics of the current model.
    measure
        From `gbglass.learning.selection.coverage.make_measure`.
    limit
        Choose no more than these.

    Raises
    ------
    InputError
        If the limit is not positive, there is no candidate, or one has a species that the measure does not know.

    Examples
    --------
    >>> from ase.build import bulk
    >>> from gbglass.learning.selection.coverage import make_measure
    >>> metals = [bulk("Li", "bcc", a=a) for a in (3.40, 3.44, 3.48, 3.52)]
    >>> fresh = [bulk("Li", "bcc", a=3.46), bulk("Li", "fcc", a=4.1), bulk("Li", "fcc", a=4.1)]
    >>> found = select(metals, fresh, make_measure(metals), 2)
    >>> found.chosen, round(found.before.of("Li"), 2), found.after.of("Li")  # the second fcc would add nothing
    ((1,), 0.33, 1.0)

    """
    if limit < 1 or not candidates:
        raise InputError(f"at least one of at least one candidate can be chosen, got {limit} of {len(candidates)}")
    known, asked = measure.place(training), measure.place(candidates)
    sizes = [len(atoms) for atoms in candidates]
    nearest = {name: distances_to(asked[name].points, known[name].points) for name in measure.species}
    before = count_coverage(asked, {name: values > 1.0 for name, values in nearest.items()}, sizes)
    chosen: list[int] = []
    farthest: list[float] = []
    while len(chosen) < limit:
        species = max(measure.species, key=lambda name: nearest[name].max(initial=0.0))
        if nearest[species].max(initial=0.0) <= 1.0:
            break
        atom = int(np.argmax(nearest[species]))
        farthest.append(float(nearest[species][atom]))
        chosen.append(int(asked[species].frames[atom]))
        for name, places in asked.items():
            added = places.points[places.frames == chosen[-1]]
            nearest[name] = np.minimum(nearest[name], distances_to(places.points, added))
    after = count_coverage(asked, {name: values > 1.0 for name, values in nearest.items()}, sizes)
    return Selection(tuple(chosen), tuple(farthest), before, after)
