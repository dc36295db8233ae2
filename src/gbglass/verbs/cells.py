"""Full and half cells, and what fits on what."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.io import read

from gbglass.build.cells.cell import CellSpec, GivenElectrodes, build_cell
from gbglass.build.cells.lattices import Lattices, lattices_of
from gbglass.build.cells.match import find_matches
from gbglass.build.cells.stack import BuiltCell
from gbglass.build.crystals.lattice_constants import (
    LITHIUM_LATTICE,
    LZO_LATTICE,
    LatticeConstants,
    given_constants,
)
from gbglass.build.piece import wrap_into
from gbglass.core.packaged import find_potential
from gbglass.errors import InputError
from gbglass.lammps.segments import end_frame, finished_segments, load_record, stage_folders
from gbglass.store.structures import read_structure

match = find_matches
"""Find the cells of a surface that fit an electrolyte; see `gbglass.build.cells.match.find_matches`."""

_BUILT = Path("structure") / "built.extxyz"


@dataclass(frozen=True)
class ElectrodeFiles:
    """Electrodes from files or runs, instead of those that would be built.

    Parameters
    ----------
    anode, cathode
        A slab of lithium metal and one of LixZr2O4: a file, or the folder of a run whose last frame is taken.

    """

    anode: Path | None = None
    cathode: Path | None = None


BUILT_ELECTRODES = ElectrodeFiles()


def cell(
    spec: CellSpec, seed: int = 1, electrolyte: Path | None = None, electrodes: ElectrodeFiles = BUILT_ELECTRODES
) -> BuiltCell:
    """Build a full or a half cell; `save_structure` writes it to a file or a page.

    Parameters
    ----------
    spec
        Which cell.
    seed
        Decides where lithium goes.
    electrolyte
        A file with an electrolyte, or the folder of a run whose last frame is taken, instead of the one that would be
        built.
    electrodes
        The same for the anode and the cathode.

    Raises
    ------
    InputError
        If the cell cannot be built, or a part cannot be read.

    Examples
    --------
    >>> from gbglass.build.cells.cell import CellSpec, Thicknesses
    >>> built = cell(CellSpec("half-llzo", thicknesses=Thicknesses(llzo=6.0, lithium=6.0)))
    >>> built.parts, len(built.atoms)
    (('Li', 'LLZO'), 148)

    """
    given, anode, cathode = (
        None if path is None else read_electrolyte(path) for path in (electrolyte, electrodes.anode, electrodes.cathode)
    )
    return build_cell(spec, np.random.default_rng(seed), given, GivenElectrodes(anode, cathode))


def wanted_lattices(
    stated: tuple[str | None, float | None], typed: tuple[float | None, float | None, float | None]
) -> Lattices:
    """Return the lattice constants that a user wants: those of a potential, typed ones, or else the known ones.

    Parameters
    ----------
    stated
        A potential and the temperature of the run [K], or nothing.
    typed
        Those of LiZr2O4, Zr2O4 and lithium, as far as they are given [Å].

    Raises
    ------
    InputError
        If both are given, or a potential without a temperature, or a temperature without one.

    """
    potential, temperature = stated
    full, empty, lithium = typed
    if (potential is None) != (temperature is None):
        raise InputError("lattice constants of a potential need both: give --potential and --temperature, or neither")
    if potential is None or temperature is None:
        metal = LITHIUM_LATTICE if lithium is None else LatticeConstants(lithium, lithium)
        return Lattices(lzo=given_constants(LZO_LATTICE, full, empty), lithium=metal)
    if any(length is not None for length in typed):
        raise InputError("--potential states the lattice constants; leave out --a-full, --a-empty and --a-lithium")
    return lattices_of(find_potential(potential), temperature)


def read_electrolyte(path: Path) -> Atoms:
    """Read an electrolyte, or another part of a cell, from a structure file, or the last frame of the folder of a run.

    Parameters
    ----------
    path
        A file in any format that ASE reads, or an output folder.

    Raises
    ------
    InputError
        If there is no structure in it.

    """
    return _last_frame(path) if path.is_dir() else read_structure(path)


def _last_frame(folder: Path) -> Atoms:
    """Take the structure of a run as built, and move its atoms to where its last finished segment left them."""
    built = folder / _BUILT
    if not built.exists():
        raise InputError(f"{folder} is no folder of a run: it has no {_BUILT}")
    atoms = read(built)
    stages = stage_folders(folder / "md") if (folder / "md").is_dir() else []
    segments = [segment for stage in stages for segment in finished_segments(stage)]
    if not isinstance(atoms, Atoms) or not segments:
        raise InputError(f"{folder} has no finished segment yet; run its study first")
    last = end_frame(load_record(segments[-1]))
    if len(last.positions) != len(atoms):
        raise InputError(f"{segments[-1]} has {len(last.positions)} atoms, {built} has {len(atoms)}")
    atoms.set_cell(last.cell)
    atoms.positions = wrap_into(last.positions, atoms.cell.lengths())
    return atoms
