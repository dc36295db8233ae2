"""Write a study file to start from."""

import os
import tomllib
from pathlib import Path

from gbglass.errors import InputError, StateError
from gbglass.store.atomic import write_text
from gbglass.studies.reading import check_study
from gbglass.studies.start import start_text

_KNOWS_NO_METAL = "buckingham-llzo"
_NEED_METAL = ("discharge", "voltage")


def new(study: str, out: Path, potential: str = _KNOWS_NO_METAL) -> Path:
    """Write a study file with a comment beside each key, and check that it can be read.

    Parameters
    ----------
    study
        Which study.
    out
        The file; it must not exist. The study is named after it.
    potential
        One that comes with gbglass, or the path of a card.

    Raises
    ------
    InputError
        If there is no such study or potential, or the potential knows no lithium metal and the study needs it.
    ConfigError
        If the card has mistakes.
    StateError
        If the file exists; it is left as it is.

    """
    if out.exists():
        raise StateError(f"{out} exists already; name another file, or remove it first")
    if study in _NEED_METAL and potential == _KNOWS_NO_METAL:
        raise InputError(
            f"a study of {study} needs a potential that knows lithium metal, which {_KNOWS_NO_METAL} does not; name "
            "the card of one with --potential ('gbglass potential train' makes one)"
        )
    text = start_text(study, _table(potential, out), out.stem)
    check_study(tomllib.loads(text), out)
    write_text(out, text)
    return out


def _table(potential: str, out: Path) -> dict[str, str]:
    if not potential.endswith(".toml"):
        return {"name": potential}
    return {"card": os.path.relpath(Path(potential).absolute(), out.absolute().parent)}
