"""DFT data of one's own: OUTCARs, vasprun.xmls and extxyz as frames of one store, every fault told at once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from gbglass.core.labels import LabelSource
from gbglass.dft.settings import DftSettings
from gbglass.dft.vasp import POTCARS
from gbglass.errors import ConfigError, GbglassError, InputError
from gbglass.learning.dft_frames import read_vasp_frames
from gbglass.learning.exchange import read_labelled
from gbglass.learning.labelled import LabelStore, StoredFrame
from gbglass.learning.origins import check_domain


@dataclass(frozen=True)
class OwnData:
    """What is known of files of labels beside their content.

    Parameters
    ----------
    domain
        Of all frames that do not name one.
    origin
        Of all files, without the domain; of each file the name of its folder (VASP) or its own (extxyz) if absent.
    settings
        Which VASP must have been run with.
    potcars
        The PAW set of each element.
    source
        Who labelled the extxyz; VASP's files say it themselves.
    every
        Of each file one frame in so many, beginning with the first: neighbours in dynamics say the same twice. Frames
        keep their numbers in the file, so that fewer may be taken first and more later.

    Raises
    ------
    InputError
        If the domain is no word, or `every` is below 1.

    """

    domain: str
    origin: str | None = None
    settings: DftSettings = field(default_factory=DftSettings)
    potcars: Mapping[str, str] = field(default_factory=lambda: POTCARS)
    source: LabelSource | None = None
    every: int = 1

    def __post_init__(self) -> None:
        check_domain(self.domain)
        if self.every < 1:
            raise InputError(f"'every' must be 1 or more, got {self.every}")

    def origin_of(self, path: Path) -> str:
        """Return the name of the origin of a file, without the domain."""
        return self.origin or (path.absolute().parent.name if is_vasp(path) else path.stem)


@dataclass(frozen=True)
class ReadFile:
    """A file and its frames.

    Parameters
    ----------
    path
        Of the file.
    frames
        Those that are taken.

    """

    path: Path
    frames: tuple[StoredFrame, ...]


def is_vasp(path: Path) -> bool:
    """Say by its name whether a file is one of VASP's: ``OUTCAR`` in it, or ``.xml`` at its end.

    Examples
    --------
    >>> [is_vasp(Path(name)) for name in ("300K/OUTCAR", "OUTCAR.2", "vasprun.xml", "md.extxyz")]
    [True, True, True, False]

    """
    return "OUTCAR" in path.name or path.name.endswith(".xml")


def read_own_data(paths: Sequence[Path], own: OwnData) -> list[ReadFile]:
    """Read files as frames; those of several files with one origin are numbered through.

    Parameters
    ----------
    paths
        OUTCARs, vasprun.xmls and extxyz, in an order that stays when files are added.
    own
        What else is known of them.

    Raises
    ------
    ConfigError
        With all files that cannot be used.

    """
    found: list[ReadFile] = []
    problems = []
    numbers: Counter[str] = Counter()
    for path in paths:
        name = own.origin_of(path)
        try:
            frames = _read(path, name, own, numbers[name])
        except (GbglassError, OSError, ValueError) as error:
            problems.append((str(path), str(error).removeprefix(str(path)).removeprefix(":").strip()))
            continue
        numbers[name] += len(frames)
        found.append(ReadFile(path, tuple(frames[:: own.every])))
    if problems:
        raise ConfigError(problems)
    return found


def _read(path: Path, origin: str, own: OwnData, first: int) -> list[StoredFrame]:
    if is_vasp(path):
        frames = read_vasp_frames([path], own.settings, own.domain, origin, own.potcars)
        return [replace(frame, tag=replace(frame.tag, index=first + frame.tag.index)) for frame in frames]
    if own.source is None:
        raise InputError("an extxyz does not say who labelled it; name the source (--source)")
    return read_labelled(path, own.source, own.domain, origin, first)


def check_fit(files: Sequence[ReadFile], store: LabelStore) -> None:
    """Refuse frames that cannot stand in one store, with each other or with what it holds.

    Raises
    ------
    ConfigError
        With all files whose labels are of another source than those before them, or with frames whose name another
        frame has.

    """
    source = store.source
    wanted = {frame.tag.name for file in files for frame in file.frames}
    problems, named = [], {frame.tag.name: frame for frame in store.frames() if frame.tag.name in wanted}
    for file in files:
        found = next((frame.labels.source for frame in file.frames if frame.labels is not None), None)
        source = source or found
        if source is not None and found is not None and found != source:
            problems.append((str(file.path), _other_source(found, source)))
        taken = [frame for frame in file.frames if not _same(named.setdefault(frame.tag.name, frame), frame)]
        if taken:
            problems.append((str(file.path), _taken(taken)))
    if problems:
        raise ConfigError(problems)


def _other_source(found: LabelSource, source: LabelSource) -> str:
    said = f"labels of {found.name} ({found.version}) do not fit to those of {source.name} ({source.version})"
    same = (found.name, found.version) == (source.name, source.version)
    return f"{said}: the settings or PAW sets differ" if same else f"{said}; give it a store of its own"


def _taken(frames: Sequence[StoredFrame]) -> str:
    return (
        f"{len(frames)} frames, the first {frames[0].tag.name}, have the name of another frame; give this file an "
        f"origin of its own (--origin), or all files of this one in one call, new ones last"
    )


def _same(one: StoredFrame, other: StoredFrame) -> bool:
    """Say whether two frames are one frame, read twice."""
    if one is other:
        return True
    if one.labels is None or other.labels is None or one.atoms.numbers.tolist() != other.atoms.numbers.tolist():
        return False
    return one.labels.energy == other.labels.energy and bool((one.atoms.positions == other.atoms.positions).all())
