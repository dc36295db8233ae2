"""How lithium moves: mean squared displacements, single and together, a map of migration, the flux through planes."""

import math
from dataclasses import replace

import numpy as np
from matplotlib.figure import Figure

from gbglass.analysis.conductivity import FEWEST_FOR_HAVEN, ChargePaths, haven_of, nernst_einstein
from gbglass.analysis.flux import CrossingCounter, mean_flux
from gbglass.analysis.kinisi_backend import kinisi_diffusivities, kinisi_statement, need_kinisi
from gbglass.analysis.migration import MigrationCounter, MigrationRule
from gbglass.analysis.msd import FIT, Displacements, MeanSquareDisplacement, equal_spacing
from gbglass.analysis.multiple_tau import MultipleTau, StreamedDisplacement
from gbglass.core.cell import cell_volume
from gbglass.core.results import Estimate
from gbglass.core.species import FORMAL_CHARGES
from gbglass.core.trajectory import Frame
from gbglass.errors import InputError
from gbglass.figures.haven import draw_haven
from gbglass.figures.migration import draw_flux, draw_migration
from gbglass.figures.msd import draw_msd
from gbglass.figures.streamed_msd import draw_streamed_msd
from gbglass.report.cell_records import flux_record, migration_record
from gbglass.report.cell_tables import crossings_table, migration_table
from gbglass.report.records import estimate_record, quantity
from gbglass.store.tables import Table
from gbglass.verbs.quantities.system import Counted, Numbers, Shown, System, need_one, span_record, undecided

_PLANES = 10
_ROUNDING = 1e-6
_OUR_FIT = f"gbglass, lags of {100 * FIT[0]:g} to {100 * FIT[1]:g} % of the trajectory"


class Msd:
    """Mean squared displacement and diffusivity: streamed in flat memory, or of paths that begin in a region."""

    def __init__(self, system: System) -> None:
        groups = system.groups
        self._by_kinisi = system.diffusivity_by == "kinisi"
        if self._by_kinisi:
            need_kinisi()
            if groups is not None:
                raise InputError("kinisi knows no paths that begin in a region; leave --diffusivity-by or --region out")
        self.streamed = MultipleTau(system.symbols, system.species, system.anchor)
        whole = groups is None and not self._by_kinisi
        self.paths = None if whole else Displacements(system.symbols, system.species, system.anchor, groups)
        self._conductivity = _Conductivity(system)

    def add(self, frame: Frame) -> None:
        """Take one frame in."""
        (self.streamed if self.paths is None else self.paths).add(frame)

    def merge(self, other: "Msd") -> None:
        """Take in another part; only paths are followed from one part into the other."""
        self.streamed.merge(other.streamed)
        if self.paths is not None and other.paths is not None:
            self.paths.merge(other.paths)

    def show(self) -> Shown:
        """Return the diffusivity, the curve and the figure."""
        if self.paths is None:
            streamed = self.streamed.result()
            return _shown(streamed, self._conductivity.of(streamed.diffusivity), {"msd": draw_streamed_msd(streamed)})
        found = need_one(self.paths.result())
        if self._by_kinisi:
            times, paths, _ = self.paths.paths()
            whole, *along = kinisi_diffusivities(paths, equal_spacing(times))
            found = replace(found, diffusivity=whole, diffusivity_axes=(along[0], along[1], along[2]))
            more = {"diffusivity_by": kinisi_statement(), **self._conductivity.of(whole)}
            return _shown(found, more, {"msd": draw_msd(found)})
        return _shown(found, {}, {"msd": draw_msd(found)})


class Haven:
    """How much ions help or hinder each other: diffusivity of single ions over that of all together."""

    def __init__(self, system: System) -> None:
        self.single = MultipleTau(system.symbols, system.species, system.anchor)
        self.together = ChargePaths(system.symbols, system.species, system.anchor)
        self._conductivity = _Conductivity(system)

    def add(self, frame: Frame) -> None:
        """Take one frame in."""
        self.single.add(frame)
        self.together.add(frame)

    def merge(self, other: "Haven") -> None:
        """Take in another part; only what all do together is followed from one part into the other."""
        self.single.merge(other.single)
        self.together.merge(other.together)

    def show(self) -> Shown:
        """Return the ratio, both diffusivities, the conductivity of all together, both curves and the figure."""
        single = self.single.result()
        if self.together.n_frames < FEWEST_FOR_HAVEN:
            reason = f"a Haven ratio needs {FEWEST_FOR_HAVEN} frames or more, got {self.together.n_frames}"
            return Shown({"ratio": undecided("1", reason), "single": estimate_record(single.diffusivity)}, (), {})
        found = haven_of(self.together.result(), single.diffusivity)
        numbers: Numbers = {
            "ratio": estimate_record(found.ratio),
            "single": estimate_record(found.tracer),
            "together": estimate_record(found.charge),
            **self._conductivity.of(found.charge),
            "fitted_to": quantity(found.fitted_to, "ps"),
        }
        alone = {"lag (ps)": single.lags, "msd of single ions (Å²)": single.msd}
        shared = {"lag (ps)": found.lags, "msd of all together, a single ion's share (Å²)": found.msd_together}
        tables = (Table("haven-single", alone), Table("haven-together", shared))
        return Shown(numbers, tables, {"haven": draw_haven(found, single)})


