"""The settings of DFT labels as a TOML file: the keys of `DftSettings`, those that are absent the paper's."""

from dataclasses import fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

from gbglass.core.toml_file import read_toml
from gbglass.dft.settings import DftSettings
from gbglass.errors import ConfigError, InputError

_SPIN = "spin"


def read_settings(path: Path) -> DftSettings:
    """Read settings from a file such as ``cutoff_eV = 520``.

    Raises
    ------
    ConfigError
        With every mistake at once; also if the file cannot be read.

    """
    raw = read_toml(path, "a file of DFT settings")
    problems = [(key, what) for key, value in raw.items() if (what := _wrong(key, value))]
    if problems:
        raise ConfigError(problems, path)
    numbers = {key: float(value) for key, value in raw.items() if key != _SPIN}  # 520 and 520.0 have one checksum
    try:
        return DftSettings(**raw | numbers)
    except InputError as error:
        raise ConfigError([("", str(error))], path) from error


def _wrong(key: str, value: Any) -> str:  # noqa: ANN401  # whatever a file holds
    """Say what is wrong with an entry; nothing if it can be used."""
    known = [field.name for field in fields(DftSettings)]
    if key not in known:
        return f"is not known; keys are {', '.join(known)}"
    if key == _SPIN:
        words = get_args(get_type_hints(DftSettings)[_SPIN])
        return "" if value in words else f"must be one of {', '.join(map(repr, words))}, got {value!r}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"must be a number, got {value!r}"
    return ""
