"""How fast a cell discharges, per area, and against its twin without a boundary.

The rate is that at which lithium crosses a face, from stretches of time (`gbglass.analysis.rates`). As a current
density it counts one electron for each lithium, as the outer circuit of a real cell would; the simulation has none.
"""

from dataclasses import dataclass

import numpy as np

from gbglass.analysis.comparison import Comparison, compare
from gbglass.analysis.discharge import Discharge
from gbglass.analysis.rates import mean_rate
from gbglass.core.arrays import FloatArray, IntArray
from gbglass.core.results import Estimate
from gbglass.errors import InputError
from gbglass.units import MA_PER_CM2_PER_E_PER_NM2_PER_PS, NM2_PER_A2

_FULL_CELL = 3
"""An electrode, an electrolyte, an electrode."""


@dataclass(frozen=True)
class DischargeRate:
    """Mean rates over a part of a run.

    Parameters
    ----------
    start, end
        Of the part [ps].
    from_negative
        Lithium that leaves the negative electrode into the electrolyte [atoms/(nm² ps)].
    into_positive
        Lithium that enters the positive electrode from the electrolyte [atoms/(nm² ps)].
    current_density
        Of what enters the positive electrode, one electron for each lithium [mA/cm²].
    kept_by_electrolyte
        Change of the electrolyte's lithium over the part: what entered and did not leave [atoms].
    through_closure
        Lithium that went from the positive into the negative electrode through the periodic boundary, or the other way;
        anything but 0 means that the cell has a back door [atoms].

    """

    start: float
    end: float
    from_negative: Estimate
    into_positive: Estimate
    current_density: Estimate
    kept_by_electrolyte: int
    through_closure: int


def discharge_rate(discharge: Discharge, start: float = 0.0, end: float = np.inf) -> DischargeRate:
    """Measure the rate of a discharge between two times.

    A discharge slows down as it goes, so two cells are compared over the same part of it.

    Parameters
    ----------
    discharge
        Of a cell with an electrode on each side.
    start, end
        The part of the run [ps].

    Raises
    ------
    InputError
        If there are fewer than 32 frames in this part, they are not equally spaced, or the cell is a half cell.

    """
    if len(discharge.parts) < _FULL_CELL:
        raise InputError(f"a discharge goes from electrode to electrode, but the cell is {' | '.join(discharge.parts)}")
    chosen = (discharge.times >= start) & (discharge.times <= end)
    times, areas = discharge.times[chosen], discharge.areas[chosen] * NM2_PER_A2
    if not chosen.any():
        raise InputError(f"no frame lies between {start:g} and {end:g} ps; the last is at {discharge.times[-1]:g} ps")
    crossings = discharge.crossings[chosen] - discharge.crossings[chosen][0]
    unit = "atoms/(nm² ps)"
    positive = mean_rate(times, _per_area(crossings[:, -1], areas), unit)
    parts = discharge.part_counts[chosen]
    return DischargeRate(
        start=float(times[0]),
        end=float(times[-1]),
        from_negative=mean_rate(times, _per_area(crossings[:, 1], areas), unit),
        into_positive=positive,
        current_density=_scaled(positive, MA_PER_CM2_PER_E_PER_NM2_PER_PS, "mA/cm²"),
        kept_by_electrolyte=int(parts[-1, 1:-1].sum() - parts[0, 1:-1].sum()),
        through_closure=int(crossings[-1, 0]),
    )


def compare_with_twin(cell: DischargeRate, twin: DischargeRate) -> Comparison:
    """Compare the current density of a cell with that of its twin without a boundary.

    Raises
    ------
    InputError
        If the two were not measured over the same time.

    """
    if max(abs(cell.start - twin.start), abs(cell.end - twin.end)) > 1e-3 * (cell.end - cell.start):
        raise InputError(
            f"a cell and its twin must be compared over the same time, got {cell.start:g} to {cell.end:g} and "
            f"{twin.start:g} to {twin.end:g} ps"
        )
    return compare(cell.current_density, twin.current_density)


def _per_area(crossed: IntArray, areas: FloatArray) -> FloatArray:
    per_area: FloatArray = crossed / areas.mean()
    return per_area


def _scaled(mean: Estimate, factor: float, unit: str) -> Estimate:
    low, high = mean.interval
    return Estimate(
        mean.value * factor,
        unit,
        mean.standard_deviation * factor,
        mean.standard_error * factor,
        mean.n_frames,
        mean.n_independent,
        (low * factor, high * factor),
    )
