"""Networks of grain boundaries, without a study."""

import re

import numpy as np

from gbglass.build.crystal import Crystal
from gbglass.build.networks.layout import NetworkSpec, PolycrystalSpec
from gbglass.build.networks.network import BuiltNetwork, build_network, build_polycrystal
from gbglass.errors import InputError


def polycrystal(spec: PolycrystalSpec, seed: int = 1, crystal: Crystal | None = None) -> BuiltNetwork:
    """Build a polycrystal; `save_structure` writes it to a file or a page.

    Parameters
    ----------
    spec
        Box, grains and their orientations.
    seed
        Decides what the spec leaves open, and where lithium goes.
    crystal
        LLZO by default.

    Raises
    ------
    InputError
        If it cannot be built.

    Examples
    --------
    >>> built = polycrystal(PolycrystalSpec(size=(30.0, 30.0, 30.0), grains=2))
    >>> built.ledger.formal_charge
    0.0

    """
    return build_polycrystal(spec, np.random.default_rng(seed), crystal)


def network(spec: NetworkSpec, seed: int = 1, crystal: Crystal | None = None) -> BuiltNetwork:
    """Build columns of crystal turned about one axis; `save_structure` writes them to a file or a page.

    Parameters
    ----------
    spec
        Axis, angles, box and where the grains are.
    seed
        Decides what the spec leaves open, and where lithium goes.
    crystal
        LLZO by default.

    Raises
    ------
    InputError
        If it cannot be built.

    Examples
    --------
    >>> built = network(NetworkSpec(axis=(1, 0, 0), angles=(0.0, 45.0), size=(30.0, 30.0)))
    >>> len(built.seeds), built.ledger.intact_octahedra
    (2, 100.0)

    """
    return build_network(spec, np.random.default_rng(seed), crystal)


def read_angles(text: str) -> tuple[float, ...]:
    """Read angles with commas or spaces between them.

    Parameters
    ----------
    text
        Such as ``"0, 20, 45.5"`` [degrees].

    Raises
    ------
    InputError
        If one is not a number.

    Examples
    --------
    >>> read_angles("0,20 45.5")
    (0.0, 20.0, 45.5)

    """
    parts = [part for part in re.split(r"[,\s]+", text) if part]
    try:
        return tuple(map(float, parts))
    except ValueError as error:
        raise InputError(f"'angles' must be numbers with commas between them, such as 0,20,45; got {text!r}") from error
