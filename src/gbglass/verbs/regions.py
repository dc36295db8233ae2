"""A region as plain data in a file, as it stands in a study too."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from gbglass.core.region import Region
from gbglass.errors import InputError


def read_region(path: Path) -> Region:
    """Read a region from a JSON file.

    Parameters
    ----------
    path
        Such as ``{"kind": "shell", "position": 0.5, "within_A": 6.0}``.

    Raises
    ------
    InputError
        If there is no such file, or it holds no region.

    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); name a file with a region as JSON") from None
    try:
        region: Region = TypeAdapter[Region](Region).validate_json(content)
    except ValidationError as error:
        raise InputError(f"{path} holds no region: {error}") from None
    return region
