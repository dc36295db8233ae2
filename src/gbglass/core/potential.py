"""Potentials: what LAMMPS is told, what a structure must be so that the answer means something."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Potential:
    """An interatomic potential as data.

    Parameters
    ----------
    name
        What a study file calls it.
    title
        One line for people.
    elements
        In the order of the LAMMPS atom types.
    fixed_charges
        Charge of each element [e], or None for a potential without fixed charges.
    cutoff
        Longest short-ranged reach [Å].
    lines
        LAMMPS commands that define the interaction, given once atoms and masses exist (also after a restart).
    validated_for
        Where it may be believed, for the methods text.
    cavity_radii
        Onset of the bulk radial distribution functions of Li with each framework species [Å].
    citation
        Where it comes from.
    checksum
        SHA-256 of its data file.

    """

    name: str
    title: str
    elements: tuple[str, ...]
    fixed_charges: Mapping[str, float] | None
    cutoff: float
    lines: tuple[str, ...]
    validated_for: str
    cavity_radii: Mapping[str, float]
    citation: str
    checksum: str
