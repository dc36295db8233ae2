"""The studies that come with gbglass, by kind and size."""

from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal, get_args

from gbglass.errors import InputError
from gbglass.studies.kinds import ALL_STUDIES

Size = Literal["minimal", "laptop", "full"]
SIZES: tuple[str, ...] = get_args(Size)


def packaged_examples() -> Path:
    """Return the folder of the examples that come with gbglass.

    Examples
    --------
    >>> (packaged_examples() / "transport" / "minimal.toml").is_file()
    True

    """
    with as_file(files("gbglass") / "data" / "examples") as folder:  # an installed package lies on disk
        return Path(folder).resolve()


def example_studies(size: str, folder: Path | None = None) -> dict[str, Path]:
    """Return the study files of a size by name, such as ``"transport"``, and ``"transport-glass"`` of a second one.

    Parameters
    ----------
    size
        ``"minimal"``, ``"laptop"`` or ``"full"``.
    folder
        With ``<kind>/<size>.toml`` and perhaps ``<kind>/<size>-<more>.toml``; that of the package if absent.

    Raises
    ------
    InputError
        If there is no such size, no such folder or no example in it.

    """
    if size not in SIZES:
        raise InputError(f"'size' must be one of {', '.join(SIZES)}, got {size!r}")
    where = packaged_examples() if folder is None else folder
    if not where.is_dir():
        raise InputError(f"there is no folder {where} with examples")
    there = [
        (kind, path)
        for kind in ALL_STUDIES
        for path in (where / kind / f"{size}.toml", *sorted((where / kind).glob(f"{size}-*.toml")))
    ]
    found = {f"{kind}{path.stem.removeprefix(size)}": path for kind, path in there if path.is_file()}
    if not found:
        raise InputError(f"{where} holds no study of this size, such as {where / next(iter(ALL_STUDIES))}/{size}.toml")
    return found
