"""What the command line does, as functions: a notebook can do all that the shell can."""

from gbglass.verbs.build import build_gb, csl
from gbglass.verbs.cells import cell, match
from gbglass.verbs.crystals import build_crystal
from gbglass.verbs.doctor import doctor
from gbglass.verbs.networks import network, polycrystal
from gbglass.verbs.potential import ask_teacher, train_potential, validate_potential
from gbglass.verbs.run import run
from gbglass.verbs.scan import scan
from gbglass.verbs.structures import save_structure

__all__ = [
    "ask_teacher",
    "build_crystal",
    "build_gb",
    "cell",
    "csl",
    "doctor",
    "match",
    "network",
    "polycrystal",
    "run",
    "save_structure",
    "scan",
    "train_potential",
    "validate_potential",
]
