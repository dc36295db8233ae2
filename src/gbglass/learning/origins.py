"""Origins of training structures: families whose frames resemble each other, and the three ways to draw from one."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from zlib import crc32

import numpy as np
from ase import Atoms, units

from gbglass.core.arrays import FloatArray
from gbglass.core.labels import Labeller
from gbglass.core.packaged import load_potential
from gbglass.errors import InputError
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import Lammps
from gbglass.lammps.task import MdSettings, MdTask, Runner
from gbglass.protocol.stages import Stage

DOMAINS: Mapping[str, str] = MappingProxyType(
    {
        "c-llzo": "cubic LLZO, 300 to 1800 K and strained",
        "t-llzo": "tetragonal LLZO, 300 to 1200 K and strained",
        "a-llzo": "LLZO melt and glass, 300 to 5000 K",
        "li": "lithium: bcc and close-packed, vacancies, liquid",
        "li-surface": "surfaces of lithium",
        "lzo": "LixZr2O4 spinel, x from 0 to 1, 300 to 1200 K",
        "llzo-surface": "free surfaces of LLZO",
        "boundary": "grain boundaries of LLZO, cold, hot and molten",
        "crack": "boundaries that open",
        "li|llzo": "lithium metal on LLZO",
        "llzo|lzo": "LLZO on LixZr2O4",
        "close": "compressed cells and pairs pushed together",
        "off": "Li2O too much or too little, and the other oxides of these elements",
    }
)
"""Parts of what the shipped potential for Li | LLZO | LixZr2O4 must know; one's own data may have others."""

_DOMAIN = re.compile(r"(?!all$)[A-Za-z0-9|+-]{1,40}")
"""A domain names folders and files, a slash ends it in the name of an origin; ``all`` is their sum in tables."""


def check_domain(domain: str) -> str:
    """Return the name of a domain: one of `DOMAINS`, or a short word of one's own.

    Raises
    ------
    InputError
        If it is no such word.

    Examples
    --------
    >>> check_domain("Li3PS4|li")
    'Li3PS4|li'

    """
    if _DOMAIN.fullmatch(domain) is None:
        raise InputError(
            f"'domain' must be one word of up to 40 letters, digits, '-', '+' and '|', such as c-llzo or Li3PS4, and "
            f"not all, got {domain!r}"
        )
    return domain


_BUCKINGHAM = "buckingham-llzo"
_TIMESTEP, _FRAME_EVERY, _SEGMENT = 0.001, 50, 4000
"""Of the cheap dynamics [ps, steps, steps]."""


_SEEDS = 900_000_000
"""LAMMPS takes seeds up to this."""


@dataclass(frozen=True)
class Workshop:
    """What structures are made and labelled with.

    Parameters
    ----------
    labeller
        Labels all frames, and moves atoms where no cheaper potential holds.
    engine
        Runs the cheaper one.
    folder
        For its runs; may be thrown away when labelling is over.

    """

    labeller: Labeller
    engine: Lammps
    folder: Path


@dataclass(frozen=True)
class Draw:
    """What a draw gets.

    Parameters
    ----------
    index
        Of the frame within its origin.
    rng
        Seeded by the origin's name and the index.
    before
        The frame before, if there is one and it has labels.
    workshop
        To make it with; the folder is this origin's own.

    """

    index: int
    rng: np.random.Generator
    before: Atoms | None
    workshop: Workshop


@dataclass(frozen=True)
class Origin:
    """A family of structures.

    Parameters
    ----------
    name
        Unique; begins with the domain.
    domain
        One of `DOMAINS`, or a word of one's own.
    size
        How many frames are drawn.
    draw
        Makes one.
    held_out
        Whether it is for tests only: a plane, a composition or an interface that is never trained.

    Raises
    ------
    InputError
        If the domain is no word or the size not positive.

    """

    name: str
    domain: str
    size: int
    draw: Callable[[Draw], Atoms]
    held_out: bool = field(default=False)

    def __post_init__(self) -> None:
        check_domain(self.domain)
        if self.size < 1:
            raise InputError(f"'size' of origin {self.name} must be 1 or more, got {self.size}")


def seeded(origin: str) -> np.random.Generator:
    """Return the generator for what all frames of an origin share, such as their lithium ordering."""
    return np.random.default_rng(list(origin.encode()))


