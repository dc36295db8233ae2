"""A study of a crystal of its user's own: what it is known by, what is refused, and that its numbers are its own."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.io import write
from numpy.testing import assert_allclose, assert_array_equal

from gbglass.analysis.region_counts import count_regions
from gbglass.claims.case_record import CaseRecord
from gbglass.claims.registry import judge_cases
from gbglass.core.framework import anchor_framework
from gbglass.errors import ConfigError, InputError
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import find_lammps
from gbglass.lammps.task import Runner
from gbglass.report.page import render_page
from gbglass.report.present import present
from gbglass.report.run import results_record
from gbglass.studies.cases import check_cases
from gbglass.studies.kinds import STUDIES
from gbglass.studies.planned import Planned, derived_seeds
from gbglass.studies.reading import check_study
from gbglass.studies.segregation import SegregationFindings
from gbglass.verbs.crystals import CrystalSpec, build_crystal
from tests.studies.own import antiperovskite, argyrodite

Raw = dict[str, Any]

BOUNDARY = {"axis": [1, 0, 0], "plane": [0, 1, 2], "layers": 10}
HOLD = {"kind": "hold", "temperature_K": 400.0, "duration_ps": 0.5}


def segregation(**tables: Any) -> Raw:
    return {
        "study": "segregation",
        "name": "own",
        "seed": 1,
        "potential": {"card": "rigid.toml"},
        "crystal": {"file": "li3ocl.cif"},
        "boundary": BOUNDARY,
        "stage": [{"kind": "minimise", "max_iterations": 50}, HOLD],
        "run": {"frame_every_ps": 0.02, "segment_ps": 0.5, "ranks": 1},
        **tables,
    }


def transport(**tables: Any) -> Raw:
    raw = {**segregation(), "study": "transport", "model": {"bulk": {"repeats": [2, 2, 2]}}, **tables}
    return {key: value for key, value in raw.items() if key != "boundary"}


def planned_in(folder: Path, raw: Raw) -> Planned[Any]:
    return STUDIES[raw["study"]].plan(check_study(raw, folder / "study.toml"))


@pytest.mark.lammps
@pytest.mark.xdist_group("own-crystal")
def test_segregation_at_a_boundary_of_an_antiperovskite_is_counted_against_its_own_framework(tmp_path: Path) -> None:
    antiperovskite(tmp_path)
    planned = planned_in(tmp_path, segregation())
    assert (planned.title, planned.ledger.atoms) == ("Σ5(012)[100] of li3ocl", {"Cl": 20, "Li": 60, "O": 20})
    engine = find_lammps()
    simulation = simulate(planned.task, tmp_path / "md", Runner(engine))
    found = STUDIES["segregation"].collect(planned, simulation, engine, "gbglass run own.toml")
    assert isinstance(found, SegregationFindings)
    # What LAMMPS counted is what the frames hold, both tied to O and Cl.
    anchor = anchor_framework(simulation.minimised_atoms())
    assert_array_equal(anchor.indices, np.flatnonzero(planned.atoms.numbers != 3))
    seen = count_regions(simulation.trajectory(), "Li", found.regions.partition, anchor)
    rows = dict(zip(found.counts.steps.tolist(), found.counts.counts, strict=True))
    both = [(rows[step], row) for step, row in zip(seen.steps.tolist(), seen.counts, strict=True) if step in rows]
    assert len(both) == 6
    for counted, row in both:
        assert_array_equal(counted, row)
    assert list(found.rdfs) == ["Li-O", "Li-Li", "Li-Cl"]
    assert found.cavity is None, "no radius is known for Cl"
    shown = present(found)
    record = results_record(shown)
    assert record["cavity"] is None
    assert any("no radius" in remark for remark in record["remarks"])
    page = render_page(shown)
    assert "Lithium at the boundary Σ5(012)[100] of li3ocl" in page
    assert "tied to Cl and O" in page
    for stranger in ("LLZO", "La and Zr", "ZrO6", "24d"):
        assert stranger not in page
    assert judge_cases([CaseRecord({}, record)]) == (), "the paper says nothing of this crystal"


def test_a_crystal_is_known_by_what_its_file_holds(tmp_path: Path) -> None:
    ids = []
    for name, comment in (("here", ""), ("there", ""), ("changed", "# refined again\n")):
        folder = tmp_path / name
        folder.mkdir()
        crystal, _ = antiperovskite(folder)
        crystal.write_text(comment + crystal.read_text())
        (case,) = check_cases(segregation(), folder / "study.toml").cases
        ids.append(case.id)
    assert ids[0] == ids[1], "a copy elsewhere is the same"
    assert ids[0] != ids[2]


@pytest.mark.parametrize("repeats", [(1, 1, 1), (2, 1, 1)])
def test_partly_filled_sites_are_ordered_as_build_crystal_does(tmp_path: Path, repeats: tuple[int, int, int]) -> None:
    crystal, card = argyrodite(tmp_path)
    raw = transport(
        crystal={"file": crystal.name}, potential={"card": card.name}, model={"bulk": {"repeats": list(repeats)}}
    )
    planned = planned_in(tmp_path, raw)
    seed, _ = derived_seeds(1)
    built = build_crystal(CrystalSpec(str(crystal), repeats), seed)
    assert planned.ledger == built.ledger
    assert planned.title == "li6ps5cl"
    assert_array_equal(planned.atoms.numbers, built.atoms.numbers)
    # The whole crystal may be moved; distances tell its order.
    assert_allclose(distances(planned.atoms), distances(built.atoms), atol=1e-9)
    other = planned_in(tmp_path, {**raw, "seed": 2})
    assert np.abs(distances(other.atoms) - distances(planned.atoms)).max() > 0.1, "a seed is an order"


def distances(atoms: Atoms) -> np.ndarray[Any, Any]:
    found: np.ndarray[Any, Any] = atoms.get_all_distances(mic=True)
    return found


def test_no_atom_of_a_crystal_stands_on_a_face_of_a_skewed_cell(tmp_path: Path) -> None:
    """LAMMPS loses such atoms when it reads its own restart."""
    antiperovskite(tmp_path)
    write(tmp_path / "skewed.vasp", bulk("LiCl", "rocksalt", a=5.13), format="vasp")
    planned = planned_in(tmp_path, transport(crystal={"file": "skewed.vasp"}))
    places = planned.atoms.get_scaled_positions()
    assert_allclose(places.min(axis=0), 0.125, atol=1e-9)
    assert_allclose(places.max(axis=0), 0.875, atol=1e-9)


Change = Callable[[Path, Raw], None]


def _set(*path: str, to: object) -> Change:
    def change(_: Path, raw: Raw) -> None:
        place = raw
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


def _hold(atoms: Atoms) -> Change:
    def change(folder: Path, raw: Raw) -> None:
        write(folder / "own.extxyz", atoms)
        raw["crystal"]["file"] = "own.extxyz"

    return change


POOR = Atoms("Li2OCl", positions=[[2, 2, 0], [2, 0, 2], [2, 2, 2], [0, 0, 0]], cell=[4, 4, 4], pbc=True)


@pytest.mark.parametrize(
    ("change", "path", "says"),
    [
        (_set("crystal", to={}), "crystal", "one of the keys name, file, got none"),
        (_set("crystal", "name", to="llzo-cubic"), "crystal", "one of the keys name, file, got both"),
        (_set("crystal", "tetrahedral_Li", to=10), "crystal", "'tetrahedral_Li' is of llzo-cubic"),
        (_set("crystal", "fiel", to="x"), "crystal.fiel", "did you mean 'file'"),
        (_set("crystal", "file", to="absent.cif"), "crystal.file", "there is no file"),
        (_set("crystal", "file", to="rigid.toml"), "crystal.file", "could not be read as a structure"),
        (_set("potential", to={"name": "buckingham-llzo"}), "crystal.file", "buckingham-llzo does not know Cl; it"),
        (_set("boundary", "layers", to=9), "boundary.layers", "the grains are 15.7 Å thick"),
        (_set("boundary", "layers", to=9), "boundary.layers", "take 10 layers or more"),
        (_hold(POOR), "crystal.file", "1 more Li"),
        (_hold(bulk("LiCl", "rocksalt", a=5.13)), "crystal.file", "own is not cubic, or not given in"),
        (_hold(bulk("Li", a=3.51, cubic=True)), "crystal.file", "and a framework that it moves through, got Li"),
    ],
)  # fmt: skip
def test_a_mistake_about_a_crystal_is_named(tmp_path: Path, change: Change, path: str, says: str) -> None:
    antiperovskite(tmp_path)
    raw = copy.deepcopy(segregation())
    change(tmp_path, raw)
    with pytest.raises(ConfigError) as caught:
        check_study(raw, tmp_path / "study.toml")
    assert says in " and ".join(what for where, what in caught.value.problems if where == path)


def test_all_mistakes_about_a_crystal_are_named_at_once(tmp_path: Path) -> None:
    write(tmp_path / "own.vasp", bulk("LiCl", "rocksalt", a=5.13), format="vasp")
    raw = segregation(
        crystal={"file": "own.vasp"},
        potential={"name": "buckingham-llzo"},
        boundary={**BOUNDARY, "sigma": 7},
        stage=[{"kind": "minimise"}, {**HOLD, "temperature_K": -1.0}],
    )
    with pytest.raises(ConfigError) as caught:
        check_study(raw, tmp_path / "study.toml")
    said = [where for where, _ in caught.value.problems]
    assert sorted(said) == ["boundary", "crystal.file", "crystal.file", "stage.2.temperature_K"]


def test_a_file_that_is_not_there_says_nothing_about_the_thickness_of_its_grains(tmp_path: Path) -> None:
    antiperovskite(tmp_path)
    with pytest.raises(ConfigError) as caught:
        check_study(segregation(crystal={"file": "x.cif"}, boundary={**BOUNDARY, "layers": 1}), tmp_path / "s.toml")
    assert [where for where, _ in caught.value.problems] == ["crystal.file"]


def test_a_crystal_beside_a_structure_is_one_too_many(tmp_path: Path) -> None:
    antiperovskite(tmp_path)
    with pytest.raises(ConfigError, match=r"crystal.file: nothing is made of it: the model is li3ocl.cif"):
        check_study(transport(model={"file": "li3ocl.cif"}), tmp_path / "study.toml")


def test_a_melt_that_could_not_be_told_from_crystal_is_refused_before_it_runs(tmp_path: Path) -> None:
    antiperovskite(tmp_path)
    layer = {"kind": "amorphise_layer", "thickness_A": 9.0, "temperature_K": 400.0}
    with pytest.raises(InputError, match=r"stage.2 \(amorphise_layer\): glass is told .* Li60O20Cl20"):
        planned_in(tmp_path, segregation(stage=[{"kind": "minimise"}, layer, HOLD]))
