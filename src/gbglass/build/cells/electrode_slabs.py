"""Slabs of the electrodes, cut to the in-plane cell of an electrolyte: LixZr2O4 (100) and lithium metal."""

import math

import numpy as np
from ase import Atoms

from gbglass.build.cells.match import BCC_100, BCC_110, Match, Surface, find_matches
from gbglass.build.cells.slab import Slab, with_vacuum
from gbglass.build.crystals.electrodes import LITHIUM_SITE, ZR_SITE, oxygen_parameter, spinel_orbit
from gbglass.build.crystals.lattice_constants import LITHIUM_LATTICE, LatticeConstants
from gbglass.build.piece import wrap_into
from gbglass.core.arrays import FloatArray, IntArray
from gbglass.errors import InputError

_LAYERS_PER_CELL = 4
"""Planes of ZrO2, and of lithium between them, along [100] of a spinel cell."""

_ZR_OXYGEN, _FULL_CHARGE = 2, 4.0
"""O for each Zr; charge of Zr without lithium [e]."""

THICKEST = 500.0
"""Far above any model [Å]."""

_LITHIUM_MISFIT = 0.29
"""Lithium metal is strained by whatever it takes: it melts in nearly every run [1]."""

_PAIR = 2
"""Planes are filled two at a time, one on either side of the middle."""

_NEAR = 1e-6


def lzo_slab(match: Match, thickness: float, rng: np.random.Generator) -> Slab:
    """Cut a slab of LixZr2O4 with (100) surfaces, strained in its plane onto an electrolyte.

    It is whole half cells thick, so it holds LixZr2O4 exactly. Along [100] planes of lithium (+) and of ZrO2 (−)
    alternate, which would give the slab a dipole; half of the outermost lithium plane is therefore moved to the other
    face (Tasker's reconstruction), and both faces become the same.

    Parameters
    ----------
    match
        Of a spinel (100) surface on the electrolyte; its surface holds x.
    thickness
        At least this [Å].
    rng
        Decides which lithium sites are taken where x is between 0 and 1, and on the faces.

    Raises
    ------
    InputError
        If the thickness is not positive or above 500 Å.

    """
    _check_thickness("'lzo_thickness'", thickness)
    x = match.surface.x
    a = match.surface.constants.at(x)
    halves = max(1, math.ceil(2.0 * thickness / a - _NEAR))
    planes = halves * _LAYERS_PER_CELL // 2
    u = oxygen_parameter(x)
    framework = [
        (species, _spread(match, points))
        for species, points in (("Zr", _planes(ZR_SITE, 0.0, planes)), ("O", _planes((u, u, u), 0.0, planes)))
    ]
    lithium = _occupy(_lithium_planes(match, planes), x, rng)
    symbols = ["Li"] * len(lithium) + [species for species, points in framework for _ in range(len(points))]
    points = np.concatenate([lithium, *(points for _, points in framework)]) * [*match.edges, a]
    atoms = Atoms(symbols, positions=points, cell=[*match.edges, a], pbc=True)
    atoms.set_array("layer", np.clip(np.round(points[:, 2] / a * _LAYERS_PER_CELL), 0, planes - 1).astype(np.int64))
    n_zr = symbols.count("Zr")
    valence = {"Li": 1.0, "Zr": _FULL_CHARGE - len(lithium) / n_zr, "O": -float(_ZR_OXYGEN)}
    return Slab(
        with_vacuum(atoms, match.edges),
        "LZO",
        "cathode",
        halves * a / 2.0,
        valence,
        {
            "LZO": (*match.strain(), 0.0),
            "LZO at x = 0": (*match.strain(0.0), match.surface.constants.at(x) / match.surface.constants.at(0.0) - 1.0),
            "LZO at x = 1": (*match.strain(1.0), match.surface.constants.at(x) / match.surface.constants.at(1.0) - 1.0),
        },
        (_lzo_remark(match, len(lithium), 2.0 * len(lithium) / n_zr),),
    )


def lithium_slab(edges: tuple[float, float], thickness: float, constants: LatticeConstants = LITHIUM_LATTICE) -> Slab:
    """Cut a slab of bcc lithium to given edges, (100) or (110) and turned, whichever strains it least.

    Its spacing along z makes up for the strain in the plane, so that the volume of an atom is that of the metal.

    Parameters
    ----------
    edges
        In-plane lengths [Å].
    thickness
        At least this [Å].
    constants
        Of bcc lithium.

    Raises
    ------
    InputError
        If the thickness is not positive or above 500 Å, or nothing fits.

    Examples
    --------
    >>> slab = lithium_slab((12.98, 12.98), 10.0)
    >>> volume = slab.edges[0] * slab.edges[1] * slab.thickness / len(slab.atoms)
    >>> round(volume / (3.51**3 / 2), 6)
    1.0

    """
    _check_thickness("'li_thickness'", thickness)
    match = min(
        (found for lattice in (BCC_100, BCC_110) for found in _lithium_matches(edges, Surface(lattice, constants))),
        key=lambda found: round(found.largest_misfit, 6),
        default=None,
    )
    if match is None:
        raise InputError(f"no cell of bcc lithium comes near {edges[0]:.2f} x {edges[1]:.2f} Å; take a larger area")
    first, second = match.strain()
    natural = constants.full * (0.5 if match.surface.lattice is BCC_100 else math.sqrt(0.5))
    spacing = natural / ((1.0 + first) * (1.0 + second))
    # The plane above one lies over its hollows: half a cell along both edges of (100), along the cube edge of (110).
    hollow = (0.5, 0.5) if match.surface.lattice is BCC_100 else (0.5, 0.0)
    planes = max(1, math.ceil(thickness / spacing - _NEAR))
    points = _spread(match, [(hollow[0] * (n % 2), hollow[1] * (n % 2), n * spacing) for n in range(planes)])
    atoms = Atoms("Li" * len(points), positions=points * [*match.edges, 1.0], cell=[*edges, 1.0], pbc=True)
    atoms.set_array("layer", np.round(points[:, 2] / spacing).astype(np.int64))
    return Slab(
        with_vacuum(atoms, match.edges),
        "Li",
        "anode",
        planes * spacing,
        {"Li": 0.0},
        {"Li": (first, second, spacing / natural - 1.0)},
        (f"Li: {match.surface.lattice.name} turned by {match.angle:.1f}°, at the volume of the metal",),
    )


