"""Real scans of thin grains: energies against a second calculation, going on after an interruption, failures told."""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ase.io import read
from numpy.testing import assert_allclose

from gbglass.build.account import forbidden_contacts
from gbglass.core.packaged import load_potential
from gbglass.core.potential import Potential
from gbglass.errors import EngineError, InputError, NotConverged
from gbglass.lammps.engine import Lammps, find_lammps
from gbglass.lammps.task import Runner
from gbglass.scans.bench import Bench, bulk_reference, rest
from gbglass.scans.measure import at_lattice_parameter
from gbglass.scans.records import plain_spec, read_scan, scan_csv, scan_record, write_scan
from gbglass.scans.results import GAINS, LOSES, ScanResult, judge
from gbglass.scans.scan import build_candidate, run_scan
from gbglass.scans.spec import ScanSpec, plan_candidates
from tests.lammps.conftest import single_point, start_lines

pytestmark = [pytest.mark.lammps, pytest.mark.xdist_group("scan")]

SPEC = ScanSpec((1, -1, 0), (1, 1, 2), 2, "buckingham-llzo", decorations=2, bulk_decorations=10, force=0.5)
"""Grains of 10.6 Å, 384 atoms: too thin for physics, and relaxed too little, but quick."""

BUCKINGHAM = load_potential(SPEC.potential)


@pytest.fixture(scope="module")
def engine() -> Lammps:
    return find_lammps()


@pytest.fixture(scope="module")
def potential() -> Potential:
    return load_potential("buckingham-llzo")


@pytest.fixture(scope="module")
def scanned(engine: Lammps, tmp_path_factory: pytest.TempPathFactory) -> tuple[ScanResult, Path]:
    """A finished scan, which tests only read."""
    folder = tmp_path_factory.mktemp("scanned") / "cells"
    return run_scan(SPEC, BUCKINGHAM, folder, Runner(engine)), folder


def without_lammps(engine: Lammps) -> Runner:
    """A runner that cannot start anything: whoever finishes with it started nothing."""
    return Runner(replace(engine, binary=Path("/absent/lmp")))


def test_the_scan_is_complete_and_each_candidate_has_an_energy(scanned: tuple[ScanResult, Path]) -> None:
    result, _ = scanned
    assert result.title == "Σ3(112)[1-10]"
    assert len(result.candidates) == result.n_candidates == len(plan_candidates(SPEC))
    assert result.n_failed == 0
    assert result.is_final
    values = [tried.energy.value for tried in result.candidates if tried.energy]
    assert values == sorted(values)
    assert 0.3 < values[0] < 4.0  # J/m²: more than nothing, less than two surfaces
    assert result.candidates[0].rank == 1


def test_the_energy_is_that_of_a_second_calculation_on_the_files_it_left(
    scanned: tuple[ScanResult, Path], engine: Lammps, potential: Potential, tmp_path: Path
) -> None:
    """γ by hand from the relaxed structures on disk, each given to LAMMPS once more, and from the bulk's energies."""
    result, folder = scanned
    tried, bulk = result.candidates[0], result.bulk
    assert tried.energy is not None
    assert bulk is not None
    excess = []
    for number, cell in enumerate(tried.cells):
        atoms = read(folder / cell.folder / "relaxed.extxyz")
        assert not isinstance(atoms, list)
        lines = start_lines(atoms, potential, tmp_path / str(number), potential.lines)
        energy, _ = single_point(engine, tmp_path / str(number), lines)
        units = len(atoms) / 24
        area = np.linalg.norm(np.cross(*atoms.cell.array[:2]))
        excess.append((energy - units * sum(bulk.energies) / len(bulk.energies)) / (2.0 * area) * 16.0217663)
    assert_allclose(tried.energy.value, np.mean(excess), rtol=0, atol=2e-3)
    assert_allclose(tried.energy.error_of_decorations, np.std(excess, ddof=1) / np.sqrt(2.0), rtol=0, atol=2e-3)


