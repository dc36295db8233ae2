"""Crystals by name or from a file, doped or with another lithium content."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from gbglass.build.crystal import Crystal, llzo_crystal
from gbglass.build.crystals.bulk import BuiltCrystal, account_crystal
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.crystals.dope import dopant_count, dope, remove_ions
from gbglass.build.crystals.electrodes import SpinelSpec, lithium_metal, spinel
from gbglass.build.crystals.glass import GlassSpec, random_llzo
from gbglass.build.crystals.li2o import vary_li2o
from gbglass.build.crystals.tetragonal import tetragonal_llzo
from gbglass.errors import InputError
from gbglass.store.crystals import ordered_crystal
from gbglass.studies.given_crystal import to_be_cut

NAMES = ("llzo-cubic", "llzo-tetragonal", "llzo-random", "li", "lizr2o4", "zr2o4", "lixzr2o4")
"""Crystals that need no file."""

_UNITS_PER_CELL = 8

_OWNER = {"n_tetrahedral": "llzo-cubic", "x": "lixzr2o4", "density": "llzo-random"}
"""The one crystal that each of these is of."""


@dataclass(frozen=True)
class CrystalSpec:
    """Which crystal is wanted.

    Parameters
    ----------
    source
        One of `NAMES`, or a file.
    repeat
        Cells along each edge.
    n_tetrahedral
        Of ``llzo-cubic``: lithium on 24 tetrahedra, from 8 to 13; 12 if absent.
    x
        Of ``lixzr2o4``; 1/2 if absent.
    density
        Of ``llzo-random``, over the crystal's; that of the crystal if absent.
    dopants
        Amount of each dopant for each formula unit.
    li2o
        Li2O units to add, or to take out below zero.
    removed
        Ions to take out besides, which must leave a neutral cell unless that is allowed not to be.
    allow_nonstoichiometric
        Let the cell be charged.

    """

    source: str
    repeat: tuple[int, int, int] = (1, 1, 1)
    n_tetrahedral: int | None = None
    x: float | None = None
    density: float | None = None
    dopants: Mapping[str, float] = field(default_factory=dict)
    li2o: int = 0
    removed: Mapping[str, int] = field(default_factory=dict)
    allow_nonstoichiometric: bool = False


def build_crystal(spec: CrystalSpec, seed: int = 1) -> BuiltCrystal:
    """Build a crystal.

    Parameters
    ----------
    spec
        Which.
    seed
        Decides the order of lithium, of dopants and of partly filled sites.

    Raises
    ------
    InputError
        If it cannot be; the message says what can.

    Examples
    --------
    >>> build_crystal(CrystalSpec("llzo-cubic", dopants={"Al": 0.25})).atoms.get_chemical_formula()
    'Al2La24Li50O96Zr16'

    """
    rng = np.random.default_rng(seed)
    if min(spec.repeat) < 1:
        raise InputError(f"'repeat' must be one or more along each edge, got {spec.repeat}")
    _check_belongs(spec)
    built = _pure(spec, rng)
    changes = [bool(spec.dopants), spec.li2o != 0, bool(spec.removed)]
    if sum(changes) > 1:
        raise InputError("dope, change Li2O or take out ions: one of them at a time, so that the ledger can be read")
    if spec.dopants:
        counts = {dopant: dopant_count(built.atoms, dopant, amount) for dopant, amount in spec.dopants.items()}
        return dope(built.atoms, counts, rng, f"{built.name}, doped")
    if spec.li2o:
        return vary_li2o(built.atoms, spec.li2o, rng, built.name, built.ledger.valence[built.name])
    if spec.removed:
        allowed = spec.allow_nonstoichiometric
        return remove_ions(built.atoms, spec.removed, rng, built.name, allow_nonstoichiometric=allowed)
    return built


def load_crystal(source: str, seed: int = 1) -> Crystal:
    """Return a crystal that grains can be cut from.

    Parameters
    ----------
    source
        ``"llzo-cubic"``, another of `NAMES`, or a file with one conventional cell.
    seed
        Decides the order of partly filled sites.

    Raises
    ------
    InputError
        If there is no such crystal, or it has no framework that could be cut.

    Examples
    --------
    >>> load_crystal("lizr2o4").cubic
    CubicLattice(centring='F', laue_class='m-3m')

    """
    if source == "llzo-cubic":
        return llzo_crystal()
    return to_be_cut(build_crystal(CrystalSpec(source), seed))


def _check_belongs(spec: CrystalSpec) -> None:
    """Refuse what the crystal does not have, instead of building something else than was asked for."""
    given = {"n_tetrahedral": spec.n_tetrahedral, "x": spec.x, "density": spec.density}
    stray = [f"{name!r} is of {_OWNER[name]}" for name, value in given.items() if value is not None
             and spec.source != _OWNER[name]]  # fmt: skip
    if stray:
        raise InputError(f"{spec.source} takes no such thing: {', '.join(stray)}; leave it out")


def _pure(spec: CrystalSpec, rng: np.random.Generator) -> BuiltCrystal:
    if spec.source == "llzo-cubic":
        return account_crystal(
            cubic_llzo(12 if spec.n_tetrahedral is None else spec.n_tetrahedral, rng, spec.repeat), "cubic LLZO"
        )
    if spec.source == "llzo-tetragonal":
        cell = tetragonal_llzo()
        return account_crystal(cell.atoms.repeat(spec.repeat), cell.name)
    if spec.source == "llzo-random":
        units = _UNITS_PER_CELL * int(np.prod(spec.repeat))
        return random_llzo(GlassSpec(units, 1.0 if spec.density is None else spec.density), rng)
    if spec.source == "li":
        return lithium_metal(repeat=spec.repeat)
    if spec.source in ("lizr2o4", "zr2o4", "lixzr2o4"):
        x = {"lizr2o4": 1.0, "zr2o4": 0.0}.get(spec.source, 0.5 if spec.x is None else spec.x)
        return spinel(SpinelSpec(x, spec.repeat), rng)
    return _from_file(spec, rng)


def _from_file(spec: CrystalSpec, rng: np.random.Generator) -> BuiltCrystal:
    path = Path(spec.source)
    if not path.exists():
        raise InputError(f"there is no crystal and no file {spec.source!r}; there are {', '.join(NAMES)}")
    return ordered_crystal(path, rng, spec.repeat, allow_nonstoichiometric=spec.allow_nonstoichiometric)
