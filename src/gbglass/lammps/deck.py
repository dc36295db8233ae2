"""Input decks, as text in memory, that a LAMMPS user can read.

Only numbers and fixed names go into a deck: nothing that a study file says can become a command.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from gbglass.core.potential import Potential
from gbglass.lammps.counting import Counting, counting_lines
from gbglass.lammps.log import PRESSURES, SHEARS, THERMO_COLUMNS
from gbglass.lammps.motion import PRESSURE_ALONG_Z, SegmentSpan, motion_lines, normal_line
from gbglass.lammps.watch import Bounds, watch_lines
from gbglass.protocol.stages import Cool, Minimise, MovingCell, Ramp

DATA, START, END = "start.data", "start.restart", "end.restart"
FRAMES, END_FRAME = "frames.lammpstrj", "end.lammpstrj"
"""Names of the files that decks read and write."""

THERMO_EVERY = 100
"""Steps between rows of the log."""

_MOVING: Mapping[MovingCell, str] = MappingProxyType({"fixed": "", "normal": "z", "lengths": "xyz"})

_YOUNG, _POISSON = 2.0e6, 0.25
"""Of a stiff oxide: LLZO has 1.5 to 2.0 Mbar. They only guess the next cell, so they decide how fast 0 bar is reached,
not what comes out [bar, 1]."""

_SOFTEST = 2.0e4
"""E is not halved below this: of lithium metal it is 0.1 Mbar [bar]."""

_SWING = 0.25
"""Of the square of a pressure: a step that leaves more of it, on the other side, was too long [1]."""

_LARGEST_STRAIN = 0.02
"""Of one step of the cell: a rough start pulls harder than Hooke's law can tell [1]."""

_TILTS = ("xy", "xz", "yz")
_SKEW = "abs(xy)+abs(xz)+abs(yz)"
_CELL_ROUNDS = 40
CELL_PRESSURE = 100.0
"""A cell is at rest when no pressure along a moving length is larger: 0.01 GPa changes a boundary's energy by less than
1e-6 J/m² [bar]."""

PerAtom = Literal["energy", "stress"]


@dataclass(frozen=True)
class _PerAtomOutput:
    """Columns of a dump and what computes them."""

    columns: str
    commands: tuple[str, ...]


_PER_ATOM: Mapping[PerAtom, _PerAtomOutput] = MappingProxyType(
    {
        "energy": _PerAtomOutput("c_energy", ("compute energy all pe/atom",)),
        "stress": _PerAtomOutput("c_stress[*]", ("compute stress all stress/atom NULL virial",)),
    }
)
"""Potential energy [eV]; minus virial of the atom, stress times volume [bar Å³]."""

_NEIGHBOURS = ("neighbor 1.0 bin", "neigh_modify every 1 delay 5 check yes")
_DUMP_FORMAT = "id type xu yu zu"


@dataclass(frozen=True)
class Recording:
    """What MD writes down, and at which pace it moves.

    Parameters
    ----------
    timestep
        [ps].
    frame_every
        Steps between frames; frames lie at its multiples on the common clock.
    threads
        Whether LAMMPS has its threaded styles, which are faster even with one thread.
    per_atom
        What a frame holds of each atom besides its place.
    counting
        What is counted on the fly, if anything.

    """

    timestep: float
    frame_every: int
    threads: bool
    per_atom: tuple[PerAtom, ...] = ()
    counting: Counting | None = None


def atom_lines(potential: Potential) -> tuple[str, ...]:
    """Say what an atom is, before there is a box; restart files bring it along.

    Pair styles that ask for atoms by their ids, such as mace and symmetrix, need a map of them; others are no slower
    with one and give the same, bit by bit.

    Examples
    --------
    >>> from gbglass.core.packaged import load_potential
    >>> atom_lines(load_potential("buckingham-llzo"))
    ('atom_style charge', 'atom_modify map yes')

    """
    style = "atomic" if potential.fixed_charges is None else "charge"
    return f"atom_style {style}", "atom_modify map yes"


