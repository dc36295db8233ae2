"""How the cases of a study stand."""

from pathlib import Path

from gbglass.report.campaign import CampaignOutcome
from gbglass.verbs.campaign import read_campaign


def status(study: Path, out: Path | None = None) -> CampaignOutcome:
    """See how all cases of a study stand, from any machine that sees its folder; changes nothing.

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

    Examples
    --------
    >>> [case.state for case in status(Path("garnets.toml")).cases]
    ['done', 'done']

    """
    return read_campaign(study, out).outcome()
