"""An activation energy from results at several temperatures, or from a table of diffusivities."""

import csv
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from gbglass.analysis.arrhenius import FEWEST_TEMPERATURES, Arrhenius, fit_arrhenius
from gbglass.analysis.statistics import combine
from gbglass.core.results import Estimate
from gbglass.errors import FormatError, InputError
from gbglass.figures.arrhenius import draw_arrhenius
from gbglass.report.curves import named_tables
from gbglass.report.records import estimate_of, estimate_record, quantity
from gbglass.studies.transport import FAR
from gbglass.units import CM2_PER_S_PER_A2_PER_PS
from gbglass.verbs.quantities.system import Numbers, Shown
from gbglass.verbs.results import RESULTS, Measurement, refuse_results, result_folders, write_measurement

Along = Literal["x", "y", "z"]

_TEMPERATURE, _SAMPLES = "temperature_K", "independent_samples"
_UNITS: Mapping[str, float] = MappingProxyType({"A2_per_ps": 1.0, "cm2_per_s": 1.0 / CM2_PER_S_PER_A2_PER_PS})
"""Endings of the columns of a table, and what they are in Å²/ps."""


@dataclass(frozen=True)
class ArrheniusSpec:
    """Which diffusivities are fitted, and where the line is read.

    Parameters
    ----------
    along
        The diffusivity along an axis; of all three if absent.
    at_K
        Temperatures at which the line is read, measured or not [K].

    Raises
    ------
    InputError
        If a temperature is not above 0.

    """

    along: Along | None = None
    at_K: tuple[float, ...] = (300.0,)

    def __post_init__(self) -> None:
        for temperature in self.at_K:
            if not 0.0 < temperature < math.inf:
                raise InputError(f"'at_K' must be temperatures above 0, got {temperature:g}")


@dataclass(frozen=True)
class _Point:
    """A diffusivity, what it is of, and why it cannot be used, if so."""

    source: str
    of: str
    temperature: float
    diffusivity: Estimate
    doubt: str = ""


def arrhenius(sources: Sequence[Path], out: Path, spec: ArrheniusSpec | None = None) -> Measurement:
    """Fit an activation energy to diffusivities at three temperatures or more, and write it to a new folder.

    What has hardly left its sites is left out, with the reason. Several results at one temperature are seeds: they
    become one point, whose error knows what sets them apart.

    Parameters
    ----------
    sources
        Folders that ``gbglass analyse --quantity msd --temperature-K`` or ``gbglass run`` of a study of transport
        wrote, folders of such folders, or one table (CSV) with the columns ``temperature_K``,
        ``diffusivity_A2_per_ps`` and ``standard_error_A2_per_ps`` (or ``_cm2_per_s`` both), and maybe
        ``independent_samples``: without it the errors count as known.
    out
        Output folder; it must not hold results yet.
    spec
        Which diffusivities, and where the line is read.

    Raises
    ------
    InputError
        If fewer than three temperatures are left, results say no temperature, or are of different things.
    FormatError
        If a table is not one.
    StateError
        If the folder holds results.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> rows = ["temperature_K,diffusivity_cm2_per_s,standard_error_cm2_per_s"]
    >>> rows += ["900,4e-6,3e-7", "1000,6.5e-6,4e-7", "1100,9.6e-6,5e-7"]
    >>> with TemporaryDirectory() as folder:
    ...     table = Path(folder) / "table.csv"
    ...     _ = table.write_text(chr(10).join(rows), encoding="utf-8")
    ...     found = arrhenius([table], Path(folder) / "fit")
    >>> round(found.numbers["activation_energy"]["value"], 2)
    0.37

    """
    spec = spec or ArrheniusSpec()
    refuse_results(out)
    points = [point for source in sources for point in _read(source, spec)]
    kinds = list(dict.fromkeys(point.of for point in points))
    if len(kinds) > 1:
        raise InputError(f"one line is of one thing, but these are of {len(kinds)}: {'; '.join(kinds)}")
    left_out = {f"{point.source} ({point.temperature:g} K)": point.doubt for point in points if point.doubt}
    found: dict[float, list[Estimate]] = {}
    for point in points:
        if not point.doubt:
            found.setdefault(point.temperature, []).append(point.diffusivity)
    if len(found) < FEWEST_TEMPERATURES:
        told = f"; left out: {'; '.join(f'{name}: {why}' for name, why in left_out.items())}" if left_out else ""
        raise InputError(
            f"an activation energy with an error needs {FEWEST_TEMPERATURES} temperatures or more, got "
            f"{', '.join(f'{t:g} K' for t in sorted(found)) or 'none'}{told}"
        )
    fit = fit_arrhenius({t: seeds[0] if len(seeds) == 1 else combine(seeds) for t, seeds in found.items()})
    numbers = _numbers(fit, spec, {t: len(seeds) for t, seeds in sorted(found.items())}) | {"left_out": left_out}
    shown = Shown(numbers, tuple(named_tables("arrhenius", {"fit": fit})), {"arrhenius": draw_arrhenius(fit)})
    about = {"sources": [str(source) for source in sources], "of": kinds[0], "along": spec.along}
    return write_measurement(out, "arrhenius", shown, about)


