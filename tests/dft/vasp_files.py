"""Small outputs of VASP, written by us in VASP's form: what a run of some steps would have said."""

from dataclasses import dataclass, replace

import numpy as np
from ase import Atoms

from gbglass.core.arrays import FloatArray

_RULE = "-" * 80


@dataclass(frozen=True)
class Said:
    """What VASP says of one step: energies [eV], forces [eV/Å], stress as xx yy zz xy yz zx [kB, minus the tension]."""

    atoms: Atoms
    toten: float
    sigma_zero: float
    forces: FloatArray
    kilobar: tuple[float, float, float, float, float, float]
    loops: int = 9


@dataclass(frozen=True)
class Run:
    """How it was run."""

    steps: tuple[Said, ...]
    titles: tuple[str, ...] = ("PAW_PBE Li_sv 10Sep2004", "PAW_PBE O 08Apr2002")
    encut: float = 500.0
    sigma: float = 0.05
    ediff: float = 1e-4
    ismear: int = 0
    ispin: int = 1
    gga: str = "PE"
    metagga: str = "F"
    nelm: int = 60
    mesh: tuple[int, int, int] = (10, 10, 10)


def some_run(seed: int = 1, steps: int = 2) -> Run:
    """Li2O, deformed, with numbers that mean nothing and all differ."""
    rng = np.random.default_rng(seed)
    said = []
    for _ in range(steps):
        cell = np.array([[0.0, 2.31, 2.31], [2.31, 0.0, 2.31], [2.31, 2.31, 0.0]]) + rng.normal(scale=0.02, size=(3, 3))
        atoms = Atoms("Li2O", scaled_positions=[[0.25] * 3, [0.75] * 3, [0.0] * 3], cell=cell, pbc=True)
        atoms.positions += rng.normal(scale=0.05, size=(3, 3))
        atoms.wrap()
        kilobar = tuple(float(v) for v in np.round(rng.normal(scale=30.0, size=6), 5))
        xx, yy, zz, xy, yz, zx = kilobar
        energy = float(np.round(rng.normal(-14.0), 8))
        forces = np.round(rng.normal(size=(3, 3)), 6)
        said.append(Said(atoms, energy, energy + 0.0125, forces, (xx, yy, zz, xy, yz, zx)))
    return Run(tuple(said))


def unconverged(run: Run, step: int) -> Run:
    """The electrons of one step stop at the last loop."""
    steps = list(run.steps)
    steps[step] = replace(steps[step], loops=run.nelm)
    return replace(run, steps=tuple(steps))


def _counts(atoms: Atoms) -> str:
    symbols = atoms.get_chemical_symbols()
    return "  ".join(str(symbols.count(symbol)) for symbol in dict.fromkeys(symbols))


def outcar(run: Run) -> str:
    """An OUTCAR."""
    lines = [" vasp.6.3.0 20Jan22 (build Mar 30 2022 10:02:30) complex", ""]
    lines += [f" POTCAR:    {title}" for title in run.titles]
    for title in run.titles:
        lines += [
            f" POTCAR:    {title}",
            "   LEXCH  = PE",
            f"   TITEL  = {title}",
            "   ENMAX  =  400.000; ENMIN  =  300.000 eV",
        ]
    lines += [
        f" generate k-points for:    {run.mesh[0]}    {run.mesh[1]}    {run.mesh[2]}",
        f"   ions per type =   {_counts(run.steps[0].atoms)}",
        f"   ISPIN  =      {run.ispin}    spin polarized calculation?",
        f"   METAGGA=      {run.metagga}    non-selfconsistent MetaGGA calc.",
        f"   ENCUT  =  {run.encut:.1f} eV  36.75 Ry    6.06 a.u.",
        f"   NELM   =    {run.nelm};   NELMIN=  2; NELMDL= -5     # of ELM steps",
        f"   EDIFF  = {run.ediff:.1E}   stopping-criterion for ELM",
        "   GGA_COMPAT  = T    GGA compatible to vasp.4.4-vasp.4.6",
        f"   ISMEAR =     {run.ismear};   SIGMA  =   {run.sigma:.2f}  broadening in eV -4-tet -1-fermi 0-gaus",
        f"   GGA     =    {run.gga}    GGA type",
        "   LHFCALC =     F    Hartree Fock is set to",
    ]
    for number, said in enumerate(run.steps, 1):
        lines += _outcar_step(number, said)
    lines += [" General timing and accounting informations for this job:", " ===================", ""]
    return "\n".join(lines)


