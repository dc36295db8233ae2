"""Write a study file to start from."""

import math
import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from ase import Atoms

from gbglass.build.boundaries.csl import list_csl
from gbglass.build.crystals.host import Host
from gbglass.build.crystals.occupancy import PartialCrystal
from gbglass.core.packaged import find_potential
from gbglass.core.suitability import check_elements
from gbglass.core.tokens import ModelFile, find_file
from gbglass.errors import InputError, StateError
from gbglass.store.atomic import write_text
from gbglass.store.crystals import read_crystal
from gbglass.studies.electrode import read_host
from gbglass.studies.given_crystal import given_crystal, to_be_cut
from gbglass.studies.kinds import ALL_STUDIES
from gbglass.studies.planned import derived_seeds
from gbglass.studies.reading import check_study
from gbglass.studies.start import SEED, start_text

_KNOWS_NO_METAL, _KNOWS_METAL = "buckingham-llzo", "deepmd-llzo"
_NEED_METAL = ("discharge", "orientation", "amorphisation", "voltage")

_TAKES_NO_CRYSTAL: Mapping[str, str] = MappingProxyType(
    {
        "amorphisation": "what is glass is told by the order of the La and Zr of LLZO",
        "network": "what melts is told by the order of the La and Zr of LLZO",
        "charge": "it is about LLZO between lithium",
        "potential": "its structures are those of its labels",
    }
)
"""Why."""

_FIRST_BOUNDARIES = (((1, 0, 0), 5), ((1, -1, 0), 3))
"""An axis and the largest Σ about it: where a boundary to begin with is looked for."""

_TAKE_WHOLE = ("transport", "mechanics", "discharge")

_CROSSED, _PLAIN, _HALF = "cell-2", "cell-0", 0.5
"""Cells with boundaries from electrode to electrode and without one, their cathode half full."""

_MOST_STEPS = 4
_DIGITS = 6
"""Of a content: of thirds enough to count sites by."""

_WIDE = 10.0
"""An electrolyte that is run alone, along x and y, at least [Å]."""

_THICK = 25.0
"""A grain, or a cell without a boundary, at least [Å]."""


def new(study: str, out: Path, potential: str | None = None, crystal: Path | None = None) -> Path:
    """Write a study file with a comment beside each key, and check that it can be read.

    Parameters
    ----------
    study
        Which study.
    out
        The file; it must not exist. The study is named after it.
    potential
        One that comes with gbglass, or the path of a card. The fast rigid ions if absent; where there is lithium metal,
        the learned one.
    crystal
        A CIF, a POSCAR or whatever else ASE reads: what the study is about in place of cubic LLZO, of LixZr2O4 if it is
        one of voltage. A boundary of it is planned too, or the whole of it if it has none; what is written is what
        could be built.

    Raises
    ------
    InputError
        If there is no such study or potential, or the potential knows no lithium metal and the study needs it; if the
        study takes no crystal, or the crystal cannot be read or built, or has elements that the potential lacks.
    ConfigError
        If the card has mistakes.
    StateError
        If the file exists; it is left as it is.

    Examples
    --------
    >>> new("segregation", Path("my-study.toml")).read_text(encoding="utf-8").count('study = "segregation"')
    1

    """
    if out.exists():
        raise StateError(f"{out} exists already; name another file, or remove it first")
    if crystal is not None and study in _TAKES_NO_CRYSTAL:
        those = ", ".join(kind for kind in ALL_STUDIES if kind not in _TAKES_NO_CRYSTAL)
        raise InputError(
            f"a study of {study} takes no crystal of your own: {_TAKES_NO_CRYSTAL[study]}; leave --crystal out. "
            f"Studies that take one: {those}"
        )
    potential = potential or (_KNOWS_METAL if study in _NEED_METAL else _KNOWS_NO_METAL)
    if study in _NEED_METAL and potential == _KNOWS_NO_METAL:
        raise InputError(
            f"a study of {study} needs a potential that knows lithium metal, which {_KNOWS_NO_METAL} does not; leave "
            f"--potential out for {_KNOWS_METAL}, or name the card of one"
        )
    table = _table(potential, out)
    if crystal is None or study not in ALL_STUDIES:
        text = start_text(study, table, out.stem)
        check_study(tomllib.loads(text), out)
    else:
        text = _text_of_crystal(study, out, crystal, potential)
    write_text(out, text)
    return out


