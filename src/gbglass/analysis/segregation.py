r"""Segregation at each boundary of a cell, and whether it is known.

.. math:: S = \frac{N_b}{d_b} - \frac{N_i}{d_i}, \qquad Γ = \frac{1}{A} \left( N_b - \frac{N_i}{d_i} d_b \right)

===========  ===================================================================
symbol       here
===========  ===================================================================
N_b, d_b     atoms in the regions of a boundary and their width together
N_i, d_i     atoms in the regions of the grain interior and their width together
A            area of the boundary
S            segregation per unit thickness [atoms/Å] (the paper's Fig. 1d, against the interior)
Γ            Gibbs excess over the interior [atoms/nm²]; does not depend on d_b where the density is the interior's
===========  ===================================================================

The two boundaries of a periodic cell are reported by themselves; they share their lithium, so they are not two samples.
Source: doi:10.1038/s41467-025-59895-9, Fig. 1.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gbglass.analysis.equilibration import Equilibration, find_equilibration
from gbglass.analysis.region_counts import RegionCounts
from gbglass.analysis.statistics import THIN, combine, estimate, is_thin
from gbglass.core.arrays import FloatArray
from gbglass.core.partition import BoundaryRegions
from gbglass.core.results import Estimate, Verdict
from gbglass.errors import InputError
from gbglass.units import NM2_PER_A2, NS_PER_PS

SMALLEST_EFFECT = 0.5
"""An excess below this is not worth the time to resolve it: one lithium in twenty of a garnet plane [atoms/nm²]."""

_RELAXATIONS = 5.0
"""Relaxation times after which what is left of the start is below one per cent."""


@dataclass(frozen=True)
class BoundarySegregation:
    """Segregation at one boundary over a hold.

    Parameters
    ----------
    name
        Such as ``"boundary 1"``.
    per_thickness
        S [atoms/Å].
    gibbs_excess
        Γ [atoms/nm²].
    change
        Γ of the hold minus Γ of the very first frame [atoms/nm²].
    verdict
        ``"accumulates"``, ``"depletes"`` or ``"undecided"``.
    reason
        Why, in a sentence.
    needed_ns
        Length of a hold that would decide [ns]; None when it is decided, or when no length can be named: the excess
        is too small to be worth resolving, or lithium did not diffuse.

    """

    name: str
    per_thickness: Estimate
    gibbs_excess: Estimate
    change: Estimate
    verdict: Verdict
    reason: str
    needed_ns: float | None


def segregation(
    counts: RegionCounts, hold: RegionCounts, regions: BoundaryRegions, relaxation: float
) -> tuple[BoundarySegregation, ...]:
    """Compare each boundary with the interior of the grains.

    Parameters
    ----------
    counts
        Of the whole simulation; its first frame is the start.
    hold
        The part of it that is averaged over, equally spaced frames.
    regions
        Which slabs are what.
    relaxation
        Time in which lithium evens out across a grain [ps], from `relaxation_time`.

    Examples
    --------
    Two lithium more at the second boundary than in a tenth of the interior, in a cell of 50 Å and 200 Å²:

    >>> from gbglass.core.arrays import frozen_floats, frozen_ints
    >>> from gbglass.core.partition import eleven_boundary_regions
    >>> regions, n = eleven_boundary_regions(), 100
    >>> atoms = np.tile([20, 40, 40, 40, 40, 42, 40, 40, 40, 40, 20], (n, 1))
    >>> steps, lengths, areas = np.arange(n), np.full(n, 50.0), np.full(n, 200.0)
    >>> frozen = (frozen_ints(steps), frozen_floats(steps), frozen_ints(atoms), frozen_floats(lengths))
    >>> counts = RegionCounts("Li", regions.partition, 402, *frozen, frozen_floats(areas))
    >>> round(segregation(counts, counts, regions, 1.0)[1].gibbs_excess.value, 9)  # 2 atoms on 2 nm²
    1.0

    """
    results = []
    for number, slabs in enumerate(regions.boundaries, start=1):
        thickness = estimate(_per_thickness(hold, slabs, regions.interior), "atoms/Å")
        excess = estimate(gibbs_excess(hold, slabs, regions.interior), "atoms/nm²")
        start = float(gibbs_excess(counts, slabs, regions.interior)[0])
        duration = _duration(hold)
        verdict, reason, needed = _judge(excess, duration, relaxation)
        results.append(
            BoundarySegregation(
                f"boundary {number}", thickness, excess, _shifted(excess, -start), verdict, reason, needed
            )
        )
    return tuple(results)


def counts_settled(hold: RegionCounts, regions: BoundaryRegions) -> tuple[Equilibration, ...]:
    """Find from when on the excess of each boundary is in equilibrium in the hold: when segregation is over.

    Parameters
    ----------
    hold
        Equally spaced counts of the hold, 20 at the least.
    regions
        Which slabs are what.

    Raises
    ------
    InputError
        If there are fewer counts.

    """
    return tuple(
        find_equilibration(hold.times, gibbs_excess(hold, slabs, regions.interior)) for slabs in regions.boundaries
    )


def combine_seeds(
    runs: Sequence[tuple[BoundarySegregation, ...]], durations: Sequence[float], relaxation: float
) -> tuple[BoundarySegregation, ...]:
    """Combine runs of one boundary that differ only in their seed, each boundary of the cell by itself.

    Every seed counts the same; the error holds what sets the runs apart (`gbglass.analysis.statistics.combine`). The
    verdict asks of the shortest hold that lithium could even out in it.

    Parameters
    ----------
    runs
        What `segregation` said of each.
    durations
        Of their holds [ps].
    relaxation
        Time in which lithium evens out across a grain [ps].

    Raises
    ------
    InputError
        If there are fewer than two runs, or their boundaries differ.

    """
    names = [tuple(boundary.name for boundary in run) for run in runs]
    if len(set(names)) != 1 or len(durations) != len(runs):
        raise InputError(f"seeds are combined of runs with the same boundaries and a duration each, got {names}")
    combined = []
    for boundaries in zip(*runs, strict=True):
        excess = combine([boundary.gibbs_excess for boundary in boundaries])
        verdict, reason, needed = _judge(excess, min(durations), relaxation)
        combined.append(
            BoundarySegregation(
                boundaries[0].name,
                combine([boundary.per_thickness for boundary in boundaries]),
                excess,
                combine([boundary.change for boundary in boundaries]),
                verdict,
                f"of {len(runs)} seeds: {reason}",
                needed,
            )
        )
    return tuple(combined)


def gibbs_excess(counts: RegionCounts, slabs: tuple[int, ...], interior: tuple[int, ...]) -> FloatArray:
    """Return the excess of some slabs over the interior in each frame [atoms/nm², (n_frames,)]."""
    width = counts.widths[:, list(slabs)].sum(axis=1)
    excess: FloatArray = _per_thickness(counts, slabs, interior) * width / (counts.areas * NM2_PER_A2)
    return excess


def relaxation_time(distance: float, diffusivity: float) -> float:
    r"""Return the time in which a sine of lithium density between two boundaries fades by a factor e [ps].

    .. math:: τ = (d/π)^2 / D

    Parameters
    ----------
    distance
        d, between the boundaries [Å].
    diffusivity
        D, of lithium [Å²/ps]; infinite time if it is not positive.

    Examples
    --------
    >>> round(relaxation_time(26.0, 0.17))
    403

    """
    return (distance / math.pi) ** 2 / diffusivity if diffusivity > 0.0 else math.inf


def _densities(counts: RegionCounts, slabs: tuple[int, ...]) -> FloatArray:
    """Atoms per thickness over some slabs together [atoms/Å, (n_frames,)]."""
    chosen = list(slabs)
    densities: FloatArray = counts.counts[:, chosen].sum(axis=1) / counts.widths[:, chosen].sum(axis=1)
    return densities


def _per_thickness(counts: RegionCounts, slabs: tuple[int, ...], interior: tuple[int, ...]) -> FloatArray:
    return _densities(counts, slabs) - _densities(counts, interior)


def _duration(hold: RegionCounts) -> float:
    """Time that the frames stand for: each for the spacing before it [ps]."""
    spacings = np.diff(hold.times)
    return round(float(hold.times[-1] - hold.times[0] + (spacings.mean() if len(spacings) else 0.0)), 9)


def _shifted(mean: Estimate, by: float) -> Estimate:
    low, high = mean.interval
    return Estimate(
        mean.value + by,
        mean.unit,
        mean.standard_deviation,
        mean.standard_error,
        mean.n_frames,
        mean.n_independent,
        (low + by, high + by),
    )


def _judge(excess: Estimate, duration: float, relaxation: float) -> tuple[Verdict, str, float | None]:
    """Decide, or say what keeps from deciding and how long a hold would do [ns]."""
    low, high = excess.interval
    doubts: list[str] = []
    needed: list[float] = []
    if is_thin(excess):
        doubts.append(f"the hold holds only {excess.n_independent:.1f} independent samples, {THIN:g} are needed")
        needed.append(duration * THIN / excess.n_independent)
    if not excess.excludes_zero:
        doubts.append(f"the 95 % interval of the excess, {low:.2f} to {high:.2f} {excess.unit}, includes zero")
        half_width, worth = 0.5 * (high - low), max(abs(excess.value), SMALLEST_EFFECT)
        if half_width <= worth:
            doubts.append(f"if there is an excess, it is about {SMALLEST_EFFECT:g} {excess.unit} or less")
        else:
            needed.append(duration * (half_width / worth) ** 2)
    if math.isinf(relaxation):
        doubts.append("no diffusion of lithium was measured in this hold, so it cannot have evened out")
        needed.append(math.inf)
    elif duration < _RELAXATIONS * relaxation:
        doubts.append(
            f"lithium needs about {relaxation:.0f} ps to even out across a grain, and the hold of {duration:g} ps is "
            f"shorter than {_RELAXATIONS:g} times that, so the start still shows"
        )
        needed.append(_RELAXATIONS * relaxation)
    if doubts:
        hold = max(needed, default=math.inf)
        return "undecided", "; ".join(doubts), hold * NS_PER_PS if math.isfinite(hold) else None
    reason = f"the 95 % interval of the excess, {low:.2f} to {high:.2f} {excess.unit}, excludes zero"
    return ("accumulates" if excess.value > 0.0 else "depletes"), reason, None
