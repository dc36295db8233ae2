"""Any trajectory analysed: every quantity asked for, in one pass over its frames."""

import math
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

from gbglass.core.region import Region
from gbglass.core.species import FORMAL_CHARGES
from gbglass.core.trajectory import Frame, Trajectory, Window
from gbglass.errors import InputError, StateError
from gbglass.report import records
from gbglass.verbs.listener import SILENT, Listener
from gbglass.verbs.quantities.layout import Beside, CavityRadii, Known, marked_structure
from gbglass.verbs.quantities.system import DiffusivityBy, Quantity, Shown, System
from gbglass.verbs.quantities.table import QUANTITIES, WHOLE_CELL
from gbglass.verbs.radii import bulk_radii, without_structure
from gbglass.verbs.results import refuse_results, write_results
from gbglass.verbs.trajectories import Part, Reading, open_part, open_trajectory, split_trajectory

_TELL_EVERY_S = 0.2
_TWO = 2
_BUILT = Path("structure") / "built.extxyz"

_CANNOT = (InputError, StateError)
"""What a quantity raises that a trajectory does not allow; anything else is damage or a mistake, and ends it all."""


@dataclass(frozen=True)
class AnalysisSpec:
    """What is to be measured, of which frames.

    Parameters
    ----------
    quantities
        Names in `gbglass.verbs.quantities.table.QUANTITIES`; ``("all",)`` for every one that the trajectory allows.
    species
        Whose counts, displacements and densities.
    window
        Which frames.
    processes
        Read and count this many parts of the trajectory side by side, if it can be cut.
    region
        What quantities are restricted to; everywhere if absent. A region of the electrolyte in a discharge.
    known
        What the trajectory does not say of the system.
    diffusivity_by
        ``"kinisi"`` takes the diffusivities of `msd` and their intervals from that package; it holds all paths in
        memory.

    Raises
    ------
    InputError
        If a name is unknown, the number is below 1, or a quantity that was named cannot be restricted to a region.

    """

    quantities: tuple[str, ...] = ("all",)
    species: str = "Li"
    window: Window = field(default_factory=Window)
    processes: int = 1
    region: Region | None = None
    known: Known = field(default_factory=Known)
    diffusivity_by: DiffusivityBy = "gbglass"

    def __post_init__(self) -> None:
        unknown = [name for name in self.quantities if name not in (*QUANTITIES, "all")]
        if unknown or not self.quantities:
            raise InputError(f"no quantity {', '.join(unknown) or 'is named'}; there are all, {', '.join(QUANTITIES)}")
        if self.diffusivity_by not in get_args(DiffusivityBy):
            raise InputError(f"'diffusivity_by' must be gbglass or kinisi, got {self.diffusivity_by!r}")
        if self.processes < 1:
            raise InputError(f"'processes' must be 1 or more, got {self.processes}")
        refused = [f"{name} cannot be restricted to a region: {why}" for name, why in self.beyond_region.items()]
        if refused and "all" not in self.quantities:
            raise InputError("; ".join(refused))

    @property
    def names(self) -> tuple[str, ...]:
        """The quantities, each once."""
        return tuple(QUANTITIES) if "all" in self.quantities else tuple(dict.fromkeys(self.quantities))

    @property
    def beyond_region(self) -> dict[str, str]:
        """Quantities that are asked for and cannot be restricted to the region, and why; none without a region."""
        return {} if self.region is None else {name: WHOLE_CELL[name] for name in self.names if name in WHOLE_CELL}


@dataclass(frozen=True)
class Analysis:
    """What came out.

    Parameters
    ----------
    folder
        Holds results.json, arrays.npz, csv/ and figures/.
    n_frames
        Frames that were counted.
    numbers
        Of each quantity, each number with its unit.
    left_out
        Quantities that this trajectory does not allow, with the reason.
    atoms
        How many there are of each species, in the order in which they come.
    remarks
        What should be looked at, a sentence each.

    """

    folder: Path
    n_frames: int
    numbers: Mapping[str, Mapping[str, Any]]
    left_out: Mapping[str, str]
    atoms: Mapping[str, int]
    remarks: tuple[str, ...] = ()

    def plain(self) -> dict[str, object]:
        """Return it as plain data."""
        return {
            "folder": str(self.folder),
            "frames": self.n_frames,
            "atoms": dict(self.atoms),
            "remarks": list(self.remarks),
            "quantities": dict(self.numbers),
            "left_out": dict(self.left_out),
        }


