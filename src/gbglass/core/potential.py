"""The noun: what LAMMPS is told, what a structure must be so that the answer means something."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np

from gbglass.errors import InputError


@dataclass(frozen=True)
class KnownEnergy:
    """What a potential says of one structure, to be found again before it is believed.

    Parameters
    ----------
    file
        The structure, in any format that ASE reads.
    energy
        Of the cell [eV].

    """

    file: Path
    energy: float


@dataclass(frozen=True)
class LatticeConstant:
    """The edge of a crystal's cubic cell under a potential, at 0 bar.

    Parameters
    ----------
    of
        Which crystal: ``"Li"`` (bcc), ``"LLZO"`` (cubic), ``"LiZr2O4"`` or ``"Zr2O4"`` (spinel).
    temperature
        [K].
    length
        [Å].

    """

    of: str
    temperature: float
    length: float


@dataclass(frozen=True)
class MeltingPoint:
    """Where a crystal and its melt are in balance under a potential, at 0 bar.

    Parameters
    ----------
    of
        Which crystal, by the names of `LatticeConstant`.
    temperature
        [K].
    error
        How far from the truth it may be: its standard error or half a bracket [K].

    """

    of: str
    temperature: float
    error: float


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
    pair_styles
        What LAMMPS must know.
    validated_for
        Where it may be believed, for the methods text.
    cavity_radii
        Onset of the bulk radial distribution functions of Li with each framework species [Å].
    citation
        Where it comes from.
    checksum
        SHA-256 of everything that decides an energy: its card and the files that it names.
    shortest
        Shortest distance of each pair such as ``"Li-O"`` that it was made for [Å]; pairs that are not there are not
        looked at.
    known
        A structure whose energy it must reproduce, if there is one.
    lattice
        Lattice constants that were measured with it.
    melting
        Melting points that were measured with it.
    committee
        The same, trained from other seeds: where they disagree, none of them is to be believed.
    as_trained
        A model in its lines that its program can turn into a faster one, if there is one.

    """

    name: str
    title: str
    elements: tuple[str, ...]
    fixed_charges: Mapping[str, float] | None
    cutoff: float
    lines: tuple[str, ...]
    pair_styles: frozenset[str]
    validated_for: str
    cavity_radii: Mapping[str, float]
    citation: str
    checksum: str
    shortest: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    known: KnownEnergy | None = None
    lattice: tuple[LatticeConstant, ...] = ()
    melting: tuple[MeltingPoint, ...] = ()
    committee: tuple["Potential", ...] = ()
    as_trained: Path | None = None

    def melting_point(self, of: str) -> MeltingPoint:
        """Return where a crystal melts under this potential.

        Parameters
        ----------
        of
            Which crystal.

        Raises
        ------
        InputError
            If it was not measured: experiment, or another potential, may melt hundreds of kelvin away.

        """
        found = next((one for one in self.melting if one.of == of), None)
        if found is None:
            raise InputError(
                f"the melting point of {of} under potential {self.name} is not known; give a temperature (melt_K), or "
                f'measure it and write it into the card: melting = [{{ of = "{of}", temperature_K = ..., '
                "error_K = ... }]"
            )
        return found

    def lattice_constant(self, of: str, temperature: float) -> float:
        """Return a lattice constant at a temperature, on straight lines between those that were measured [Å].

        Parameters
        ----------
        of
            Which crystal.
        temperature
            [K].

        Raises
        ------
        InputError
            If it was not measured, or not as cold or as hot as that.

        """
        points = sorted((one.temperature, one.length) for one in self.lattice if one.of == of)
        if not points or not points[0][0] <= temperature <= points[-1][0]:
            known = f"from {points[0][0]:g} to {points[-1][0]:g} K" if points else "at no temperature"
            raise InputError(
                f"the lattice constant of {of} under potential {self.name} is known {known}, not at {temperature:g} K; "
                "measure it and write it into the card's table 'lattice'"
            )
        temperatures, lengths = zip(*points, strict=True)
        return float(np.interp(temperature, temperatures, lengths))