def _outcar_step(number: int, said: Said) -> list[str]:
    lines = [f"{'-' * 30} Iteration {number:6d}({loop:4d})  {'-' * 30}" for loop in range(1, said.loops + 1)]
    lines += [
        "------------------------ aborting loop because EDIFF is reached ----------------------------------------",
        "",
    ]
    lines += ["  in kB  " + "".join(f"{value:12.5f}" for value in said.kilobar)]
    lines += ["      direct lattice vectors                 reciprocal lattice vectors"]
    rows = np.hstack([said.atoms.cell.array, said.atoms.cell.reciprocal().array])
    lines += ["  " + "".join(f"{value:13.9f}" for value in row) for row in rows]
    lines += ["", " POSITION                                       TOTAL-FORCE (eV/Angst)", f" {_RULE}"]
    rows = np.hstack([said.atoms.positions, said.forces])
    lines += ["".join(f"{v:13.5f}" for v in row[:3]) + "".join(f"{v:14.6f}" for v in row[3:]) for row in rows]
    return [
        *lines,
        f" {_RULE}",
        "",
        "  FREE ENERGIE OF THE ION-ELECTRON SYSTEM (eV)",
        "  ---------------------------------------------------",
        f"  free  energy   TOTEN  = {said.toten:18.8f} eV",
        "",
        f"  energy  without entropy= {said.toten + 0.025:16.8f}  energy(sigma->0) = {said.sigma_zero:16.8f}",
        "",
    ]


def vasprun(run: Run) -> str:
    """A vasprun.xml."""
    atoms = run.steps[0].atoms
    symbols = atoms.get_chemical_symbols()
    kinds = list(dict.fromkeys(symbols))
    ions = "".join(f"<rc><c>{s} </c><c>{kinds.index(s) + 1}</c></rc>" for s in symbols)
    types = "".join(
        f"<rc><c>{symbols.count(s)}</c><c>{s} </c><c>1.0</c><c>1.0</c><c> {title} </c></rc>"
        for s, title in zip(kinds, run.titles, strict=True)
    )
    return f"""<?xml version="1.0" encoding="ISO-8859-1"?>
<modeling>
 <generator><i name="program" type="string">vasp </i><i name="version" type="string">6.3.0  </i></generator>
 <kpoints><generation param="Gamma"><v type="int" name="divisions">{" ".join(map(str, run.mesh))}</v></generation>
  <varray name="kpointlist"><v>0 0 0</v></varray><varray name="weights"><v>1.0</v></varray></kpoints>
 <parameters>
  <i name="ENMAX">{run.encut}</i><i type="int" name="ISMEAR">{run.ismear}</i><i name="SIGMA">{run.sigma}</i>
  <i name="EDIFF">{run.ediff:.8f}</i>
  <i type="int" name="NELM">{run.nelm}</i><i type="int" name="ISPIN">{run.ispin}</i>
  <i type="string" name="GGA">{run.gga}</i>
  <i type="string" name="METAGGA">{run.metagga}</i><i type="logical" name="LHFCALC"> F  </i>
 </parameters>
 <atominfo><atoms>{len(atoms)}</atoms>
  <array name="atoms"><set>{ions}</set></array><array name="atomtypes"><set>{types}</set></array></atominfo>
 <structure name="initialpos">{_structure(atoms)}</structure>
 {"".join(_calculation(said) for said in run.steps)}
</modeling>
"""


def _calculation(said: Said) -> str:
    energies = f'<i name="e_fr_energy">{said.toten}</i><i name="e_0_energy">{said.sigma_zero}</i>'
    xx, yy, zz, xy, yz, zx = said.kilobar
    stress = [[xx, xy, zx], [xy, yy, yz], [zx, yz, zz]]
    return (
        "<calculation>"
        + f"<scstep><energy>{energies}</energy></scstep>" * said.loops
        + f"<structure>{_structure(said.atoms)}</structure>"
        + f'<varray name="forces">{_rows(said.forces.tolist())}</varray>'
        + f'<varray name="stress">{_rows(stress)}</varray><energy>{energies}</energy></calculation>'
    )


def _structure(atoms: Atoms) -> str:
    basis, positions = _rows(atoms.cell.array.tolist()), _rows(atoms.get_scaled_positions().tolist())
    return f'<crystal><varray name="basis">{basis}</varray></crystal><varray name="positions">{positions}</varray>'


def _rows(rows: list[list[float]]) -> str:
    return "".join("<v>" + " ".join(f"{value:.10f}" for value in row) + "</v>" for row in rows)