class _Conductivity:
    """What Nernst and Einstein make of a diffusivity, if the temperature is known."""

    def __init__(self, system: System) -> None:
        self._density = system.symbols.count(system.species) / cell_volume(system.first.cell)
        self._charge = FORMAL_CHARGES.get(system.species, 0.0)
        self._temperature = system.beside.known.temperature_K

    def of(self, diffusivity: Estimate) -> dict[str, Numbers]:
        if self._temperature is None:
            return {}
        if not self._charge:
            return {"conductivity": undecided("S/cm", "no formal charge of the species is known")}
        conductivity = nernst_einstein(diffusivity, self._density, self._charge, self._temperature)
        return {"conductivity": estimate_record(conductivity)}


def _shown(msd: StreamedDisplacement | MeanSquareDisplacement, more: Numbers, figures: dict[str, Figure]) -> Shown:
    atoms = quantity(msd.n_atoms, "atoms")
    along = zip("xyz", msd.diffusivity_axes, strict=True)
    numbers = {
        "diffusivity": estimate_record(msd.diffusivity),
        **{f"diffusivity along {name}": estimate_record(one) for name, one in along},
        "diffusivity_by": _OUR_FIT,
        **more,
        "squared_displacement": quantity(float(np.interp(0.5 * msd.lags[-1], msd.lags, msd.msd)), "Å²"),
        "atoms": atoms,
    }
    axes = {f"msd {name} (Å²)": msd.msd_axes[:, k] for k, name in enumerate("xyz")}
    columns = {"lag (ps)": msd.lags, "msd (Å²)": msd.msd, "standard error (Å²)": msd.standard_error, **axes}
    return Shown(numbers, (Table("msd", columns),), figures)


class Migration(Counted[MigrationCounter]):
    """How fast a species migrates, mapped on the plane of the second and third cell vector, rattling removed."""

    def __init__(self, system: System) -> None:
        super().__init__(
            MigrationCounter(system.unread, system.anchor, system.first.cell, _rule(system.interval), system.species)
        )

    def merge(self, other: "Migration") -> None:
        """Take in what another one took in of the frames that follow; a part may have none in the window."""
        if self.counter.n_frames and other.counter.n_frames:
            self.counter.merge(other.counter)
        elif other.counter.n_frames:
            self.counter = other.counter

    def show(self) -> Shown:
        """Return how it was measured, the mean, the map and the figure."""
        found = self.counter.result()
        numbers = migration_record(found)
        some = found.counts > 0
        known = some & np.isfinite(found.migration)
        reason = f"no bin of the map holds {found.rule.fewest} displacements"
        for name, of in (("migration", found.migration), ("speed", found.speed)):
            mean = float(np.average(of[known], weights=found.counts[known])) if known.any() else math.nan
            numbers[name] = quantity(mean, "Å/ps") if known.any() else undecided("Å/ps", reason)
        return Shown(numbers, (migration_table(found),), {"migration": draw_migration(found)})


class Flux(Counted[CrossingCounter]):
    """Signed flux through ten planes across the third cell vector, and the current density of the whole."""

    def __init__(self, system: System) -> None:
        planes = (np.arange(_PLANES) + 0.5) / _PLANES
        super().__init__(CrossingCounter(system.unread, planes, system.anchor, species=system.species))

    def show(self) -> Shown:
        """Return fluxes, the crossings against time and the figure."""
        crossings = self.counter.result()
        table = (crossings_table(crossings),)
        try:
            flux = mean_flux(crossings, start=float(crossings.times[0]))
        except InputError as error:
            reason = str(error)
            unknown = {"whole": undecided("atoms/(nm² ps)", reason), "current_density": undecided("mA/cm²", reason)}
            return Shown({**span_record(crossings.times), **unknown}, table, {})
        return Shown(flux_record(flux), table, {"flux": draw_flux(flux)})


def _rule(interval: float | None) -> MigrationRule:
    """Average over half a picosecond, or over single frames if they lie farther apart.

    Examples
    --------
    >>> _rule(0.1).average, _rule(0.1).lag, _rule(2.0).average, _rule(2.0).lag
    (0.5, 1.0, 2.0, 2.0)

    """
    usual = MigrationRule()
    if interval is None or interval <= usual.average * (1.0 + _ROUNDING):
        return usual
    stretches = max(1, math.ceil(usual.lag / interval - _ROUNDING))
    return MigrationRule(lag=stretches * interval, average=interval)
