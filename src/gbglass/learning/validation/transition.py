"""Tetragonal and cubic LLZO: at which temperature one becomes the other, and how both expand, from NPT.

Tetragonal LLZO is held at one temperature after another, up and then down again, the cell free to change its lengths.
The ratio of its shortest edge to the mean of the others, with the interval of correlated samples, says what it is:
0.964 is tetragonal, 1 is cubic, and the border lies midway, at 0.982 (`gbglass.analysis.order`). The transition lies
between the last temperature that is tetragonal and the first that is cubic; what is undecided stays between. Heating
and cooling differ where a nucleus must form: both brackets are given, and none is called the transition alone.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from gbglass.analysis.order import TETRAGONAL
from gbglass.analysis.statistics import estimate, is_thin
from gbglass.analysis.student import student_quantile
from gbglass.build.crystals.tetragonal import tetragonal_llzo
from gbglass.core.arrays import FloatArray, frozen_floats
from gbglass.core.provenance import content_id
from gbglass.core.results import Estimate
from gbglass.errors import InputError
from gbglass.lammps.simulation import Simulation
from gbglass.learning.crystals import TETRAGONAL as LATTICE
from gbglass.learning.validation.by_lammps import Clock, LammpsEvaluator
from gbglass.learning.validation.check import Check, Curve, Number
from gbglass.protocol.stages import Hold, Minimise

Phase = Literal["tetragonal", "cubic", "undecided"]

_SETTLES = 0.3
"""Part of each hold that is left out: the cell finds its new lengths in it."""

_FEWEST = 3
"""Temperatures that an expansion needs."""

_PER_MILLION = 1e6
_CONFIDENCE = 0.975


@dataclass(frozen=True)
class Steps:
    """How LLZO is heated and cooled.

    Parameters
    ----------
    temperatures_K
        Rising [K].
    hold_ps
        At each [ps].
    repeat
        Cells of LLZO along each edge.
    cools
        Whether it goes down again the same way.

    Raises
    ------
    InputError
        If the temperatures do not rise.

    """

    temperatures_K: tuple[float, ...] = (100, 200, 300, 450, 600, 700, 800, 900, 1000, 1100, 1200)
    hold_ps: float = 10.0
    repeat: tuple[int, int, int] = (2, 2, 1)
    cools: bool = True

    def __post_init__(self) -> None:
        if len(self.temperatures_K) < _FEWEST or not (np.diff(self.temperatures_K) > 0.0).all():
            raise InputError(f"{_FEWEST} or more rising temperatures are needed, got {self.temperatures_K}")


@dataclass(frozen=True)
class Held:
    """What LLZO was at one temperature.

    Parameters
    ----------
    temperature_K
        [K].
    edges
        Of its cell, shortest first, means over the hold [Å, (3,)].
    ratio
        Shortest over the mean of the others [1].

    """

    temperature_K: float
    edges: FloatArray
    ratio: Estimate

    @property
    def phase(self) -> Phase:
        """Which it is, if the ratio's interval lies on one side of the border and is not thin."""
        low, high = self.ratio.interval
        if is_thin(self.ratio) or low <= TETRAGONAL <= high:
            return "undecided"
        return "cubic" if low > TETRAGONAL else "tetragonal"

    @property
    def mean_edge(self) -> float:
        """Edge of a cube of the same volume [Å]."""
        return float(np.prod(self.edges) ** (1.0 / 3.0))


def held(temperature_K: float, lengths: FloatArray) -> Held:
    """Average the edges of a cell over a hold.

    Parameters
    ----------
    temperature_K
        [K].
    lengths
        Along x, y and z in each frame [Å, (n_frames, 3)].

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> found = held(300, np.array([13.1, 12.65, 13.1]) + rng.normal(0, 0.03, (200, 3)))
    >>> found.phase, found.edges.round(1).tolist()
    ('tetragonal', [12.7, 13.1, 13.1])

    """
    settled = lengths[round(_SETTLES * len(lengths)) :]
    order = np.argsort(settled.mean(axis=0))  # of the means: the shortest of each frame would be short by chance
    ratios = settled[:, order[0]] / settled[:, order[1:]].mean(axis=1)
    return Held(temperature_K, frozen_floats(settled.mean(axis=0)[order]), estimate(ratios, "1"))


def between(course: Sequence[Held]) -> tuple[float, float] | None:
    """Return the highest temperature below all that is cubic at which LLZO is tetragonal, and the first cubic one.

    None if either phase was not seen, or the phases do not follow each other [K].
    """
    tetragonal = [one.temperature_K for one in course if one.phase == "tetragonal"]
    cubic = [one.temperature_K for one in course if one.phase == "cubic"]
    if not tetragonal or not cubic or max(tetragonal) > min(cubic):
        return None
    return max(tetragonal), min(cubic)


def transition(
    evaluator: LammpsEvaluator, asked: Steps | None = None, tell: Callable[[str], None] = lambda _text: None
) -> Check:
    """Heat tetragonal LLZO until it is cubic, cool it again, and return brackets, lattice and expansion.

    Parameters
    ----------
    evaluator
        The potential; a teacher is too slow.
    asked
        How; as `Steps` says if absent.
    tell
        Called with what begins.

    """
    steps = asked or Steps()
    way = [*steps.temperatures_K, *(reversed(steps.temperatures_K[:-1]) if steps.cools else ())]
    tell(f"LLZO heated and cooled, {len(way)} temperatures for {steps.hold_ps:g} ps each")
    run = _run(evaluator, way, steps)
    found = [held(temperature, _lengths(run, place, steps)) for place, temperature in enumerate(way)]
    top = len(steps.temperatures_K)
    return report(found[:top], found[top - 1 :] if steps.cools else ())


