"""A model as it was trained is small and slow; DeePMD-kit makes a table of its embedding net, kept on this machine."""

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from gbglass.core.potential import Potential
from gbglass.errors import EngineError
from gbglass.lammps.plugins import CACHE
from gbglass.learning.deepmd_kit import DeepmdKit, find_deepmd, run_dp

MODELS = CACHE / "models"
"""Where compressed models are kept, in the user's home."""


def fast_potential(potential: Potential, on_phase: Callable[[str], None], cache: Path | None = None) -> Potential:
    """Return a potential that runs as fast as it can: a model that was left as it was trained is compressed.

    Energies change by the rounding of a table, far below what a model is worth; the name and the checksum stay.

    Parameters
    ----------
    potential
        Any; one that has nothing to compress is returned as it is.
    on_phase
        Told what takes seconds, or why nothing is compressed.
    cache
        Folder of compressed models; one in the user's home if absent.

    Raises
    ------
    EngineError
        If DeePMD-kit fails.

    """
    if potential.as_trained is None:
        return potential
    try:
        kit = find_deepmd()
    except EngineError:
        on_phase(f"{potential.name} runs as it was trained, slowly: DeePMD-kit is not here to compress it")
        return potential
    fast = compressed_model(kit, potential.as_trained, cache or Path.home() / MODELS, on_phase)
    lines = tuple(line.replace(f'"{potential.as_trained}"', f'"{fast}"') for line in potential.lines)
    return replace(potential, lines=lines, as_trained=None)


def compressed_model(kit: DeepmdKit, model: Path, cache: Path, on_phase: Callable[[str], None]) -> Path:
    """Return a compressed model from the cache, made if it is not there; whole or not at all.

    Parameters
    ----------
    kit
        From `gbglass.learning.deepmd_kit.find_deepmd`.
    model
        As it was trained.
    cache
        A file there is named by what is in the model and by who compressed it.
    on_phase
        Told if it takes seconds.

    Raises
    ------
    EngineError
        If DeePMD-kit fails; nothing is left behind.

    """
    with model.open("rb") as file:
        key = hashlib.file_digest(file, "sha256")
    key.update(kit.version.encode())
    kept = cache / f"{key.hexdigest()[:32]}.pb"
    if kept.is_file():
        return kept
    on_phase(f"compressing {model.name}, once on this machine")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".compressing-", dir=cache) as working:
        run_dp(kit, ["compress", "-i", str(model), "-o", "fast.pb"], Path(working))
        (Path(working) / "fast.pb").replace(kept)
    return kept
