"""The electrolyte of a cell by itself, periodic: what is equilibrated before it comes between the electrodes.

The paper runs a boundary alone first, until lithium has segregated, and some are melted then; only after that is the
full cell put together (doi:10.1038/s41467-025-59895-9, Fig. 2f and SI Note 2).
"""

import math
from dataclasses import dataclass

import numpy as np
from ase import Atoms

from gbglass.build.cells.cell import CellSpec, bicrystal_of
from gbglass.build.cells.given_electrolyte import GivenElectrolyte
from gbglass.build.cells.through import period_through
from gbglass.build.crystals.bulk import account_crystal
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.garnet import LATTICE_PARAMETER
from gbglass.build.networks.network import build_network
from gbglass.core.ledger import BoundaryEntry, Built

_WHOLE = 1e-6


@dataclass(frozen=True)
class AloneElectrolyte:
    """A periodic electrolyte that is to be run by itself.

    Parameters
    ----------
    built
        The structure with its account.
    title
        For people.
    boundaries
        Grain boundaries across z, if they are flat.
    through
        Of perpendicular boundaries, the period that will go from electrode to electrode.

    """

    built: Built
    title: str
    boundaries: tuple[BoundaryEntry, ...] = ()
    through: int | None = None

    def as_built(self) -> GivenElectrolyte:
        """Return it for a cell as it was built, not run."""
        return GivenElectrolyte(self.built.atoms, self.title, self.boundaries, self.through)

    def after(self, atoms: Atoms) -> GivenElectrolyte:
        """Return it for a cell as a run left it."""
        return GivenElectrolyte(atoms, f"{self.title}, run alone", self.boundaries, self.through)


def electrolyte_alone(spec: CellSpec, rng: np.random.Generator) -> AloneElectrolyte:
    """Build the electrolyte of a cell as a periodic structure; of a twin, the bicrystal whose area it will have.

    Parameters
    ----------
    spec
        Of the cell.
    rng
        Decides where lithium goes.

    Raises
    ------
    InputError
        If it cannot be built.

    Examples
    --------
    >>> alone = electrolyte_alone(CellSpec("cell-0", repeats=(1, 1)), np.random.default_rng(1))
    >>> alone.built.ledger.formal_charge, [round(float(edge), 1) for edge in alone.built.atoms.cell.lengths()]
    (0.0, [13.0, 13.0, 26.0])

    """
    if spec.network is not None:
        return AloneElectrolyte(build_network(spec.network, rng), "network of boundaries")
    if spec.boundary is None:
        cells = math.ceil(spec.thicknesses.llzo / LATTICE_PARAMETER - _WHOLE)
        atoms = cubic_llzo(spec.n_tetrahedral, rng, (*(spec.repeats or (1, 1)), cells))
        return AloneElectrolyte(account_crystal(atoms, "cubic LLZO"), "cubic LLZO")
    built = bicrystal_of(spec, rng)
    through = period_through(built.geometry, spec.through)
    return AloneElectrolyte(built, built.geometry.title, built.ledger.boundaries, through)