def minimise_deck(stage: Minimise, potential: Potential, *, threads: bool) -> str:
    """Write the deck that moves the atoms of a data file downhill, and the cell with them if the stage says so."""
    moving = _MOVING[stage.cell]
    title = f"until {' and '.join(moving)} are at 0 bar" if moving else "in a fixed cell"
    minimise = f"minimize 0.0 {stage.force_eV_per_A:.10g} {stage.max_iterations} {10 * stage.max_iterations}"
    lines = [
        f"# Minimisation {title}, made by gbglass",
        *_threads(threads=threads),
        "units metal",
        *atom_lines(potential),
        "boundary p p p",
        f"read_data {DATA}",
        *potential.lines,
        "neighbor 1.0 bin",
        "neigh_modify every 1 delay 0 check yes",
        PRESSURE_ALONG_Z,
        *_thermo(every=10),
        "min_style cg",
        "min_modify norm max",
        *(_with_the_cell(minimise, moving) if moving else [minimise]),
        f'print "{PRESSURES}: $(pxx) $(pyy) $(pzz) bar"',
        f'print "{SHEARS}: $(pxy) $(pxz) $(pyz) bar"',
        "reset_timestep 0 time 0.0",
        f"dump frames all custom 1 {FRAMES} {_DUMP_FORMAT}",
        "dump_modify frames sort id units yes time yes format float %.8f",
        "run 0 post no",
        f"write_restart {END}",
    ]
    return "\n".join(lines) + "\n"


def _with_the_cell(minimise: str, moving: str) -> list[str]:
    r"""Write a loop: minimise in a fixed cell, then strain its moving lengths as Hooke's law says, until 0 bar.

    .. math:: ε_i = ((1 + ν) p_i - ν \sum_{j\ moving} p_j) / E

    LAMMPS' own ``fix box/relax`` stops early here: the mesh of PPPM makes the energy jump when the cell moves. It also
    makes the energy rough, so that line searches fail near the end; fire needs forces alone and goes on from there.
    Where all lengths of a skew cell move, so do its angles: else its rest would depend on how the cell was chosen.
    Pressures that swing to the other side, half as large or more, tell of a crystal stiffer than E, and E doubles;
    where they hardly fall it is halved again.
    """
    total = "+".join(f"p{d}{d}" for d in moving)
    has_angles = moving == _MOVING["lengths"]
    lines = [f"variable young equal {_YOUNG:g}", *(f"variable was{d} equal 0" for d in moving)]
    lines += [f"variable round loop {_CELL_ROUNDS}", "label minimise", minimise]
    lines += ["min_style fire", minimise, "min_style cg"]
    rest = "*".join(f"(abs(p{d}{d})<{CELL_PRESSURE:g})" for d in moving)
    sheared = "||".join(f"(abs(p{t})>={CELL_PRESSURE:g})" for t in _TILTS)
    lines += [f"variable rest equal {rest}" + (f"*!(({_SKEW}>0)&&({sheared}))" if has_angles else "")]
    lines += ['if "$(v_rest) == 1" then "jump SELF rest"']
    now, before, both = ("+".join(f"{a}*{b}" for a, b in pairs) for pairs in _products(moving))
    stays = f"({now}>{_SWING:g}*({before}))"
    lines += [f"variable swings equal $(({both}<0)*{stays})", f"variable creeps equal $(({both}>0)*{stays})"]
    lines += [f"variable young equal $(v_young*(1+v_swings)/(1+v_creeps*(v_young>{_SOFTEST:g})))"]
    lines += [f"variable was{d} equal $(p{d}{d})" for d in moving]
    for d in moving:
        strain = _bounded(f"({1.0 + _POISSON:g}*p{d}{d}-{_POISSON:g}*({total}))/v_young")
        lines.append(f"variable l{d} equal $(l{d}*(1.0+{strain}))")
    change = f"change_box all {' '.join(f'{d} final 0.0 ${{l{d}}}' for d in moving)}"
    if has_angles:
        lines += _tilted()
        tilts = " ".join(f"{t} final ${{t{t}}}" for t in _TILTS)
        lines += [f'if "$({_SKEW}) > 0" then "{change} {tilts} remap" else "{change} remap"']
    else:
        lines += [f"{change} remap"]
    lines += ["next round", "jump SELF minimise", "label rest"]
    return lines