def analyse(
    path: Path,
    out: Path,
    spec: AnalysisSpec | None = None,
    reading: Reading | None = None,
    listener: Listener = SILENT,
) -> Analysis:
    """Measure quantities of a trajectory in one pass, and write numbers, curves and figures to a new folder.

    Parameters
    ----------
    path
        The trajectory: any file that `open_trajectory` opens, or the folder of a run.
    out
        Output folder; it must not hold results yet.
    spec
        What to measure; everything if absent.
    reading
        What the file does not say by itself.
    listener
        Told how far it is.

    Raises
    ------
    InputError
        If something is missing, or a quantity that was named is not allowed by this trajectory.
    FormatError
        If the trajectory is damaged.
    StateError
        If the folder holds results.

    Examples
    --------
    >>> spec = AnalysisSpec(quantities=("rdf", "msd"), window=Window(first_ps=1.0, every=2))
    >>> found = analyse(Path("traj.dump"), Path("out"), spec, Reading(structure=Path("gb.data")))
    >>> found.n_frames, sorted(found.numbers)
    (13, ['msd', 'rdf'])

    """
    spec, reading = spec or AnalysisSpec(), reading or Reading()
    refuse_results(out)
    trajectory = open_trajectory(path, reading)
    start = _first_within(path, trajectory, spec.window)
    system = _system(path, start, spec, (trajectory, reading))
    left_out = _not_allowed(spec, system)
    names = tuple(name for name in spec.names if name not in left_out)
    measured = _Measured({}, 0, {})
    if names:
        share = _Share(replace(spec, quantities=names), system, -start.n_before)
        measured = _measure(path, reading, share, listener)
    listener.phase("frames are read; numbers, curves and figures")  # takes longer than the frames of a short trajectory
    results = _show(measured)
    left_out |= measured.failed
    if not results or (left_out and "all" not in spec.quantities):
        raise InputError("; ".join(f"{name}: {why}" for name, why in left_out.items()))
    atoms = Counter(trajectory.symbols)
    found = _Found(measured.n_frames, results, atoms, _remarks(atoms, reading))
    return _write(out, path, spec, left_out, found)


@dataclass(frozen=True)
class _Start:
    """The first frame of a window, how many come before it, and how far the next one that is taken is away [ps]."""

    frame: Frame
    n_before: int
    interval: float | None


def _system(path: Path, start: _Start, spec: AnalysisSpec, opened: tuple[Trajectory, Reading]) -> System:
    """Collect what quantities must know before the first frame is added."""
    trajectory, reading = opened
    run = path if path.is_dir() else None
    structure = reading.structure if run is None else run / _BUILT
    return System(
        trajectory.symbols,
        start.frame,
        spec.species,
        region=spec.region,
        window=spec.window,
        interval=start.interval,
        beside=Beside(marked_structure(structure, trajectory.symbols), run, spec.known, _radii(spec, reading)),
        diffusivity_by=spec.diffusivity_by,
    )


def _radii(spec: AnalysisSpec, reading: Reading) -> CavityRadii | None:
    """Measure the radii of cavities if they are asked for and needed."""
    bulk = spec.known.radii_from
    return None if bulk is None or "cavity" not in spec.names else bulk_radii(bulk, without_structure(reading))


def _not_allowed(spec: AnalysisSpec, system: System) -> dict[str, str]:
    """Say which quantities a trajectory does not allow, and why."""
    left_out = {name: f"cannot be restricted to a region: {why}" for name, why in spec.beyond_region.items()}
    for name in spec.names:
        if name in left_out:
            continue
        try:
            QUANTITIES[name](system).add(system.first)
        except _CANNOT as error:
            left_out[name] = str(error)
    return left_out


def _remarks(atoms: Counter[str], reading: Reading) -> tuple[str, ...]:
    """Doubt elements that were given by hand and are not neutral together: types in another order are a common slip.

    Lithium metal is not neutral by formal charges either, so that it is no more than a doubt.
    """
    if not reading.elements or not atoms.keys() <= FORMAL_CHARGES.keys():
        return ()
    charge = sum(FORMAL_CHARGES[symbol] * count for symbol, count in atoms.items())
    if charge == 0:
        return ()
    given = " ".join(reading.elements)
    return (f"with --elements '{given}' the formal charges add up to {charge:+d} e; is that the order of the types?",)


