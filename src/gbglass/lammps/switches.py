"""Switches of LAMMPS that speed it up: threads, GPUs. They change how forces are summed, so they belong to a run."""

import shlex
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from gbglass.core.tokens import Token
from gbglass.errors import InputError
from gbglass.lammps.engine import Lammps

SWITCHES = ("-k", "-kokkos", "-pk", "-package", "-sf", "-suffix")
"""Those that a site may set; all others are gbglass's own."""

_WORDS = TypeAdapter(tuple[Token, ...])


def switch_words(text: str) -> tuple[str, ...]:
    """Split switches into words.

    Raises
    ------
    InputError
        If they are anything but switches that speed LAMMPS up.

    Examples
    --------
    >>> switch_words("-sf gpu -pk gpu 1")
    ('-sf', 'gpu', '-pk', 'gpu', '1')
    >>> switch_words("-in mine")
    Traceback (most recent call last):
    ...
    gbglass.errors.InputError: switches '-in mine': must begin with one of -k, -kokkos, -pk, -package, -sf, -suffix

    """
    try:
        words = _WORDS.validate_python(tuple(shlex.split(text)))
    except (ValidationError, ValueError) as error:
        raise InputError(f"switches {text!r}: each word is made of letters, digits and _ . , : + * / = -") from error
    if words and words[0] not in SWITCHES:
        raise InputError(f"switches {text!r}: must begin with one of {', '.join(SWITCHES)}")
    foreign = [word for word in words if word.startswith("-") and word[1:2].isalpha() and word not in SWITCHES]
    if foreign:
        raise InputError(f"switches {text!r}: {', '.join(foreign)} is not one of {', '.join(SWITCHES)}")
    return words


def with_switches(engine: Lammps, text: str) -> Lammps:
    """Return an engine that is started with switches.

    Parameters
    ----------
    engine
        From `gbglass.lammps.engine.find_lammps`.
    text
        Such as ``"-pk omp 4 -sf omp"``, ``"-sf gpu -pk gpu 1"`` or ``"-k on g 1 -sf kk"``; empty for none.

    Raises
    ------
    InputError
        If they are anything but switches that speed LAMMPS up.

    """
    return replace(engine, switches=switch_words(text))


def switches_as_input(engine: Lammps) -> dict[str, list[str]]:
    """Return the switches of LAMMPS as an input of a run; without any there is no such input."""
    return {"switches": list(engine.switches)} if engine.switches else {}
