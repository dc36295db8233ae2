"""Labelled frames as extxyz, the field's common format: other people's data in, ours out."""

from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms
from ase.calculators.singlepoint import SinglePointCalculator
from ase.io import iread, write

from gbglass.core.labels import Labels, LabelSource
from gbglass.errors import FormatError, InputError
from gbglass.learning.labelled import StoredFrame, Tag, rounded
from gbglass.learning.origins import Draw, Origin, check_domain
from gbglass.store.atomic import write_text


def read_labelled(
    path: Path, source: LabelSource, domain: str, origin: str | None = None, first: int = 0
) -> list[StoredFrame]:
    """Read frames with energy, forces and stress, such as DFT results, to be added to a store.

    Parameters
    ----------
    path
        extxyz as ASE writes it: ``energy`` [eV], ``forces`` [eV/Å] and ``stress`` [eV/Å³, ASE's sign] or ``virial``
        [eV]; ``domain``, ``origin`` and ``index`` if they are known.
    source
        Who labelled them.
    domain
        Of frames that do not name one.
    origin
        Of frames that do not name one, without the domain; called after the file if absent. All these are trained or
        tested together.
    first
        Number of the first frame; those that do not name theirs follow it.

    Raises
    ------
    InputError
        If there is no such file, a frame is not periodic or lacks a label, or a domain is no word; names the frame
        and the label.
    FormatError
        If it is another file.

    """
    frames = []
    for number, atoms in enumerate(_read(path, "energy, forces and stress")):
        name = f"frame {number} of {path}"
        if not atoms.pbc.all():
            raise InputError(f"{name} must be periodic in all directions; put vacuum into the cell of a slab")
        tag = Tag(
            check_domain(str(atoms.info.get("domain", domain))),
            str(atoms.info.get("origin", f"{domain}/{origin or path.stem}")),
            int(atoms.info.get("index", first + number)),
        )
        frames.append(StoredFrame(tag, rounded(atoms), _labels(atoms, source, name)))
    return frames


def _read(path: Path, what: str) -> list[Atoms]:
    """Let ASE read all frames; whatever it stumbles over means that the file is not what it should be."""
    if not path.is_file():
        raise InputError(f"there is no file {path}; give {what} as extxyz")
    try:
        return list(iread(path, index=":", format="extxyz"))
    except Exception as error:
        raise FormatError(path, None, f"it cannot be read as extxyz ({type(error).__name__}: {error})") from error


def _labels(atoms: Atoms, source: LabelSource, name: str) -> Labels:
    found: dict[str, Any] = dict(atoms.calc.results) if atoms.calc is not None else {}
    missing = [label for label in ("energy", "forces") if label not in found]
    if missing:
        raise InputError(f"{name} lacks {' and '.join(missing)}; every frame must have its labels")
    return Labels(float(found["energy"]), found["forces"], _stress(atoms, found, name), source)


def _stress(atoms: Atoms, found: dict[str, Any], name: str) -> Any:  # noqa: ANN401  # ASE's own arrays
    if "stress" in found:
        return found["stress"]
    virial = atoms.info.get("virial")
    if virial is None:
        raise InputError(f"{name} has neither stress nor virial; without them a potential knows no pressure")
    stress = -np.asarray(virial, dtype=np.float64).reshape(3, 3) / atoms.get_volume()
    return stress[[0, 1, 2, 1, 0, 0], [0, 1, 2, 2, 2, 1]]


def write_labelled(frames: Iterable[StoredFrame], path: Path) -> int:
    """Write frames with their labels, domain, origin and index as extxyz; return how many. Failed ones are left out.

    Parameters
    ----------
    frames
        As a store gives them.
    path
        Replaced if it exists.

    """
    text, count = StringIO(), 0
    for frame in frames:
        if frame.labels is None:
            continue
        atoms = frame.atoms.copy()
        atoms.info |= {"domain": frame.tag.domain, "origin": frame.tag.origin, "index": frame.tag.index}
        atoms.calc = SinglePointCalculator(
            atoms, energy=frame.labels.energy, forces=frame.labels.forces, stress=frame.labels.stress
        )
        write(text, atoms, format="extxyz")
        count += 1
    write_text(path, text.getvalue())
    return count


def origins_of(structures: Sequence[Atoms], domain: str, name: str) -> list[Origin]:
    """Make an origin of structures that are there already, such as frames of a run that a model did badly on.

    Parameters
    ----------
    structures
        To be labelled as they are.
    domain
        Of all of them.
    name
        Of their origin, without the domain.

    Raises
    ------
    InputError
        If there is none, or the domain is no word.

    """

    def draw(given: Draw) -> Atoms:
        return structures[given.index]

    return [Origin(f"{domain}/{name}", domain, len(structures), draw)]


def read_periodic(path: Path) -> list[Atoms]:
    """Read structures from extxyz, nothing else attached.

    Raises
    ------
    InputError
        If there is no such file, or a structure is not periodic.
    FormatError
        If it is another file.

    """
    found = _read(path, "structures")
    open_ones = [str(number) for number, atoms in enumerate(found) if not atoms.pbc.all()]
    if open_ones:
        raise InputError(f"{path}: structures {', '.join(open_ones)} are not periodic; put vacuum into their cells")
    return [Atoms(atoms.numbers, positions=atoms.positions, cell=atoms.cell.array, pbc=True) for atoms in found]
