"""A study without time: work items, such as relaxations, single points and other programs, instead of a timeline.

A plan lists the items, pure and in order. Each is done once in a folder of its own and leaves a record; one whose
program is not there is left out, with all that rest on it, and said to be. Results are read from the records alone.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, Protocol, TypeVar

from ase import Atoms
from pydantic import Field

from gbglass.core.labels import Labels, LabelSource
from gbglass.core.potential import Potential
from gbglass.dft.gpaw import Gpaw
from gbglass.learning.validation.by_lammps import LammpsEvaluator
from gbglass.studies.findings import Provenance
from gbglass.studies.spec import AnyStudySpec

Plain = dict[str, Any]

By = Literal["us", "potential", "teacher", "gpaw"]
"""Whose work an item is: gbglass's own, the potential's through LAMMPS, a teacher's, or GPAW's."""


class StaticSpec(AnyStudySpec):
    """The keys that all studies without time share."""

    seed: Annotated[int, Field(ge=0, le=2**31 - 1, description="decides what is drawn at random")] = 1
    threads: Annotated[int, Field(ge=1, le=1024, description="that LAMMPS, a teacher or GPAW may use")] = 1

    @property
    def cores(self) -> int:
        """How many it keeps busy."""
        return self.threads

    def identity(self) -> dict[str, object]:
        """Return what a folder belongs to: which question, of which potential.

        All else may change: each item is known by its own inputs, and what is done of them stays.
        """
        return {key: value for key, value in self.plain().items() if key in _KEPT}


_KEPT = ("format", "study", "name", "potential")

P = TypeVar("P", bound=StaticSpec)


class Labeller(Protocol):
    """Whoever says energy, forces and stress of a structure."""

    @property
    def source(self) -> LabelSource:
        """Who it is."""

    def label(self, atoms: Atoms) -> Labels:
        """Label one structure, which stays as it is."""


@dataclass(frozen=True)
class Done:
    """An item that is done.

    Parameters
    ----------
    folder
        Of its files.
    by
        The program that did it, with its version.
    seconds
        It took [s].
    result
        What it left.

    """

    folder: Path
    by: str
    seconds: float
    result: Mapping[str, Any]


@dataclass(frozen=True)
class Bench:
    """What an item is done with.

    Parameters
    ----------
    folder
        Of its files.
    potential
        Asked through LAMMPS; None if no item of the study asks it.
    teacher
        Starts one of `gbglass.teachers.named.TEACHERS`; None if there is none.
    gpaw
        None if there is none.
    threads
        It may use.
    earlier
        The items that it rests on, by name.

    """

    folder: Path
    potential: LammpsEvaluator | None
    teacher: Callable[[str], AbstractContextManager[Labeller]] | None
    gpaw: Gpaw | None
    threads: int
    earlier: Mapping[str, Done]


@dataclass(frozen=True)
class WorkItem:
    """A piece of work of which an interruption loses one at most.

    Parameters
    ----------
    name
        Of its folder, unique in the plan.
    title
        For people, such as ``"x = 0.5, ordering 2"``.
    by
        Whose work it is.
    n_atoms
        Of its structure; None if it has none.
    inputs
        Everything that its result follows from beside the study's potential and the items it rests on: plain data.
    do
        Does it; returns plain data.
    needs
        Names of earlier items that it rests on.

    """

    name: str
    title: str
    by: By
    n_atoms: int | None
    inputs: Mapping[str, Any]
    do: Callable[[Bench], Plain]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlannedWork(Generic[P]):
    """A study without time, ready to be done.

    Parameters
    ----------
    spec
        What was asked.
    title
        What it is a study of.
    items
        In order: each rests on earlier ones alone.

    """

    spec: P
    title: str
    items: tuple[WorkItem, ...]

    @property
    def potential(self) -> Potential:
        """What the study names."""
        return self.spec.potential.load()

    def asks(self, by: By) -> bool:
        """Say whether any item is somebody's work."""
        return any(item.by == by for item in self.items)


@dataclass(frozen=True)
class StaticFindings:
    """What is known of a study without time, whatever it asks.

    Parameters
    ----------
    name
        Of the study, from its file.
    title
        What it is a study of.
    potential
        What the study names.
    asked
        The study as plain data, with its defaults.
    n_atoms
        Of the largest structure that was looked at.
    items
        Title, program and time [s] of each item that was done.
    left_out
        Titles of those that were not, with the reason.
    remarks
        What a reader must know before believing the numbers.
    provenance
        Versions, seeds, checksums.

    """

    name: str
    title: str
    potential: Potential
    asked: Mapping[str, Any]
    n_atoms: int
    items: tuple[tuple[str, str, float], ...]
    left_out: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True)
class WorkDone(Generic[P]):
    """What has been done of a plan.

    Parameters
    ----------
    planned
        The plan.
    done
        Items that are done, by name.
    left_out
        Why the others are not, by name.
    provenance
        Versions, seeds, checksums.

    """

    planned: PlannedWork[P]
    done: Mapping[str, Done]
    left_out: Mapping[str, str]
    provenance: Provenance

    def findings(self, remarks: Iterable[str] = ()) -> StaticFindings:
        """Gather what is known of it; what was left out is the first thing to know."""
        planned = self.planned
        titles = {item.name: item.title for item in planned.items}
        reasons = dict.fromkeys(self.left_out.values())
        said = [f"Left out were {self._count(reason)}: {reason}." for reason in reasons]
        return StaticFindings(
            name=planned.spec.name,
            title=planned.title,
            potential=planned.potential,
            asked=planned.spec.model_dump(mode="json"),
            n_atoms=max((int(one.result.get("n_atoms", 0)) for one in self.done.values()), default=0),
            items=tuple((titles[name], one.by, one.seconds) for name, one in self.done.items()),
            left_out=tuple((titles[name], reason) for name, reason in self.left_out.items()),
            remarks=tuple(dict.fromkeys([*said, *remarks])),
            provenance=self.provenance,
        )

    def _count(self, reason: str) -> str:
        n = sum(other == reason for other in self.left_out.values())
        return "1 item" if n == 1 else f"{n} items"