def _text_of_crystal(study: str, out: Path, crystal: Path, potential: str) -> str:
    """Write the first study of a crystal that can be planned."""
    takes_any = "electrode" in ALL_STUDIES[study].spec.model_fields
    found, acting = read_crystal(crystal, any_element=takes_any), find_potential(potential)
    try:
        check_elements(acting, Atoms(found.species) if isinstance(found, PartialCrystal) else found)
    except InputError as error:
        raise InputError(f"{error}: give its card with --potential") from None
    failures = []
    for what, tables in _tries(study, out, crystal, max(_THICK, 2.0 * acting.cutoff)):
        text = start_text(study, _table(potential, out), out.stem, tables)
        spec = check_study(tomllib.loads(text), out)
        try:
            ALL_STUDIES[study].plan(spec)
        except InputError as error:
            failures.append(f"{what}: {error}")
        else:
            return text
    raise InputError(f"nothing to begin with could be built of {crystal}:\n  " + "\n  ".join(failures))


def _tries(study: str, out: Path, crystal: Path, thickness: float) -> Iterator[tuple[str, dict[str, Any]]]:
    """List what a study can be begun with: an electrode, a boundary of the crystal, or the whole of it."""
    file = find_file(os.path.relpath(crystal.absolute(), out.absolute().parent), out.absolute().parent)
    if "electrode" in ALL_STUDIES[study].spec.model_fields:
        yield "the electrode", {"electrode": {"file": file.name}, "contents": _first_contents(read_host(file))}
        return
    edges = np.linalg.norm(np.asarray(read_crystal(file.path).cell), axis=1)
    is_cell = "cell" in ALL_STUDIES[study].spec.model_fields
    takes_whole = study in _TAKE_WHOLE
    try:
        boundaries = _boundaries(file, thickness)
    except InputError as error:
        if not takes_whole:
            whole = ", ".join(_TAKE_WHOLE)
            raise InputError(f"{error}. Studies that take a crystal without a boundary: {whole}") from None
        boundaries = {}
    for title, boundary in boundaries.items():
        if is_cell:
            yield title, {"cell": {"model": _CROSSED, "crystal": file.name, **boundary, "x": _HALF}}
        else:
            model = {"model": {"boundary": boundary}} if takes_whole else {"boundary": boundary}
            yield title, {"crystal": {"file": file.name}, **model}
    if takes_whole and is_cell:
        least = (_WIDE, _WIDE, thickness)
        cells = [math.ceil(length / edge) for length, edge in zip(least, edges, strict=True)]
        yield "the crystal", {"cell": {"model": _PLAIN, "electrolyte": file.name, "supercell": cells, "x": _HALF}}
    elif takes_whole:
        repeats = [math.ceil(thickness / edge) for edge in edges]
        yield "the crystal", {"crystal": {"file": file.name}, "model": {"bulk": {"repeats": repeats}}}


def _boundaries(file: ModelFile, thickness: float) -> dict[str, dict[str, Any]]:
    """Describe the first boundaries of a crystal as study files do, by their titles."""
    seed, _ = derived_seeds(SEED)
    crystal = to_be_cut(given_crystal(file, seed))
    entries = [entry for axis, sigma in _FIRST_BOUNDARIES for entry in list_csl(axis, sigma, thickness, crystal)]
    return {
        entry.boundary.title: {
            "axis": list(entry.boundary.axis),
            "plane": list(entry.boundary.plane),
            "layers": entry.layers,
        }
        for entry in entries
    }


def _first_contents(host: Host) -> list[float]:
    """Return the most even steps from empty to full, four at most, that fill a whole number of sites."""
    for steps in range(_MOST_STEPS, 1, -1):
        contents = [round(step / steps, _DIGITS) for step in range(steps + 1)]
        with suppress(InputError):
            for content in contents:
                host.n_lithium(content)
            return contents
    return [0.0, 1.0]


def _table(potential: str, out: Path) -> dict[str, str]:
    if not potential.endswith(".toml"):
        return {"name": potential}
    return {"card": os.path.relpath(Path(potential).absolute(), out.absolute().parent)}
