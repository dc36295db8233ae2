"""The program that a Python with GPAW runs for us: our text, their library; it is never imported here.

GPAW's stress is the derivative at a fixed number of plane waves, the energies of strained cells are those at a fixed
cutoff. The two differ by the Pulay stress, 2/3 E_cut (dE/dE_cut) / V: its oxygen is hard, 2.2 eV over the volume each
at 500 eV (14 GPa in Li2O), 0.12 eV at 700 eV (0.8 GPa).

It reads one JSON file and writes another, whole or not at all, and dies with whoever started it.
"""

SCRIPT = """
import ctypes, json, os, signal, sys

with open(sys.argv[1]) as file:
    asked = json.load(file)
ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
if os.getppid() != asked["parent"]:
    sys.exit("whoever asked is gone")

from ase import Atoms
from gpaw import GPAW, PW
from gpaw.convergence_criteria import Energy

atoms = Atoms(asked["numbers"], positions=asked["positions"], cell=asked["cell"], pbc=True)
if asked["spin"]:
    atoms.set_initial_magnetic_moments([1.0] * len(atoms))  # where VASP begins too
atoms.calc = GPAW(
    mode=PW(asked["cutoff"]),
    xc="PBE",
    kpts={"size": asked["mesh"], "gamma": True},
    spinpol=asked["spin"],
    symmetry={"tolerance": 1e-6},  # positions of a store are in single precision
    occupations={"name": "methfessel-paxton", "order": 0, "width": asked["smearing"]},  # of order 0: a Gaussian
    convergence={"energy": Energy(asked["tolerance"], relative=False)},
    txt="gpaw.txt",
)
said = {
    "energy": float(atoms.get_potential_energy(force_consistent=True)),
    "energy_without_smearing": float(atoms.get_potential_energy()),
    "forces": atoms.get_forces().tolist(),
    "stress": atoms.get_stress(voigt=True).tolist(),
}
with open(sys.argv[2] + ".tmp", "w") as file:
    json.dump(said, file)
os.replace(sys.argv[2] + ".tmp", sys.argv[2])
"""
