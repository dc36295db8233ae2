"""A group's own DFT data: finished calculations into a store of labels, structures into VASP's input."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gbglass.core.labels import LabelSource
from gbglass.dft.settings import DftSettings
from gbglass.dft.vasp import POTCARS
from gbglass.learning.dft_frames import write_vasp_folders
from gbglass.learning.exchange import read_periodic
from gbglass.learning.labelled import LabelStore
from gbglass.learning.own_data import OwnData, ReadFile, check_fit, read_own_data
from gbglass.verbs.listener import SILENT, Listener

_IMPORTED = "imported"
"""The version of a source of which no more than its name is known."""


@dataclass(frozen=True)
class FileCount:
    """What became of the frames of a file.

    Parameters
    ----------
    path
        Of the file.
    origins
        Names of their origins: frames of one are trained or tested together.
    added, known
        How many are new, and how many the store held already.

    """

    path: Path
    origins: tuple[str, ...]
    added: int
    known: int

    def plain(self) -> dict[str, object]:
        """Return it as plain data."""
        return {"file": str(self.path), "origins": list(self.origins), "added": self.added, "known": self.known}


def named_source(name: str, settings: DftSettings | None = None) -> LabelSource:
    """Return the source of labels that come as extxyz, which does not say who made them.

    Parameters
    ----------
    name
        Such as ``"qe-pbe"``.
    settings
        What they were made with, if it is known: labels of other settings are then refused.

    Examples
    --------
    >>> named_source("qe-pbe") == named_source("qe-pbe", DftSettings())
    False

    """
    checksum = hashlib.sha256(name.encode()).hexdigest() if settings is None else settings.checksum("extxyz", name)
    return LabelSource(name, _IMPORTED, checksum)


def import_labels(
    store: Path, files: Sequence[Path], own: OwnData, listener: Listener = SILENT
) -> tuple[FileCount, ...]:
    """Put finished calculations into a store; frames that it holds already are left as they are.

    Nothing is written unless all files can be used.

    Parameters
    ----------
    store
        A folder of labels of one source; made if it is not there.
    files
        OUTCARs, vasprun.xmls and extxyz.
    own
        What else is known of them.
    listener
        Told how far it is.

    Raises
    ------
    ConfigError
        With every file that cannot be used and why.
    StateError
        If the store is damaged or is being written to.

    Examples
    --------
    >>> files = sorted(Path("dft").glob("*/OUTCAR"))
    >>> [count.added for count in import_labels(Path("my-store"), files, OwnData("Li2O"))]
    [2]

    """
    listener.phase(f"reading {len(files)} files")
    found = read_own_data(files, own)
    labels = LabelStore(store)
    check_fit(found, labels)
    total = sum(len(file.frames) for file in found)
    counts: list[FileCount] = []
    with labels.writing():
        for file in found:
            done = sum(count.added + count.known for count in counts)
            listener.advance("frames", done, total)
            counts.append(_add(file, labels))
    return tuple(counts)


def _add(file: ReadFile, labels: LabelStore) -> FileCount:
    new = [frame for frame in file.frames if frame.tag.name not in labels.names]
    labelled = [(frame, frame.labels.source) for frame in new if frame.labels is not None]
    if labelled:
        labels.add_all([frame for frame, _ in labelled], labelled[0][1])
    origins = tuple(dict.fromkeys(frame.tag.origin for frame in file.frames))
    return FileCount(file.path, origins, len(new), len(file.frames) - len(new))


def vasp_inputs(
    structures: Path,
    folder: Path,
    settings: DftSettings,
    job: Literal["label", "relax"] = "label",
    potcars: Mapping[str, str] = POTCARS,
) -> list[Path]:
    """Write a folder of VASP's input for each structure of a file; return them.

    Parameters
    ----------
    structures
        extxyz.
    folder
        Gets the folders ``0000``, ``0001`` and so on.
    settings
        Of all labels.
    job
        Energies and forces of the structures as they are, or a relaxation.
    potcars
        The PAW set of each element.

    Raises
    ------
    InputError
        If there is no such file, or a structure is not periodic.
    FormatError
        If it is no extxyz.
    ConfigError
        If VASP cannot be asked about some of them; names all, before anything is written.
    StateError
        If a folder of that name is there already.

    Examples
    --------
    >>> from gbglass.dft.settings import DftSettings
    >>> folders = vasp_inputs(Path("garnet.extxyz"), Path("inputs"), DftSettings())
    >>> sorted(path.name for path in folders[0].iterdir())
    ['INCAR', 'KPOINTS', 'POSCAR', 'POTCAR.list']

    """
    return write_vasp_folders(read_periodic(structures), folder, settings, job, potcars)
