"""Words that a user gives to LAMMPS: a list of safe characters, and the files among them.

A deck is made of lines, so a word without a space, a quote, a ``$``, a ``&``, a ``#`` or a line end can never become a
command. The model behind a file is another matter: TorchScript and TensorFlow graphs are programs and must be trusted.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, StringConstraints, ValidationInfo

from gbglass.errors import InputError

Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.,:+*/=-]{1,200}$")]
"""One word of a LAMMPS command."""

_UNSAFE_IN_QUOTES = re.compile(r'["$&\\\x00-\x1f]')
FOLDER = "folder"
"""Key of the validation context under which the folder stands that names of files are relative to."""


@dataclass(frozen=True)
class ModelFile:
    """A file that a potential needs.

    Parameters
    ----------
    name
        As the user wrote it.
    path
        Where it is, absolute.
    sha256
        Of its content.

    """

    name: str
    path: Path
    sha256: str

    @property
    def quoted(self) -> str:
        """As it stands in a deck: blanks in it do no harm."""
        return f'"{self.path}"'


def find_file(name: str, folder: Path) -> ModelFile:
    """Find and hash a file whose name is relative to a folder.

    Raises
    ------
    InputError
        If it is not there, cannot be read, or LAMMPS could not read its name.

    Examples
    --------
    >>> find_file("model.pb", Path("/absent"))
    Traceback (most recent call last):
    ...
    gbglass.errors.InputError: there is no file /absent/model.pb

    """
    path = Path(folder, name).absolute()
    if _UNSAFE_IN_QUOTES.search(str(path)):
        raise InputError(f"LAMMPS cannot read the name {str(path)!r}; take one without quotes, $, & and \\")
    if not path.is_file():
        raise InputError(f"there is no file {path}")
    try:
        with path.open("rb") as file:
            return ModelFile(name, path, hashlib.file_digest(file, "sha256").hexdigest())
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})") from error


def folder_of(info: ValidationInfo) -> Path:
    """Return the folder that names of files in a validated table are relative to."""
    context = info.context or {}
    return Path(context.get(FOLDER, Path()))


def _file(value: object, info: ValidationInfo) -> ModelFile:
    if not isinstance(value, str) or not value:
        raise ValueError("must be the name of a file, relative to the file in which it stands")
    return find_file(value, folder_of(info))


File = Annotated[
    ModelFile,
    PlainValidator(_file, json_schema_input_type=str),
    PlainSerializer(lambda file: {"file": file.name, "sha256": file.sha256}, return_type=dict[str, str]),
]
"""A file named in a table; written out again as its name and what is in it, so that a copy elsewhere is the same."""


def command(word: str, tokens: Sequence[str], files: Iterable[ModelFile]) -> str:
    """Write one LAMMPS command; words that are the name of a file stand for that file.

    Examples
    --------
    >>> command("pair_style", ["eam/alloy"], [])
    'pair_style eam/alloy'

    """
    quoted = {file.name: file.quoted for file in files}
    return " ".join([word, *(quoted.get(token, token) for token in tokens)])


def file_problems(lines: Iterable[Sequence[str]], files: Sequence[ModelFile], folder: Path) -> Iterator[str]:
    """List words that name a file which is not among the files, and files that no word names.

    Parameters
    ----------
    lines
        The words of each command.
    files
        What the user listed.
    folder
        That names of files are relative to.

    """
    words = {word for line in lines for word in line}
    names = {file.name for file in files}
    for word in sorted(words - names):
        if word.startswith("/") or ".." in word.split("/") or (folder / word).is_file():
            yield f"{word} is the name of a file; list it in 'files', so that it is hashed and found from everywhere"
    for name in sorted(names - words):
        yield f"no word of pair_style or pair_coeff is {name}, which 'files' lists"