def from_dynamics(
    start: Callable[[], Atoms], stages: tuple[Stage, ...], skip_ps: float, size: int
) -> Callable[[Draw], Atoms]:
    """Draw equally spaced frames from one run of LAMMPS with the Buckingham potential.

    Parameters
    ----------
    start
        Makes the structure that is run; neutral, without lithium metal.
    stages
        The protocol.
    skip_ps
        Of MD that are left out at the beginning [ps].
    size
        Frames to be drawn; the last is the end of the run.

    """

    def draw(given: Draw) -> Atoms:
        atoms = start()
        folder = given.workshop.folder
        settings = MdSettings(_TIMESTEP, _FRAME_EVERY, _SEGMENT, 1, crc32(folder.name.encode()) % _SEEDS + 1)
        task = MdTask(_inside(atoms), load_potential(_BUCKINGHAM), stages, settings)
        run = simulate(task, folder, Runner(given.workshop.engine))
        frames = [frame for frame in run.trajectory() if frame.time >= skip_ps]
        if len(frames) < size:
            raise InputError(f"{folder.name} has {len(frames)} frames after {skip_ps:g} ps, {size} are wanted")
        chosen = frames[round((given.index + 1) * (len(frames) - 1) / size)]
        return Atoms(atoms.numbers, positions=chosen.positions, cell=chosen.cell, pbc=True)

    return draw


def _inside(atoms: Atoms) -> Atoms:
    wrapped: Atoms = atoms.copy()
    wrapped.wrap()
    return wrapped


@dataclass(frozen=True)
class Leg:
    """The way from one frame of a chain to the next.

    Parameters
    ----------
    temperature_K
        At which velocities are drawn anew [K].
    steps
        Of velocity Verlet.
    timestep_fs
        [fs].

    """

    temperature_K: float
    steps: int = 10
    timestep_fs: float = 2.0


def from_chain(start: Callable[[np.random.Generator], Atoms], leg: Leg) -> Callable[[Draw], Atoms]:
    """Draw a chain: each frame lies a short piece of the labeller's own dynamics after the one before.

    Velocities are drawn anew for each leg (an Andersen thermostat that hits all atoms at once), so that a frame
    depends on nothing but the one before and its number, and an interruption changes nothing.

    Parameters
    ----------
    start
        Makes the structure before the first leg.
    leg
        How to get on.

    """

    def draw(given: Draw) -> Atoms:
        atoms = given.before.copy() if given.before is not None else start(given.rng)
        return run_leg(atoms, leg, given.workshop.labeller, given.rng)

    return draw


def run_leg(atoms: Atoms, leg: Leg, labeller: Labeller, rng: np.random.Generator) -> Atoms:
    """Move atoms by velocity Verlet at constant energy from Maxwell velocities; the centre of mass rests.

    Parameters
    ----------
    atoms
        Where they start.
    leg
        How far they go.
    labeller
        Gives the forces.
    rng
        Draws the velocities.

    """
    moved, _ = verlet(atoms, maxwell_velocities(atoms, leg.temperature_K, rng), leg, labeller)
    return moved


def maxwell_velocities(atoms: Atoms, temperature_K: float, rng: np.random.Generator) -> FloatArray:
    """Draw velocities of a temperature [K], the centre of mass at rest, in ASE's unit of time [(n_atoms, 3)]."""
    masses: FloatArray = atoms.get_masses()[:, None]
    velocities: FloatArray = rng.normal(size=(len(atoms), 3)) * np.sqrt(units.kB * temperature_K / masses)
    velocities -= (masses * velocities).sum(axis=0) / masses.sum()
    return velocities


def verlet(atoms: Atoms, velocities: FloatArray, leg: Leg, labeller: Labeller) -> tuple[Atoms, FloatArray]:
    """Integrate Newton's equations by velocity Verlet; return where the atoms are then, and their velocities.

    Parameters
    ----------
    atoms
        Where they start.
    velocities
        In ASE's unit of time [(n_atoms, 3)].
    leg
        Number and length of the steps.
    labeller
        Gives the forces.

    """
    masses: FloatArray = atoms.get_masses()[:, None]
    moving, step, now = atoms.copy(), leg.timestep_fs * units.fs, velocities.copy()
    forces = labeller.label(moving).forces
    for _ in range(leg.steps):
        now += 0.5 * step * forces / masses
        moving.positions += step * now
        forces = labeller.label(moving).forces
        now += 0.5 * step * forces / masses
    return moving, now
