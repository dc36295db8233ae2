"""Distortions: thermal rattles that keep their contacts, strains, pairs pushed together, lithium oxide taken out."""

import numpy as np
from ase import Atoms

from gbglass.core.arrays import FloatArray
from gbglass.core.neighbours import find_pairs
from gbglass.core.species import contact_limit, species_pairs
from gbglass.errors import InputError

_ROOM_TEMPERATURE = 300.0
_AMPLITUDES = {"Li": 0.13, "O": 0.08, "La": 0.06, "Zr": 0.06}
"""Root mean square displacement along each axis at 300 K; it grows as the root of the temperature. Of the size that
neutrons see in LLZO (B of 1 to 2 Å² for O, more for Li) and in lithium metal [Å]."""

_ATTEMPTS = 60
_SHRINK = 0.9
"""Atoms that come too near are displaced anew, each time a little less."""


def rattle(atoms: Atoms, temperature_K: float, rng: np.random.Generator) -> Atoms:
    """Displace all atoms as heat would, without correlations, but keep every contact above its limit.

    Parameters
    ----------
    atoms
        A structure without forbidden contacts.
    temperature_K
        Whose amplitudes are taken [K].
    rng
        Draws them.

    Raises
    ------
    InputError
        If no displacement keeps the contacts.

    """
    return _displace(atoms, np.sqrt(temperature_K / _ROOM_TEMPERATURE) * _amplitudes(atoms), rng)


def _amplitudes(atoms: Atoms) -> FloatArray:
    return np.array([_AMPLITUDES[symbol] for symbol in atoms.get_chemical_symbols()])


def shake(atoms: Atoms, amplitude: float, rng: np.random.Generator) -> Atoms:
    """Displace all atoms alike by a root mean square amplitude along each axis [Å], contacts kept; a crude liquid."""
    return _displace(atoms, np.full(len(atoms), amplitude), rng)


def _displace(atoms: Atoms, amplitudes: FloatArray, rng: np.random.Generator) -> Atoms:
    moved: Atoms = atoms.copy()
    scale = np.ones(len(atoms))
    wanted = np.ones(len(atoms), dtype=bool)
    for _ in range(_ATTEMPTS):
        kicks = rng.normal(size=(len(atoms), 3)) * (amplitudes * scale)[:, None]
        moved.positions[wanted] = atoms.positions[wanted] + kicks[wanted]
        wanted = touching(moved)
        if not wanted.any():
            return moved
        scale[wanted] *= _SHRINK
    raise InputError(
        f"{atoms.symbols} cannot be displaced without forbidden contacts: {int(wanted.sum())} atoms are left in one; "
        "start from a structure without any, or take a smaller amplitude"
    )


def touching(atoms: Atoms) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Say which atoms are nearer to another than their contact limit [bool, (n_atoms,)]."""
    symbols = np.array(atoms.get_chemical_symbols())
    limits = {pair: contact_limit(*pair) for pair in species_pairs(symbols.tolist())}
    pairs = find_pairs(atoms.positions, atoms.cell.array, max(limits.values()))
    too_near = np.zeros(len(atoms), dtype=bool)
    for (a, b), limit in limits.items():
        first, second = symbols[pairs.first], symbols[pairs.second]
        chosen = ((first == a) & (second == b)) | ((first == b) & (second == a))
        chosen &= pairs.distances < limit
        too_near[pairs.first[chosen]] = too_near[pairs.second[chosen]] = True
    return too_near


def strain(atoms: Atoms, largest: float, rng: np.random.Generator) -> Atoms:
    """Deform the cell and the atoms with it: each length by up to a largest strain, each angle by up to half of it.

    Parameters
    ----------
    atoms
        The structure.
    largest
        Strain [1].
    rng
        Draws the strains, evenly.

    """
    tensor = np.diag(rng.uniform(-largest, largest, size=3))
    shear = rng.uniform(-0.25 * largest, 0.25 * largest, size=3)
    for (i, j), value in zip(((1, 2), (0, 2), (0, 1)), shear, strict=True):
        tensor[i, j] = tensor[j, i] = value
    deformed: Atoms = atoms.copy()
    deformed.set_cell(atoms.cell.array @ (np.eye(3) + tensor), scale_atoms=True)
    return deformed


def scale(atoms: Atoms, factor: float) -> Atoms:
    """Multiply all lengths."""
    scaled: Atoms = atoms.copy()
    scaled.set_cell(atoms.cell.array * factor, scale_atoms=True)
    return scaled


def push_pairs(atoms: Atoms, count: int, nearest: float, rng: np.random.Generator) -> Atoms:
    """Push neighbours together, so that a model learns that atoms repel.

    Parameters
    ----------
    atoms
        The structure.
    count
        How many pairs, no atom in two of them.
    nearest
        A pair comes to a random distance from this to 1.1 times its contact limit [of the limit].
    rng
        Chooses pairs of species, pairs and distances.

    """
    pushed: Atoms = atoms.copy()
    symbols = np.array(atoms.get_chemical_symbols())
    kinds = species_pairs(symbols.tolist())
    used: set[int] = set()
    for _ in range(count):
        a, b = kinds[int(rng.integers(len(kinds)))]
        pairs = find_pairs(pushed.positions, pushed.cell.array, contact_limit(a, b) + 2.0)
        first, second = symbols[pairs.first], symbols[pairs.second]
        chosen = ((first == a) & (second == b)) | ((first == b) & (second == a))
        free = [k for k in np.flatnonzero(chosen) if not {int(pairs.first[k]), int(pairs.second[k])} & used]
        if not free:
            continue
        k = int(rng.choice(free))
        i, j = int(pairs.first[k]), int(pairs.second[k])
        if i == j:  # an atom and its own image cannot approach
            continue
        apart = pushed.get_distance(i, j, mic=True, vector=True)
        wanted = contact_limit(a, b) * rng.uniform(nearest, 1.1)
        inward = 0.5 * (1.0 - wanted / np.linalg.norm(apart)) * apart
        pushed.positions[i] += inward
        pushed.positions[j] -= inward
        used |= {i, j}
    return pushed


def without_li2o(atoms: Atoms, units_out: int, rng: np.random.Generator) -> Atoms:
    """Take out lithium oxide: random oxygen atoms and the two lithium nearest to each.

    Raises
    ------
    InputError
        If there is not that much.

    """
    symbols = np.array(atoms.get_chemical_symbols())
    oxygen = np.flatnonzero(symbols == "O")
    if len(oxygen) < units_out or int((symbols == "Li").sum()) < 2 * units_out:
        raise InputError(f"{atoms.symbols} does not hold {units_out} Li2O to take out")
    gone: list[int] = []
    for centre in rng.choice(oxygen, units_out, replace=False).tolist():
        lithium = [k for k in np.flatnonzero(symbols == "Li").tolist() if k not in gone]
        distances = atoms.get_distances(centre, lithium, mic=True)
        gone += [centre, *(lithium[k] for k in np.argsort(distances)[:2].tolist())]
    return atoms[[k for k in range(len(atoms)) if k not in gone]]


def without(atoms: Atoms, symbol: str, count: int, rng: np.random.Generator) -> Atoms:
    """Take out some atoms of one species at random; what is left need not be neutral."""
    of_species = np.flatnonzero(np.array(atoms.get_chemical_symbols()) == symbol)
    gone = set(rng.choice(of_species, count, replace=False).tolist())
    return atoms[[k for k in range(len(atoms)) if k not in gone]]
