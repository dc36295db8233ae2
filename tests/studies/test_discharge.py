"""A cell that discharges: what cannot be is refused, the account closes, the page says what drives it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ase import Atoms
from ase.io import read

from gbglass.build.cells.lattices import Lattices
from gbglass.build.cells.stack import BuiltCell
from gbglass.claims.case_record import CaseRecord
from gbglass.claims.registry import judge_cases
from gbglass.core.framework import anchor_framework
from gbglass.core.trajectory import Frame
from gbglass.errors import ConfigError, InputError
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import find_lammps
from gbglass.lammps.task import Runner
from gbglass.report.page import render_page
from gbglass.report.present import campaign_figures, campaign_rows, present
from gbglass.report.run import results_record
from gbglass.studies.cell_places import boundary_region
from gbglass.studies.cell_view import view_cell
from gbglass.studies.discharge import DischargeFindings
from gbglass.studies.kinds import STUDIES
from gbglass.studies.planned import Planned
from gbglass.studies.reading import check_study
from gbglass.verbs.case import asked_of, case
from gbglass.verbs.cells import read_electrolyte
from tests.report.browser import look_at
from tests.studies.own import antiperovskite, argyrodite, write_card
from tests.studies.soft import BOUNDARY, CELL, MINIMISE, SHORT, soft, study_of_cell

HOLD = {"kind": "hold", "temperature_K": 900.0, "duration_ps": 0.05}
DISCHARGE = {"kind": "discharge", "temperature_K": 900.0, "duration_ps": 0.8}


def study(*stages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return study_of_cell("discharge", *stages, **more)


def structure(folder: Path) -> Atoms:
    atoms = read(folder / "structure" / "built.extxyz")
    assert isinstance(atoms, Atoms)
    return atoms


def planned_of(raw: dict[str, Any]) -> Planned[Any]:
    return STUDIES["discharge"].plan(check_study(raw))


@pytest.mark.lammps
@pytest.mark.xdist_group("discharge")
def test_a_discharge_accounts_for_every_lithium_and_says_what_drives_it(tmp_path: Path) -> None:
    planned = planned_of(study(HOLD, DISCHARGE))
    engine = find_lammps()
    simulation = simulate(planned.task, tmp_path, Runner(engine))
    found = STUDIES["discharge"].collect(planned, simulation, engine, "gbglass run cell.toml")
    assert isinstance(found, DischargeFindings)
    assert not found.discharge.ledger.any()
    assert found.discharge.counts.sum(axis=1).tolist() == [planned.ledger.atoms["Li"]] * 40
    held = planned.atoms.get_array("held").astype(bool)
    first, *_, last = (frame.positions for frame in simulation.last_stage())
    assert held.any()
    assert (last[held] == first[held]).all(), "the builder's own layer is held"
    assert np.abs(last[~held] - first[~held]).max() > 0.5
    shown = present(found)
    (row,) = campaign_rows(results_record(shown))
    assert row["current density (mA/cm²)"] == found.rate.current_density.value
    page = render_page(shown)
    assert "no external circuit" in page
    assert "states no lattice constants" in page


@pytest.mark.lammps
@pytest.mark.xdist_group("discharge")
def test_ones_own_electrolyte_discharges_and_no_claim_of_the_paper_is_judged(tmp_path: Path) -> None:
    """Li3OCl has no La and no Zr: the faces of its part are tied to its O and Cl."""
    crystal, _ = antiperovskite(tmp_path)
    cell = {**CELL, "electrolyte": str(crystal), "supercell": [3, 3, 3]}
    planned = planned_of(study(HOLD, DISCHARGE, cell=cell, potential=soft("Li", "Cl", "Zr", "O")))
    engine = find_lammps()
    simulation = simulate(planned.task, tmp_path, Runner(engine))
    found = STUDIES["discharge"].collect(planned, simulation, engine, "gbglass run cell.toml")
    assert isinstance(found, DischargeFindings)
    assert not found.discharge.ledger.any()
    assert found.built.parts == ("Li", "electrolyte", "LZO")
    assert planned.ledger.intact_octahedra is None
    anchored = {planned.atoms.get_chemical_symbols()[k] for k in view_cell(planned, simulation).anchor.indices}
    assert anchored == {"O", "Cl"}
    assert found.alone is None
    record = results_record(present(found))
    assert judge_cases([CaseRecord({}, record)]) == ()
    page = render_page(present(found))
    assert "whose faces follow the Cl, O and Zr beside them" in page
    assert "LLZO" not in page
    assert "Discharge of cell-0, li3ocl" in page


@pytest.mark.lammps
@pytest.mark.xdist_group("discharge")
def test_a_boundary_of_ones_own_crystal_is_run_alone_and_counted_in_the_cell(tmp_path: Path) -> None:
    crystal, card = antiperovskite(tmp_path)
    write_card(card, soft("Li", "Cl", "Zr", "O"))
    own = {"crystal": str(crystal), "axis": [1, 0, 0], "plane": [0, 1, 2], "layers": 7, "strain_limit": 0.05}
    cell = {**CELL, "model": "cell-2", **own, "within_A": 3.0}
    potential = {"card": str(card)}
    raw = study(HOLD, {**DISCHARGE, "duration_ps": 0.64}, cell=cell, alone=[MINIMISE, SHORT], potential=potential)
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "study.json").write_text(json.dumps(asked_of(raw, tmp_path / "x.toml")), encoding="utf-8")
    case(folder)
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert results["title"] == "cell-2, Σ5(012)[100] of li3ocl, run alone"
    assert results["cell"]["parts"] == ["Li", "electrolyte", "LZO"]
    assert [plane["value"] for plane in results["cell"]["boundary_planes"]] == pytest.approx([0.0, 0.5])
    for places in (results["places"], results["alone"]["places"]):
        assert places["boundary"]["first"]["value"] > 0.0
        assert places["bulk"]["first"]["value"] > 0.0
        assert places["formula_units"]["value"] == 0.0, "of garnet there is nothing"
    assert judge_cases([CaseRecord({}, results)]) == ()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"electrolyte": "li3ocl.cif"}, "cell.crystal: and cell.electrolyte exclude each other"),
        ({"twin": True}, "cell.twin: is built of LLZO alone"),
        ({"model": "cell-2s"}, "cell.crystal: is cut into a boundary, as cell-1, cell-2, layer-1 have"),
        ({"model": "cell-1", "boundaries": 1}, "cell.layers: must be even where one boundary is kept"),
        ({"layers": None}, "cell.layers: is due with a crystal of your own"),
    ],
    ids=str,
)
def test_what_does_not_go_with_ones_own_crystal_is_named(change: dict[str, Any], says: str, tmp_path: Path) -> None:
    antiperovskite(tmp_path)
    own = {**CELL, "model": "cell-2", "crystal": "li3ocl.cif", "axis": [1, 0, 0], "plane": [0, 1, 2], "layers": 7}
    cell = {key: value for key, value in {**own, **change}.items() if value is not None}
    raw = study(DISCHARGE, cell=cell, potential=soft("Li", "Cl", "Zr", "O"))
    with pytest.raises(ConfigError, match=says):
        check_study(raw, tmp_path / "study.toml")


@pytest.mark.parametrize("kind", ["amorphisation", "network"])
def test_where_glass_is_told_by_la_and_zr_other_electrolytes_are_refused(kind: str, tmp_path: Path) -> None:
    antiperovskite(tmp_path)
    model = {"amorphisation": "layer-1", "network": "cell-a"}[kind]
    own = soft("Li", "Cl", "Zr", "O")
    for key, says in (("electrolyte", "must be garnet"), ("crystal", "is not for a study of glass")):
        cell = {**CELL, "model": model, key: "li3ocl.cif"}
        with pytest.raises(ConfigError, match=rf"cell\.{key}: {says}"):
            check_study(study_of_cell(kind, HOLD, DISCHARGE, cell=cell, potential=own), tmp_path / "study.toml")


@pytest.mark.parametrize("layers", [6, 8])
def test_one_boundary_of_ones_own_crystal_has_whole_planes_on_both_sides(layers: int, tmp_path: Path) -> None:
    antiperovskite(tmp_path)
    own = {"crystal": "li3ocl.cif", "axis": [1, 0, 0], "plane": [0, 1, 2], "layers": layers, "strain_limit": 0.05}
    cell = {**CELL, "model": "cell-1", "boundaries": 1, **own}
    raw = study(DISCHARGE, cell=cell, potential=soft("Li", "Cl", "Zr", "O"))
    planned = STUDIES["discharge"].plan(check_study(raw, tmp_path / "study.toml"))
    inside = planned.atoms[planned.atoms.get_array("part") == 1]
    counts = {kind: inside.symbols.count(kind) for kind in ("Li", "O", "Cl")}
    assert counts["Li"] == 3 * counts["O"] == 3 * counts["Cl"]


def test_the_card_of_ones_own_electrolyte_states_no_llzo(tmp_path: Path) -> None:
    crystal, card = antiperovskite(tmp_path)
    lattice = [{"of": of, "temperature_K": 900.0, "a": a} for of, a in (("Li", 3.5), ("LiZr2O4", 9.1), ("Zr2O4", 9.3))]
    write_card(card, soft("Li", "Cl", "Zr", "O"))
    tables = "".join(f'[[lattice]]\nof = "{one["of"]}"\ntemperature_K = 900.0\na = {one["a"]}\n' for one in lattice)
    card.write_text(card.read_text(encoding="utf-8") + tables, encoding="utf-8")
    cell = {**CELL, "electrolyte": str(crystal), "supercell": [3, 3, 3]}
    planned = planned_of(study(DISCHARGE, cell=cell, potential={"card": str(card)}))
    assert planned.ledger.strain["electrolyte"] == (0.0, 0.0, 0.0)


def test_an_electrolyte_of_ones_own_is_ordered_and_repeated_as_it_is_asked(tmp_path: Path) -> None:
    crystal, _ = argyrodite(tmp_path)
    cell = {**CELL, "electrolyte": str(crystal), "supercell": [1, 1, 2]}
    own = soft("Li", "P", "S", "Cl", "Zr", "O")
    first, again, other = (planned_of(study(DISCHARGE, cell=cell, potential=own, seed=seed)) for seed in (1, 1, 2))
    counts = first.ledger.atoms
    assert counts["P"] * 6 == counts["S"] * 6 / 5 == counts["Cl"] * 6
    assert (first.atoms.positions == again.atoms.positions).all()
    assert counts == other.ledger.atoms
    assert not np.array_equal(first.atoms.positions, other.atoms.positions)
    with pytest.raises(ConfigError, match=r"cell\.supercell: is of a given electrolyte"):
        check_study(study(DISCHARGE, cell={**CELL, "supercell": [1, 1, 2]}))


@pytest.mark.lammps
@pytest.mark.xdist_group("discharge")
def test_a_boundary_is_run_alone_before_it_comes_between_the_electrodes(tmp_path: Path) -> None:
    """The cell is built of what was left, once; its boundary is where the boundary was; nothing is run twice."""
    cell = {**CELL, "model": "cell-2", **BOUNDARY}
    raw = study({**DISCHARGE, "duration_ps": 0.64}, cell=cell, alone=[MINIMISE, SHORT])
    (tmp_path / "study.json").write_text(json.dumps(asked_of(raw, tmp_path / "x.toml")), encoding="utf-8")
    first = case(tmp_path)
    built = structure(tmp_path)
    left = read_electrolyte(tmp_path / "alone")
    llzo: Atoms = built[built.get_array("part") == 1]
    copies = round(len(llzo) / len(left))
    assert len(llzo) == copies * len(left)
    la = np.array(left.get_chemical_symbols()) == "La"
    moved = left.positions[la] - structure(tmp_path / "alone").positions[la]
    assert np.abs(moved).max() > 1e-3, "it was run"
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    boundary, bulk = (results["alone"]["places"][name]["first"]["value"] for name in ("boundary", "bulk"))
    assert boundary + bulk == left.get_chemical_symbols().count("Li")
    alone, step = results["work"]["alone"], results["work"]["timestep"]["value"]
    assert (alone["atoms"]["value"], alone["steps"]["value"] * step) == pytest.approx((len(left), SHORT["duration_ps"]))
    assert results["places"]["formula_units"]["value"] == llzo.get_chemical_symbols().count("La") / 3
    assert [plane["value"] for plane in results["cell"]["boundary_planes"]] == pytest.approx([0.0, 0.5], abs=0.01)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Its electrolyte was run alone before" in page
    assert "What the boundary keeps" in page
    assert [figure.name for figure in campaign_figures([results, results])] == ["transfers", "currents", "kept"]
    assert not first.was_finished
    assert case(tmp_path).was_finished
    look_at(tmp_path / "report.html")


@pytest.mark.parametrize("model", ["cell-1", "cell-2"])
def test_a_cell_and_its_twin_are_compared_at_the_same_places(model: str) -> None:
    """What would be the boundary of the twin holds as many La and Zr as the boundary does, but for a layer."""
    shares = []
    for twin in (False, True):
        planned = planned_of(study(DISCHARGE, cell={**CELL, "model": model, **BOUNDARY, "twin": twin}))
        assert isinstance(planned.built, BuiltCell)
        region = boundary_region(planned.built, planned.spec.to_build(Lattices()), 5.0)
        assert region is not None
        atoms = planned.atoms
        frame = Frame(0, 0.0, atoms.cell.array, atoms.positions)
        inside = region.mask(anchor_framework(atoms).view(frame))
        assert (atoms.get_array("part")[inside] == 1).mean() > 0.95, "of the electrolyte alone"
        shares.append(inside[atoms.get_array("part") == 1].mean())
    assert shares[0] == pytest.approx(shares[1], rel=0.2)


def test_a_crystal_without_a_boundary_has_no_such_place() -> None:
    planned = planned_of(study(DISCHARGE))
    assert isinstance(planned.built, BuiltCell)
    assert boundary_region(planned.built, planned.spec.to_build(Lattices()), 5.0) is None


@pytest.mark.parametrize(
    ("raw", "path", "says"),
    [
        (study(HOLD), "stage.2.kind", "must be a discharge"),
        (study({**DISCHARGE, "duration_ps": 0.4}), "stage.2.duration_ps", "fewer than 32 frames"),
        (study({**HOLD, "ensemble": "npt"}, DISCHARGE), "stage.2", "ends in a vacuum"),
        (study(DISCHARGE, cell={**CELL, "model": "half-llzo"}), "cell.model", "has no cathode"),
        (study(DISCHARGE, cell={**CELL, "model": "cell-9"}), "cell.model", "must be one of cell-0"),
        (study(DISCHARGE, cell={**CELL, "model": "cell-2"}), "cell", "needs a boundary"),
        (study(DISCHARGE, cell={**CELL, "axis": [1, 0, 0]}), "cell", "belong together"),
        (study(DISCHARGE, cell={**CELL, "lzo_A": 5.0}), "cell", "must be 9 Å or more"),
        (study(DISCHARGE, regions={"gb": {"kind": "slub"}}), "regions.gb.kind", "must be one of slab, box, shell"),
        (study(DISCHARGE, cell={**CELL, "repeats": [0, 1]}), "cell.repeats.1", "greater than or equal to 1"),
        (study(DISCHARGE, cell={**CELL, "electrolyte": "absent.xyz"}), "cell.electrolyte", "there is no file"),
        (study(DISCHARGE, cell={**CELL, "model": "layer-2"}), "cell.electrolyte", "or say in [[alone]] how"),
        (study(DISCHARGE, cell={**CELL, "boundaries": 3}), "cell.boundaries", "1 or 2"),
        (study(DISCHARGE, alone=[HOLD]), "alone.1.kind", "must be a minimise"),
        (study(DISCHARGE, alone=[MINIMISE]), "alone.1.kind", "must end with a hold"),
        (study(DISCHARGE, alone=[MINIMISE, {**HOLD, "kind": "holt"}]), "alone.2.kind", "must be one of minimise"),
        (study(DISCHARGE, alone=[MINIMISE, {**HOLD, "duration": 1}]), "alone.2.duration", "did you mean 'duration_ps'"),
        (study(DISCHARGE, alone=[MINIMISE, {**HOLD, "duration_ps": 0.0123456}]), "alone.2.duration_ps", "whole number"),
        (study(DISCHARGE, alone=[MINIMISE, DISCHARGE, HOLD]), "alone.2", "nothing for an electrolyte alone"),
    ],
)
def test_what_cannot_discharge_is_named(raw: dict[str, Any], path: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_study(raw)
    assert says in dict(caught.value.problems)[path]


def test_a_held_layer_in_the_middle_is_refused_before_anything_runs() -> None:
    held = {"kind": "slab", "low": 0.3, "high": 0.4}
    with pytest.raises(InputError, match="the held layer at one of its faces"):
        planned_of(study({**DISCHARGE, "held": held}))


def test_a_cell_follows_its_seed_and_its_twin_has_no_boundary() -> None:
    boundary = {"axis": [1, -1, 0], "plane": [1, 1, 2], "layers": 3}
    cells = [
        planned_of(study(DISCHARGE, cell={**CELL, "model": "cell-2", **boundary, "twin": twin}))
        for twin in (False, True)
    ]
    assert [bool((cell.atoms.get_array("grain") == 2).any()) for cell in cells] == [True, False]
