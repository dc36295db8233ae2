"""``gbglass clean``: says what would go, asks, and says what went."""

import sys
from pathlib import Path

import typer

from gbglass.cli.output import WRONG_INPUT, stop
from gbglass.verbs.clean import Cleanable, clean

_MIB = 2**20


def show_clean(study: Path, out: Path | None, *, yes: bool) -> None:
    """Drop the trajectories of finished cases after asking."""

    def agree(offered: Cleanable) -> bool:
        what = f"the trajectories of {len(offered.folders)} finished cases, {offered.n_bytes / _MIB:.1f} MiB"
        if yes:
            return True
        if not sys.stdin.isatty():
            stop(f"this drops {what}; results stay; say --yes", WRONG_INPUT)
        return typer.confirm(f"Drop {what}? Results stay; a longer hold would run from its start")

    done = clean(study, agree, out)
    if done.folders:
        sys.stdout.write(f"freed {done.n_bytes / _MIB:.1f} MiB in {len(done.folders)} cases\n")
    else:
        sys.stdout.write("nothing was dropped\n")
