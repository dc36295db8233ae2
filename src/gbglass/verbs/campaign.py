"""A study file as the tasks of a campaign: its folder, its cases, what they look like now."""

import time
from dataclasses import dataclass
from pathlib import Path

from gbglass.campaign.progress import read_progress
from gbglass.campaign.task import CASES, CaseTask, case_folder, left_folders, look
from gbglass.errors import InputError, StateError
from gbglass.report.campaign import RECORD, CampaignOutcome, CaseResult
from gbglass.studies.cases import Study, StudyCase, read_cases
from gbglass.verbs.case import asked_of
from gbglass.verbs.perform import inputs_of
from gbglass.verbs.run import RUNS

_LOOK_AGAIN_SECONDS = 1.0


@dataclass(frozen=True)
class Campaign:
    """A study file with its folder.

    Parameters
    ----------
    study
        What the file asks for.
    folder
        Where everything lies.
    tasks
        One a case, in order.
    source
        The study file.

    """

    study: Study
    folder: Path
    tasks: tuple[CaseTask, ...]
    source: Path

    def outcome(self) -> CampaignOutcome:
        """See how all cases stand; changes nothing."""
        left = left_folders(self.folder, self.tasks) if self.study.is_swept else ()
        return CampaignOutcome(self.study.name, self.folder, tuple(map(_result, self.tasks)), left, self.source)


def read_campaign(study: Path, out: Path | None = None) -> Campaign:
    """Read a study file, with or without a sweep.

    Parameters
    ----------
    study
        The study file.
    out
        Its folder; ``runs/<name of the study>`` if absent.

    Raises
    ------
    ConfigError
        If the study file has mistakes.
    StateError
        If the folder holds something else.

    """
    found = read_cases(study)
    folder = out if out is not None else RUNS / found.name
    if found.is_swept:
        _refuse_foreign(folder)
    return Campaign(found, folder, tuple(_task(found, case, folder, study) for case in found.cases), study)


class WatchedStudy:
    """A study file that may change while its cases run."""

    def __init__(self, study: Path, out: Path | None) -> None:
        self._study = study
        self._out = out
        self._content = b""
        self._next_look = 0.0
        self._name: str | None = None

    def campaign(self) -> Campaign:
        """Read the file as it is now."""
        self._content = self._bytes()
        found = read_campaign(self._study, self._out)
        if self._name is not None and found.study.name != self._name:
            raise InputError(f"its name was {self._name!r} and is {found.study.name!r} now; run that by itself")
        self._name = found.study.name
        return found

    def has_changed(self) -> bool:
        """Say whether the file holds something else than at the last reading; looks once a second."""
        now = time.monotonic()
        if now < self._next_look:
            return False
        self._next_look = now + _LOOK_AGAIN_SECONDS
        content = self._bytes()
        return content not in (b"", self._content)  # an editor may be writing it just now

    def _bytes(self) -> bytes:
        try:
            return self._study.read_bytes()
        except OSError:
            return b""


def _task(study: Study, case: StudyCase, folder: Path, source: Path) -> CaseTask:
    place = case_folder(folder, case.label, case.id) if study.is_swept else folder
    return CaseTask(
        label=case.label or study.name,
        id=case.id,
        folder=place.absolute(),
        study=asked_of(case.raw, source),
        inputs=inputs_of(case.spec),
        cores=case.spec.cores,
        setting=case.setting,
    )


def _result(task: CaseTask) -> CaseResult:
    seen = look(task)
    progress = read_progress(task.folder) if seen.state == "running" else None
    return CaseResult(
        task.label, task.setting, seen.state, task.folder, seen.answers, seen.failure, seen.where, progress
    )


def _refuse_foreign(folder: Path) -> None:
    if not folder.exists() or (folder / RECORD).is_file():
        return
    strangers = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    if [name for name in strangers if name != CASES]:
        raise StateError(
            f"{folder} holds files that are not those of a study of many cases ({', '.join(strangers[:3])}); "
            "give the study another name, or another folder with --out"
        )
