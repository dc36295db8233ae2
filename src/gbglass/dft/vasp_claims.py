"""What a file of VASP says about how it was calculated, held against what was wanted."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
from ase import Atoms

from gbglass.dft.settings import DftSettings, k_mesh
from gbglass.errors import CutFileError, FormatError

_OUTCAR_END = "General timing and accounting"
_OUTCAR_LOOP = re.compile(r"Iteration\s+(\d+)\(\s*(\d+)\)")
_VERSION = re.compile(r"\d+\.\d+(?:\.\d+)?")
"""The rest differs between the two files of one run."""

_WEIGHTS = re.compile(r"Following reciprocal coordinates:\s*\n.*Weight\s*\n((?:[ \t]*[-\d.]+[ \t]+.*\n)+)")
_BEYOND = ("METAGGA", "LHFCALC", "LDAU")
_OFF = ("F", "--", "")
_ANY_PBE = ("PE", "--")
"""Asked for, or left to the PAW sets, which are checked too."""


@dataclass(frozen=True)
class VaspClaims:
    """How a calculation says it was made.

    Parameters
    ----------
    version
        Of VASP.
    cutoff, smearing
        [eV].
    tolerance
        ``EDIFF``, of a whole cell [eV].
    smearing_kind
        ``ISMEAR``.
    functional
        ``GGA``.
    beyond
        Which of ``METAGGA``, ``LHFCALC`` and ``LDAU`` are on.
    has_spin
        Whether with spin.
    paw_sets
        Titles, such as ``"PAW_PBE Li_sv 10Sep2004"``.
    mesh
        Of k-points; None if the file does not give one, as an OUTCAR of a run with a file KPOINTS.
    points
        In the whole mesh, those that symmetry leaves out too; None if the file does not say.
    is_converged
        Of each step of the atoms, whether its electrons reached the tolerance.

    """

    version: str
    cutoff: float
    smearing: float
    tolerance: float
    smearing_kind: int
    functional: str
    beyond: tuple[str, ...]
    has_spin: bool
    paw_sets: tuple[str, ...]
    mesh: tuple[int, ...] | None
    points: int | None
    is_converged: tuple[bool, ...]

    def against(self, settings: DftSettings, potcars: Mapping[str, str], atoms: Atoms) -> list[str]:
        """Return what differs from what was wanted, each in a few words.

        Parameters
        ----------
        settings, potcars
            What was wanted.
        atoms
            The first structure of the file.

        """
        wrong = []
        for name, found, wanted in (
            ("ENCUT", self.cutoff, settings.cutoff_eV),
            ("SIGMA", self.smearing, settings.smearing_eV),
            ("ISMEAR", float(self.smearing_kind), 0.0),
        ):
            if abs(found - wanted) > 1e-6 + 1e-4 * abs(wanted):
                wrong.append(f"{name} is {found:g}, not {wanted:g}")
        if self.tolerance > settings.energy_tolerance_eV * (1.0 + 1e-4):
            wrong.append(f"EDIFF is {self.tolerance:g}, looser than {settings.energy_tolerance_eV:g}")
        if self.functional not in _ANY_PBE:
            wrong.append(f"GGA is {self.functional}, not PE")
        wrong += [f"{name} is on" for name in self.beyond]
        if settings.wants_spin(atoms) and not self.has_spin:
            wrong.append("ISPIN is 1, not 2")
        wanted_sets = [f"PAW_PBE {potcars.get(s, '?')}" for s in dict.fromkeys(atoms.get_chemical_symbols())]
        found_sets = [" ".join(title.split()[:2]) for title in self.paw_sets]
        if found_sets != wanted_sets:
            wrong.append(f"the PAW sets are {', '.join(found_sets)}, not {', '.join(wanted_sets)}")
        mesh = k_mesh(atoms.cell.array, settings.k_spacing_per_A)
        if self.mesh is not None and (np.array(self.mesh) < mesh).any():
            wrong.append(f"the k-points are {self.mesh}, fewer than {mesh}")
        elif self.points is not None and self.points < math.prod(mesh):
            wrong.append(f"the k-points are {self.points} in all, fewer than {mesh}")
        return wrong


def outcar_claims(path: Path) -> VaspClaims:
    """Read what an OUTCAR says about itself.

    Raises
    ------
    CutFileError
        If it does not end as VASP ends it.
    FormatError
        If it is no OUTCAR.

    """
    text = path.read_text(encoding="utf-8", errors="replace")
    if not text.lstrip().startswith("vasp."):
        raise FormatError(path, 1, "this is not an OUTCAR: it does not begin with the version of VASP")
    if _OUTCAR_END not in text:
        raise CutFileError(path, None, "the OUTCAR has no closing times: VASP was stopped or still runs")
    mesh = re.search(r"generate k-points for:\s+(\d+)\s+(\d+)\s+(\d+)", text)

    def word(name: str, after: str = "") -> str:
        found = re.search(rf"^.*?\b{name}\s*=\s*([^\s;]+);?\s*{after}", text, re.MULTILINE)
        if found is None:
            raise FormatError(path, None, f"the OUTCAR does not say {name}")
        return found.group(1)

    last = {int(step): int(loop) for step, loop in _OUTCAR_LOOP.findall(text)}
    return VaspClaims(
        version=_version(text.split("vasp.", 1)[1]),
        cutoff=float(word("ENCUT", "eV")),
        smearing=float(word("SIGMA")),
        tolerance=float(word("EDIFF")),
        smearing_kind=int(word("ISMEAR")),
        functional=word("GGA"),
        beyond=tuple(name for name in _BEYOND if re.search(rf"\b{name}(?:TYPE)?\s*=\s*(?!F\b|--|\.F)\S", text)),
        has_spin=word("ISPIN") == "2",
        paw_sets=tuple(dict.fromkeys(re.findall(r"TITEL\s*=\s*(.*\S)", text))),
        mesh=tuple(map(int, mesh.groups())) if mesh else None,
        points=_counted(text),
        is_converged=tuple(loop < int(word("NELM")) for loop in last.values()),
    )


def vasprun_claims(path: Path) -> VaspClaims:
    """Read what a vasprun.xml says about itself.

    Raises
    ------
    CutFileError
        If it is not whole.
    FormatError
        If it is no vasprun.xml.

    """
    try:
        root = ET.parse(path).getroot()  # noqa: S314  # expat expands no external entity; ASE reads it the same way
    except ET.ParseError as error:
        raise CutFileError(path, error.position[0], f"the XML is not whole ({error})") from error

    def text(where: str) -> str:
        found = root.find(where)
        if found is None or not (found.text or "").strip():
            raise FormatError(path, None, f"this is not a whole vasprun.xml: it has no {where}")
        return str(found.text).strip()

    def optional(name: str) -> str:
        found = root.find(f".//parameters//i[@name='{name}']")
        return "" if found is None else (found.text or "").strip()

    limit = int(text(".//parameters//i[@name='NELM']"))
    divisions = root.find("kpoints/generation/v[@name='divisions']")
    titles = root.findall("atominfo/array[@name='atomtypes']/set/rc/c[5]")
    return VaspClaims(
        version=_version(text("generator/i[@name='version']")),
        cutoff=float(text(".//parameters//i[@name='ENMAX']")),
        smearing=float(text(".//parameters//i[@name='SIGMA']")),
        tolerance=float(text(".//parameters//i[@name='EDIFF']")),
        smearing_kind=int(text(".//parameters//i[@name='ISMEAR']")),
        functional=optional("GGA") or "--",
        beyond=tuple(name for name in _BEYOND if optional(name) not in _OFF),
        has_spin=text(".//parameters//i[@name='ISPIN']") == "2",
        paw_sets=tuple(dict.fromkeys((title.text or "").strip() for title in titles)),
        mesh=tuple(map(int, (divisions.text or "").split())) if divisions is not None else None,
        points=None,
        is_converged=tuple(len(step.findall("scstep")) < limit for step in root.findall("calculation")),
    )


def _counted(text: str) -> int | None:
    """Add up how many points of the mesh each irreducible one stands for."""
    found = _WEIGHTS.search(text)
    return round(sum(float(line.split()[-1]) for line in found.group(1).splitlines())) if found else None


def _version(text: str) -> str:
    found = _VERSION.match(text)
    return found.group() if found else text.split(maxsplit=1)[0]
