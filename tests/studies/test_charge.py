"""Excess electrons: cells without a vacuum, VASP's inputs, densities by hand, mistakes named."""

import json
import math
import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gbglass.dft.settings import DftSettings
from gbglass.dft.vasp_density import vasp_density_input
from gbglass.errors import ConfigError, NotConverged
from gbglass.report.present import campaign_rows
from gbglass.studies.interfaces import InterfaceSize, between_lithium, boundary_slab, closed, crystal_slab
from gbglass.studies.kinds import STATIC_STUDIES
from gbglass.studies.molten import Molten, molten, require_molten
from gbglass.studies.reading import check_study
from gbglass.verbs.programs import OtherPrograms
from gbglass.verbs.run import run
from tests.report.browser import look_at
from tests.studies.stand_in import stand_in

EXAMPLE = Path(__file__).parents[2] / "examples" / "charge" / "minimal.toml"


def raw(**more: Any) -> dict[str, Any]:
    return {**tomllib.loads(EXAMPLE.read_text(encoding="utf-8")), **more}


@pytest.mark.parametrize("make", [boundary_slab, crystal_slab])
def test_lithium_has_no_free_face_and_the_electrolyte_is_whole_formulas(make: Any) -> None:
    size = InterfaceSize()
    slab = make(size, np.random.default_rng(1))
    assert slab.atoms.get_chemical_formula() == "La12Li28O48Zr8"
    built = between_lithium(slab, size.lithium_A)
    assert len(built.atoms) <= 150
    metal = built.atoms.get_array("part") == 0
    z, top = built.atoms.positions[:, 2], float(built.atoms.cell.lengths()[2])
    below = z[~metal].min() - z[metal].max()
    above = top - z[~metal].max() + z[metal].min()
    assert 0.5 < below < 2.5, "no room for a vacuum between lithium and the electrolyte"
    assert 0.5 < above < 2.5, "nor through the periodic boundary"
    assert z[metal].max() < built.heights[0] < z[~metal].min()


def test_what_is_molten_is_as_thick_as_the_slab_and_holds_the_same_atoms() -> None:
    slab = boundary_slab(InterfaceSize(), np.random.default_rng(1))
    cell = closed(slab)
    assert cell.cell.lengths().tolist() == pytest.approx([*slab.edges, slab.thickness])
    assert cell.symbols.formula.count() == slab.atoms.symbols.formula.count()


def test_grains_of_whole_periods_have_a_twin_of_equal_cell() -> None:
    size = InterfaceSize(layers=3)
    edges = [make(size, np.random.default_rng(1)).edges for make in (boundary_slab, crystal_slab)]
    assert edges[0] == pytest.approx(edges[1])


def test_vasp_counts_the_electrons_it_treats() -> None:
    slab = boundary_slab(InterfaceSize(), np.random.default_rng(1))
    atoms = between_lithium(slab, 3.0).atoms
    treated = {"Li": 3, "La": 11, "Zr": 12, "O": 6}
    neutral = sum(treated[symbol] for symbol in atoms.get_chemical_symbols())
    said = vasp_density_input(atoms, DftSettings(), 4)
    assert f"NELECT = {neutral + 4}" in said.incar
    assert "LCHARG = .TRUE." in said.incar
    assert "LCHARG = .FALSE." not in said.incar


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"electrons": [2, 1]}, "electrons"),
        ({"is_relaxed": True}, "is_relaxed"),
        ({"full": {"plane": [1, 2, 3]}}, "full"),
        ({"gpaw": {"basis": "dzp'"}}, "gpaw.basis"),
    ],
)
def test_mistakes_are_named(more: dict[str, Any], path: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_study(raw(**more))
    assert [where for where, _ in caught.value.problems] == [path]


def test_gpaw_is_asked_about_each_interface_neutral_and_with_each_number() -> None:
    planned = STATIC_STUDIES["charge"].plan(check_study(raw(gpaw={}, electrons=[1, 2, 4])))
    asked = [item.name for item in planned.items if item.by == "gpaw"]
    assert asked == [f"gpaw-{slug}-{n}" for slug in ("gb", "a", "crystal") for n in (0, 1, 2, 4)]


@pytest.mark.lammps
@pytest.mark.xdist_group("charge")
def test_what_gathers_at_the_boundaries_is_found_there(tmp_path: Path) -> None:
    study = tmp_path / "charge.toml"
    study.write_text(f"{EXAMPLE.read_text(encoding='utf-8')}\n[gpaw]\n", encoding="utf-8")
    if OtherPrograms().why_no_gpaw():
        first = run(study, tmp_path / "run")
        assert "not calculated" in first.answers[0]
    done = run(study, tmp_path / "run", others=OtherPrograms(gpaw=stand_in(tmp_path)))
    results = json.loads(done.results.read_text(encoding="utf-8"))
    found = results["interfaces"]["LLZO-GB/Li"]
    for n, record in found.items():
        assert record["electrons"]["value"] == pytest.approx(int(n))
        assert record["off_the_fewest"]["value"] == pytest.approx(0.0, abs=1e-9), "they add up"
        assert record["density"]["value"] == pytest.approx(1.0, abs=1e-6), "as much here as anywhere along z"
    (said,) = [remark for remark in results["remarks"] if "was molten" in remark]
    glassy, left = (int(number) for number in re.findall(r"(\d+)%", said))
    assert min(glassy, left) >= 70, said
    width = 23.336
    angle = 4.0 * math.pi * 3.0 / width  # to the edge of a patch, half of 6 Å from its boundary
    gathered = 1.0 + 0.5 * math.sin(angle) / angle
    assert found["1"]["boundary_density"]["value"] == pytest.approx(gathered, abs=0.03)
    assert math.isnan(results["interfaces"]["LLZO/Li"]["1"]["boundary_density"]["value"] or math.nan)
    assert {row["model"] for row in campaign_rows(results)} == {"LLZO-GB/Li", "LLZO-A/Li", "LLZO/Li"}
    for folder in results["vasp_inputs"]:
        names = {path.name for path in (tmp_path / "run" / folder["folder"] / "electrons-2").iterdir()}
        assert names == {"INCAR", "KPOINTS", "POSCAR", "POTCAR.list"}
    assert done.report.read_text(encoding="utf-8").count("<figure id=") == 2
    look_at(done.report)


@pytest.mark.lammps
@pytest.mark.xdist_group("charge")
def test_a_crystal_that_stood_the_heat_is_refused(tmp_path: Path) -> None:
    study = tmp_path / "charge.toml"
    text = EXAMPLE.read_text(encoding="utf-8").replace("6000.0, duration_ps = 3.0", "3000.0, duration_ps = 1.0")
    study.write_text(text, encoding="utf-8")
    with pytest.raises(NotConverged, match=r"\d+% left their places in the melt, 70% are needed"):
        run(study, tmp_path / "run")


def test_a_crystal_that_drifts_as_a_whole_has_left_no_place() -> None:
    crystal = closed(boundary_slab(InterfaceSize(layers=3, keep=1.0), np.random.default_rng(1)))
    drifted = molten(crystal, crystal.positions + np.array([0.0, 0.0, 9.0]), crystal)
    assert drifted.left == 0.0
    assert drifted.glassy < 0.1, "of grains thick enough to have an order"
    with pytest.raises(NotConverged):
        require_molten(drifted)
    thin = closed(boundary_slab(InterfaceSize(), np.random.default_rng(1)))
    assert molten(thin, thin.positions, thin) == Molten(glassy=1.0, left=0.0), "order alone would call it glass"
