"""Structures by themselves, without a study."""

import numpy as np

from gbglass.build.boundaries.boundary import BoundarySpec, BuiltBoundary, build_boundary
from gbglass.build.boundaries.cavity import CavitySpec, enlarge_cavity
from gbglass.build.boundaries.content import vary_boundary_li2o
from gbglass.build.boundaries.csl import list_csl, plane_at_angle
from gbglass.build.crystal import Crystal, llzo_crystal
from gbglass.build.tilt import Miller, tilt_boundary
from gbglass.errors import InputError

csl = list_csl
"""List the symmetric tilt boundaries about an axis; see `gbglass.build.boundaries.csl.list_csl`."""


def boundary_plane(
    axis: Miller, plane: Miller | None, angle: float | None, sigma: int | None, crystal: Crystal | None = None
) -> Miller:
    """Return the plane of a boundary that was named by its plane, or by its Σ and tilt angle.

    Parameters
    ----------
    axis
        [uvw].
    plane
        (hkl), or None.
    angle
        Of the tilt, any of its equivalents [degrees]; with a plane it must be that of the plane.
    sigma
        Needed with an angle alone.
    crystal
        Cubic; LLZO by default.

    Raises
    ------
    InputError
        If neither a plane nor Σ and angle are given, or they do not belong together.

    Examples
    --------
    >>> boundary_plane((1, 0, 0), None, 126.87, 5)
    (0, 1, 2)

    """
    if plane is None:
        if angle is None or sigma is None:
            raise InputError("name the boundary by its plane, or by its Σ and its tilt angle; neither is given")
        return plane_at_angle(axis, angle, sigma, crystal)
    boundary = tilt_boundary(axis, plane, sigma, (crystal or llzo_crystal()).lattice)
    if angle is not None and not boundary.has_angle(angle):
        right = boundary.angle
        raise InputError(
            f"'angle' of {''.join(map(str, plane))} is {right:.2f}° or an equivalent of it, got {angle:g}°"
        )
    return plane


def build_gb(
    spec: BoundarySpec,
    seed: int = 1,
    crystal: Crystal | None = None,
    cavity: CavitySpec | None = None,
    li2o: int = 0,
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
    li2o
        Li2O units to put into the boundaries, below zero to take out of them.

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
    rng = np.random.default_rng(seed)
    built = build_boundary(spec, rng, crystal)
    if cavity is not None:
        built = enlarge_cavity(built, cavity)
    return vary_boundary_li2o(built, li2o, rng) if li2o else built
