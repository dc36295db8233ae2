"""A run that blows up is stopped at once, its last frames are kept, and the likely cause is named."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ase import Atoms

from gbglass.core.neighbours import shortest_contacts
from gbglass.core.species import FORMAL_CHARGES, contact_limit
from gbglass.errors import GbglassError
from gbglass.lammps.dump import read_dump
from gbglass.lammps.log import THERMO_COLUMNS
from gbglass.units import BOLTZMANN_EV_PER_K

WATCH_EVERY = 100
"""Steps between looks; they fall on those of the log."""

LAST_FRAMES = "last.*.lammpstrj"
"""The newest two frames of a run, written while it goes on and thrown away when it ends well."""

_LAST_EVERY = 100
_HOTTER, _WARMER = 3.0, 1500.0
"""A temperature beyond so many times the target and so much more is a runaway: fluctuations of a cell of 100 atoms are
a tenth of it [1, K]."""

_PRESSURE = 3.0e6
"""No solid at rest presses so hard [bar]."""

_FALL = 0.5
"""The potential energy of an atom, on average, falls by less than this even where a glass crystallises [eV]."""

_CLOSE = 0.85
"""Contacts below this part of their limit belong to a collapse, not to heat [1]."""


@dataclass(frozen=True)
class Bounds:
    """What a stage itself does to temperature, energy and volume.

    Parameters
    ----------
    highest
        Target of the thermostat in the stage [K].
    cooling
        By how much its target falls at most [K].
    stretch
        Largest factor by which a segment changes the volume on purpose, or its inverse [1].

    """

    highest: float
    cooling: float = 0.0
    stretch: float = 1.0


def watch_lines(bounds: Bounds, energy: float, dump_format: str) -> tuple[str, ...]:
    """Write the commands that stop a run that has left all bounds, or whose numbers are none.

    Watched are temperature, pressure, volume and potential energy: a pair that falls into a hole of its potential is
    cooled by the thermostat, and only its energy tells.

    Parameters
    ----------
    bounds
        What the stage does on purpose.
    energy
        Potential energy before [eV].
    dump_format
        Columns of the frames that are kept.

    """
    fall = _FALL + 1.5 * BOLTZMANN_EV_PER_K * bounds.cooling
    depth = f"(pe>{energy:.10g}-{fall:.6g}*count(all))"
    temperature = f"(temp<{_HOTTER * bounds.highest + _WARMER:g})"
    factor = 2.0 * bounds.stretch
    volume = f"(vol<{factor:.6g}*$(vol))*(vol>$(vol)/{factor:.6g})"
    return (
        "# a comparison with NaN is false, so that NaN counts as wrong",
        f"variable wrong equal 1-{temperature}*(abs(press)<{_PRESSURE:g})*{depth}*{volume}",
        f"fix watch all halt {WATCH_EVERY} v_wrong > 0.5 error hard message yes",
        f"dump last all custom {_LAST_EVERY} {LAST_FRAMES} {dump_format}",
        "dump_modify last sort id units yes time yes maxfiles 2 format float %.6f",
    )


def forget_last_frames(folder: Path) -> None:
    """Remove the rolling frames of a run that ended well."""
    for path in folder.glob(LAST_FRAMES):
        path.unlink()


def likely_cause(folder: Path, symbols: list[str], timestep: float) -> str:
    """Say what probably went wrong in a run that LAMMPS gave up.

    Parameters
    ----------
    folder
        Holds its log and its last frames.
    symbols
        Of the atoms, in order.
    timestep
        [ps].

    """
    rows = _last_rows(folder / "log.lammps")
    said = f"last logged: {rows[-1]}; " if rows else ""
    atoms = _last_frame(folder, symbols)
    if atoms is None:
        return f"{said}no frame was written before; the start is too rough: minimise further, or look at its contacts"
    return f"{said}{_about(atoms, timestep)}"


def collapsed_pairs(atoms: Atoms) -> list[str]:
    """List the contacts that are so short that atoms have fallen into each other, as people read them."""
    return [
        f"{pair} {distance:.2f} Å"
        for pair, distance in shortest_contacts(atoms).items()
        if FORMAL_CHARGES.keys() >= set(pair.split("-")) and distance < _CLOSE * contact_limit(*pair.split("-"))
    ]


def _about(atoms: Atoms, timestep: float) -> str:
    close = collapsed_pairs(atoms)
    if close:
        return (
            f"atoms fell into each other in the last frame kept ({', '.join(close)}): the potential has no core there, "
            "or the structure was too rough; minimise further, start colder, or take a potential trained on such pairs"
        )
    return (
        f"no two atoms are too near in the last frame kept, {_LAST_EVERY} steps before at most: the time step of "
        f"{timestep * 1e3:g} fs is too long for this temperature (halve run.timestep_fs), or the potential has a hole "
        "that atoms fall into at once"
    )


def _last_frame(folder: Path, symbols: list[str]) -> Atoms | None:
    found = sorted(folder.glob(LAST_FRAMES), key=_step_of)
    for path in reversed(found):
        try:
            frames = list(read_dump(path))
        except GbglassError:
            continue
        positions = frames[-1].frame.positions if frames else np.full((1, 3), np.nan)
        if len(positions) == len(symbols) and np.isfinite(positions).all():
            return Atoms(symbols, positions=positions, cell=frames[-1].frame.cell, pbc=True)
    return None


def _step_of(path: Path) -> int:
    found = re.search(r"\.(\d+)\.", path.name)
    return int(found[1]) if found else -1


def _last_rows(log: Path) -> list[str]:
    """Return the last rows of the log that hold numbers, as people read them."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    words = [line.split() for line in lines]
    rows = [w for w in words if len(w) == len(THERMO_COLUMNS) and w[0].isdigit()]
    return [f"step {row[0]}, {row[2]} K, {row[3]} bar" for row in rows[-2:]]
