"""The potentials that come with gbglass, by name."""

from importlib.resources import as_file, files
from pathlib import Path

from gbglass.core.cards import read_card
from gbglass.core.potential import Potential
from gbglass.errors import InputError

_FOLDER = files("gbglass") / "data" / "potentials"


def available_potentials() -> tuple[str, ...]:
    """Return the names of the potentials that come with gbglass.

    Examples
    --------
    >>> "buckingham-llzo" in available_potentials()
    True

    """
    return tuple(
        sorted(entry.name.removesuffix(".toml") for entry in _FOLDER.iterdir() if entry.name.endswith(".toml"))
    )


def load_potential(name: str) -> Potential:
    """Load a potential that comes with gbglass.

    Raises
    ------
    InputError
        If there is none of that name; lists those that there are.

    Examples
    --------
    >>> load_potential("buckingham-llzo").elements
    ('Li', 'La', 'Zr', 'O')

    """
    return read_card(_packaged(name))


def _packaged(name: str) -> Path:
    if name not in available_potentials():
        raise InputError(
            f"there is no potential {name!r}; there are {', '.join(available_potentials())}, and your own by its card"
        )
    with as_file(_FOLDER) as folder:  # LAMMPS reads models from disk; an installed package lies there
        return Path(folder) / f"{name}.toml"


def find_potential(name: str) -> Potential:
    """Load a potential by its name, or by the path of a card that ends in ``.toml``.

    Raises
    ------
    InputError
        If there is none, or its card has mistakes.

    """
    return read_card(find_card(name))


def find_card(name: str) -> Path:
    """Return the file of a potential, by its name or by the path itself.

    Raises
    ------
    InputError
        If none of that name comes with gbglass; lists those that do.

    """
    return Path(name) if name.endswith(".toml") else _packaged(name)
