"""What the command line does, as functions: a notebook can do all that the shell can.

The command line itself takes each from its own file, so that it need not wait for all of them to be imported.
"""

from gbglass.verbs.analyse import analyse
from gbglass.verbs.arrhenius import arrhenius
from gbglass.verbs.build import build_gb, csl
from gbglass.verbs.case import case
from gbglass.verbs.cells import cell, match
from gbglass.verbs.charge import charge
from gbglass.verbs.claims import claims, judge
from gbglass.verbs.clean import clean
from gbglass.verbs.collect import collect
from gbglass.verbs.compare import compare_results
from gbglass.verbs.compare_parts import compare_parts
from gbglass.verbs.crystals import build_crystal
from gbglass.verbs.doctor import doctor
from gbglass.verbs.explore import explore_potential
from gbglass.verbs.export import export
from gbglass.verbs.labelling import label_structures
from gbglass.verbs.networks import network, polycrystal
from gbglass.verbs.new import new
from gbglass.verbs.own_data import import_labels, vasp_inputs
from gbglass.verbs.plan import plan
from gbglass.verbs.potential import ask_teacher, train_potential, validate_potential
from gbglass.verbs.reproduce import reproduce
from gbglass.verbs.run import run
from gbglass.verbs.run_cases import run_cases
from gbglass.verbs.scan import scan
from gbglass.verbs.selection import select_structures
from gbglass.verbs.status import status
from gbglass.verbs.stress import stress
from gbglass.verbs.structures import save_structure
from gbglass.verbs.trajectories import open_run, open_trajectory
from gbglass.verbs.voltage import voltage

__all__ = [
    "analyse",
    "arrhenius",
    "ask_teacher",
    "build_crystal",
    "build_gb",
    "case",
    "cell",
    "charge",
    "claims",
    "clean",
    "collect",
    "compare_parts",
    "compare_results",
    "csl",
    "doctor",
    "explore_potential",
    "export",
    "import_labels",
    "judge",
    "label_structures",
    "match",
    "network",
    "new",
    "open_run",
    "open_trajectory",
    "plan",
    "polycrystal",
    "reproduce",
    "run",
    "run_cases",
    "save_structure",
    "scan",
    "select_structures",
    "status",
    "stress",
    "train_potential",
    "validate_potential",
    "vasp_inputs",
    "voltage",
]
