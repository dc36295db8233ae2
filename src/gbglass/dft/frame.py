"""A structure with what a DFT program said of it."""

from dataclasses import dataclass

from ase import Atoms

from gbglass.core.labels import Labels


@dataclass(frozen=True)
class DftFrame:
    """A structure read from the output of a DFT program, in its order of atoms.

    Parameters
    ----------
    atoms
        Periodic, nothing else attached.
    labels
        Of it.

    """

    atoms: Atoms
    labels: Labels
