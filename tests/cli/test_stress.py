"""``gbglass stress``: a known pull in any units, LAMMPS' own logs, and what a log that says too little is asked for."""

import re
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from typer.testing import CliRunner

from gbglass.cli.main import app
from gbglass.errors import FormatError, InputError, StateError
from gbglass.lammps.engine import find_lammps
from tests.analysis.test_stress_strain import brittle
from tests.cli.measured import answer
from tests.lammps.conftest import run_deck

ATM = 1.01325

CASES = {
    "metal": "Step Time Temp Pzz Lx Ly Lz",
    "metal without times": "Step Pzz Lz Volume",
    "real": "Step Time Pzz Lx Ly Lz",
}


def write_log(path: Path, names: str, *, units: str = "metal", timestep: str = "timestep 0.002") -> Path:
    """A brittle rod, 120 GPa, that breaks at 9 %, printed every 50 steps after an equilibration that does not grow."""
    pull = brittle()
    lengths, sides = pull.lengths, np.sqrt(pull.areas)
    in_ps, in_bar = (1e3, 1.0 / ATM) if units == "real" else (1.0, 1.0)
    columns = {
        "Step": 50 * np.arange(len(lengths)), "Time": pull.times * in_ps, "Temp": np.full(len(lengths), 300.0),
        "Pzz": pull.pressures * in_bar, "Lx": sides, "Ly": sides, "Lz": lengths, "Volume": pull.areas * lengths,
    }  # fmt: skip
    rows = [" ".join(f"{columns[name][k]:.12g}" for name in names.split()) for k in range(len(lengths))]
    still = [" ".join(f"{columns[name][0]:.12g}" for name in names.split()) for _ in range(1)]
    said = [f"units {units}"] if units else []
    text = [*said, timestep, names, *still, "Loop time of 1 on 1 procs for 0 steps", names, *rows[:700]]
    text += ["WARNING: something happens (src/fix.cpp:1)", *rows[700:], "Loop time of 9 on 1 procs"]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("case", CASES)
def test_a_made_rod_has_its_numbers_whatever_the_log_prints(case: str, tmp_path: Path) -> None:
    """120 GPa, broken at 9 %: 10.8 GPa. Steps of 2 fs, printed every 50, are 0.1 ps."""
    log = write_log(tmp_path / "log.lammps", CASES[case], units=case.split(maxsplit=1)[0])
    found = answer("stress", log, "--out", tmp_path / "out")
    assert_allclose(found["modulus"]["value"], 120.0, rtol=1e-6, atol=0)
    assert_allclose(found["strength"]["value"], 10.8, rtol=0.01, atol=0)
    assert_allclose(found["strain_rate"]["value"], 1e-3, rtol=1e-3, atol=0)
    assert found["runs"] == "2 of 2 in the log"
    assert found["units"] == f"{case.split(maxsplit=1)[0]} (as the log states)"
    assert (tmp_path / "out" / "figures" / "stress.svg").is_file()
    assert (tmp_path / "out" / "csv" / "stress.csv").is_file()
    with pytest.raises(StateError, match="holds results already"):
        answer("stress", log, "--out", tmp_path / "out")


def test_nothing_is_guessed_that_a_log_does_not_say(tmp_path: Path) -> None:
    words, bare = ("--out", tmp_path / "out"), "Step Pzz Lx Ly Lz"
    untold = write_log(tmp_path / "untold.log", bare, units="", timestep="")
    with pytest.raises(InputError, match=r"does not state its units; give them \(--units metal"):
        answer("stress", untold, *words)
    with pytest.raises(InputError, match=r"nor states its time step; give it \(--timestep-fs\)"):
        answer("stress", untold, "--units", "metal", *words)
    given = answer("stress", untold, "--units", "metal", "--timestep-fs", "2", "--out", tmp_path / "given")
    assert given["units"] == "metal (as given)"
    assert_allclose(given["strain_rate"]["value"], 1e-3, rtol=1e-3, atol=0)

    told = write_log(tmp_path / "told.log", bare)
    for wrong, message in (
        (("--units", "real"), "states units metal, but real are given"),
        (("--axis", "x"), r"no pulls along x, in which Lx grows .* run 2: steps 0 to 99950, Lx from 14\.14"),
        (("--run", "3"), "holds 2 runs, got 'run' 3"),
        (("--run", "1"), "'times' must be two or more"),
    ):
        with pytest.raises(InputError, match=message):
            answer("stress", told, *wrong, *words)
    lj = write_log(tmp_path / "lj.log", bare, units="lj")
    with pytest.raises(InputError, match="in units lj, of which no stress in GPa is known"):
        answer("stress", lj, *words)
    thin = write_log(tmp_path / "thin.log", "Step Temp Lz")
    with pytest.raises(InputError, match="the log lacks Pzz, Lx, Ly; print 'thermo_style custom step time"):
        answer("stress", thin, *words)
    with pytest.raises(InputError, match="is no file"):
        answer("stress", tmp_path / "none.log", *words)
    shown = CliRunner().invoke(app, ["stress", str(told), "--out", str(tmp_path / "shown")], catch_exceptions=False)
    assert "stress: modulus 120" in shown.stdout


