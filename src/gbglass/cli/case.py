"""``gbglass case``: one case in its folder, started by a driver, a scheduler or a person."""

import signal
import sys
from pathlib import Path
from types import FrameType

from rich.console import Console

from gbglass.campaign.failure import one_line
from gbglass.campaign.local import die_with_parent
from gbglass.cli.output import AGAIN, FAILED, INTERRUPTED, WRONG_INPUT, stop
from gbglass.cli.progress import progress_bar
from gbglass.errors import BusyError, GbglassError, InputError
from gbglass.verbs.case import case
from gbglass.verbs.engine import LammpsChoice
from gbglass.verbs.programs import OtherPrograms


class _Ended(KeyboardInterrupt):
    """A scheduler ended us, as at the wall limit."""


_AGAIN_SECONDS = 1.0


def _end(_number: int, _frame: FrameType | None) -> None:
    """Raise, and once more in a second: an exception that falls into a finaliser is lost without a trace."""
    signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)
    raise _Ended


def show_case(folder: Path, lammps: LammpsChoice, others: OtherPrograms, parent: int | None) -> None:
    """Do a case; the last line on stderr says in one line why it failed, if it did."""
    if parent is not None:
        die_with_parent(parent)
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, _end)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        with progress_bar(console) as listener:
            outcome = case(folder, lammps, listener, others)
    except _Ended:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        stop("ended from outside, as at a wall limit; the same command goes on from there", AGAIN)
    except KeyboardInterrupt:
        stop("stopped; the same command goes on from there", INTERRUPTED)
    except BusyError as error:
        stop(str(error), AGAIN)
    except (GbglassError, OSError) as error:
        line = one_line(error)
        if line != str(error):
            console.print(str(error), markup=False)
        stop(line, WRONG_INPUT if isinstance(error, InputError) else FAILED)
    for line in outcome.answers:
        sys.stdout.write(f"{line}\n")
