"""An electrode that is given, from a file or the last frame of a run, strained in its plane onto an electrolyte."""

from typing import Literal

import numpy as np
from ase import Atoms

from gbglass.build.account import count_species
from gbglass.build.cells.slab import Slab, Z, check_orthogonal, with_vacuum
from gbglass.core.species import FORMAL_CHARGES
from gbglass.errors import InputError

LEAST_GAP = 4.0
"""Empty space across z that tells a slab from a crystal; planes of lithium and of the spinel are nearer [Å]."""

_OXYGEN_PER_ZR = 2
_METAL_STRAIN = 0.29
"""Lithium metal is strained by whatever it takes: it melts in nearly every run [1]."""


def given_electrode(
    atoms: Atoms, role: Literal["anode", "cathode"], edges: tuple[float, float], limit: float = 0.02
) -> Slab:
    """Take a slab of lithium metal or of LixZr2O4 as it is, repeated and strained in its plane onto an electrolyte.

    Parameters
    ----------
    atoms
        Orthogonal, with a gap of 4 Å or more across z. Lithium alone for an anode; Zr, twice as much O and lithium for
        a cathode, whose Zr makes up for the charge.
    role
        Which electrode it is.
    edges
        In-plane lengths of the electrolyte [Å].
    limit
        Largest strain of a cathode; lithium metal takes up to 29 %, at its own volume [1].

    Raises
    ------
    InputError
        If it holds other elements than its role allows, is no slab, or does not fit.

    Examples
    --------
    >>> from gbglass.build.cells.electrode_slabs import lithium_slab
    >>> melt = lithium_slab((13.0, 13.0), 8.0).atoms
    >>> given_electrode(melt, "anode", (26.2, 12.9)).edges
    (26.2, 12.9)

    """
    what = f"a given {role}"
    check_orthogonal(atoms, what)
    valence = _valence(atoms, what, role)
    taken = Atoms(atoms.get_chemical_symbols(), positions=atoms.positions, cell=atoms.cell, pbc=True)
    taken.positions[:, Z] = _above_gap(taken, what)
    lengths = taken.cell.lengths()
    copies = [max(1, round(edge / float(length))) for edge, length in zip(edges, lengths[:Z], strict=True)]
    first, second = (
        edge / (count * float(length)) - 1.0 for edge, count, length in zip(edges, copies, lengths[:Z], strict=True)
    )
    largest = _METAL_STRAIN if role == "anode" else limit
    if max(abs(first), abs(second)) > largest:
        raise InputError(
            f"{what} of {lengths[0]:.2f} x {lengths[1]:.2f} Å would be strained by {100 * first:+.1f} % and "
            f"{100 * second:+.1f} % (at most {100 * largest:g} %) onto {edges[0]:.2f} x {edges[1]:.2f} Å; repeat the "
            "electrolyte until it fits, or allow more strain"
        )
    grown = taken.repeat((*copies, 1))
    normal = 1.0 / ((1.0 + first) * (1.0 + second)) if role == "anode" else 1.0
    grown.positions *= [1.0 + first, 1.0 + second, normal]
    name = "Li" if role == "anode" else "LZO"
    return Slab(
        with_vacuum(grown, edges),
        name,
        role,
        float(np.ptp(grown.positions[:, Z])),
        valence,
        {name: (first, second, normal - 1.0)},
        (f"{name}: given, {copies[0]} x {copies[1]} copies",),
    )


def _valence(atoms: Atoms, what: str, role: str) -> dict[str, float]:
    counts = count_species(atoms)
    if role == "anode":
        if counts.keys() != {"Li"}:
            raise InputError(f"{what} is lithium metal and nothing else, got {atoms.get_chemical_formula()}")
        return {"Li": 0.0}
    oxygen, zr = counts.get("O", 0), counts.get("Zr", 0)
    if not counts.keys() <= {"Li", "Zr", "O"} or zr == 0 or oxygen != _OXYGEN_PER_ZR * zr:
        raise InputError(
            f"{what} is LixZr2O4: lithium, Zr and twice as much O; got {atoms.get_chemical_formula()}, which a cell "
            "cannot give its charges"
        )
    return {"Li": 1.0, "Zr": FORMAL_CHARGES["Zr"] - counts.get("Li", 0) / zr, "O": float(FORMAL_CHARGES["O"])}


def _above_gap(atoms: Atoms, what: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the heights from above the widest gap, so that the slab is in one piece [Å]."""
    height = float(atoms.cell.lengths()[Z])
    heights = atoms.positions[:, Z] % height
    rising = np.sort(heights)
    gaps = np.diff(rising, append=rising[0] + height)
    widest = int(np.argmax(gaps))
    if gaps[widest] < LEAST_GAP:
        raise InputError(
            f"{what} must be a slab, with {LEAST_GAP:g} Å or more of empty space across z, got {gaps[widest]:.1f} Å; "
            "put vacuum above it where it should end"
        )
    above: np.ndarray[tuple[int], np.dtype[np.float64]] = (heights - rising[(widest + 1) % len(rising)]) % height
    return above
