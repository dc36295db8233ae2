"""VASP's output as labels: OUTCAR or vasprun.xml, refused unless whole, converged and made with the wanted settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ase import Atoms
from ase.io import iread

from gbglass.core.labels import Labels, LabelSource
from gbglass.dft.frame import DftFrame
from gbglass.dft.settings import DftSettings
from gbglass.dft.vasp import POTCARS
from gbglass.dft.vasp_claims import VaspClaims, outcar_claims, vasprun_claims
from gbglass.errors import FormatError, InputError, NotConverged


def read_vasp(path: Path, settings: DftSettings, potcars: Mapping[str, str] = POTCARS) -> tuple[DftFrame, ...]:
    """Read all steps of a calculation, each with its energy, forces and stress.

    The energy is the free energy of the smeared electrons (``TOTEN``), because forces and stress are its derivatives.

    Parameters
    ----------
    path
        ``vasprun.xml`` if its name ends so, else an ``OUTCAR``; either may be called anything before that.
    settings
        Which it must have been made with, at least as fine a mesh of k-points: labels of two kinds do not fit together.
    potcars
        The PAW set of each element.

    Raises
    ------
    InputError
        If the file does not exist, or it was made with other settings; names all that differ.
    CutFileError
        If VASP did not come to its end.
    FormatError
        If it is another file, or lacks forces or stress.
    NotConverged
        If the electrons did not converge in some step; names the steps.

    """
    if not path.is_file():
        raise InputError(f"there is no file {path}; give an OUTCAR or a vasprun.xml")
    is_xml = path.name.endswith(".xml")
    claims = vasprun_claims(path) if is_xml else outcar_claims(path)
    steps = _steps(path, "vasp-xml" if is_xml else "vasp-out")
    _check_steps(path, claims, len(steps))
    wrong = claims.against(settings, potcars, steps[0])
    if wrong:
        raise InputError(f"{path} was made with other settings: {'; '.join(wrong)}; calculate it again")
    names = ", ".join(f"{element} {name}" for element, name in sorted(potcars.items()))
    source = LabelSource("vasp-pbe", f"vasp {claims.version}", settings.checksum("vasp", names))
    return tuple(_frame(path, number, atoms, source) for number, atoms in enumerate(steps, 1))


def _steps(path: Path, kind: str) -> list[Atoms]:
    """Let ASE read the steps; whatever it stumbles over means that the file is not what it should be."""
    try:
        steps: list[Atoms] = list(iread(path, index=":", format=kind))
    except Exception as error:
        raise FormatError(path, None, f"it cannot be read ({type(error).__name__}: {error})") from error
    if not steps or steps[0].calc is None:
        raise FormatError(path, None, "it holds no calculation")
    return steps


def _check_steps(path: Path, claims: VaspClaims, count: int) -> None:
    if len(claims.is_converged) != count:
        raise FormatError(
            path, None, f"it holds {count} structures, but {len(claims.is_converged)} loops of the electrons"
        )
    bad = [str(number) for number, good in enumerate(claims.is_converged, 1) if not good]
    if bad:
        raise NotConverged(
            f"{path}: the electrons did not converge in step {', '.join(bad)} of {count}; "
            f"raise NELM or change ALGO, and calculate it again"
        )


def _frame(path: Path, number: int, atoms: Atoms, source: LabelSource) -> DftFrame:
    found: dict[str, Any] = atoms.calc.results if atoms.calc is not None else {}
    missing = [name for name in ("free_energy", "forces", "stress") if found.get(name) is None]
    if missing:
        raise FormatError(
            path, None, f"step {number} lacks {' and '.join(missing)}; stress needs ISIF of 2 or more in the INCAR"
        )
    plain = Atoms(atoms.numbers, positions=atoms.positions, cell=atoms.cell.array, pbc=True)
    return DftFrame(plain, Labels(float(found["free_energy"]), found["forces"], found["stress"], source))
