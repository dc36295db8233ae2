"""Every study of the paper from one command: the examples run one after another, their verdicts on one page."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gbglass.campaign.driver import Audience
from gbglass.errors import GbglassError
from gbglass.report.campaign import CampaignOutcome
from gbglass.report.reproduction import Reproduction, StudyOutcome, write_reproduction
from gbglass.verbs.engine import WHEEL, LammpsChoice
from gbglass.verbs.examples import example_studies
from gbglass.verbs.run_cases import SILENT_AUDIENCE, Where, run_cases

OUT = Path("runs") / "reproduce"


@dataclass(frozen=True)
class Tale:
    """Who is told how it goes on.

    Parameters
    ----------
    begins
        Gets the name of each study, its number and how many there are.
    audience
        Told of the cases of each.

    """

    begins: Callable[[str, int, int], None]
    audience: Audience


def _nothing(_name: str, _number: int, _of: int) -> None:
    pass


SILENT_TALE = Tale(_nothing, SILENT_AUDIENCE)


def reproduce(
    size: str = "minimal",
    out: Path = OUT,
    examples: Path | None = None,
    how: tuple[Where, LammpsChoice] = (Where(), WHEEL),
    tale: Tale = SILENT_TALE,
) -> Reproduction:
    """Run the example of every study and write one page; what is done is not done again, and a failure stops no other.

    Parameters
    ----------
    size
        ``"minimal"``, ``"laptop"`` or ``"full"``.
    out
        Folder of all: each study in a folder of its name, and ``report.html``.
    examples
        Folder with ``<kind>/<size>.toml``; that of the package if absent.
    how
        On how many cores, and with which LAMMPS.
    tale
        Told how it goes on.

    Raises
    ------
    InputError
        If there is no such size or folder.
    BusyError
        If another process runs one of these studies.

    """
    studies = example_studies(size, examples)
    done: dict[str, StudyOutcome] = {name: StudyOutcome(name, str(path), None) for name, path in studies.items()}
    where, lammps = how
    for number, (name, path) in enumerate(studies.items(), start=1):
        tale.begins(name, number, len(studies))
        outcome, failure = _run(path, out / name, where, lammps, tale.audience)
        done[name] = StudyOutcome(name, str(path), outcome, failure)
        write_reproduction(Reproduction(size, out, tuple(done.values())))  # so that whoever stops it has a page
    return Reproduction(size, out, tuple(done.values()))


def _run(
    study: Path, folder: Path, where: Where, lammps: LammpsChoice, audience: Audience
) -> tuple[CampaignOutcome | None, str]:
    """Run one study; what keeps all of it from running is told on the page."""
    try:
        return run_cases(study, where, folder, lammps, audience), ""
    except GbglassError as error:
        return None, str(error)
