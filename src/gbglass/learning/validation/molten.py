"""Whether LLZO is molten: the share of its La and Zr that lack the order of garnet (`gbglass.analysis.order`).

A crystal without a surface superheats: at 3000 K, and at a volume that does not change at 5000 K too, it stays a
crystal for as long as a check lasts. What is called a melt must therefore be molten when it begins.
"""

from collections.abc import Iterable

from ase import Atoms
from ase.units import kB

from gbglass.analysis.order import framework_order
from gbglass.core.labels import Labels
from gbglass.core.trajectory import Frame, Trajectory
from gbglass.errors import InputError
from gbglass.learning.labelled import StoredFrame
from gbglass.protocol.stages import Hold, Ramp, Stage

MOLTEN = 0.9
"""Glassy share from which nothing is left of the crystal [1]."""

MELT_K = 3000.0
"""Temperature of all melts [K]."""

MELTING: tuple[Stage, ...] = (
    Ramp(from_K=1000, to_K=5000, rate_K_per_fs=2.0),
    Hold(temperature_K=5000, duration_ps=3),
    Ramp(from_K=5000, to_K=MELT_K, rate_K_per_fs=2.0),
)
"""How a crystal becomes a melt of 3000 K: far above it, where the cell may grow."""

_DOMAIN = "a-llzo"
_FORMULA = {"Li": 7, "La": 3, "Zr": 2, "O": 12}
_TAIL = 0.2
"""Part of a trajectory whose mean is its end."""


def glassy_share(atoms: Atoms) -> float:
    """Return the share of the La and Zr of a structure that are glassy [1].

    Raises
    ------
    InputError
        If it holds no Zr.

    """
    frame = Frame(0, 0.0, atoms.cell.array, atoms.positions)
    return _mean_share(Trajectory(tuple(atoms.get_chemical_symbols()), lambda: iter((frame,))), 1.0)


def share_at_end(trajectory: Trajectory) -> float:
    """Return the glassy share over the last fifth of a trajectory [1].

    Raises
    ------
    InputError
        If it holds no Zr or no frame.

    """
    return _mean_share(trajectory, _TAIL)


def _mean_share(trajectory: Trajectory, part: float) -> float:
    shares = framework_order(trajectory)["all"].glassy_share
    return float(shares[-max(1, round(part * len(shares))) :].mean())


def need_molten(atoms: Atoms, what: str) -> None:
    """Refuse a structure that is not molten.

    Parameters
    ----------
    atoms
        LLZO.
    what
        What a message calls it.

    Raises
    ------
    InputError
        Names the share.

    """
    share = glassy_share(atoms)
    if share < MOLTEN:
        raise InputError(
            f"{what} is not molten: {share:.0%} of its La and Zr are glassy, {MOLTEN:.0%} are needed; give a cell that "
            "was melted far above its melting point"
        )


def find_melt(frames: Iterable[StoredFrame]) -> Atoms | None:
    """Return the molten frame of Li7La3Zr2O12 that bears the least pressure at 3000 K, or None if there is none.

    The pressure is that of the labels and of an ideal gas: a cell that keeps its volume then has the density of the
    labeller's own melt. A melt of rigid ions, by comparison, is under 8 GPa.
    """
    found = [
        (abs(_pressure(frame.atoms, frame.labels)), frame.atoms)
        for frame in frames
        if frame.labels is not None and frame.tag.domain == _DOMAIN and _is_llzo(frame.atoms)
    ]
    ranked = sorted(found, key=lambda entry: entry[0])
    return next((atoms for _, atoms in ranked if glassy_share(atoms) >= MOLTEN), None)


def _is_llzo(atoms: Atoms) -> bool:
    total = sum(_FORMULA.values())
    return all(atoms.symbols.count(name) * total == count * len(atoms) for name, count in _FORMULA.items())


def _pressure(atoms: Atoms, labels: Labels) -> float:
    """Return the pressure of a frame if it were at 3000 K [eV/Å³]."""
    return len(atoms) * kB * MELT_K / float(atoms.get_volume()) - float(labels.stress[:3].mean())
