"""The structures that a potential for Li | LLZO | LixZr2O4 is first trained on, domain by domain.

Never trained, so that they can tell how far the model reaches: the boundary Σ5(012), LixZr2O4 with x = 0.375, and
lithium on LLZO (110). Origins whose second word is ``test`` are like the trained ones, of every domain and at
conditions that a user would ask for, and are for the test alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from ase import Atoms
from ase.build import bcc100, bcc110, bcc111

from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.build.crystals.tetragonal import tetragonal_llzo
from gbglass.build.tilt import Miller
from gbglass.learning.crystals import LITHIUM_A, LITHIUM_PER_SPINEL, OXIDES, TETRAGONAL, lithium, oxide, spinel
from gbglass.learning.disturb import push_pairs, rattle, scale, shake, strain, without, without_li2o
from gbglass.learning.origins import Draw, Leg, Origin, from_chain, from_dynamics, seeded
from gbglass.learning.parts import (
    CUT_110,
    VACUUM,
    Cut,
    cracked,
    cut_001,
    free,
    llzo_slab,
    metal_on,
    pile,
    shifted,
    spinel_on,
    thin_boundary,
)
from gbglass.learning.validation.molten import MELT_K, MELTING
from gbglass.protocol.stages import Hold, Minimise, Ramp, Stage

Start = Callable[[np.random.Generator], Atoms]

_STRAIN = 0.05
_RELAX = Minimise(max_iterations=100)
"""The cheap potential is only asked for a sane start."""

_BOUNDARIES: tuple[tuple[Miller, Miller, int], ...] = (
    ((1, -1, 0), (1, 1, 2), 1),
    ((1, -1, 0), (1, 1, 2), 2),
    ((1, 0, 0), (0, 1, 3), 1),
    ((1, -1, 0), (3, 3, 2), 2),
    ((1, -1, 0), (1, 1, 1), 1),
    ((1, 0, 0), (0, 2, 3), 3),
)
_HELD_OUT_BOUNDARY: tuple[Miller, Miller, int] = ((1, 0, 0), (0, 1, 2), 2)
_HELD_OUT_LITHIUM = 3
"""Of 8 in a spinel cell."""


def training_origins() -> tuple[Origin, ...]:
    """List all origins; the cheap and the expensive ones mixed, since frames are drawn in rounds.

    Examples
    --------
    >>> origins = training_origins()
    >>> sorted({origin.domain for origin in origins if origin.held_out})
    ['boundary', 'li|llzo', 'lzo']

    """
    parts = (_bulk, _glass, _lithium, _spinels, _surfaces, _boundaries, _cracks, _lithium_interfaces)
    return tuple(origin for part in (*parts, _spinel_interfaces, _close, _off) for origin in part())


def _rattled(name: str, size: int, start: Start, temperatures: tuple[float, float], largest: float = 0.0) -> Origin:
    """Draw from one start: strained evenly up to a largest strain, then rattled at a random temperature."""

    def draw(given: Draw) -> Atoms:
        atoms = strain(start(seeded(name)), largest, given.rng)
        return rattle(atoms, given.rng.uniform(*temperatures), given.rng)

    return Origin(name, name.partition("/")[0], size, draw)


def _run(name: str, size: int, start: Start, stages: tuple[Stage, ...], skip_ps: float) -> Origin:
    draw = from_dynamics(lambda: start(seeded(name)), (_RELAX, *stages), skip_ps, size)
    return Origin(name, name.partition("/")[0], size, draw)


def _chain(name: str, size: int, start: Start, leg: Leg) -> Origin:
    def disturbed(rng: np.random.Generator) -> Atoms:
        return rattle(start(seeded(name)), leg.temperature_K, rng)

    return Origin(name, name.partition("/")[0], size, from_chain(disturbed, leg))


def _heated(temperature_K: float) -> tuple[Stage, ...]:
    """Heat in NPT from room temperature, then hold for 4 ps; frames are taken from the hold, after 0.5 ps more."""
    return Ramp(from_K=299, to_K=temperature_K, rate_K_per_fs=1.0), Hold(temperature_K=temperature_K, duration_ps=4)


def _ramp_ps(temperature_K: float) -> float:
    return (temperature_K - 299) * 1e-3 + 0.5


def _bulk() -> Iterator[Origin]:
    for temperature, n in ((300, 12), (600, 13), (900, 10), (1200, 13), (1500, 12), (1800, 11)):
        start = _cubic(n)
        yield _run(f"c-llzo/{temperature} K", 8, start, _heated(temperature), _ramp_ps(temperature))
    for n in (8, 10, 13):
        yield _rattled(f"c-llzo/strained {n}", 7, _cubic(n), (100, 1200), _STRAIN)
    for temperature in (300, 600, 900, 1200):
        yield _run(f"t-llzo/{temperature} K", 6, _tetragonal, _heated(temperature), _ramp_ps(temperature))
    yield _rattled("t-llzo/strained", 12, _tetragonal, (100, 1200), _STRAIN)
    # What the cheap potential does not know is the lattice and the vibrations of the teacher itself.
    for temperature, leg_start in ((300, _tetragonal), (1000, _cubic(12))):
        name = "t-llzo" if leg_start is _tetragonal else "c-llzo"
        yield _chain(f"{name}/own {temperature} K", 5, leg_start, Leg(temperature))
    for temperature, n in ((300, 11), (900, 13), (1200, 12)):
        start = _cubic(n)
        yield _run(f"c-llzo/test {temperature} K", 3, start, _heated(temperature), _ramp_ps(temperature))
    yield _chain("c-llzo/test own 900 K", 4, _cubic(11), Leg(900))
    yield _run("t-llzo/test 450 K", 3, _tetragonal, _heated(450), _ramp_ps(450))
    yield _chain("t-llzo/test own 700 K", 3, _tetragonal, Leg(700))


def _cubic(n_tetrahedral: int) -> Start:
    return lambda rng: cubic_llzo(n_tetrahedral, rng)


def _tetragonal(_rng: np.random.Generator) -> Atoms:
    return tetragonal_llzo(TETRAGONAL).atoms


_MELTED: tuple[Stage, ...] = (*MELTING, Hold(temperature_K=MELT_K, duration_ps=5))

_GLASS: tuple[Stage, ...] = (
    *_MELTED,
    Ramp(from_K=3000, to_K=1000, rate_K_per_fs=0.5),
    Hold(temperature_K=1000, duration_ps=2),
    Ramp(from_K=1000, to_K=300, rate_K_per_fs=0.5),
)


def _glass() -> Iterator[Origin]:
    for number in (1, 2):
        yield _run(f"a-llzo/quench {number}", 20, _cubic(12), _GLASS, 5.0)
    yield _run("a-llzo/quench without Li2O", 12, _without_oxide(6), _GLASS, 5.0)
    yield _chain("a-llzo/own 3000 K", 5, _cubic(10), Leg(3000, steps=14, timestep_fs=1.5))
    yield _run("a-llzo/test melt 3000 K", 5, _cubic(11), _MELTED, 7.0)
    yield _run("a-llzo/test glass", 5, _cubic(13), _GLASS, 13.5)


def _lithium() -> Iterator[Origin]:
    yield _rattled("li/bcc strained", 14, lambda _rng: lithium("bcc", (3, 3, 3)), (50, 450), _STRAIN)
    yield _rattled("li/fcc strained", 6, lambda _rng: lithium("fcc", (2, 2, 2)), (50, 450), _STRAIN)
    yield _rattled("li/hcp strained", 6, lambda _rng: lithium("hcp", (3, 3, 2)), (50, 450), _STRAIN)
    yield _rattled("li/vacancies", 8, lambda rng: without(lithium("bcc", (3, 3, 3)), "Li", 3, rng), (50, 450), 0.02)
    for temperature in (300, 450):
        yield _chain(f"li/bcc {temperature} K", 10, lambda _rng: lithium("bcc", (3, 3, 3)), Leg(temperature))
    for temperature, factor in ((600, 1.01), (900, 1.02), (1500, 1.04), (900, 0.97), (1200, 1.08)):
        yield _chain(f"li/liquid {temperature} K x{factor}", 12, _liquid(factor), Leg(temperature, timestep_fs=2.5))
    yield _chain("li/test bcc 400 K", 4, lambda _rng: lithium("bcc", (3, 3, 3)), Leg(400))
    yield _chain("li/test liquid 800 K", 4, _liquid(1.02), Leg(800, timestep_fs=2.5))
    size, gap = (3, 3, 6), 0.5 * VACUUM
    surfaces: dict[str, Atoms] = {
        "100": bcc100("Li", size, a=LITHIUM_A, vacuum=gap),
        "110": bcc110("Li", size, a=LITHIUM_A, vacuum=gap),
        "111": bcc111("Li", size, a=LITHIUM_A, vacuum=gap),
    }
    for name, slab in surfaces.items():
        slab.pbc = True
        yield _rattled(f"li-surface/{name}", 6, _copy_of(slab), (50, 450), 0.03)
        yield _chain(f"li-surface/{name} 450 K", 6, _copy_of(slab), Leg(450))
    yield _chain("li-surface/liquid 800 K", 8, _liquid_film, Leg(800, timestep_fs=2.5))


def _copy_of(atoms: Atoms) -> Start:
    def start(_rng: np.random.Generator) -> Atoms:
        copy: Atoms = atoms.copy()
        return copy

    return start


def _liquid(factor: float) -> Start:
    return lambda rng: shake(scale(lithium("bcc", (3, 3, 3)), factor), 0.7, rng)


def _liquid_film(rng: np.random.Generator) -> Atoms:
    film = _liquid(1.02)(rng)
    film.wrap()
    film.set_cell([*film.cell.lengths()[:2], film.cell.lengths()[2] + VACUUM])
    return film


def _spinels() -> Iterator[Origin]:
    for n in range(LITHIUM_PER_SPINEL + 1):
        held_out = n == _HELD_OUT_LITHIUM
        x = n / LITHIUM_PER_SPINEL
        strained = _rattled(f"lzo/x {x:.3f} strained", 8, _spinel(n), (100, 1200), _STRAIN)
        yield replace(strained, held_out=held_out)
        if n % 2 == 0 or held_out:
            for temperature in (600, 1200):
                chain = _chain(f"lzo/x {x:.3f} {temperature} K", 8, _spinel(n), Leg(temperature))
                yield replace(chain, held_out=held_out)
    # Rattled cells are centred on oxygen's place in PBE, which is not quite the teacher's, and short legs stay near it.
    for n in range(LITHIUM_PER_SPINEL // 2, LITHIUM_PER_SPINEL + 1):
        for temperature in (300, 900):
            name = f"lzo/x {n / LITHIUM_PER_SPINEL:.3f} own {temperature} K"
            yield _chain(name, 8, _spinel(n), Leg(temperature, steps=25))
    for n, temperature in ((0, 600), (2, 900), (4, 300), (5, 900), (6, 600), (8, 300)):
        yield _chain(
            f"lzo/test x {n / LITHIUM_PER_SPINEL:.3f} {temperature} K", 4, _spinel(n), Leg(temperature, steps=25)
        )


def _spinel(n_lithium: int) -> Start:
    return lambda rng: spinel(n_lithium, rng)


def _surfaces() -> Iterator[Origin]:
    for quarters, temperature in ((2, 300), (2, 900), (3, 600), (3, 1500)):
        yield _run(
            f"llzo-surface/001 {quarters} {temperature} K",
            8,
            _surface(cut_001(quarters)),
            (Hold(temperature_K=temperature, duration_ps=4),),
            0.5,
        )
    yield _run(
        "llzo-surface/110 900 K",
        6,
        _surface(CUT_110),
        (Hold(temperature_K=900, duration_ps=4),),
        0.5,
    )
    yield _chain("llzo-surface/001 own 800 K", 8, _surface(cut_001(1)), Leg(800))
    stages = (Hold(temperature_K=700, duration_ps=4),)
    yield _run("llzo-surface/test 001 3 700 K", 4, _surface(cut_001(3)), stages, 0.5)


def _surface(cut: Cut) -> Start:
    return lambda rng: free(llzo_slab(cut, rng))


def _boundaries() -> Iterator[Origin]:
    for (axis, plane, layers), offset, temperature in (
        *zip(_BOUNDARIES, (0.0, 0.5, 0.0, 0.0, 0.0, 0.0), (600, 900, 900, 1200, 900, 1200), strict=True),
        (_BOUNDARIES[0], 0.5, 1500),
        (_BOUNDARIES[2], 0.5, 300),
        (_BOUNDARIES[3], 0.5, 600),
    ):
        indices = "".join(map(str, plane))
        name = f"boundary/{indices} {layers} at {offset} {temperature} K"
        yield _run(name, 6, _boundary(axis, plane, layers, offset), _heated(temperature), _ramp_ps(temperature))
    axis, plane, layers = _HELD_OUT_BOUNDARY
    for offset, temperature in ((0.0, 900), (0.5, 300)):
        name = f"boundary/012 {layers} at {offset} {temperature} K"
        origin = _run(name, 5, _boundary(axis, plane, layers, offset), _heated(temperature), _ramp_ps(temperature))
        yield replace(origin, held_out=True)
    axis, plane, layers = _BOUNDARIES[0]
    yield _run("boundary/112 molten", 8, _boundary(axis, plane, layers, 0.0), _MELTED, 5.0)
    for number, offset, temperature in ((1, 0.5, 600), (2, 0.5, 900), (5, 0.5, 1200), (3, 0.0, 300)):
        axis, plane, layers = _BOUNDARIES[number]
        name = f"boundary/test {''.join(map(str, plane))} {layers} at {offset} {temperature} K"
        yield _run(name, 3, _boundary(axis, plane, layers, offset), _heated(temperature), _ramp_ps(temperature))
    for number in range(5):
        name = f"boundary/fault {number}"
        yield _run(name, 5, _fault, (Hold(temperature_K=300 + 300 * number, duration_ps=3),), 0.5)


def _boundary(axis: Miller, plane: Miller, layers: int, offset: float) -> Start:
    return lambda rng: thin_boundary(axis, plane, layers, offset, rng)


def _fault(rng: np.random.Generator) -> Atoms:
    """Two half cells, each with its own lithium, one moved within the plane."""
    lower, upper = llzo_slab(cut_001(2), rng), llzo_slab(cut_001(2), rng)
    across, along = rng.random(2).tolist()
    return pile([lower, shifted(upper, (across, along))], closed=True)


def _cracks() -> Iterator[Origin]:
    for number, (opening, temperature) in enumerate(((1.0, 300), (2.0, 900), (3.5, 600), (6.0, 900))):
        axis, plane, layers = _BOUNDARIES[0 if number % 2 else 3]
        indices = "".join(map(str, plane))
        start = _opened(_boundary(axis, plane, layers, 0.5 * (number // 2)), opening)
        yield _run(f"crack/{indices} {opening} Å", 5, start, (Hold(temperature_K=temperature, duration_ps=3),), 0.3)
    start = _opened(_boundary(*_BOUNDARIES[0], 0.5), 3.0)
    yield _run("crack/test 112 3.0 Å", 3, start, (Hold(temperature_K=700, duration_ps=3),), 0.3)


def _opened(make: Start, opening: float) -> Start:
    return lambda rng: cracked(make(rng), opening)


def _lithium_interfaces() -> Iterator[Origin]:
    yield _rattled("li|llzo/001", 8, _lithium_on(2, 6, closed=True), (100, 900))
    yield _rattled("li|llzo/001 open", 6, _lithium_on(2, 5, closed=False), (100, 900), 0.03)
    for temperature in (300, 600, 1000):
        yield _chain(f"li|llzo/001 {temperature} K", 14, _lithium_on(1, 4, closed=True), Leg(temperature))
    yield _chain("li|llzo/001 thick 700 K", 6, _lithium_on(2, 6, closed=True), Leg(700))
    for temperature in (450, 800):
        yield _chain(f"li|llzo/test 001 {temperature} K", 4, _lithium_on(1, 4, closed=True), Leg(temperature))
    held_out = (
        _rattled("li|llzo/110", 4, _lithium_on_110, (100, 900)),
        _chain("li|llzo/110 600 K", 4, _lithium_on_110, Leg(600)),
    )
    yield from (replace(origin, held_out=True) for origin in held_out)


def _lithium_on(quarters: int, layers: int, *, closed: bool) -> Start:
    def start(rng: np.random.Generator) -> Atoms:
        slab = llzo_slab(cut_001(quarters), rng)
        across, along = rng.random(2).tolist()
        metal = shifted(metal_on(_area(slab), layers, (3, 2)), (across, along))
        return pile([slab, metal], closed=closed)

    return start


def _lithium_on_110(rng: np.random.Generator) -> Atoms:
    slab = llzo_slab(CUT_110, rng)
    return pile([slab, metal_on(_area(slab), 4, (4, 5))], closed=True)


def _area(slab: Atoms) -> tuple[float, float]:
    first, second, _ = slab.cell.lengths().tolist()
    return first, second


def _spinel_interfaces() -> Iterator[Origin]:
    for n in (0, 4, 8):
        x = n / LITHIUM_PER_SPINEL
        yield _rattled(f"llzo|lzo/x {x:.2f}", 8, _spinel_under(2, 2, n), (100, 900), 0.02)
        for temperature in (500, 1100):
            yield _chain(f"llzo|lzo/x {x:.2f} {temperature} K", 8, _spinel_under(1, 2, n), Leg(temperature))
    for n in (2, 6):
        name = f"llzo|lzo/test x {n / LITHIUM_PER_SPINEL:.2f} 800 K"
        yield _chain(name, 4, _spinel_under(1, 2, n), Leg(800))
    yield _run("llzo|lzo/empty 900 K", 8, _spinel_under(2, 2, 0), (Hold(temperature_K=900, duration_ps=3),), 0.5)


def _spinel_under(quarters: int, planes: int, n_lithium: int) -> Start:
    def start(rng: np.random.Generator) -> Atoms:
        slab = llzo_slab(cut_001(quarters), rng)
        across, along = rng.random(2).tolist()
        return pile([slab, shifted(spinel_on(_area(slab), planes, n_lithium, rng), (across, along))], closed=True)

    return start


def _close() -> Iterator[Origin]:
    starts: tuple[tuple[str, Start], ...] = (
        ("c-llzo", _cubic(12)),
        ("li", lambda _rng: lithium("bcc", (3, 3, 3))),
        ("lzo", _spinel(5)),
        ("li on llzo", _lithium_on(1, 4, closed=True)),
    )
    for label, start in starts:
        yield _pushed(f"close/pairs in {label}", 8, start)
        yield _compressed(f"close/compressed {label}", 6, start)
    yield _pushed("close/test pairs in c-llzo", 3, _cubic(11))
    yield _pushed("close/test pairs in lzo", 3, _spinel(6))


def _pushed(name: str, size: int, start: Start) -> Origin:
    def draw(given: Draw) -> Atoms:
        return push_pairs(rattle(start(seeded(name)), 300, given.rng), 5, 0.8, given.rng)

    return Origin(name, "close", size, draw)


def _compressed(name: str, size: int, start: Start) -> Origin:
    def draw(given: Draw) -> Atoms:
        return scale(rattle(start(seeded(name)), 200, given.rng), given.rng.uniform(0.86, 0.97))

    return Origin(name, "close", size, draw)


def _off() -> Iterator[Origin]:
    for count in (2, 8):
        start = _without_oxide(count)
        yield _rattled(f"off/{count} Li2O out", 6, start, (100, 1200), 0.03)
        yield _run(f"off/{count} Li2O out 1500 K", 6, start, _heated(1500), _ramp_ps(1500))
    yield _rattled("off/6 Li out", 6, lambda rng: without(cubic_llzo(12, rng), "Li", 6, rng), (100, 1200), 0.03)
    for name in OXIDES:
        yield _rattled(f"off/{name}", 6, _copy_of(oxide(name)), (100, 1500), _STRAIN)
        melt = (Hold(temperature_K=5000, duration_ps=2), Hold(temperature_K=3000, duration_ps=3))
        yield _run(f"off/{name} melt", 4, _copy_of(oxide(name)), melt, 1.5)


def _without_oxide(units_out: int) -> Start:
    return lambda rng: without_li2o(cubic_llzo(12, rng), units_out, rng)
