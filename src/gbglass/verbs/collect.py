"""The page and the table of a campaign, from what lies in its folders."""

import json
from dataclasses import replace
from pathlib import Path

from gbglass.errors import InputError
from gbglass.report.campaign import RECORD, CampaignOutcome, write_campaign
from gbglass.verbs.campaign import read_campaign


def collect(study: Path, out: Path | None = None) -> CampaignOutcome:
    """Write ``campaign.json``, ``table.csv`` and ``report.html`` of a study of many cases, as far as they are.

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
    InputError
        If the study has one case, which has its own report.
    StateError
        If the folder holds something else, or cannot be written.

    Examples
    --------
    >>> found = collect(Path("garnets.toml"))
    >>> found.count("done"), (found.folder / "table.csv").is_file()
    (2, True)

    """
    campaign = read_campaign(study, out)
    if not campaign.study.is_swept:
        raise InputError(f"{study} has no table [sweep]: its one case writes its own report")
    outcome = replace(campaign.outcome(), options=_options_of(campaign.folder / RECORD))
    write_campaign(outcome)
    return outcome


def _options_of(record: Path) -> tuple[str, ...]:
    """Return what the command that ran it said besides its file and folder; nothing if none has run it yet."""
    try:
        return tuple(json.loads(record.read_text(encoding="utf-8")).get("options", ()))
    except (OSError, ValueError):
        return ()
