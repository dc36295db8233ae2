"""Who is told how a run goes on."""

from collections.abc import Callable
from dataclasses import dataclass


def _ignore_phase(text: str) -> None:
    del text


def _ignore_steps(text: str, step: int, total: int) -> None:
    del text, step, total


@dataclass(frozen=True)
class Listener:
    """Two things to call while a run goes on; by default nobody listens.

    Parameters
    ----------
    phase
        Called with one line when a phase begins.
    advance
        Called with what runs, MD steps done and MD steps in all.

    """

    phase: Callable[[str], None] = _ignore_phase
    advance: Callable[[str, int, int], None] = _ignore_steps


SILENT = Listener()
