"""A finished case as claims see it: what was asked and what was found, as plain data."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gbglass.core.provenance import content_id
from gbglass.errors import InputError
from gbglass.units import NS_PER_PS

Plain = Mapping[str, Any]

_BY_HAND = ("name", "seed", "committee")
_HOW_IT_RUNS = ("ranks", "segment_ps")
"""What of a study changes nothing that is found, or tells one sample from the next."""


@dataclass(frozen=True)
class MdRun:
    """Molecular dynamics that was run for a case.

    Parameters
    ----------
    atoms, steps
        How many.
    nanoseconds
        What the steps are [ns].

    """

    atoms: int
    steps: int
    nanoseconds: float


@dataclass(frozen=True)
class CaseRecord:
    """A finished case.

    Parameters
    ----------
    setting
        Swept values by dotted path; empty of a study of one case.
    results
        Its ``results.json``.

    Raises
    ------
    InputError
        If the results do not say what was asked: gbglass wrote that later than these.

    """

    setting: Plain
    results: Plain

    def __post_init__(self) -> None:
        missing = [key for key in ("study", "asked", "stages", "work") if key not in self.results]
        if missing:
            raise InputError(f"these results lack {', '.join(missing)}: an older gbglass wrote them; run it again")

    @property
    def study(self) -> str:
        """The kind of the study."""
        return str(self.results["study"])

    @property
    def asked(self) -> Plain:
        """The study of this case alone, defaults written out."""
        asked: Plain = self.results["asked"]
        return asked

    @property
    def stages(self) -> Sequence[Plain]:
        """Its protocol, recipes written out, in kelvin."""
        stages: Sequence[Plain] = self.results["stages"]
        return stages

    @property
    def seed(self) -> str:
        """What tells it from cases of the same kind."""
        return str(self.asked["seed"])

    @property
    def potential(self) -> str:
        """What acted between its atoms."""
        return str(self.results["potential"]["name"])

    @property
    def potential_checksum(self) -> str:
        """Hash of what acted between its atoms."""
        return str(self.results["potential"]["checksum"])

    @property
    def temperature(self) -> float:
        """At the end of its last stage that has one [K]."""
        ends = [stage.get("temperature_K", stage.get("to_K")) for stage in self.stages]
        return next((float(end) for end in reversed(ends) if end is not None), math.nan)

    @property
    def atoms(self) -> int:
        """How many it has."""
        return int(self.results["work"]["atoms"]["value"])

    @property
    def runs(self) -> tuple[MdRun, ...]:
        """All MD that was run for it: its own, then that of its electrolyte alone (older results do not say)."""
        work = self.results["work"]
        step = float(work["timestep"]["value"]) * NS_PER_PS
        parts = [work, *([work["alone"]] if "alone" in work else [])]
        sizes = [(int(part["atoms"]["value"]), int(part["steps"]["value"])) for part in parts]
        return tuple(MdRun(atoms, steps, steps * step) for atoms, steps in sizes)

    @property
    def atom_steps(self) -> int:
        """What it cost [atom-steps]."""
        return sum(run.atoms * run.steps for run in self.runs)

    @property
    def identity(self) -> str:
        """Equal for a case that was finished twice, such as in two folders that are pooled."""
        return content_id([self.same_but_seed, self.seed])

    @property
    def same_but_seed(self) -> str:
        """Equal for cases that differ in their seed alone."""
        return self.same_but()

    def same_but(self, *paths: str) -> str:
        """Return a text that is equal for cases that differ in their seed and at some places of the study alone.

        Parameters
        ----------
        paths
            Dotted, such as ``"cell.twin"``; ``"stage"`` is the whole protocol.

        """
        study = {key: value for key, value in self.asked.items() if key not in _BY_HAND and key != "stage"}
        study["run"] = {key: value for key, value in study["run"].items() if key not in _HOW_IT_RUNS}
        study |= {"stage": list(self.stages), "potential": self.potential_checksum}
        for path in paths:
            study = _without(study, path.split("."))
        return json.dumps(_stated(study), sort_keys=True, allow_nan=False)

    def find(self, *path: str | int) -> Any:  # noqa: ANN401  # whatever a file of results holds there
        """Return what the results hold at a place, or None if it is not there."""
        place: Any = self.results
        for step in path:
            if isinstance(place, Mapping):
                place = place.get(str(step))
            elif isinstance(place, Sequence) and isinstance(step, int) and step < len(place):
                place = place[step]
            else:
                return None
        return place

    def number(self, *path: str | int) -> float:
        """Return the value at a place; not a number where there is none."""
        place = self.find(*path)
        value = place.get("value") if isinstance(place, Mapping) else None
        return math.nan if value is None else float(value)


def _stated(value: object) -> object:
    """Leave out what is None: a key that a later gbglass brought is not there in older results."""
    if isinstance(value, Mapping):
        return {key: _stated(inner) for key, inner in value.items() if inner is not None}
    return [_stated(inner) for inner in value] if isinstance(value, list | tuple) else value


def _without(table: Mapping[str, Any], path: Sequence[str]) -> dict[str, Any]:
    head, rest = path[0], path[1:]
    if not rest:
        return {key: value for key, value in table.items() if key != head}
    inner = table.get(head)
    return {**table, head: _without(inner, rest)} if isinstance(inner, Mapping) else dict(table)
