"""Structures by themselves, without a study."""

import numpy as np

from gbglass.build.boundary import BoundarySpec, BuiltBoundary, build_boundary
from gbglass.build.cavity import CavitySpec, enlarge_cavity
from gbglass.build.crystal import Crystal
from gbglass.build.csl import list_csl

csl = list_csl
"""List the symmetric tilt boundaries about an axis; see `gbglass.build.csl.list_csl`."""


def build_gb(
    spec: BoundarySpec, seed: int = 1, crystal: Crystal | None = None, cavity: CavitySpec | None = None
) -> BuiltBoundary:
    """Build a grain boundary; `save_structure` writes it to a file or a page.

    Parameters
    ----------
    spec
        Which boundary.
    seed
        Decides where lithium goes.
    crystal
        Cubic; LLZO by default.
    cavity
        Formula units to take out of one boundary.

    Raises
    ------
    InputError
        If the boundary cannot be built.

    Examples
    --------
    >>> built = build_gb(BoundarySpec(axis=(1, -1, 0), plane=(1, 1, 2), layers=3))
    >>> built.ledger.formal_charge
    0.0

    """
    built = build_boundary(spec, np.random.default_rng(seed), crystal)
    return built if cavity is None else enlarge_cavity(built, cavity)
