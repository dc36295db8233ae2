"""The electrode that a study of voltage is about: LixZr2O4, or one from a file of its user's.

Its metals change their charge as lithium comes, so no formal charge is asked of it.
"""

from functools import lru_cache
from typing import Annotated

from ase import Atoms
from pydantic import ConfigDict, Field

from gbglass.build.crystals.host import Host
from gbglass.core.tokens import File, ModelFile
from gbglass.errors import InputError
from gbglass.learning.crystals import spinel_host
from gbglass.store.crystals import read_crystal
from gbglass.studies.tables import Repeat, Table

_KEPT = 16
"""Files that are read once and asked for by the checks of a study, by its plan, and by its other cases."""


class ElectrodeChoice(Table):
    """Which electrode is filled with lithium and emptied of it."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    file: Annotated[
        File, Field(description="your electrode with all its lithium, every site whole: a CIF, anything ASE reads")
    ]
    repeats: Annotated[tuple[Repeat, Repeat, Repeat], Field(description="of its cell along the edges")] = (1, 1, 1)


def host_of(choice: ElectrodeChoice | None) -> Host:
    """Return the electrode of a study; the spinel LixZr2O4 if none was chosen.

    Parameters
    ----------
    choice
        The study's table ``[electrode]``.

    Raises
    ------
    InputError
        If its file cannot be read, has partly filled sites, or holds no lithium, or nothing else.

    Examples
    --------
    >>> host_of(None).formula, host_of(None).n_sites
    ('LixZr2O4', 8)

    """
    return spinel_host() if choice is None else read_host(choice.file, choice.repeats)


@lru_cache(maxsize=_KEPT)
def read_host(file: ModelFile, repeats: tuple[int, int, int] = (1, 1, 1)) -> Host:
    """Read an electrode.

    Parameters
    ----------
    file
        With its checksum: a file that has changed is read again.
    repeats
        Cells along each edge.

    Raises
    ------
    InputError
        As for `host_of`.

    """
    found = read_crystal(file.path, any_element=True)
    if not isinstance(found, Atoms):
        raise InputError(
            f"{file.name} has partly filled sites; order them first with 'gbglass build crystal', all lithium in place"
        )
    many: Atoms = found.repeat(repeats)
    return Host(many)
