"""All checks by name, each done once in a folder, whoever is asked."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from ase import Atoms
from ase.io import read

from gbglass.errors import EngineError, GbglassError, InputError, StateError
from gbglass.learning.labelled import LabelStore
from gbglass.learning.validation.check import Check, read_check
from gbglass.learning.validation.defects import defects
from gbglass.learning.validation.elastic import elastic_constants
from gbglass.learning.validation.evaluator import Evaluator
from gbglass.learning.validation.lattice import lattice_parameters
from gbglass.learning.validation.molten import MOLTEN, find_melt, glassy_share, need_molten
from gbglass.learning.validation.states import equations_of_state
from gbglass.learning.validation.structure import distributions
from gbglass.learning.validation.surfaces import surface_energies
from gbglass.learning.validation.voltage import voltage
from gbglass.store.atomic import write_json, write_text
from gbglass.store.structures import structure_text

STRUCTURE = "structure"
"""The check that also needs a melt to start from."""

CHECKS: Mapping[str, Callable[[Evaluator], Check]] = MappingProxyType(
    {
        "states": equations_of_state,
        "elastic": elastic_constants,
        "lattice": lattice_parameters,
        "voltage": voltage,
        "surfaces": surface_energies,
        "defects": defects,
        STRUCTURE: distributions,
    }
)
"""In the order in which they are done: the cheap ones first."""

MELT_FILE = "melt.extxyz"
"""Where the melt of `STRUCTURE` starts, in the folder of the checks."""


def run_checks(
    evaluator: Evaluator, folder: Path, names: Iterable[str], on_check: Callable[[str], None] = lambda _name: None
) -> dict[str, Check]:
    """Do some checks, each once: what its folder holds already is read. One that fails leaves a remark, and no file.

    Parameters
    ----------
    evaluator
        Model or teacher.
    folder
        Gets a file a check; a ``melt.extxyz`` in it is where the melt of `STRUCTURE` starts.
    names
        Of `CHECKS`.
    on_check
        Called with the name of each check that begins.

    Raises
    ------
    InputError
        If there is no check of a name, or the melt is not molten.

    """
    wanted = list(names)
    unknown = [name for name in wanted if name not in CHECKS]
    if unknown:
        raise InputError(f"there is no check {', '.join(unknown)}; there are {', '.join(CHECKS)}")
    found = {}
    for name in wanted:
        path = folder / f"{name}.json"
        if not path.exists():
            on_check(name)
            melt = _molten(folder) if name == STRUCTURE else None  # a wrong start is told at once, not as a remark
            try:
                check = CHECKS[name](evaluator) if melt is None else distributions(evaluator, melt)
            except (EngineError, InputError) as error:  # one that lacks the elements of a crystal is no worse elsewhere
                found[name] = failed(name, error)
                continue
            write_json(path, check.plain())
        found[name] = _read(path)
    return found


def _molten(folder: Path) -> Atoms | None:
    """Read the molten cell of a folder, if there is one, and hold it to be one."""
    melt = read_melt(folder)
    if melt is not None:
        need_molten(melt, f"{folder / MELT_FILE}")
    return melt


def failed(name: str, error: GbglassError) -> Check:
    """Return what is left of a check that failed: a bad model must not hide what the other checks say of it."""
    return Check(name, (), remarks=(f"Failed: {str(error).splitlines()[0]}",))


def read_checks(folder: Path) -> dict[str, Check]:
    """Read the checks that a folder holds."""
    return {name: _read(folder / f"{name}.json") for name in CHECKS if (folder / f"{name}.json").is_file()}


def _read(path: Path) -> Check:
    try:
        return read_check(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StateError(f"{path} is not the result of a check ({error}); move it away to do it again") from error


def keep_melt(store: LabelStore, folder: Path) -> None:
    """Write a molten cell of the store into a folder, so that model and teacher start from the same one.

    One that is there stays, unless it is not molten: then it is replaced, and the check that began from it goes.
    """
    old = read_melt(folder)
    if old is not None and glassy_share(old) >= MOLTEN:
        return
    melt = find_melt(store.frames())
    if melt is not None:
        _put_melt(folder, structure_text(melt, ".extxyz"))


def read_melt(folder: Path) -> Atoms | None:
    """Read the molten cell of a folder, if there is one."""
    if not (folder / MELT_FILE).is_file():
        return None
    atoms = read(folder / MELT_FILE)
    return atoms if isinstance(atoms, Atoms) else None


def take_melt(source: Path, folder: Path) -> None:
    """Copy the molten cell of another folder, if it has one; a check that began from another goes.

    Raises
    ------
    InputError
        If the cell is not molten.

    """
    melt = read_melt(source)
    if melt is None:
        return
    need_molten(melt, f"{source / MELT_FILE}")
    text, old = (source / MELT_FILE).read_text(encoding="utf-8"), folder / MELT_FILE
    if not old.is_file() or old.read_text(encoding="utf-8") != text:
        _put_melt(folder, text)


def _put_melt(folder: Path, text: str) -> None:
    (folder / f"{STRUCTURE}.json").unlink(missing_ok=True)
    write_text(folder / MELT_FILE, text)