def _run(evaluator: LammpsEvaluator, way: Sequence[float], steps: Steps) -> Simulation:
    atoms = tetragonal_llzo(LATTICE).atoms * steps.repeat
    holds = [Hold(temperature_K=temperature, duration_ps=steps.hold_ps, ensemble="npt") for temperature in way]
    place = Path("transition") / content_id([asdict(steps)])[:8]
    frame_ps = max(0.01, min(0.05, round(steps.hold_ps / 200.0, 2)))
    return evaluator.follow(atoms, (Minimise(max_iterations=50), *holds), place, Clock(frame_ps=frame_ps))


def _lengths(run: Simulation, place: int, steps: Steps) -> FloatArray:
    lengths: FloatArray = np.array([np.diag(frame.cell) for frame in run.stage(place)]) / np.array(steps.repeat)
    return lengths


def report(heating: Sequence[Held], cooling: Sequence[Held] = ()) -> Check:
    """Say what heating and cooling show.

    Parameters
    ----------
    heating, cooling
        In the order in which they were held; no cooling if empty.

    """
    numbers, remarks = [], []
    for word, course in (("heating", heating), ("cooling", cooling)):
        if course:
            found = between(course)
            remarks.append(_said(word, course, found))
            if found is not None:
                numbers += [
                    Number(f"tetragonal to cubic on {word}", sum(found) / 2.0, "K"),
                    Number(f"half of its bracket on {word}", (found[1] - found[0]) / 2.0, "K"),
                ]
    numbers += _lattice(heating)
    return Check("Tetragonal and cubic LLZO", tuple(numbers), tuple(_curves(heating, cooling)), tuple(remarks))


def _said(word: str, course: Sequence[Held], found: tuple[float, float] | None) -> str:
    if found is not None:
        edges = f"tetragonal at {found[0]:g} K and below, cubic at {found[1]:g} K and above"
        return f"On {word} it is {edges}"
    states = ", ".join(f"{one.temperature_K:g} K {one.phase} ({one.ratio.value:.3f})" for one in course)
    return f"On {word} no bracket is found, the transition is undecided: {states}"


def _lattice(heating: Sequence[Held]) -> Iterable[Number]:
    """Return edges at the coldest temperature of each phase, and the expansion of each."""
    tetragonal = [one for one in heating if one.phase == "tetragonal"]
    cubic = [one for one in heating if one.phase == "cubic"]
    if tetragonal:
        first = tetragonal[0]
        yield Number(f"a of t-LLZO at {first.temperature_K:g} K", float(first.edges[1:].mean()), "Å")
        yield Number(f"c of t-LLZO at {first.temperature_K:g} K", float(first.edges[0]), "Å")
    if cubic:
        yield Number(f"a of c-LLZO at {cubic[0].temperature_K:g} K", cubic[0].mean_edge, "Å")
    for name, edges in (
        ("a of t-LLZO", [(one.temperature_K, float(one.edges[1:].mean())) for one in tetragonal]),
        ("c of t-LLZO", [(one.temperature_K, float(one.edges[0])) for one in tetragonal]),
        ("c-LLZO", [(one.temperature_K, one.mean_edge) for one in cubic]),
    ):
        if len(edges) >= _FEWEST:
            value, reach = expansion(np.array(edges))
            yield Number(f"expansion of {name}", value * _PER_MILLION, "1e-6/K")
            yield Number(f"half interval of the expansion of {name}", reach * _PER_MILLION, "1e-6/K")


def expansion(points: FloatArray) -> tuple[float, float]:
    r"""Return the linear expansion :math:`d \ln a / dT` and half of its 95 % interval, from the scatter about a line.

    Parameters
    ----------
    points
        Temperature and length [K, Å, (n, 2)], three or more.

    Examples
    --------
    >>> temperatures = np.array([300.0, 600.0, 900.0])
    >>> value, reach = expansion(np.column_stack([temperatures, 13.0 * np.exp(1.5e-5 * temperatures)]))
    >>> round(value * 1e6, 6), bool(reach < 1e-12)
    (15.0, True)

    """
    temperature, log_length = points[:, 0] - points[:, 0].mean(), np.log(points[:, 1])
    spread = float(temperature @ temperature)
    slope = float(temperature @ log_length) / spread
    rest = log_length - log_length.mean() - slope * temperature
    freedom = len(points) - 2
    return slope, student_quantile(_CONFIDENCE, freedom) * math.sqrt(float(rest @ rest) / freedom / spread)


def _curves(heating: Sequence[Held], cooling: Sequence[Held]) -> Iterable[Curve]:
    for word, course in (("heating", heating), ("cooling", cooling)):
        if course:
            ordered = sorted(course, key=lambda one: one.temperature_K)
            temperatures = frozen_floats([one.temperature_K for one in ordered])
            ratios = frozen_floats([one.ratio.value for one in ordered])
            yield Curve(word, temperatures, ratios, "temperature (K)", "shortest edge over the others (1)")
