"""DFT calculations of VASP: folders to be run, and what came back as frames for a store."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from ase import Atoms

from gbglass.dft.settings import DftSettings
from gbglass.dft.vasp import POTCARS, vasp_input
from gbglass.dft.vasp_output import read_vasp
from gbglass.errors import ConfigError, InputError, StateError
from gbglass.learning.labelled import StoredFrame, Tag, rounded
from gbglass.learning.origins import check_domain
from gbglass.store.atomic import write_text


def write_vasp_folders(
    structures: Sequence[Atoms],
    folder: Path,
    settings: DftSettings,
    job: Literal["label", "relax"] = "label",
    potcars: Mapping[str, str] = POTCARS,
) -> list[Path]:
    """Write a folder of VASP's input for each structure: ``0000``, ``0001`` and so on; return them.

    The POTCARs are the user's: each folder has a ``POTCAR.list`` with the names of those to be joined.

    Parameters
    ----------
    structures
        Periodic in all directions.
    folder
        Gets the folders.
    settings
        Of all labels.
    job
        Energies and forces of the structures as they are, or a relaxation.
    potcars
        The PAW set of each element.

    Raises
    ------
    ConfigError
        If VASP cannot be asked about some of them; names all, before anything is written.
    StateError
        If a folder of that name is there already.

    """
    texts, problems = [], []
    for number, atoms in enumerate(structures):
        try:
            texts.append(vasp_input(atoms, settings, job, potcars))
        except InputError as error:
            problems.append((f"structure {number}", str(error)))
    if problems:
        raise ConfigError(problems)
    folders = [folder / f"{number:04d}" for number in range(len(texts))]
    there = [place.name for place in folders if place.exists()]
    if there:
        raise StateError(f"{folder} already holds {', '.join(there)}; give another folder")
    for place, text in zip(folders, texts, strict=True):
        for name, content in text.files().items():
            write_text(place / name, content)
    return folders


def read_vasp_frames(
    paths: Sequence[Path], settings: DftSettings, domain: str, origin: str, potcars: Mapping[str, str] = POTCARS
) -> list[StoredFrame]:
    """Read finished calculations as frames of one origin, all their steps.

    Parameters
    ----------
    paths
        OUTCARs or vasprun.xmls.
    settings
        They must have been made with.
    domain
        Of all of them, as `gbglass.learning.origins.check_domain` takes it.
    origin
        Name of the trajectory or family they belong to, without the domain.
    potcars
        The PAW set of each element.

    Raises
    ------
    InputError
        If the domain is no word, or a file was made with other settings.
    FormatError
        If a file is not whole.
    NotConverged
        If the electrons did not converge in some step of a file.

    """
    check_domain(domain)
    frames = [frame for path in paths for frame in read_vasp(path, settings, potcars)]
    return [
        StoredFrame(Tag(domain, f"{domain}/{origin}", number), rounded(frame.atoms), frame.labels)
        for number, frame in enumerate(frames)
    ]