def _check_thickness(name: str, thickness: float) -> None:
    if not (math.isfinite(thickness) and 0.0 < thickness <= THICKEST):
        raise InputError(f"{name} must be above 0 and at most {THICKEST:g} Å, got {thickness}")


def _lithium_matches(edges: tuple[float, float], surface: Surface) -> tuple[Match, ...]:
    try:
        return find_matches(edges, surface, _LITHIUM_MISFIT, most_repeats=1)
    except InputError:
        return ()


def _planes(site: tuple[float, float, float], first: float, count: int) -> list[tuple[float, float, float]]:
    """List the sites of one orbit in some planes along [100], the first at a height; in-plane ones of a cube cell [a].

    Each site goes to the nearest of the planes, which are a quarter of a cell apart.
    """
    orbit = spinel_orbit(site)
    found = []
    for x, y, z in orbit.tolist():
        plane = round((z - first) * _LAYERS_PER_CELL)
        off = (z - first) - plane / _LAYERS_PER_CELL
        found += [
            (x, y, first + n / _LAYERS_PER_CELL + off) for n in range(count) if (n - plane) % _LAYERS_PER_CELL == 0
        ]
    return found


def _lithium_planes(match: Match, planes: int) -> list[FloatArray]:
    """Return the lithium sites of each plane, those of the two faces included [parts of the edges, and a]."""
    sites = _spread(match, _planes(LITHIUM_SITE, -0.125, planes + 1))
    number: IntArray = np.round((sites[:, 2] + 0.125) * _LAYERS_PER_CELL).astype(np.int64)
    return [sites[number == n] for n in range(planes + 1)]


def _spread(match: Match, points: list[tuple[float, float, float]]) -> FloatArray:
    """Repeat sites over the match's cell; return x and y in parts of its edges, z as it was [(n, 3)].

    Sites that a lattice vector of the surface carries into each other count once.
    """
    lattice = match.surface.lattice
    primitive = np.array([lattice.first, lattice.second])
    (p, q), (r, s) = match.first, match.second
    area = p * s - q * r
    span = range(-abs(p) - abs(r) - abs(q) - abs(s), abs(p) + abs(r) + abs(q) + abs(s) + 1)
    # In whole numbers, so that rounding cannot lose a lattice point or take it twice.
    steps = [(i, j) for i in span for j in span if 0 <= i * s - j * r < area and 0 <= j * p - i * q < area]
    basis = np.array(points, dtype=np.float64)
    inside = np.linalg.solve(primitive.T, basis[:, :2].T).T % 1.0
    inside[inside > 1.0 - _NEAR] = 0.0
    once = np.unique(np.round(np.column_stack([inside, basis[:, 2]]), 9), axis=0)
    cells = np.array(steps, dtype=np.float64)
    all_steps = (cells[:, None] + once[None, :, :2]).reshape(-1, 2)
    heights = np.tile(once[:, 2], len(cells))
    supercell = np.array([match.first, match.second], dtype=np.float64)
    parts: FloatArray = all_steps @ np.linalg.inv(supercell)
    found: FloatArray = np.column_stack([wrap_into(parts, np.ones(2)), heights])
    return found


def _occupy(planes: list[FloatArray], x: float, rng: np.random.Generator) -> FloatArray:
    """Take sites at random in numbers that mirror each other about the middle; faces hold half as many as others."""
    rooms = [len(sites) for sites in planes]
    total = round(x * sum(rooms[1:]))
    shares = np.array(rooms, dtype=np.float64) * x
    shares[[0, -1]] *= 0.5
    counts = np.floor(shares + _NEAR).astype(np.int64)
    middle = len(planes) // 2
    wanting = sorted(range(middle), key=lambda n: (-round(float(shares[n] - counts[n]), 9), n))
    for n in wanting:
        if total - counts.sum() >= _PAIR and counts[n] < rooms[n]:
            counts[[n, -1 - n]] += 1
    # What is left goes nearest to the middle, where it makes the least dipole.
    for n in sorted(range(len(planes)), key=lambda n: (abs(n - middle), n)):
        counts[n] += min(int(total - counts.sum()), rooms[n] - int(counts[n]))
    chosen = [sites[np.sort(rng.permutation(len(sites))[:count])] for sites, count in zip(planes, counts, strict=True)]
    return np.concatenate(chosen)


def _lzo_remark(match: Match, n_lithium: int, x: float) -> str:
    faces = (
        "the ZrO2 planes carry no charge, so the faces need no reconstruction"
        if n_lithium == 0
        else "half of the outermost lithium plane was moved to the other face, so that the slab has no dipole"
    )
    lithium = "" if n_lithium == 0 else "Li" if x == 1.0 else f"Li{x:.3g}"
    return f"LZO: {lithium}Zr2O4 (100), {match}; {faces}"
