"""An electrolyte that is not built: from a file, or what a run left of one."""

from dataclasses import dataclass

from ase import Atoms

from gbglass.core.ledger import BoundaryEntry


@dataclass(frozen=True)
class GivenElectrolyte:
    """An electrolyte that is taken as it is, and what is known of it.

    Parameters
    ----------
    atoms
        Periodic, orthogonal, neutral, boundaries across z.
    title
        For people.
    boundaries
        Its grain boundaries, if they are known.
    through
        Of perpendicular boundaries, the period that goes from electrode to electrode.

    """

    atoms: Atoms
    title: str = "given electrolyte"
    boundaries: tuple[BoundaryEntry, ...] = ()
    through: int | None = None
