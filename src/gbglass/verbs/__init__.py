"""What the command line does, as functions: a notebook can do all that the shell can."""

from gbglass.verbs.doctor import doctor
from gbglass.verbs.run import run

__all__ = ["doctor", "run"]
