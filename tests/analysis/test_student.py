"""Student's t is that of `scipy.stats`, which is slow to import and so is not used."""

import pytest
from scipy import stats

from gbglass.analysis.student import student_quantile, student_tail


@pytest.mark.parametrize("freedom", [0.5, 1, 2, 4.3, 30, 1e4, 1e9])
@pytest.mark.parametrize("level", [0.1, 0.5, 0.8413, 0.975, 0.99999])
def test_quantiles_and_tails_are_those_of_scipy(level: float, freedom: float) -> None:
    value = student_quantile(level, freedom)
    assert value == pytest.approx(stats.t.ppf(level, freedom), rel=1e-9, abs=1e-12)
    assert student_tail(value, freedom) == pytest.approx(1.0 - level, rel=1e-6)
    assert student_tail(abs(value) + 3.0, freedom) == pytest.approx(stats.t.sf(abs(value) + 3.0, freedom), rel=1e-9)