def test_cells_keep_the_plane_of_the_bulk_and_every_atom(scanned: tuple[ScanResult, Path]) -> None:
    result, folder = scanned
    assert result.bulk is not None
    a = result.bulk.lattice_parameter
    assert 12.85 < a < 13.0
    for tried in result.candidates:
        for cell in tried.cells:
            atoms = read(folder / cell.folder / "relaxed.extxyz")
            assert not isinstance(atoms, list)
            assert_allclose(sorted(atoms.cell.lengths()[:2]), [a * np.sqrt(0.75), a * np.sqrt(2.0)], rtol=1e-6)
            assert len(atoms) == 384
            assert len(forbidden_contacts(atoms)) == len(cell.forbidden)
            assert_allclose(cell.lithium_excess[0], -cell.lithium_excess[1], rtol=0, atol=1e-9)


def test_a_scan_that_was_interrupted_goes_on_and_ends_as_if_it_had_not_been(
    scanned: tuple[ScanResult, Path], engine: Lammps, tmp_path: Path
) -> None:
    done: list[int] = []

    def stop_after_a_cell(_text: str, step: int, _total: int) -> None:
        done.append(step)
        if step == SPEC.bulk_decorations + 1:
            raise KeyboardInterrupt

    seen: list[ScanResult] = []
    spec = replace(SPEC, offsets=1)
    with pytest.raises(KeyboardInterrupt):
        run_scan(spec, BUCKINGHAM, tmp_path / "cells", Runner(engine, stop_after_a_cell), seen.append)
    assert seen == []
    left = {p.relative_to(tmp_path): p.stat().st_mtime_ns for p in tmp_path.rglob("done.json")}
    again = run_scan(spec, BUCKINGHAM, tmp_path / "cells", Runner(engine), seen.append)
    for path, when in left.items():
        assert (tmp_path / path).stat().st_mtime_ns == when, f"{path} was run again"
    assert [len(result.candidates) for result in seen] == [1]
    assert without_times(again) == without_times(run_scan(spec, BUCKINGHAM, scanned[1], without_lammps(engine)))


def without_times(result: ScanResult) -> dict[str, object]:
    text = json.dumps(scan_record(SPEC, result)["result"])
    plain: dict[str, object] = json.loads(text)
    for tried in plain["candidates"]:  # type: ignore[attr-defined]
        for cell in tried["cells"]:
            del cell["wall_seconds"]
    return plain


def test_a_finished_scan_starts_nothing_and_a_larger_one_runs_only_what_is_new(
    scanned: tuple[ScanResult, Path], engine: Lammps
) -> None:
    result, folder = scanned
    before = sorted(folder.iterdir())
    assert run_scan(SPEC, BUCKINGHAM, folder, without_lammps(engine)) == result
    one_cut = run_scan(replace(SPEC, offsets=1), BUCKINGHAM, folder, without_lammps(engine))
    assert [tried.cells for tried in one_cut.candidates] == [
        tried.cells for tried in result.candidates if tried.number == 1
    ]
    assert sorted(folder.iterdir()) == before


def test_what_cannot_be_built_stands_in_the_table_with_its_reason(
    scanned: tuple[ScanResult, Path], engine: Lammps
) -> None:
    result = run_scan(replace(SPEC, shifts=1), BUCKINGHAM, scanned[1], without_lammps(engine))
    failed = [tried for tried in result.candidates if tried.problems]
    assert failed
    assert all(tried.candidate.shift == (0.0, 0.0) for tried in failed)
    assert all("Å apart" in tried.problems[0] for tried in failed)
    assert [tried.rank for tried in result.candidates[: len(scanned[0].candidates)]] == [
        tried.rank for tried in scanned[0].candidates
    ]
    rows = list(csv.DictReader(scan_csv(result).splitlines()))
    assert [bool(row["problems"]) for row in rows] == [bool(tried.problems) for tried in result.candidates]


def test_a_lammps_that_fails_is_told_and_may_be_tried_again(engine: Lammps, tmp_path: Path) -> None:
    result = run_scan(replace(SPEC, offsets=1), BUCKINGHAM, tmp_path / "cells", without_lammps(engine))
    assert result.bulk is None
    assert "no bulk to compare with" in result.bulk_problem
    assert result.candidates[0].may_succeed_later
    assert not result.is_final


