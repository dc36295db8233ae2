"""What a table ``[model]`` stands for: a boundary, a crystal without one, or a structure of one's own."""

import numpy as np

from gbglass.build.boundaries.boundary import build_boundary
from gbglass.build.crystals.bulk import account_crystal
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.crystals.given import account_given
from gbglass.core.ledger import Built
from gbglass.store.structures import read_structure
from gbglass.studies.tables import CrystalChoice, ModelChoice


def build_model(model: ModelChoice, crystal: CrystalChoice, rng: np.random.Generator) -> tuple[str, Built]:
    """Build or read a model, and name it.

    Parameters
    ----------
    model
        Which.
    crystal
        That a boundary is cut from, and what there is without one.
    rng
        Decides where lithium goes.

    Raises
    ------
    InputError
        If it cannot be built or read.

    """
    if model.boundary is not None:
        boundary = build_boundary(model.boundary.to_build(crystal), rng)
        return boundary.geometry.title, boundary
    if model.file is not None:
        return model.file.name, account_given(read_structure(model.file.path), model.file.name)
    repeats = model.bulk.repeats if model.bulk is not None else (1, 1, 1)
    return "cubic LLZO", account_crystal(cubic_llzo(crystal.tetrahedral_Li, rng, repeats), "cubic LLZO")