def _tilted() -> list[str]:
    r"""Write the tilts of a cell after its strain and shear, which acts on columns from above.

    .. math:: γ_{ij} = 2 (1 + ν) p_{ij} / E
    """
    lines = [f"variable g{t} equal $({_bounded(f'({2.0 * (1.0 + _POISSON):g}*p{t})/v_young')})" for t in _TILTS]
    return [
        *lines,
        "variable txy equal $(xy*v_lx/lx+v_gxy*ly)",
        "variable txz equal $(xz*v_lx/lx+v_gxy*yz+v_gxz*lz)",
        "variable tyz equal $(yz*v_ly/ly+v_gyz*lz)",
    ]


def _bounded(strain: str) -> str:
    """Write a strain that is small as it is and never larger than `_LARGEST_STRAIN`."""
    return f"({strain})/(1.0+abs({strain})/{_LARGEST_STRAIN:g})"


def _products(moving: str) -> Iterator[list[tuple[str, str]]]:
    """Yield the terms of the pressures' squares now and in the round before, and of their product."""
    now, before = [f"p{d}{d}" for d in moving], [f"v_was{d}" for d in moving]
    yield list(zip(now, now, strict=True))
    yield list(zip(before, before, strict=True))
    yield list(zip(now, before, strict=True))


def segment_deck(span: SegmentSpan, potential: Potential, recording: Recording) -> str:
    """Write the deck of one segment of MD, which goes on from a restart file."""
    timed, stage = span.timed, span.timed.stage
    # A frame belongs to the segment that ends with it; only step 0 belongs to the segment that starts with it.
    first_frame = span.first_step + 1 if span.first_step > 0 else 0
    # What a segment strains is its own; temperatures are spread over the whole of a ramp.
    schedule = f" start {timed.first_step} stop {timed.last_step}" if isinstance(stage, Ramp | Cool) else ""
    columns = " ".join((_DUMP_FORMAT, *(_PER_ATOM[what].columns for what in recording.per_atom)))
    lines = [
        f"# Stage {timed.number}, {stage.kind}: steps {span.first_step} to {span.last_step}, made by gbglass",
        *_threads(threads=recording.threads),
        "units metal",
        f"read_restart {START}",
        *potential.lines,
        *_NEIGHBOURS,
        f"timestep {recording.timestep:.10g}",
        normal_line(span),
        *_thermo(every=THERMO_EVERY),
        *motion_lines(span),
        *(command for what in recording.per_atom for command in _PER_ATOM[what].commands),
        *(counting_lines(recording.counting) if recording.counting else ()),
        *watch_lines(_bounds(span), span.energy_before, _DUMP_FORMAT),
        f"dump frames all custom {recording.frame_every} {FRAMES} {columns}",
        f"dump_modify frames sort id units yes time yes delay {first_frame} format float %.6f",
        f"run {span.last_step - span.first_step}{schedule}",
        f"write_dump all custom {END_FRAME} {_DUMP_FORMAT} modify sort id units yes time yes format float %.10g",
        f"write_restart {END}",
    ]
    return "\n".join(lines) + "\n"


def _bounds(span: SegmentSpan) -> Bounds:
    timed, stage = span.timed, span.timed.stage
    first, last = (1.0 + timed.conditions_at(step).strain for step in (span.first_step, span.last_step))
    cooling = max(0.0, stage.starts_at_K - stage.ends_at_K)
    return Bounds(max(stage.starts_at_K, stage.ends_at_K), cooling, max(first / last, last / first))


def _threads(*, threads: bool) -> tuple[str, ...]:
    return ("package omp 1", "suffix omp") if threads else ()


def _thermo(every: int) -> tuple[str, ...]:
    style = " ".join(THERMO_COLUMNS)
    formats = " format float %.10g"
    return (f"thermo_style custom {style}", f"thermo_modify flush yes lost error{formats}", f"thermo {every}")