def test_models_are_the_roomiest_and_the_tightest_boundary(scanned: tuple[ScanResult, Path]) -> None:
    result, _ = scanned
    rooms = {
        (tried.number, boundary): tried.mean_of("room_per_lithium")[boundary]
        for tried in result.candidates
        for boundary in (0, 1)
        if tried.same_as is None
    }
    named = {
        model: (tried.number, boundary)
        for tried in result.candidates
        for boundary, model in enumerate(tried.models)
        if model
    }
    assert named == {GAINS: max(rooms, key=rooms.__getitem__), LOSES: min(rooms, key=rooms.__getitem__)}


def test_a_copy_of_a_candidate_is_merged_and_a_far_one_is_not(scanned: tuple[ScanResult, Path]) -> None:
    result, _ = scanned
    first = min(result.candidates, key=lambda tried: tried.number)
    copy = replace(first, number=77)
    turned = tuple(replace(cell, shift=(-cell.shift[0], 1.0 - cell.shift[1])) for cell in first.cells)
    moved = tuple(replace(cell, shift=(cell.shift[0] + 0.5, cell.shift[1])) for cell in first.cells)
    judged = judge([first, copy, replace(copy, number=78, cells=turned), replace(copy, number=79, cells=moved)], SPEC)
    assert {tried.number: tried.same_as for tried in judged} == {first.number: None, 77: 1, 78: 1, 79: None}
    assert [tried.rank for tried in sorted(judged, key=lambda tried: tried.number)] == [1, None, None, 1]


def test_files_hold_what_the_scan_found(scanned: tuple[ScanResult, Path], tmp_path: Path) -> None:
    result, _ = scanned
    assert write_scan(SPEC, result, tmp_path) == ["scan.json", "scan.csv"]
    assert read_scan(tmp_path) == result
    record = json.loads((tmp_path / "scan.json").read_text(encoding="utf-8"))
    assert record["spec"] == plain_spec(SPEC)
    assert record["is_complete"]
    rows = list(csv.DictReader((tmp_path / "scan.csv").read_text(encoding="utf-8").splitlines()))
    for row, tried in zip(rows, result.candidates, strict=True):
        assert tried.energy is not None
        assert_allclose(float(row["energy (J/m²)"]), tried.energy.value, atol=1e-5)
        assert int(row["candidate"]) == tried.number


def test_extra_space_is_put_at_both_boundaries() -> None:
    plain, wide = plan_candidates(replace(SPEC, offsets=1, expansions=(0.0, 0.5)))
    narrow, wider = build_candidate(SPEC, plain, 0), build_candidate(SPEC, wide, 0)
    added = [b.expansion - a.expansion for a, b in zip(narrow.ledger.boundaries, wider.ledger.boundaries, strict=True)]
    assert_allclose(added, 0.5, rtol=0, atol=1e-9)
    assert wider.shift == narrow.shift
    scaled = at_lattice_parameter(narrow.atoms, 12.9827 * 0.99)
    assert_allclose(scaled.cell.lengths(), 0.99 * narrow.atoms.cell.lengths(), rtol=1e-12)
    assert_allclose(scaled.get_scaled_positions(), narrow.atoms.get_scaled_positions(), rtol=0, atol=1e-12)


def test_a_cell_that_does_not_come_to_rest_is_no_energy(engine: Lammps, potential: Potential, tmp_path: Path) -> None:
    bench = Bench(tmp_path, potential, Runner(engine), force=1e-9, max_iterations=1)
    atoms = build_candidate(SPEC, plan_candidates(SPEC)[0], 0).atoms
    with pytest.raises(NotConverged, match="did not come to rest"):
        rest(atoms, "normal", bench)


@pytest.fixture
def failing_bench(engine: Lammps, potential: Potential, tmp_path: Path) -> Iterator[Callable[[Potential], Bench]]:
    yield lambda changed: Bench(tmp_path, changed, Runner(engine))
    del potential


def test_the_bulk_says_why_it_cannot_be_had(failing_bench: Callable[[Potential], Bench], potential: Potential) -> None:
    with pytest.raises(InputError, match="does not know Zr"):
        bulk_reference(10, 12, 1, failing_bench(replace(potential, elements=("Li", "La", "O"))))
    broken = replace(potential, lines=(*potential.lines, "pair_coeff 9 9 lj/cut 1.0 1.0"))
    with pytest.raises(EngineError, match="pair_coeff 9 9"):
        bulk_reference(10, 12, 1, failing_bench(broken))
