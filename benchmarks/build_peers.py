"""What the peers of ``build.py`` do, in their own environment: one build, and what came out of it.

    python benchmarks/build_peers.py pymatgen CELL.extxyz
    python benchmarks/build_peers.py mdapy CELL.extxyz EDGE GRAINS

Nothing of gbglass is imported here, and nothing of the peers there.
"""

import contextlib
import importlib
import io
import json
import resource
import sys
import time
import warnings

import numpy as np
from ase import Atoms
from ase.io import read
from ase.neighborlist import neighbor_list

CHARGES = {"Li": 1, "La": 3, "Zr": 4, "O": -2}
WHOLE, SIX = 2.6, 6
"""A Zr has six O within this distance [Å]."""

LITHIUM, FRAMEWORK = 56, 136
"""A cell has so many Li, and so many atoms of the framework."""

OVERLAP = 1.5
"""Atoms nearer than this are removed by mdapy, whatever they are [Å]."""

ANGLE = 36.86989764584402
"""Σ5, as the peer types it [degrees]."""


def main() -> None:
    peer, path, *more = sys.argv[1:]
    cell = read(path)
    # Both print while they build.
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        clocks, atoms = pymatgen(cell) if peer == "pymatgen" else mdapy(cell, float(more[0]), int(more[1]))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
        result = judge(atoms)
    print(json.dumps({**clocks, "memory_MiB": memory, "atoms": len(atoms), "result": result}))


def pymatgen(cell: Atoms) -> tuple[dict[str, float], Atoms]:
    """Build the framework of Σ5(012)[100]: with lithium it refuses, because the ordered cell is not cubic."""
    generator = importlib.import_module("pymatgen.core.interface").GrainBoundaryGenerator
    adaptor = importlib.import_module("pymatgen.io.ase").AseAtomsAdaptor
    framework = cell[[symbol != "Li" for symbol in cell.get_chemical_symbols()]]
    structure = adaptor.get_structure(framework)
    began = now()
    boundary = generator(structure).gb_from_parameters([1, 0, 0], ANGLE, expand_times=1, rm_ratio=0.7, plane=[0, 1, 2])
    clocks = since(began)
    symbols = [site.specie.symbol for site in boundary]
    return clocks, Atoms(symbols, positions=boundary.cart_coords, cell=boundary.lattice.matrix, pbc=True)


def mdapy(cell: Atoms, edge: float, grains: int) -> tuple[dict[str, float], Atoms]:
    """Build a polycrystal."""
    package = importlib.import_module("mdapy")
    unit = package.System(ase_atom=cell)
    began = now()
    made = package.CreatePolycrystal(unit, edge, grains, randomseed=1, metal_overlap_dis=OVERLAP).compute()
    clocks = since(began)
    positions = made.data.select("x", "y", "z").to_numpy()
    return clocks, Atoms(made.data["element"].to_list(), positions=positions, cell=[edge] * 3, pbc=True)


def now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def since(began: tuple[float, float]) -> dict[str, float]:
    wall, cpu = now()
    return {"seconds": wall - began[0], "cpu_seconds": cpu - began[1]}


def judge(atoms: Atoms) -> str:
    """Say of what came out what a ledger of gbglass says."""
    symbols = np.array(atoms.get_chemical_symbols())
    species = ", ".join(sorted(set(symbols.tolist())))
    if "Zr" not in symbols:
        return f"every atom is {species}"
    charge = sum(CHARGES[symbol] for symbol in symbols.tolist())
    if "Li" not in symbols:
        charge += LITHIUM * round(len(atoms) / FRAMEWORK)
    first, second, distance = neighbor_list("ijd", atoms, WHOLE)
    bonds = np.bincount(first[(symbols[first] == "Zr") & (symbols[second] == "O")], minlength=len(atoms))
    whole = 100.0 * (bonds[symbols == "Zr"] == SIX).mean()
    return f"{charge:+g} e with its Li, shortest contact {distance.min():.2f} Å, {whole:.0f} % of ZrO6 whole"


if __name__ == "__main__":
    main()