def test_damage_is_named_with_its_line_and_a_run_that_goes_on_is_read_as_far_as_it_is(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.lammps", CASES["metal"])
    text = log.read_text(encoding="utf-8").rsplit("\n", 2)[0]
    log.write_text(text[:-9], encoding="utf-8")
    assert answer("stress", log, "--out", tmp_path / "out")["runs"] == "2 of 2 in the log"
    lines = text.splitlines(keepends=True)
    for broken, message in (("5 1 oops 3 4 5\n", "line 31: is not a row of numbers"), ("5 1\n", "line 31: has 2 col")):
        log.write_text("".join([*lines[:30], broken, *lines[30:]]), encoding="utf-8")
        with pytest.raises(FormatError, match=message):
            answer("stress", log, "--out", tmp_path / "broken")
    log.write_text("LAMMPS\nunits metal\n", encoding="utf-8")
    with pytest.raises(FormatError, match="no thermodynamic table"):
        answer("stress", log, "--out", tmp_path / "broken")


DECK = [
    "units metal", "atom_style atomic", "lattice fcc 3.8", "region box block 0 3 0 3 0 4", "create_box 1 box",
    "create_atoms 1 box", "mass 1 27.0", "pair_style lj/cut 6.0", "pair_coeff 1 1 0.4 2.3", "velocity all create 20 1",
    "timestep 0.002", "fix 1 all nve", "thermo 10", "thermo_style custom step temp pzz lx ly lz", "run 20",
    "fix 2 all deform 1 z erate 0.002 remap x", "run 2000", "run 1005",
]  # fmt: skip


@pytest.mark.lammps
def test_lammps_own_log_is_read_and_runs_that_follow_each_other_are_one_pull(tmp_path: Path) -> None:
    """0.002/ps over 6.01 ps in steps of 2 fs: each of two runs strains by its own start, so rates compound slightly."""
    text = run_deck(find_lammps(), tmp_path / "run", DECK)
    assert len(re.findall("Loop time", text)) == 3
    found = answer("stress", tmp_path / "run" / "log.lammps", "--out", tmp_path / "out")
    assert found["runs"] == "2, 3 of 3 in the log"
    assert_allclose(found["strain_rate"]["value"], 0.002, rtol=0.01, atol=0)
    assert 30.0 < found["modulus"]["value"] < 300.0
    one = answer("stress", tmp_path / "run" / "log.lammps", "--run", "2", "--out", tmp_path / "one")
    assert one["runs"] == "2 of 3 in the log"
    assert_allclose(one["modulus"]["value"], found["modulus"]["value"], rtol=0.5, atol=0)


@pytest.mark.lammps
@pytest.mark.parametrize("style", ["multi", "yaml"])
def test_output_that_is_no_table_of_rows_is_refused_with_what_to_do(style: str, tmp_path: Path) -> None:
    deck = [line.replace("custom step temp pzz lx ly lz", style) for line in DECK[:-2]]
    run_deck(find_lammps(), tmp_path / "run", deck)
    message = (
        rf"log.lammps, line \d+ is of thermo_style {style}, which is not read; run again with 'thermo_style custom"
    )
    with pytest.raises(InputError, match=message):
        answer("stress", tmp_path / "run" / "log.lammps", "--units", "metal", "--out", tmp_path / "out")
