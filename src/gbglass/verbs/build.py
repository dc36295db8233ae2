"""Structures by themselves, without a study."""

from pathlib import Path

import numpy as np

from gbglass.build.boundary import BoundarySpec, BuiltBoundary, build_boundary
from gbglass.build.csl import list_csl
from gbglass.store.structures import write_new_structure

csl = list_csl
"""List the symmetric tilt boundaries about an axis; see `gbglass.build.csl.list_csl`."""


def build_gb(spec: BoundarySpec, seed: int = 1, out: Path | None = None) -> BuiltBoundary:
    """Build a grain boundary and, if asked, write it to a new file.

    Parameters
    ----------
    spec
        Which boundary.
    seed
        Decides where lithium goes.
    out
        A file that does not exist yet: .extxyz, .data (LAMMPS), .vasp, .poscar or .cif.

    Raises
    ------
    InputError
        If the boundary cannot be built, or the ending of the file is unknown.
    StateError
        If the file exists.

    Examples
    --------
    >>> built = build_gb(BoundarySpec(axis=(1, -1, 0), plane=(1, 1, 2), layers=3))
    >>> built.ledger.formal_charge
    0

    """
    built = build_boundary(spec, np.random.default_rng(seed))
    if out is not None:
        write_new_structure(built.atoms, out)
    return built
