"""What every study file says: its name, its seed, its potential, its protocol, how it is run."""

from typing import Annotated, Any

from pydantic import Field

from gbglass.core.provenance import without_defaults
from gbglass.protocol.promises import Promise, names_of, promises_of
from gbglass.protocol.recipes import ProtocolEntry, needs_potential, resolved, write_out
from gbglass.protocol.stages import Stage
from gbglass.studies.tables import CommitteeChoice, PotentialChoice, RunSettings, Table

FORMAT = 2
"""Counts changes of what a study means: of a default, or of what is done with a key. New keys need none."""


class AnyStudySpec(Table):
    """The keys that all studies share; each study adds its ``study`` and what it is a study of."""

    study: str
    name: Annotated[
        str,
        Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$", description="the output folder: letters, digits, - _"),
    ]
    seed: Annotated[int, Field(ge=0, le=2**31 - 1, description="decides the Li ordering and the velocities")]
    potential: PotentialChoice

    @property
    def cores(self) -> int:
        """How many it keeps busy."""
        return 1

    def plain(self) -> dict[str, Any]:
        """Return what the study says as plain data: what equals its default is left out, written or not."""
        return {"format": FORMAT, **without_defaults(self)}

    def identity(self) -> dict[str, object]:
        """Return what a folder belongs to."""
        return self.plain()


class StudySpec(AnyStudySpec):
    """The keys of a study of what happens in time: its protocol, how it is run, and who watches."""

    stage: Annotated[
        tuple[ProtocolEntry, ...], Field(min_length=1, max_length=100, description="stages and recipes, in order")
    ]
    run: RunSettings = RunSettings()
    committee: CommitteeChoice | None = None

    @property
    def cores(self) -> int:
        """MPI processes."""
        return self.run.ranks

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The protocol with its recipes written out, for its potential."""
        return write_out(self.entries)

    @property
    def stage_names(self) -> tuple[str, ...]:
        """What messages call each of the stages: by the entry of the file that it comes from."""
        return names_of(self.entries)

    @property
    def promises(self) -> tuple[Promise, ...]:
        """What the protocol promises to turn to glass."""
        return promises_of(self.entries)

    @property
    def entries(self) -> tuple[ProtocolEntry, ...]:
        """The protocol as it was written, but in kelvin where it speaks of the potential's melting point."""
        if not any(map(needs_potential, self.stage)):
            return self.stage
        potential = self.potential.load()
        return tuple(resolved(entry, potential) for entry in self.stage)

    def identity(self) -> dict[str, object]:
        """Return what a folder belongs to: the study without its protocol, which may grow, and without who watches it.

        What has been run of the protocol is guarded by the segments themselves.
        """
        return {key: value for key, value in self.plain().items() if key not in ("stage", "committee")}
