"""The files that examples in docstrings name: small, and made by the real programs where a program makes such files."""

from pathlib import Path

import numpy as np
from ase import Atoms
from ase.build import bulk
from ase.calculators.emt import EMT
from ase.calculators.vasp import VaspChargeDensity
from ase.io import write

from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.labels import LabelSource
from gbglass.core.trajectory import Frame
from gbglass.lammps.dump import dump_frame_text
from gbglass.learning.labelled import LabelStore, StoredFrame, Tag, rounded
from gbglass.teachers.calculator import CalculatorTeacher
from gbglass.verbs.run_cases import run_cases
from tests.cli.test_stress import write_log
from tests.dft.vasp_files import outcar, some_run

GARNETS = """
study = "transport"
name = "garnets"
seed = 3
potential = { name = "buckingham-llzo" }
model = { bulk = { repeats = [1, 1, 1] } }
run = { frame_every_ps = 0.01, segment_ps = 0.1, ranks = 1 }

[[stage]]
kind = "minimise"

[[stage]]
kind = "hold"
temperature_K = 900.0
duration_ps = 0.3

[sweep]
seed = [1, 2]
"""


def write_example_files(folder: Path) -> None:
    """Write all of them."""
    write_walk(folder)
    write_log(folder / "log.lammps", "Step Time Temp Pzz Lx Ly Lz")
    rows = ("name,x,energy_eV", "empty,0,-53.1085", "half,0.5,-54.0", "full,1,-56.4605")
    (folder / "orderings.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    write_densities(folder)
    write_copper_store(folder / "store")
    write(folder / "fresh.extxyz", [copper(100), copper(101, 4.2), copper(102), copper(103, 3.1)])  # two are far off
    (folder / "dft" / "300K").mkdir(parents=True)
    (folder / "dft" / "300K" / "OUTCAR").write_text(outcar(some_run(1)), encoding="utf-8")
    (folder / "garnets.toml").write_text(GARNETS, encoding="utf-8")
    (folder / "garnet.toml").write_text(GARNETS.partition("[sweep]")[0].replace("garnets", "garnet"), encoding="utf-8")
    (folder / "examples" / "transport").mkdir(parents=True)
    (folder / "examples" / "transport" / "minimal.toml").write_text(GARNETS.partition("[sweep]")[0], encoding="utf-8")
    run_cases(folder / "garnets.toml", out=folder / "runs" / "garnets")


def write_walk(folder: Path, n_frames: int = 36) -> None:
    """A garnet whose lithium walks, as a dump and its data file."""
    rng = np.random.default_rng(12)
    atoms = cubic_llzo(12, rng)
    symbols = tuple(atoms.get_chemical_symbols())
    is_li = np.array(symbols) == "Li"
    walk = np.zeros((n_frames, len(atoms), 3))
    walk[:, is_li] = np.cumsum(rng.normal(0.0, 0.08, (n_frames, is_li.sum(), 3)), axis=0)
    walk += rng.normal(0.0, 0.03, walk.shape)
    frames = [Frame(100 * n, 0.1 * n, atoms.cell.array, atoms.positions + away) for n, away in enumerate(walk)]
    (folder / "traj.dump").write_text("".join(dump_frame_text(symbols, frame) for frame in frames), encoding="utf-8")
    write(folder / "garnet.extxyz", atoms)
    write(folder / "gb.data", atoms, format="lammps-data", specorder=list(dict.fromkeys(symbols)), masses=True)


def write_densities(folder: Path) -> None:
    """One electron more, spread along z as a cosine."""
    atoms = Atoms("LiO", positions=[[0, 0, 0], [1, 2, 3]], cell=[4.0, 5.0, 20.0], pbc=True)
    even = np.ones((4, 5, 40)) * 8.0 / atoms.get_volume()
    wave = (1.0 + np.cos(2.0 * np.pi * np.arange(40) / 40)) / atoms.get_volume()
    for name, values in (("neutral", even), ("charged", even + wave)):
        density = VaspChargeDensity(None)
        density.atoms, density.chg = [atoms], [values]
        (folder / name).mkdir()
        density.write(str(folder / name / "CHGCAR"), format="chgcar")


def copper(number: int, a: float = 3.6) -> Atoms:
    """Copper, shaken."""
    atoms: Atoms = bulk("Cu", a=a, cubic=True)
    atoms.positions += np.random.default_rng(number).normal(scale=0.05, size=(4, 3))
    return rounded(atoms)


def write_copper_store(store: Path) -> None:
    """Twenty labelled frames of copper."""
    teacher = CalculatorTeacher(LabelSource("emt", "ase", ""), EMT())
    labels = LabelStore(store)
    with labels.writing():
        for number in range(20):
            atoms = copper(number)
            labels.add(StoredFrame(Tag("off", "off/copper", number), atoms, teacher.label(atoms)), teacher.source)
