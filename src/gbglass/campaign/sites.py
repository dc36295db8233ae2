"""Sites: where cases run when not on this machine, and how a scheduler there is asked; from ``profiles.toml``.

A file holds one table a site, such as ``[mycluster]``. ``profile.toml`` beside a study counts before the user's file.
"""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from gbglass.core.toml_file import read_toml
from gbglass.errors import ConfigError, InputError

BESIDE, AT_HOME = "profile.toml", Path(".config/gbglass/profiles.toml")
"""Where sites are looked for: beside the study, then in the user's home."""

SchedulerName = Literal["slurm", "pbs", "torque", "lsf", "sge"]

_WALLTIME = re.compile(r"(?:(\d+)-)?(\d{1,3}):([0-5]\d):([0-5]\d)")
_Line = Annotated[str, Field(pattern=r"^[^\n\r]*$")]


class Site(BaseModel):
    """How one site is asked for what a case needs. The number of MPI ranks is the study's: it decides the result."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)

    executor: SchedulerName
    queue: Annotated[_Line, Field(description="queue or partition")] = ""
    account: Annotated[_Line, Field(description="what is charged")] = ""
    nodes: Annotated[int, Field(ge=1, le=10_000, description="nodes a case; must divide its ranks")] = 1
    gpus: Annotated[int, Field(ge=0, le=64, description="GPUs a node")] = 0
    walltime: Annotated[str | None, Field(description="of one job, as HH:MM:SS or D-HH:MM:SS")] = None
    flags: Annotated[tuple[_Line, ...], Field(description="more lines for the head of the script")] = ()
    module_list: Annotated[tuple[_Line, ...], Field(description="environment modules to load")] = ()
    source_list: Annotated[tuple[_Line, ...], Field(description="files to source")] = ()
    parallel_environment: Annotated[_Line, Field(description="SGE's, which spreads the ranks")] = "mpi"
    environment: Annotated[dict[str, str], Field(description="variables to export")] = {}
    launcher: Annotated[
        _Line | None, Field(description="what starts MPI, with {ranks}, such as 'srun --mpi=pmi2 -n {ranks}'")
    ] = None
    switches: Annotated[_Line, Field(description="of LAMMPS, to use threads or GPUs, such as '-sf gpu -pk gpu 1'")] = ""
    lammps: Annotated[_Line | None, Field(description="LAMMPS binary there")] = None
    max_jobs: Annotated[int, Field(ge=1, le=10_000, description="jobs in the queue at a time")] = 50
    retries: Annotated[int, Field(ge=0, le=1000, description="tries in a row that may finish nothing")] = 3
    poll: Annotated[float, Field(ge=0.2, le=3600.0, description="seconds between questions about a job")] = 30.0

    @field_validator("walltime")
    @classmethod
    def _is_a_time(cls, text: str | None) -> str | None:
        if text is not None and (not _WALLTIME.fullmatch(text) or not _seconds(text)):
            raise ValueError(f"must be HH:MM:SS or D-HH:MM:SS, got {text!r}")
        return text

    @field_validator("launcher")
    @classmethod
    def _counts_ranks(cls, text: str | None) -> str | None:
        if text is not None and "{ranks}" not in text:
            raise ValueError(f"must say where the number of ranks goes, as in 'mpiexec -n {{ranks}}', got {text!r}")
        return text

    @model_validator(mode="after")
    def _can_be_asked_for(self) -> "Site":
        if self.executor == "sge" and (self.nodes > 1 or self.gpus):
            raise ValueError("SGE spreads by its parallel environment and knows GPUs by site: say both in flags")
        return self

    @property
    def walltime_seconds(self) -> int | None:
        """The wall time of one job [s], or None."""
        return _seconds(self.walltime) if self.walltime is not None else None


def _seconds(text: str) -> int:
    found = _WALLTIME.fullmatch(text)
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0, 0)
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def find_site(name: str | None, scheduler: SchedulerName, study: Path, home: Path) -> Site:
    """Find a site by its name.

    Parameters
    ----------
    name
        Of its table; None if there is but one for the scheduler.
    scheduler
        That it must have.
    study
        The study file; ``profile.toml`` beside it is looked into first.
    home
        Holds the user's own sites.

    Raises
    ------
    ConfigError
        With every mistake of the file at once.
    InputError
        If there is no such site; says which there are.

    """
    places = [study.absolute().parent / BESIDE, home / AT_HOME]
    sites: dict[str, Site] = {}
    for place in reversed([place for place in places if place.is_file()]):
        sites |= read_sites(place)
    fitting = {key: site for key, site in sites.items() if site.executor == scheduler}
    if name is None and len(fitting) == 1:
        return next(iter(fitting.values()))
    if name in fitting:
        return fitting[name]
    there = ", ".join(f"{key} ({site.executor})" for key, site in sites.items()) or "none"
    wanted = f"is no site {name!r} for {scheduler}" if name is not None else f"are {len(fitting)} sites for {scheduler}"
    raise InputError(
        f"there {wanted}; there are: {there}. Sites are tables in {places[0]} or {places[1]}; "
        f"choose one with --profile, or write [mine] with executor = {scheduler!r}"
    )


def read_sites(path: Path) -> dict[str, Site]:
    """Read a file of sites.

    Raises
    ------
    ConfigError
        With every mistake of every site at once.

    """
    tables = read_toml(path, "a file of sites")
    sites: dict[str, Site] = {}
    problems: list[tuple[str, str]] = []
    for name, table in tables.items():
        if not isinstance(table, dict):
            problems.append((name, "must stand in a table, such as [mycluster]"))
            continue
        lists = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
        try:
            sites[name] = Site.model_validate(lists)
        except ValidationError as error:
            found = error.errors()
            problems += [(f"{name}.{_dotted(entry['loc'])}", _what(entry["type"], entry["msg"])) for entry in found]
    if problems:
        raise ConfigError(problems, path)
    return sites


def _dotted(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in location)


def _what(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return f"no such key; there are {', '.join(Site.model_fields)}"
    if kind == "missing":
        return "is missing"
    return message.removeprefix("Value error, ").replace("Input should be", "must be")
