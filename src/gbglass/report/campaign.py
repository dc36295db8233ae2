"""What a campaign leaves beside its cases: one page, one table, one record, made again from the folders at any time."""

import csv
import json
import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from io import StringIO
from pathlib import Path
from typing import Any

import gbglass
from gbglass.campaign.failure import Failure
from gbglass.campaign.progress import Progress
from gbglass.campaign.task import State
from gbglass.report.assets import page_asset
from gbglass.report.cell_current import current_text
from gbglass.report.charts import within_room
from gbglass.report.leading import split
from gbglass.report.model_table import model_rows, models_csv, models_html
from gbglass.report.page import charts_html, leading_html, page_environment
from gbglass.report.present import campaign_figures, campaign_rows
from gbglass.report.presented import PageFigure
from gbglass.report.sources import sources_html
from gbglass.report.verdicts import Verdicts, judge_results, judgement_record, verdicts_csv, verdicts_html
from gbglass.report.words import all_words
from gbglass.store.atomic import write_json, write_text

RECORD, TABLE, VERDICTS, MODELS, PAGE = "campaign.json", "table.csv", "verdicts.csv", "models.csv", "report.html"
"""Files in the folder of a campaign."""

_SCHEMA = "gbglass.campaign/1"


@dataclass(frozen=True)
class CaseResult:
    """One case of a campaign as it stands.

    Parameters
    ----------
    label
        What sets it apart.
    setting
        Swept values by dotted path.
    state
        As `gbglass.campaign.task.look` sees it.
    folder
        Where it lies.
    answers
        Of a finished case, one line each.
    failure
        Of a failed one.
    where
        Who works on it.
    progress
        How far it said it was.

    """

    label: str
    setting: Mapping[str, Any]
    state: State
    folder: Path
    answers: tuple[str, ...] = ()
    failure: Failure | None = None
    where: str = ""
    progress: Progress | None = None

    def plain(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {**asdict(self), "folder": str(self.folder), "setting": dict(self.setting), "answers": [*self.answers]}


@dataclass(frozen=True)
class CampaignOutcome:
    """What a campaign answers, finished or not.

    Parameters
    ----------
    name
        Of the study.
    folder
        Where everything lies.
    cases
        In the order of the study.
    left
        Folders of cases that the study no longer has; they are left alone.
    source
        The study file; None if it is not known.
    options
        What else the command that ran it said, such as where GPAW is.

    """

    name: str
    folder: Path
    cases: tuple[CaseResult, ...]
    left: tuple[Path, ...] = field(default=())
    source: Path | None = None
    options: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        """What runs it, or goes on with it; empty if its study file is not known."""
        if self.source is None:
            return ""
        return shlex.join(["gbglass", "run", str(self.source), "--out", str(self.folder), *self.options])

    def count(self, *states: State) -> int:
        """Return how many cases are in one of some states."""
        return sum(case.state in states for case in self.cases)

    def plain(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "schema": _SCHEMA,
            "study": self.name,
            "gbglass": gbglass.__version__,
            "folder": str(self.folder),
            "command": self.command,
            "options": [*self.options],
            "cases": [case.plain() for case in self.cases],
            "left": [str(path) for path in self.left],
        }


def write_campaign(outcome: CampaignOutcome) -> None:
    """Write the record, the tables and the page of a campaign, the page last."""
    verdicts = judge_campaign(outcome)
    record = {"verdicts": [judgement_record(found) for found in verdicts.judgements], **outcome.plain()}
    write_json(outcome.folder / RECORD, record)
    write_text(outcome.folder / VERDICTS, verdicts_csv(verdicts))
    write_text(outcome.folder / TABLE, table_text(outcome))
    write_text(outcome.folder / MODELS, models_csv(model_rows(_of_done(outcome))))
    write_text(outcome.folder / PAGE, page_text(outcome, verdicts))


def judge_campaign(outcome: CampaignOutcome) -> Verdicts:
    """Judge the claims by the finished cases of a campaign."""
    return judge_results(finished_results(outcome))


def finished_results(outcome: CampaignOutcome) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Read the swept values and the results of each finished case."""
    return [(case.setting, _results(case)) for case in outcome.cases if case.state == "done"]


def _of_done(outcome: CampaignOutcome) -> list[Mapping[str, Any]]:
    return [results for _, results in finished_results(outcome)]


def table_text(outcome: CampaignOutcome) -> str:
    """Write one row for each answer of each finished case, and one for each other case."""
    swept = list(dict.fromkeys(path for case in outcome.cases for path in case.setting))
    rows: list[dict[str, Any]] = []
    for case in outcome.cases:
        row = {
            "case": case.label,
            **{path: _cell(case.setting.get(path)) for path in swept},
            "state": case.state,
            "potential": _results(case)["potential"]["name"] if case.state == "done" else "",
            "cause": case.failure.cause if case.failure else "",
            "folder": _relative(case.folder, outcome.folder),
        }
        rows += [{**row, **answer} for answer in _answers(case)] or [row]
    columns = dict.fromkeys(["case", *swept, "state", "potential"])
    columns |= dict.fromkeys(name for row in rows for name in row if name not in ("cause", "folder"))
    text = StringIO()
    writer = csv.DictWriter(text, [*columns, "cause", "folder"], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def page_text(outcome: CampaignOutcome, verdicts: Verdicts) -> str:
    """Write the page that opens with the verdicts and lists all cases, with links to theirs.

    What came from a user is escaped.
    """
    template = page_environment().from_string(page_asset("campaign.html.j2"))
    swept = list(dict.fromkeys(path for case in outcome.cases for path in case.setting))
    links = [_relative(case.folder, outcome.folder) for case in outcome.cases]
    results = _of_done(outcome)
    leading, others = study_figures(outcome)
    return template.render(
        css=page_asset("page.css"),
        o=outcome,
        version=gbglass.__version__,
        verdicts=verdicts_html(verdicts),
        swept=swept,
        rows=list(zip(outcome.cases, case_words(outcome, swept), links, strict=True)),
        leading=leading_html(leading),
        models=models_html(model_rows(results)),
        figures=others,
        charts=charts_html([*leading, *others]),
        current=current_text(results),
        source="" if outcome.source is None else os.path.relpath(outcome.source, outcome.folder),
        sources=sources_html(results, [outcome.command] if outcome.command else []),
        left=[_relative(path, outcome.folder) for path in outcome.left],
    )


def case_words(outcome: CampaignOutcome, swept: Sequence[str]) -> list[list[str]]:
    """Say the swept values of each case in short words, one for each path; a protocol by its stages that differ."""
    columns = [all_words([case.setting.get(path) for case in outcome.cases]) for path in swept]
    return [list(row) for row in zip(*columns, strict=True)] or [[] for _ in outcome.cases]


def study_figures(outcome: CampaignOutcome) -> tuple[list[PageFigure], list[PageFigure]]:
    """Draw what the finished cases of a study say: the figures that lead its page, then the others.

    A study whose cases say nothing together is led by the figures of its first finished case.
    """
    done = [case for case in outcome.cases if case.state == "done"]
    if not done:
        return [], []
    results = [_results(case) for case in done]
    together = campaign_figures(results)
    if together:
        return split(results[0]["study"], within_room(together))
    leading = split(results[0]["study"], within_room(_drawn(done[0].folder, results[0])))[0]
    whose = f"{results[0]['title']}, seed {results[0]['seeds']['study']}"
    return [replace(figure, heading=f"{figure.heading}: {whose}") for figure in leading], []


def _drawn(folder: Path, results: Mapping[str, Any]) -> list[PageFigure]:
    """Read the figures that a finished case left; an older one does not name them."""
    return [
        PageFigure(
            one["name"], one["heading"], one["caption"], path.read_text(encoding="utf-8"), one["note"],
            chart.read_text(encoding="utf-8") if (chart := path.with_suffix(".json")).is_file() else "",
        )
        for one in results.get("figures", ())
        if (path := folder / "figures" / f"{one['name']}.svg").is_file()
    ]  # fmt: skip


def _answers(case: CaseResult) -> Sequence[dict[str, Any]]:
    """Read the numbers of the answers of a finished case."""
    return campaign_rows(_results(case)) if case.state == "done" else []


def _results(case: CaseResult) -> Mapping[str, Any]:
    results: Mapping[str, Any] = json.loads((case.folder / "results.json").read_text(encoding="utf-8"))
    return results


def _cell(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _relative(path: Path, root: Path) -> str:
    absolute, base = path.absolute(), root.absolute()
    return str(absolute.relative_to(base)) if absolute.is_relative_to(base) else str(absolute)
