"""TOML files, read as plain data."""

import tomllib
from pathlib import Path
from typing import Any

from gbglass.errors import ConfigError


def read_toml(path: Path, what: str) -> dict[str, Any]:
    """Read a TOML file, unchecked.

    Parameters
    ----------
    path
        Of the file.
    what
        What it should be, such as ``"a card"``: for messages.

    Raises
    ------
    ConfigError
        If it cannot be read, or is not TOML.

    Examples
    --------
    >>> read_toml(Path("absent.toml"), "a study file")
    Traceback (most recent call last):
    ...
    gbglass.errors.ConfigError: absent.toml: 1 mistake
      (file): cannot be read (No such file or directory); give the path of a study file

    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError([("", f"cannot be read ({error.strerror}); give the path of {what}")], path) from error
    except ValueError as error:
        raise ConfigError([("", f"is not TOML: {error}")], path) from error