@dataclass(frozen=True)
class _Measured:
    """Accumulators, the frames they took in, and those that could not go on, with the reason."""

    quantities: dict[str, Quantity]
    n_frames: int
    failed: dict[str, str]

    def join(self, later: "_Measured") -> "_Measured":
        failed = {**self.failed, **later.failed}
        whole = {name: quantity for name, quantity in self.quantities.items() if name not in failed}
        for name, quantity in whole.items():
            try:
                quantity.merge(later.quantities[name])
            except _CANNOT as error:
                failed[name] = f"parts cannot be joined ({error}); take one process"
        whole = {name: quantity for name, quantity in whole.items() if name not in failed}
        return _Measured(whole, self.n_frames + later.n_frames, failed)


@dataclass(frozen=True)
class _Found:
    """How many frames of what were counted, what came out, and what should be looked at."""

    n_frames: int
    results: dict[str, Shown]
    atoms: Counter[str]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class _Share:
    """What a process counts; `offset` is the number of its first frame, counted from the first within the window."""

    spec: AnalysisSpec
    system: System
    offset: int


def _first_within(path: Path, trajectory: Trajectory, window: Window) -> _Start:
    """Return where a window begins."""
    taken: list[tuple[int, Frame]] = []
    for number, frame in enumerate(trajectory):
        if window.ends_before(frame.time):
            break
        if window.begins_by(frame.time) and (not taken or number == taken[0][0] + window.every):
            taken.append((number, frame))
        if len(taken) == _TWO:
            break
    if not taken:
        raise InputError(f"{path} has no frame from {window.first_ps:g} to {window.last_ps:g} ps")
    n_before, first = taken[0]
    return _Start(first, n_before, taken[1][1].time - first.time if len(taken) == _TWO else None)


def _measure(path: Path, reading: Reading, share: _Share, listener: Listener) -> _Measured:
    parts = split_trajectory(path, reading, share.spec.processes)
    if len(parts) == 1:
        return _count(open_trajectory(path, reading, _teller(listener)), share)
    listener.phase(f"{len(parts)} parts side by side")
    shares = [replace(share, offset=share.offset + part.first_frame) for part in parts]
    with ProcessPoolExecutor(len(parts), mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(_count_part, part, its) for part, its in zip(parts, shares, strict=True)]
        measured = waiting[0].result()
        for done, later in enumerate(waiting[1:], start=1):
            listener.advance("analysing", done, len(parts))
            measured = measured.join(later.result())
    listener.advance("analysing", len(parts), len(parts))
    return measured


def _count_part(part: Part, share: _Share) -> _Measured:
    return _count(open_part(part), share)


def _count(trajectory: Trajectory, share: _Share) -> _Measured:
    """Add the frames of a share to accumulators; one that cannot go on does not stop the others."""
    quantities = {name: QUANTITIES[name](share.system) for name in share.spec.names}
    window, n_frames = share.spec.window, 0
    failed: dict[str, str] = {}
    for number, frame in enumerate(trajectory, start=share.offset):
        if window.ends_before(frame.time):
            break
        if number >= 0 and number % window.every == 0:
            n_frames += 1
            failed |= _add(frame, quantities)
    return _Measured(quantities, n_frames, failed)


def _add(frame: Frame, quantities: dict[str, Quantity]) -> dict[str, str]:
    """Add a frame; take those out that cannot go on, and say why."""
    failed = {}
    for name, quantity in quantities.items():
        try:
            quantity.add(frame)
        except _CANNOT as error:
            failed[name] = str(error)
    for name in failed:
        del quantities[name]
    return failed


def _show(measured: _Measured) -> dict[str, Shown]:
    results = {}
    for name, quantity in measured.quantities.items():
        try:
            results[name] = quantity.show()
        except _CANNOT as error:
            measured.failed[name] = str(error)
    return results


def _teller(listener: Listener) -> Callable[[int, int], None]:
    """Make what tells a listener how far a file is read, now and then."""
    last = -math.inf

    def tell(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > _TELL_EVERY_S or done == total:
            last = time.monotonic()
            listener.advance("analysing", done, total)

    return tell


def _write(out: Path, path: Path, spec: AnalysisSpec, left_out: dict[str, str], found: _Found) -> Analysis:
    numbers = {name: shown.numbers for name, shown in found.results.items()}
    shown, without, atoms = MappingProxyType(numbers), MappingProxyType(left_out), MappingProxyType(found.atoms)
    analysis = Analysis(out, found.n_frames, shown, without, atoms, found.remarks)
    temperature = spec.known.temperature_K
    about = {
        "trajectory": str(path),
        "species": spec.species,
        "every": spec.window.every,
        "temperature": None if temperature is None else records.quantity(temperature, "K"),
        "region": None if spec.region is None else spec.region.model_dump(mode="json"),
    }
    write_results(out, found.results, {**about, **analysis.plain()})
    return analysis
