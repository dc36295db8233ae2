"""GPAW as a labeller: a program of its own (GPL), run by a Python that has it, one structure a call."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ase import Atoms

from gbglass.core.labels import Labels, LabelSource
from gbglass.dft.gpaw_script import SCRIPT
from gbglass.dft.settings import DftSettings, k_mesh
from gbglass.errors import EngineError

_ASK_VERSIONS = """
import json
from importlib.metadata import version
import gpaw
print(json.dumps({name: version(name) for name in ("gpaw", "gpaw-data")}))
"""
_FIND_SECONDS = 120.0
_TAIL_LINES = 15
_INSTALL = (
    "install it, in an environment of its own, with: pip install gpaw gpaw-data. It compiles C++; where there is no "
    "MPI, BLAS or libxc let GPAW_CONFIG name a file that says compiler='g++', mpicompiler=None, mpi=False, "
    "noblas=True, nolibxc=True. Then name that environment's Python (--gpaw-python)"
)


@dataclass(frozen=True)
class Gpaw:
    """A GPAW that can be started.

    Parameters
    ----------
    python
        Which has it.
    version
        Of the program and its PAW sets.

    """

    python: Path
    version: str


def find_gpaw(python: Path | None = None) -> Gpaw:
    """Ask a Python for its GPAW.

    Parameters
    ----------
    python
        Ours if it is not named.

    Raises
    ------
    EngineError
        If there is no such Python, or it has no GPAW or no PAW sets; says how to install them.

    """
    program = (
        python or Path(sys.executable)
    ).absolute()  # it runs in another folder; links stay, they make the environment
    try:
        asked = subprocess.run(
            [str(program), "-c", _ASK_VERSIONS], capture_output=True, text=True, timeout=_FIND_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"{program} cannot be asked for GPAW ({error}); {_INSTALL}") from error
    try:
        found = json.loads(asked.stdout)
        return Gpaw(program, f"gpaw {found['gpaw']}, gpaw-data {found['gpaw-data']}")
    except (ValueError, KeyError, TypeError) as error:
        raise EngineError(f"{program} has no GPAW; {_INSTALL}", None, _tail(asked.stderr)) from error


@dataclass(frozen=True)
class GpawLabeller:
    """Labels structures by PBE in plane waves.

    Parameters
    ----------
    gpaw
        From `find_gpaw`.
    settings
        Of all labels.
    threads
        It may use.
    limit_s
        A calculation that takes longer has failed [s]; None for none.

    Examples
    --------
    >>> from ase.build import bulk
    >>> labeller = GpawLabeller(find_gpaw(Path("gpaw-env/bin/python")), DftSettings())  # doctest: +SKIP
    >>> labeller.label(bulk("Li", "bcc", a=3.44)).energy  # doctest: +SKIP
    -1.9

    """

    gpaw: Gpaw
    settings: DftSettings
    threads: int = 1
    limit_s: float | None = None

    @property
    def source(self) -> LabelSource:
        """Who it is."""
        return LabelSource("gpaw-pbe", self.gpaw.version, self.settings.checksum("gpaw", SCRIPT))

    def label(self, atoms: Atoms) -> Labels:
        """Label one structure, which stays as it is; the energy is that of which the forces are derivatives.

        Raises
        ------
        EngineError
            If the structure is not periodic, or GPAW fails or takes too long, with the end of what it said.

        """
        if not atoms.pbc.all():
            raise EngineError(f"gpaw-pbe labels periodic structures, {atoms.symbols} is not; put vacuum into its cell")
        with tempfile.TemporaryDirectory(prefix="gbglass-gpaw-") as name:
            folder = Path(name)
            (folder / "asked.json").write_text(json.dumps(self._question(atoms)), encoding="utf-8")
            (folder / "run.py").write_text(SCRIPT, encoding="utf-8")
            run_script(self.gpaw, folder, str(atoms.symbols), threads=self.threads, limit_s=self.limit_s)
            said = json.loads((folder / "said.json").read_text(encoding="utf-8"))
        forces = np.array(said["forces"], dtype=np.float64)
        return Labels(float(said["energy"]), forces, np.array(said["stress"], dtype=np.float64), self.source)

    def _question(self, atoms: Atoms) -> dict[str, object]:
        return {
            "parent": os.getpid(),
            "numbers": atoms.numbers.tolist(),
            "positions": atoms.positions.tolist(),
            "cell": atoms.cell.array.tolist(),
            "mesh": k_mesh(atoms.cell.array, self.settings.k_spacing_per_A),
            "spin": self.settings.wants_spin(atoms),
            "cutoff": self.settings.cutoff_eV,
            "smearing": self.settings.smearing_eV,
            "tolerance": self.settings.energy_tolerance_eV,
        }


def run_script(gpaw: Gpaw, folder: Path, what: str, *, threads: int = 1, limit_s: float | None = None) -> None:
    """Run ``run.py`` of a folder, which reads ``asked.json`` and leaves ``said.json``.

    Parameters
    ----------
    gpaw
        From `find_gpaw`.
    folder
        Where it runs.
    what
        It is about, for messages.
    threads
        It may use.
    limit_s
        A calculation that takes longer has failed [s]; None for none.

    Raises
    ------
    EngineError
        If GPAW fails or takes too long, with the end of what it said.

    """
    words = ["/usr/bin/env", f"OMP_NUM_THREADS={threads}", str(gpaw.python), "run.py", "asked.json", "said.json"]
    try:
        done = subprocess.run(
            words, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=limit_s, check=False
        )
    except subprocess.TimeoutExpired as error:
        said = _said(folder)
        raise EngineError(f"gpaw-pbe took longer than {limit_s:g} s for {what}", None, _tail(said)) from error
    if done.returncode != 0 or not (folder / "said.json").is_file():
        said = f"{_said(folder)}\n{done.stderr}"
        raise EngineError(f"gpaw-pbe failed on {what} (exit code {done.returncode})", None, _tail(said))


def _said(folder: Path) -> str:
    log = folder / "gpaw.txt"
    return log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""


def _tail(text: str) -> str:
    return "\n".join([line for line in text.splitlines() if line.strip()][-_TAIL_LINES:])