def _numbers(fit: Arrhenius, spec: ArrheniusSpec, seeds: Mapping[float, int]) -> Numbers:
    low, high = fit.log_prefactor.interval
    prefactor = {
        **quantity(math.exp(fit.log_prefactor.value), "Å²/ps"),
        "interval_95": [quantity(_exp(end), "Å²/ps") for end in (low, high)],
    }
    return {
        "activation_energy": estimate_record(fit.activation_energy),
        "prefactor": prefactor,
        "excess_scatter": quantity(fit.excess_scatter, "1"),
        "points": [{"temperature": quantity(t, "K"), "runs": quantity(n, "runs")} for t, n in seeds.items()],
        "read": {f"{t:g} K": {"diffusivity": estimate_record(fit.at(t)), "remark": _remark(fit, t)} for t in spec.at_K},
    }


def _exp(log: float) -> float:
    return math.exp(log) if log < math.log(1e300) else math.inf


def _remark(fit: Arrhenius, temperature: float) -> str:
    lowest, highest = float(fit.temperatures[0]), float(fit.temperatures[-1])
    if lowest <= temperature <= highest:
        return "between temperatures that were measured"
    return f"extrapolated from {lowest:g} to {highest:g} K, if nothing changes on the way"


def _read(source: Path, spec: ArrheniusSpec) -> Iterator[_Point]:
    if source.suffix.lower() == ".csv":
        if spec.along is not None:
            raise InputError("'along' chooses among the diffusivities of results; a table has one at each temperature")
        yield from _from_table(source)
    else:
        for folder in result_folders(source):
            yield _from_results(folder, spec)


def _from_results(folder: Path, spec: ArrheniusSpec) -> _Point:
    try:
        record = json.loads((folder / RESULTS).read_text(encoding="utf-8"))
        return _of_analysis(folder, record, spec) if "quantities" in record else _of_study(folder, record, spec)
    except InputError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FormatError(
            folder / RESULTS, None, f"holds no diffusivity that can be read ({type(error).__name__}: {error})"
        ) from None


def _of_analysis(folder: Path, record: Mapping[str, Any], spec: ArrheniusSpec) -> _Point:
    msd, temperature = record["quantities"].get("msd"), record.get("temperature")
    if msd is None:
        raise InputError(f"{folder} holds no diffusivity; analyse the trajectory with '--quantity msd'")
    if temperature is None:
        raise InputError(f"{folder} does not say its temperature; analyse the trajectory with '--temperature-K'")
    name = "diffusivity" if spec.along is None else f"diffusivity along {spec.along}"
    region = "" if record["region"] is None else f" that starts in the region {json.dumps(record['region'])}"
    of, diffusivity = f"{record['species']}{region}", estimate_of(msd[name])
    doubt = _doubt(diffusivity, float(msd["squared_displacement"]["value"]))
    return _Point(str(folder), of, float(temperature["value"]), diffusivity, doubt)


def _of_study(folder: Path, record: Mapping[str, Any], spec: ArrheniusSpec) -> _Point:
    if record.get("study") != "transport":
        raise InputError(f"{folder} holds no diffusivities; give results of 'analyse' or of a study of transport")
    found = record["diffusivity"] if spec.along is None else record["diffusivity_axes"][spec.along]
    of = f"lithium in {record['title']}, {record['potential']['name']}"
    doubt = "" if record["is_diffusing"] else "lithium hardly left its sites"
    diffusivity = estimate_of(found)
    return _Point(str(folder), of, float(record["temperature"]["value"]), diffusivity, doubt or _doubt(diffusivity))


def _doubt(diffusivity: Estimate, went: float = FAR) -> str:
    """Say why a diffusivity is none; nothing if it is one."""
    low, high = diffusivity.interval
    if not low > 0.0:
        return f"undecided: the 95 % interval of the diffusivity is {low:.3g} to {high:.3g} {diffusivity.unit}"
    if went < FAR:
        return f"undecided: atoms hardly left their sites, they went {went:.2g} Å² where {FAR:g} are needed"
    return ""


def _from_table(path: Path) -> Iterator[_Point]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        names = tuple(table.fieldnames or ())
        value, error, factor = _columns(path, names)
        n_rows = 0
        for line, row in enumerate(table, start=2):
            n_rows += 1
            try:
                temperature, d, spread = (float(row[name]) for name in (_TEMPERATURE, value, error))
                samples = float(row[_SAMPLES]) if _SAMPLES in names else math.inf
            except (TypeError, ValueError):
                raise FormatError(
                    path, line, f"every column must be a number, got {', '.join(map(str, row.values()))}"
                ) from None
            if not (temperature > 0.0 and d > 0.0 and 0.0 < spread < math.inf and samples > 1.0):
                raise FormatError(path, line, "temperatures, diffusivities and their errors must be above 0")
            estimate = Estimate(
                factor * d, "Å²/ps", math.nan, factor * spread, 0, samples,
                (factor * (d - 2.0 * spread), factor * (d + 2.0 * spread)),
            )  # fmt: skip
            yield _Point(f"{path}, line {line}", str(path), temperature, estimate)
        if not n_rows:
            raise FormatError(path, 2, "holds no row")


def _columns(path: Path, names: Sequence[str]) -> tuple[str, str, float]:
    """Return the columns of the diffusivity and its error, and what their unit is in Å²/ps."""
    for unit, factor in _UNITS.items():
        value, error = f"diffusivity_{unit}", f"standard_error_{unit}"
        if {_TEMPERATURE, value, error} <= set(names):
            return value, error, factor
    raise FormatError(
        path,
        1,
        f"the columns {_TEMPERATURE}, diffusivity_UNIT and standard_error_UNIT are due, UNIT being "
        f"{' or '.join(_UNITS)}; there are {', '.join(names) or 'none'}",
    )
