"""Lithium in cubic LLZO under a potential: diffusivity at some temperatures, and the activation energy of their line.

At each temperature a cell of fixed volume, of the potential's own lattice constant where its card states one, else as
it stands at the end of a hold at 0 bar. Diffusivities and their intervals are those of `gbglass.analysis.msd`, which
counts how many ions move together; the line is that of `gbglass.analysis.arrhenius`. One order of lithium, one run.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gbglass.analysis.arrhenius import FEWEST_TEMPERATURES, Arrhenius, fit_arrhenius
from gbglass.analysis.msd import MeanSquareDisplacement, fit_window, mean_square_displacement
from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.arrays import frozen_floats
from gbglass.core.framework import anchor_framework
from gbglass.core.potential import Potential
from gbglass.core.results import Estimate
from gbglass.errors import InputError
from gbglass.learning.validation.by_lammps import Clock, LammpsEvaluator
from gbglass.learning.validation.check import Check, Curve, Number
from gbglass.learning.validation.molten import share_at_end
from gbglass.protocol.stages import Hold, Minimise
from gbglass.units import CM2_PER_S_PER_A2_PER_PS

_N_TETRAHEDRAL = 12
_STEP = 3.5
"""Between two neighbouring sites of one kind in garnet [Å]; what went less far may have rattled."""

_CRYSTAL = 0.1
"""Glassy share above which a crystal is no longer one [1]."""

_FRAMES = 200
"""In a hold, if they lie no closer than 0.02 ps and no farther than 0.1 ps."""


@dataclass(frozen=True)
class Warm:
    """How lithium is watched.

    Parameters
    ----------
    temperatures_K
        Three or more; a line through the transition to tetragonal LLZO belongs to neither phase [K].
    settle_ps, hold_ps
        Left out at each, and watched [ps].
    timestep_fs
        [fs].

    Raises
    ------
    InputError
        If the temperatures are fewer than three or not all different, or a time is not positive.

    """

    temperatures_K: tuple[float, ...] = (800.0, 900.0, 1000.0, 1200.0)
    settle_ps: float = 5.0
    hold_ps: float = 60.0
    timestep_fs: float = 2.0

    def __post_init__(self) -> None:
        if len(set(self.temperatures_K)) < max(FEWEST_TEMPERATURES, len(self.temperatures_K)):
            raise InputError(
                f"an activation energy needs {FEWEST_TEMPERATURES} different temperatures or more, got "
                f"{self.temperatures_K}"
            )
        if not min(self.settle_ps, self.hold_ps, self.timestep_fs, *self.temperatures_K) > 0.0:
            raise InputError(f"temperatures and times of a diffusivity must be positive, got {self}")


@dataclass(frozen=True)
class Moved:
    """What lithium did at one temperature.

    Parameters
    ----------
    temperature_K
        [K].
    msd
        Of lithium.
    glassy
        Share of the La and Zr at the end [1].

    """

    temperature_K: float
    msd: MeanSquareDisplacement
    glassy: float

    @property
    def went(self) -> float:
        """Root of the MSD at the longest lag that is fitted [Å]."""
        return math.sqrt(float(self.msd.msd[fit_window(len(self.msd.lags))][-1]))


def diffusion(
    evaluator: LammpsEvaluator, asked: Warm | None = None, tell: Callable[[str], None] = lambda _text: None
) -> Check:
    """Return the diffusivity of lithium in cubic LLZO at some temperatures, and the activation energy.

    Parameters
    ----------
    evaluator
        The potential; a teacher is too slow.
    asked
        How; as `Warm` says if absent.
    tell
        Called with what begins.

    """
    warm = asked or Warm()
    found = []
    for temperature in sorted(warm.temperatures_K):
        tell(f"lithium in LLZO at {temperature:g} K, {warm.hold_ps:g} ps")
        found.append(_watch(evaluator, temperature, warm))
    free = [f"{t:g} K" for t in sorted(warm.temperatures_K) if _edge(evaluator.potential, t) is None]
    volume = f"No lattice constant of LLZO is known at {', '.join(free)}: the volume is that at the end of the settling"
    return diffusion_report(found, (volume,) if free else ())


def _watch(evaluator: LammpsEvaluator, temperature_K: float, asked: Warm) -> Moved:
    atoms = cubic_llzo(_N_TETRAHEDRAL, np.random.default_rng(1))
    edge = _edge(evaluator.potential, temperature_K)
    settles = Hold(temperature_K=temperature_K, duration_ps=asked.settle_ps)
    if edge is None:
        settles = Hold(temperature_K=temperature_K, duration_ps=asked.settle_ps, ensemble="npt", coupling="isotropic")
    else:
        atoms.set_cell([edge] * 3, scale_atoms=True)
    stages = (Minimise(max_iterations=50), settles, Hold(temperature_K=temperature_K, duration_ps=asked.hold_ps))
    place = Path("diffusion") / evaluator.key(atoms, f"{asked} {temperature_K:g}")
    clock = Clock(asked.timestep_fs, max(0.02, min(0.1, round(asked.hold_ps / _FRAMES, 2))))
    run = evaluator.follow(atoms, stages, place, clock)
    hold = run.last_stage()
    msd = mean_square_displacement(hold, "Li", anchor_framework(run.minimised_atoms()))
    return Moved(temperature_K, msd, share_at_end(hold))


def _edge(potential: Potential, temperature_K: float) -> float | None:
    """Return the lattice constant of LLZO, if the card tells [Å]."""
    try:
        return potential.lattice_constant("LLZO", temperature_K)
    except InputError:
        return None


def diffusion_report(found: Sequence[Moved], remarks: Sequence[str] = ()) -> Check:
    """Say what lithium did.

    Parameters
    ----------
    found
        By rising temperature.
    remarks
        What else a reader must know.

    """
    numbers = [number for one in found for number in _of_one(one)]
    said = [*remarks, *_doubts(found)]
    try:
        line = fit_arrhenius({one.temperature_K: one.msd.diffusivity for one in found})
    except InputError as error:
        said.append(f"No activation energy: {error}")
    else:
        numbers += _of_line(line)
    return Check("Lithium in cubic LLZO", tuple(numbers), tuple(_curves(found)), tuple(said))


def _of_one(one: Moved) -> Iterator[Number]:
    d, where = one.msd.diffusivity, f"at {one.temperature_K:g} K"
    yield Number(f"D of Li {where}", d.value * CM2_PER_S_PER_A2_PER_PS, "cm²/s")
    yield Number(f"half interval of D {where}", _half(d) * CM2_PER_S_PER_A2_PER_PS, "cm²/s")
    yield Number(f"how far Li went {where}", one.went, "Å")


def _of_line(line: Arrhenius) -> Iterator[Number]:
    yield Number("activation energy of Li", line.activation_energy.value, "eV")
    yield Number("half interval of the activation energy", _half(line.activation_energy), "eV")
    yield Number("scatter about the line over the errors", line.excess_scatter, "1")


def _half(estimate: Estimate) -> float:
    low, high = estimate.interval
    return (high - low) / 2.0


def _doubts(found: Sequence[Moved]) -> Iterator[str]:
    for one in found:
        if one.went < _STEP:
            yield (
                f"At {one.temperature_K:g} K lithium went {one.went:.1f} Å within the lags that are fitted, less than "
                f"from site to site ({_STEP:g} Å): D may be of rattling; hold longer"
            )
        if one.glassy > _CRYSTAL:
            yield f"At {one.temperature_K:g} K {one.glassy:.0%} of the La and Zr are glassy at the end: no crystal"


def _curves(found: Sequence[Moved]) -> Iterator[Curve]:
    points = [(one.temperature_K, one.msd.diffusivity.value) for one in found if one.msd.diffusivity.value > 0.0]
    if points:
        inverse = frozen_floats([1000.0 / temperature for temperature, _ in points])
        decades = frozen_floats([math.log10(value * CM2_PER_S_PER_A2_PER_PS) for _, value in points])
        yield Curve("Li in c-LLZO", inverse, decades, "1000/T (1/K)", "log10 of D (cm²/s)")
