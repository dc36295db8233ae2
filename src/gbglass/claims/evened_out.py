"""Whether lithium had the time to go where it wants, so that what is measured is not where the builder put it."""

import math
from collections.abc import Sequence

import numpy as np

from gbglass.claims.case_record import CaseRecord
from gbglass.claims.judge import Doubt
from gbglass.units import NS_PER_PS


def not_evened_out(cases: Sequence[CaseRecord]) -> Doubt | None:
    """Doubt what was held for less than the time in which lithium evens out across a grain.

    After that time what is left of the start has fallen to a third, so that the order of boundaries is that of the end.
    """
    times = np.array([case.number("relaxation_time") for case in cases])
    holds = np.array([case.number("averaged_over") for case in cases])
    needed = float(np.median(np.where(np.isfinite(times), times, math.inf)))
    if float(np.median(holds)) >= needed:
        return None
    hold = f"most holds, {float(np.median(holds)):g} ps, are shorter than the time in which lithium evens out"
    if not math.isfinite(needed):
        return Doubt(f"{hold}: none was seen to diffuse", "hotter or longer holds")
    atoms = float(np.mean([case.atoms for case in cases]))
    return Doubt(f"{hold}, {needed:.0f} ps", f"holds of {needed * NS_PER_PS:.2g} ns × {atoms:.0f} atoms")
