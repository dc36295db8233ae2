"""When a loop is over, and what each of its iterations came to."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from gbglass.learning.exploration.spec import ExplorationSpec, Flat

Ending = Literal["converged", "covered", "stuck", "iterations"]
"""Why a loop ended.

``converged``: coverage is reached, the error is flat, no run blew up. ``covered``: nothing that the dynamics visited is
new and no run blew up, so there is nothing to label, and another iteration would learn the same again. ``stuck``: there
is nothing to label, or none of it could be labelled, though it has not converged. ``iterations``: as many as were asked
for.
"""


@dataclass(frozen=True)
class Labelled:
    """What labelling the choice of an iteration came to.

    Parameters
    ----------
    labelled, failed
        Frames with labels, and with a cause why they have none.
    energy_rmse, force_rmse
        Of the model that found them, before it learned from them; None if none has labels [eV/atom, eV/Å].

    """

    labelled: int
    failed: int
    energy_rmse: float | None
    force_rmse: float | None


@dataclass(frozen=True)
class Iteration:
    """What an iteration came to.

    Parameters
    ----------
    number
        From 0.
    card
        Of its potential, relative to the folder of the loop.
    trained, tested
        Frames that the model learned from, and those that its errors are of.
    energy_rmse, force_rmse
        On frames that are never trained, the same in every iteration [eV/atom, eV/Å].
    coverage
        Share of the candidates' atoms of each species that the trained frames cover [1].
    candidates
        Frames of its dynamics.
    runs
        Of its dynamics.
    blown_up
        Those that did not end well: which and why.
    chosen
        Candidates worth a label.
    labels
        What became of them; None if they were not labelled, as in a last iteration.

    """

    number: int
    card: str
    trained: int
    tested: int
    energy_rmse: float
    force_rmse: float
    coverage: Mapping[str, float]
    candidates: int
    runs: int
    blown_up: tuple[str, ...]
    chosen: int
    labels: Labelled | None = None

    @property
    def worst_coverage(self) -> float:
        """Smallest of the coverages, 0 without candidates [1]."""
        return min(self.coverage.values(), default=0.0)

    def plain(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {**asdict(self), "blown_up": list(self.blown_up), "worst_coverage": self.worst_coverage}


def is_flat(errors: Sequence[float], flat: Flat) -> bool:
    """Say whether an error no longer moves: the last few differ by no more than a part of the least of them.

    Both ways: an error that grows is not flat either. Forces are looked at alone: a frame has hundreds of their
    components and a single energy, whose error on some tens of frames is a matter of luck.

    Parameters
    ----------
    errors
        Root mean squares of force errors, one an iteration [eV/Å].
    flat
        How many, and how much.

    Examples
    --------
    >>> is_flat([0.20, 0.102, 0.100], Flat(iterations=2, change=0.05))
    True
    >>> is_flat([0.20, 0.100, 0.110], Flat(iterations=2, change=0.05)), is_flat([0.1], Flat())
    (False, False)

    """
    last = errors[-flat.iterations :]
    return len(last) == flat.iterations and max(last) - min(last) <= flat.change * min(last)


def ending_of(done: Sequence[Iteration], spec: ExplorationSpec) -> Ending | None:
    """Say why a loop ends after some iterations, or that it goes on.

    Parameters
    ----------
    done
        All iterations so far; the last one may lack its labels.
    spec
        What was asked for.

    """
    if not done:
        return None
    last = done[-1]
    is_sound = not last.blown_up
    if is_sound and last.worst_coverage >= spec.coverage and is_flat([one.force_rmse for one in done], spec.flat):
        return "converged"
    if not last.chosen:
        return "covered" if is_sound and last.candidates else "stuck"
    if last.labels is not None and not last.labels.labelled:
        return "stuck"
    return "iterations" if len(done) >= spec.iterations else None
