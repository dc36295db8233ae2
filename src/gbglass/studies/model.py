"""What a table ``[model]`` stands for: a boundary, a crystal without one, or a structure of one's own."""

from dataclasses import replace

import numpy as np
from ase import Atoms

from gbglass.build.boundaries.boundary import build_boundary
from gbglass.build.crystals.bulk import account_crystal
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.crystals.given import account_given
from gbglass.core.ledger import Built
from gbglass.store.structures import read_structure
from gbglass.studies.given_crystal import crystal_of, given_crystal
from gbglass.studies.tables import CrystalChoice, ModelChoice


def build_model(model: ModelChoice, crystal: CrystalChoice, seed: int) -> tuple[str, Built]:
    """Build or read a model, and name it.

    Parameters
    ----------
    model
        Which.
    crystal
        That a boundary is cut from, and what there is without one.
    seed
        Decides where lithium goes.

    Raises
    ------
    InputError
        If it cannot be built or read.

    """
    rng = np.random.default_rng(seed)
    if model.boundary is not None:
        cut_from = crystal_of(crystal, seed)
        boundary = build_boundary(model.boundary.to_build(crystal), rng, cut_from)
        of = "" if crystal.file is None else f" of {cut_from.name}"
        return f"{boundary.geometry.title}{of}", boundary
    if model.file is not None:
        return model.file.name, account_given(read_structure(model.file.path), model.file.name)
    repeats = model.bulk.repeats if model.bulk is not None else (1, 1, 1)
    if crystal.file is not None:
        built = given_crystal(crystal.file, seed, repeats)
        return built.name, replace(built, atoms=_off_the_faces(built.atoms))
    return "cubic LLZO", account_crystal(cubic_llzo(crystal.tetrahedral_Li, rng, repeats), "cubic LLZO")


def _off_the_faces(atoms: Atoms) -> Atoms:
    """Move a crystal so that the widest gap along each vector lies across the cell's face.

    LAMMPS loses an atom that stands exactly on a face of a skewed cell when it reads its restart.
    """
    places = np.sort(atoms.get_scaled_positions(), axis=0)
    gaps = np.diff(places, axis=0, append=places[:1] + 1.0)
    widest = gaps.argmax(axis=0), np.arange(3)
    moved: Atoms = atoms.copy()
    moved.set_scaled_positions(atoms.get_scaled_positions() - (places[widest] + 0.5 * gaps[widest]))
    moved.wrap()
    return moved
