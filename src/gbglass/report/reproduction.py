"""One page for all studies: the verdicts of all, and links to the page of each."""

import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gbglass
from gbglass.report.assets import page_asset
from gbglass.report.campaign import (
    PAGE,
    VERDICTS,
    CampaignOutcome,
    case_words,
    finished_results,
    study_figures,
)
from gbglass.report.cell_current import current_text
from gbglass.report.charts import ROOM, within_room
from gbglass.report.page import charts_html, leading_html, page_environment
from gbglass.report.presented import PageFigure
from gbglass.report.sources import sources_html
from gbglass.report.verdicts import Verdicts, judge_results, judgement_record, verdicts_csv, verdicts_html
from gbglass.store.atomic import write_json, write_text

RECORD = "reproduce.json"
_SCHEMA = "gbglass.reproduce/1"


@dataclass(frozen=True)
class StudyOutcome:
    """One of the studies as it stands.

    Parameters
    ----------
    name
        Of its folder: its kind, and more where a kind has several.
    file
        Its study file.
    cases
        How they stand; None if it was not run, or could not be.
    failure
        What kept all of it from running; empty if nothing did.

    """

    name: str
    file: str
    cases: CampaignOutcome | None
    failure: str = ""

    @property
    def state(self) -> str:
        """How it stands, in words."""
        if self.cases is None:
            return "failed" if self.failure else "to do"
        done, failed = self.cases.count("done"), self.cases.count("failed")
        return f"{done} of {len(self.cases.cases)} cases done" + (f", {failed} failed" if failed else "")


@dataclass(frozen=True)
class Reproduction:
    """All studies as they stand.

    Parameters
    ----------
    size
        Of the examples.
    folder
        Where everything lies.
    studies
        In the order in which they are run.
    options
        What else the command said, such as where the examples are.

    """

    size: str
    folder: Path
    studies: tuple[StudyOutcome, ...]
    options: tuple[str, ...] = ()

    @property
    def has_failed(self) -> bool:
        """Whether a study or one of its cases failed."""
        return any(study.failure or (study.cases and study.cases.count("failed")) for study in self.studies)

    @property
    def command(self) -> str:
        """What runs all of it, or goes on with it."""
        return shlex.join(["gbglass", "reproduce", "--size", self.size, "--out", str(self.folder), *self.options])

    def verdicts(self) -> Verdicts:
        """Judge all claims by all finished cases; those that none is about are undecided."""
        done = [pair for study in self.studies if study.cases for pair in finished_results(study.cases)]
        return judge_results(done, all_claims=True)

    def plain(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "schema": _SCHEMA,
            "size": self.size,
            "gbglass": gbglass.__version__,
            "verdicts": [judgement_record(found) for found in self.verdicts().judgements],
            "studies": [
                {"name": study.name, "file": study.file, "state": study.state, "failure": study.failure}
                for study in self.studies
            ],
        }


def write_reproduction(found: Reproduction) -> None:
    """Write the record, the table of verdicts and the page, the page last."""
    verdicts = found.verdicts()
    write_json(found.folder / RECORD, found.plain())
    write_text(found.folder / VERDICTS, verdicts_csv(verdicts))
    write_text(found.folder / PAGE, reproduction_page(found, verdicts))


def reproduction_page(found: Reproduction, verdicts: Verdicts) -> str:
    """Write the page; what came from a user is escaped."""
    environment = page_environment()
    environment.filters["from_folder"] = lambda path: os.path.relpath(path, found.folder)
    template = environment.from_string(page_asset("reproduction.html.j2"))
    leading = list(_leading(found))
    results = [one for study in found.studies if study.cases for _, one in finished_results(study.cases)]
    return template.render(
        css=page_asset("page.css"),
        r=found,
        version=gbglass.__version__,
        verdicts=verdicts_html(verdicts),
        rows=[(study, _link(found, study)) for study in found.studies],
        leading=[(study, leading_html(figures, f"{study.name}-")) for study, figures in leading],
        charts=charts_html([figure for _, figures in leading for figure in figures]),
        words={study.name: _labels(study) for study in found.studies},
        current=current_text(results),
        sources=sources_html(results, [found.command]),
    )


def _leading(found: Reproduction) -> Iterator[tuple[StudyOutcome, list[PageFigure]]]:
    """Give the figures that lead the page of each study that has any."""
    for study in found.studies:
        figures = study_figures(study.cases)[0] if study.cases else []
        if figures:
            yield study, within_room(figures, ROOM // len(found.studies))


def _labels(study: StudyOutcome) -> dict[str, str]:
    """Say what sets each case apart, by its label."""
    if study.cases is None:
        return {}
    swept = list(dict.fromkeys(path for case in study.cases.cases for path in case.setting))
    words = case_words(study.cases, swept)
    return {
        case.label: ", ".join(filter(None, said)) or case.label
        for case, said in zip(study.cases.cases, words, strict=True)
    }


def _link(found: Reproduction, study: StudyOutcome) -> str:
    """Return where the page of a study lies, from the page of all; empty if it has none."""
    page = found.folder / study.name / PAGE
    return f"{study.name}/{PAGE}" if page.is_file() else ""
