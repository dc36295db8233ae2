"""Melting point of LLZO from two phases beside each other: which one grows says on which side of it a temperature is.

A crystal of MD without a surface superheats by hundreds of kelvin, so half of a cell is melted while the other half is
held, the melt is brought to the temperature in question, and all is let go at 0 bar. What melts without any of this is
hot enough: it is not watched beside its melt. The share of glassy La and Zr
(`gbglass.analysis.order`) then rises where the melt wins and falls where the crystal does. Brackets are halved until
one is narrow enough. Morris et al., Phys. Rev. B 49, 3109 (1994), doi:10.1103/PhysRevB.49.3109.

Garnets grow slowly: where the shares move by less than a tenth of the cell, or not steadily, the temperature is
undecided and stays inside the bracket.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from ase import Atoms

from gbglass.analysis.drift import find_drift
from gbglass.analysis.order import framework_order
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.arrays import FloatArray, frozen_floats
from gbglass.core.provenance import content_id
from gbglass.core.region import Slab
from gbglass.errors import InputError
from gbglass.lammps.simulation import Simulation
from gbglass.learning.validation.by_lammps import Clock, LammpsEvaluator
from gbglass.learning.validation.check import Check, Curve, Number
from gbglass.protocol.stages import Hold, MeltRegion, Minimise, Stage
from gbglass.store.atomic import write_text

Verdict = Literal["melts", "grows", "undecided"]

_MOVED = 0.1
"""Of the La and Zr; a tenth of the cell is 5 Å of 52, some layers on each side [1]."""

_ALL, _NONE = 0.9, 0.15
"""Glassy shares at which nothing is left of the crystal or of the melt [1]."""

_TAIL = 0.2
"""Part of the hold whose mean is its end."""

_SETTLES = 0.1
"""Part of the hold that is left out: fresh interfaces come to rest in it."""

_LOOKS = 3
"""How often the phases are looked at, at most: what is decided early is not watched to the end."""

_FRAME_PS = 0.16
_FEWEST = 25
"""Frames from which a drift can be told from noise."""

_N_TETRAHEDRAL = 12


@dataclass(frozen=True)
class TwoPhases:
    """How a melting point is looked for.

    Parameters
    ----------
    repeat
        Cells of LLZO along each edge; half of those along z are melted.
    start_K, step_K
        Where the search begins, and how far it goes until it has a bracket [K].
    lowest_K, highest_K
        It goes no further [K].
    precision_K
        Half a bracket that is narrow enough [K].
    hold_ps
        How long the two phases are watched at each temperature, at most [ps].
    melt_K, melt_ps
        At what half of the cell is melted, and for how long [K, ps].
    settle_ps
        How long the crystal is heated, and then the melt brought to the temperature [ps].

    Raises
    ------
    InputError
        If the limits leave nothing between them, or a number is not positive.

    """

    repeat: tuple[int, int, int] = (1, 1, 4)
    start_K: float = 2000.0
    step_K: float = 400.0
    lowest_K: float = 1000.0
    highest_K: float = 4000.0
    precision_K: float = 100.0
    hold_ps: float = 60.0
    melt_K: float = 6000.0
    melt_ps: float = 5.0
    settle_ps: float = 3.0

    def __post_init__(self) -> None:
        wrong = [f"{name} = {value}" for name, value in asdict(self).items() if name != "repeat" and not value > 0.0]
        if wrong:
            raise InputError(f"numbers of a search for a melting point must be positive, got {', '.join(wrong)}")
        if not self.lowest_K < self.start_K < self.highest_K:
            raise InputError(
                f"'start_K' must lie between 'lowest_K' and 'highest_K', got {self.lowest_K:g}, {self.start_K:g} and "
                f"{self.highest_K:g} K"
            )


@dataclass(frozen=True)
class Watched:
    """What two phases did at one temperature.

    Parameters
    ----------
    temperature_K
        [K].
    times
        After they were let go [ps, (n,)].
    glassy
        Share of the La and Zr [1, (n,)].

    """

    temperature_K: float
    times: FloatArray
    glassy: FloatArray

    @property
    def end(self) -> float:
        """Glassy share in the last fifth of the time [1]."""
        return float(self.glassy[-max(1, round(_TAIL * len(self.glassy))) :].mean())

    @property
    def verdict(self) -> Verdict:
        """Which phase grows, if that can be told.

        Examples
        --------
        >>> times, noise = np.arange(200.0), np.random.default_rng(1).normal(0.0, 0.02, 200)
        >>> [Watched(2000, times, 0.6 + slope * times + noise).verdict for slope in (1e-3, -1e-3, 1e-5)]
        ['melts', 'grows', 'undecided']

        """
        if self.end > _ALL:
            return "melts"
        if self.end < _NONE:
            return "grows"
        if len(self.times) < _FEWEST:
            return "undecided"
        skipped = round(_SETTLES * len(self.times))
        drift = find_drift(self.times[skipped:], self.glassy[skipped:], "1")
        if abs(drift.change) < _MOVED or drift.course not in ("rising", "falling"):
            return "undecided"
        return "melts" if drift.course == "rising" else "grows"


@dataclass(frozen=True)
class Bracket:
    """What some temperatures say of a melting point.

    Parameters
    ----------
    grows_K, melts_K
        The highest temperature at which the crystal grows and the lowest at which it melts; None without one [K].
    undecided_K
        Temperatures between that say nothing [K].

    """

    grows_K: float | None
    melts_K: float | None
    undecided_K: tuple[float, ...] = ()

    @property
    def half(self) -> float | None:
        """Half of its width [K]."""
        if self.grows_K is None or self.melts_K is None:
            return None
        return (self.melts_K - self.grows_K) / 2.0


def bracket(watched: Sequence[Watched]) -> Bracket:
    """Return where the melting point lies.

    Raises
    ------
    InputError
        If the crystal melts at a temperature below one at which it grows.

    """
    verdicts = {one.temperature_K: one.verdict for one in watched}
    grows = max((t for t, verdict in verdicts.items() if verdict == "grows"), default=None)
    melts = min((t for t, verdict in verdicts.items() if verdict == "melts"), default=None)
    if grows is not None and melts is not None and melts < grows:
        raise InputError(
            f"the crystal melts at {melts:g} K and grows at {grows:g} K: the phases were watched too shortly; hold "
            "them longer"
        )
    low, high = grows or 0.0, melts or np.inf
    undecided = tuple(sorted(t for t, verdict in verdicts.items() if verdict == "undecided" and low < t < high))
    return Bracket(grows, melts, undecided)


def next_temperature(watched: Sequence[Watched], asked: TwoPhases) -> float | None:
    """Return which temperature says most now [K], or None if nothing more is to be learned.

    Up in steps until something melts, down until something grows, then the middle. What is undecided is not asked
    again: the middle of the gap above it is taken, then of that below.
    """
    if not watched:
        return asked.start_K
    found = bracket(watched)
    known = {one.temperature_K for one in watched}
    if found.melts_K is None:
        above = max(known) + asked.step_K
        return above if above <= asked.highest_K else None
    if found.grows_K is None:
        below = min(known) - asked.step_K
        return below if below >= asked.lowest_K else _middle(known, found, asked)
    return _middle(known, found, asked)


def _middle(known: set[float], found: Bracket, asked: TwoPhases) -> float | None:
    """Return the middle of the gap below what melts or above what grows, if it is wide."""
    if found.half is not None and found.half <= asked.precision_K:
        return None
    points = sorted(known)
    gaps = []
    if found.melts_K is not None and found.melts_K != points[0]:
        gaps.append((points[points.index(found.melts_K) - 1], found.melts_K))
    if found.grows_K is not None and found.grows_K != points[-1]:
        gaps.append((found.grows_K, points[points.index(found.grows_K) + 1]))
    wide = [(low, high) for low, high in gaps if high - low > asked.precision_K]
    return (wide[0][0] + wide[0][1]) / 2.0 if wide else None


def watch(evaluator: LammpsEvaluator, temperature_K: float, asked: TwoPhases) -> Watched:
    """Melt half of a cell and watch which phase grows, a third of the time after another until that can be told.

    A crystal that melts while it is only heated is told at once.

    Parameters
    ----------
    evaluator
        The potential; its folder gets one for this temperature, and what is finished in it is gone on from.
    temperature_K
        [K].
    asked
        How.

    """
    key = content_id([asdict(asked)["repeat"], asked.melt_K, asked.melt_ps, asked.settle_ps])[:8]
    place = Path("melting") / key / f"{temperature_K:g}K"
    note = evaluator.folder / place.with_suffix(".held")
    held_ps = float(note.read_text(encoding="utf-8")) if note.is_file() else 0.0
    if not held_ps:
        clock = Clock(frame_ps=min(_FRAME_PS, asked.settle_ps / 10.0))
        alone = _watched(temperature_K, evaluator.follow(*_heated(temperature_K, asked), place / "heated", clock))
        if alone.end > _ALL:
            return alone
    looks = [asked.hold_ps * (k + 1) / _LOOKS for k in range(_LOOKS)]
    for hold_ps in [look for look in looks if look >= held_ps] or [held_ps]:
        run = evaluator.follow(*_two_phases(temperature_K, hold_ps, asked), place / "beside", Clock(frame_ps=_FRAME_PS))
        write_text(note, f"{hold_ps!r}\n")  # a run never gets shorter: the next time begins with this look
        watched = _watched(temperature_K, run)
        if watched.verdict != "undecided":
            break
    return watched


def _watched(temperature_K: float, run: Simulation) -> Watched:
    order = framework_order(run.last_stage())["all"]
    return Watched(temperature_K, frozen_floats(order.times - order.times[0]), frozen_floats(order.glassy_share))


def _heated(temperature_K: float, asked: TwoPhases) -> tuple[Atoms, tuple[Stage, ...]]:
    atoms = cubic_llzo(_N_TETRAHEDRAL, np.random.default_rng(1), asked.repeat)
    return atoms, (
        Minimise(max_iterations=50),
        Hold(temperature_K=temperature_K, duration_ps=asked.settle_ps, ensemble="npt"),
    )


def _two_phases(temperature_K: float, hold_ps: float, asked: TwoPhases) -> tuple[Atoms, tuple[Stage, ...]]:
    atoms, heated = _heated(temperature_K, asked)
    half = Slab(low=0.25, high=0.75)
    return atoms, (
        *heated,
        MeltRegion(region=half, temperature_K=asked.melt_K, duration_ps=asked.melt_ps),
        MeltRegion(region=half, temperature_K=temperature_K, duration_ps=asked.settle_ps),
        # Along x and y the crystal sets the lengths; a melt that had the whole cell would flow out of shape.
        Hold(temperature_K=temperature_K, duration_ps=hold_ps, ensemble="npt", coupling="normal"),
    )


def melting_point(
    evaluator: LammpsEvaluator, asked: TwoPhases | None = None, tell: Callable[[str], None] = lambda _text: None
) -> Check:
    """Bracket the melting point of LLZO under a potential, at 0 bar.

    Parameters
    ----------
    evaluator
        The potential; a teacher is too slow.
    asked
        How; within 100 K if absent.
    tell
        Called with what each temperature said.

    """
    spec = asked or TwoPhases()
    watched: list[Watched] = []
    while (temperature := next_temperature(watched, spec)) is not None:
        tell(f"LLZO and its melt at {temperature:g} K, up to {spec.hold_ps:g} ps")
        watched.append(watch(evaluator, temperature, spec))
        tell(f"at {temperature:g} K it {_said(watched[-1])}")
    return _check(watched, spec)


def _said(one: Watched) -> str:
    word = {"melts": "melts", "grows": "grows", "undecided": "is undecided"}[one.verdict]
    return (
        f"{word}: {one.glassy[0]:.0%} of the La and Zr were glassy in the beginning, {one.end:.0%} after "
        f"{one.times[-1]:.0f} ps"
    )


def _check(watched: Sequence[Watched], asked: TwoPhases) -> Check:
    ordered = sorted(watched, key=lambda one: one.temperature_K)
    found = bracket(watched)
    numbers = []
    if found.grows_K is not None:
        numbers.append(Number("LLZO grows from its melt up to", found.grows_K, "K"))
    if found.melts_K is not None:
        numbers.append(Number("LLZO melts from", found.melts_K, "K"))
    if found.half is not None and found.grows_K is not None:
        numbers.append(Number("melting point of LLZO", found.grows_K + found.half, "K"))
        numbers.append(Number("half of its bracket", found.half, "K"))
    curves = tuple(
        Curve(f"{one.temperature_K:g} K", one.times, one.glassy, "time (ps)", "glassy La and Zr (1)") for one in ordered
    )
    remarks = [f"At {one.temperature_K:g} K it {_said(one)}" for one in ordered]
    return Check("Melting point, two phases", tuple(numbers), curves, (_summary(found, asked), *remarks))


def _summary(found: Bracket, asked: TwoPhases) -> str:
    if found.half is not None and found.half <= asked.precision_K:
        return f"Decided: between {found.grows_K:g} and {found.melts_K:g} K"
    low = "no temperature at which the crystal grows" if found.grows_K is None else f"it grows at {found.grows_K:g} K"
    high = "none at which it melts" if found.melts_K is None else f"it melts at {found.melts_K:g} K"
    return f"Undecided within {asked.precision_K:g} K: {low}, {high}; hold the phases longer than {asked.hold_ps:g} ps"
