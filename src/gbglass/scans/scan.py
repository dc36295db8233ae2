"""A boundary tried in many ways: each candidate is built, relaxed and measured, then all are ranked by their energy."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from gbglass.build.boundaries.boundary import BuiltBoundary, build_boundary
from gbglass.build.garnet import LATTICE_PARAMETER
from gbglass.core.potential import Potential
from gbglass.errors import EngineError, InputError, NotConverged
from gbglass.lammps.task import Runner
from gbglass.scans.bench import Bench, BulkReference, bulk_reference, decoration_generator, rest
from gbglass.scans.measure import MeasuredCell, at_lattice_parameter, measure
from gbglass.scans.ranking import boundary_energy
from gbglass.scans.results import CandidateResult, ScanResult, judge
from gbglass.scans.spec import FEWEST_DECORATIONS, Candidate, ScanSpec, plan_candidates


def run_scan(
    spec: ScanSpec,
    potential: Potential,
    folder: Path,
    runner: Runner,
    on_result: Callable[[ScanResult], None] = lambda _result: None,
) -> ScanResult:
    """Try all candidates, going on from whatever is finished in the folder.

    A candidate that cannot be built, described or relaxed stands in the result with its reason.

    Parameters
    ----------
    spec
        Which boundary and which candidates.
    potential
        That of the specification, ready to run.
    folder
        Gets a folder for each relaxed cell.
    runner
        Which LAMMPS; told after each cell how many are done.
    on_result
        Called with what is known after each candidate.

    """
    quiet = Runner(runner.engine, pass_fds=runner.pass_fds)
    bench = Bench(folder, potential, quiet, spec.force, ranks=spec.ranks)
    return _Scan(spec, bench, runner, on_result).run()


class _Scan:
    """Walks through the candidates."""

    def __init__(self, spec: ScanSpec, bench: Bench, runner: Runner, on_result: Callable[[ScanResult], None]) -> None:
        self._spec = spec
        self._on_result = on_result
        self._on_step = runner.on_step
        self._candidates = plan_candidates(spec)
        self._done, self._total = 0, spec.bulk_decorations + len(self._candidates) * spec.decorations
        self._bench = bench

    def run(self) -> ScanResult:
        spec = self._spec
        title, count = spec.geometry.title, len(self._candidates)
        bulk, problem = None, ""
        try:
            bulk = bulk_reference(
                spec.bulk_decorations, spec.n_tetrahedral, spec.seed, self._bench, lambda: self._advance("bulk")
            )
        except (InputError, EngineError, NotConverged) as error:
            problem = f"no bulk to compare with: {error}"
        self._done = spec.bulk_decorations
        result = ScanResult(title, count, bulk, (), problem)
        tried: list[CandidateResult] = []
        for number, candidate in enumerate(self._candidates, start=1):
            tried.append(self._try(number, candidate, bulk))
            result = replace(result, candidates=judge(tried, spec))
            self._on_result(result)
        return result

    def _try(self, number: int, candidate: Candidate, bulk: BulkReference | None) -> CandidateResult:
        cells: list[MeasuredCell] = []
        problems: list[str] = []
        may_succeed_later = False
        for decoration in range(self._spec.decorations):
            try:
                cells.append(self._relax(candidate, decoration, bulk))
            except (InputError, EngineError, NotConverged) as error:
                problems.append(str(error))
                may_succeed_later |= isinstance(error, EngineError)
            self._advance(f"candidate {number} of {len(self._candidates)}")
        energy = None
        if bulk is not None and len(cells) >= FEWEST_DECORATIONS:
            energies = [cell.energy for cell in cells]
            energy = boundary_energy(energies, cells[0].formula_units, cells[0].area, bulk.energy)
        return CandidateResult(
            number,
            candidate,
            tuple(cells),
            energy,
            problems=tuple(dict.fromkeys(problems)),
            may_succeed_later=may_succeed_later,
        )

    def _relax(self, candidate: Candidate, decoration: int, bulk: BulkReference | None) -> MeasuredCell:
        built = build_candidate(self._spec, candidate, decoration)
        atoms = at_lattice_parameter(built.atoms, bulk.lattice_parameter if bulk else LATTICE_PARAMETER)
        rested = rest(atoms, "normal", self._bench)
        return measure(built, atoms, rested.relaxed, rested.folder, self._bench.potential)

    def _advance(self, text: str) -> None:
        self._done += 1
        self._on_step(text, self._done, self._total)


def build_candidate(spec: ScanSpec, candidate: Candidate, decoration: int) -> BuiltBoundary:
    """Build one decoration of a candidate.

    Parameters
    ----------
    spec
        Of the scan.
    candidate
        Which variant.
    decoration
        Number of the decoration, from 0.

    Raises
    ------
    InputError
        If it cannot be built.

    """
    wanted = spec.boundary(candidate.termination.offset, candidate.shift)
    built = build_boundary(wanted, decoration_generator(spec.seed, decoration))
    if candidate.extra_expansion == 0.0:
        return built
    lower, upper = (entry.expansion + candidate.extra_expansion for entry in built.ledger.boundaries)
    wider = replace(wanted, shift=built.shift, expansion=(lower, upper))
    return build_boundary(wider, decoration_generator(spec.seed, decoration))
