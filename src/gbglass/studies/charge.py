"""Where electrons go that are too many: to a grain boundary, its glass, or the crystal, each between lithium.

The question of the paper's Fig. 6c,d and SI Note 4 (doi:10.1038/s41467-025-59895-9). Excess electrons are the density
of a cell with them less that of the same cell without. `plan` is pure, `collect` only reads.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal

import numpy as np
from ase import Atoms
from ase.io import read
from pydantic import Field, field_validator

from gbglass.analysis.amorphisation import LEAST_GLASS
from gbglass.analysis.charge import (
    ChargeLayer,
    Evenness,
    Patch,
    PlaneShares,
    charge_layer,
    evenness,
    excess_density,
    plane_shares,
)
from gbglass.core.charge_density import ChargeDensity
from gbglass.dft.gpaw_density import DensitySettings, gpaw_density, read_gpaw_density
from gbglass.dft.settings import DftSettings
from gbglass.dft.vasp_density import vasp_density_input
from gbglass.errors import EngineError, InputError
from gbglass.learning.validation.evaluator import Dynamics
from gbglass.store.atomic import write_text
from gbglass.store.structures import structure_text
from gbglass.studies.interfaces import (
    BOUNDARY,
    CRYSTAL,
    GLASS,
    INTERFACES,
    SLUGS,
    InterfaceSize,
    between_lithium,
    boundary_slab,
    closed,
    crystal_slab,
    glass_slab,
)
from gbglass.studies.molten import Molten, molten, require_molten
from gbglass.studies.static import Bench, Done, Plain, PlannedWork, StaticFindings, StaticSpec, WorkDone, WorkItem
from gbglass.studies.tables import Table

CELL, MOLTEN = "cell.extxyz", "glass.extxyz"
_NEUTRAL = 0
_MELT_FS = 1.0
_LOST = 0.05
"""Of the electrons, beyond which a grid is too coarse [1]."""


class GpawDensityChoice(Table):
    """How GPAW is asked: PBE in atomic orbitals, without spin."""

    basis: Annotated[str, Field(pattern=r"^[a-z0-9()]+$", description="of atomic orbitals, as GPAW names it")] = "dzp"
    spacing_A: Annotated[float, Field(gt=0.0, le=0.5, description="of the grid, at most")] = 0.2
    k_spacing_per_A: Annotated[float, Field(gt=0.0, description="largest distance of k-points, with 2π")] = 0.6

    @property
    def settings(self) -> DensitySettings:
        """Of all densities."""
        return DensitySettings(self.basis, self.spacing_A, self.k_spacing_per_A)


class MeltChoice(Table):
    """How the boundary's cell becomes a glass: molten by the potential at constant volume, then brought to rest.

    Rigid ions superheat and want 6000 K; what kept the crystal is refused.
    """

    temperature_K: Annotated[float, Field(gt=0.0, le=10000.0)] = 3000.0
    duration_ps: Annotated[float, Field(gt=0.0, le=1000.0)] = 5.0


class ChargeSpec(StaticSpec):
    """A study of where excess electrons sit; its potential melts the electrolyte, and may bring the cells to rest."""

    study: Literal["charge"]
    electrons: Annotated[
        tuple[Annotated[int, Field(ge=1, le=100)], ...],
        Field(min_length=1, description="how many are put in: more than one number shows whether they add up"),
    ] = (1, 2, 4)
    layer_A: Annotated[float, Field(gt=0.0, le=20.0, description="thickness of what counts as an interface")] = 3.0
    patch_A: Annotated[float, Field(gt=0.0, le=50.0, description="width of what counts as a boundary in it")] = 6.0
    is_relaxed: Annotated[
        bool, Field(description="whether the potential, which must know lithium metal, brings the cells to rest")
    ] = False
    melt: MeltChoice = MeltChoice()
    size: Annotated[InterfaceSize, Field(description="of the cells that GPAW is asked about")] = InterfaceSize()
    full: Annotated[InterfaceSize, Field(description="of the cells that VASP's inputs are written for")] = (
        InterfaceSize(layers=3, keep=1.0, lithium_A=10.0)
    )
    gpaw: Annotated[GpawDensityChoice | None, Field(description="GPAW's densities; not asked for if absent")] = None

    @field_validator("electrons")
    @classmethod
    def _rise(cls, electrons: tuple[int, ...]) -> tuple[int, ...]:
        if sorted(set(electrons)) != list(electrons):
            raise ValueError("must rise, each number once")
        return electrons


def problems(tables: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """List what cannot be built or brought to rest."""
    for name in ("size", "full"):
        size = tables.get(name)
        if size is not None:
            try:
                _ = size.geometry
            except InputError as error:
                yield name, str(error)
    potential = tables.get("potential")
    if tables.get("is_relaxed") and potential is not None:
        try:
            fixed = potential.load().fixed_charges is not None
        except InputError:
            return  # reported where it belongs
        if fixed:
            yield "is_relaxed", "needs a potential that knows lithium metal; this one has fixed charges"


@dataclass(frozen=True)
class Excess:
    """Excess electrons of one cell and number.

    Parameters
    ----------
    shares
        By planes.
    layers
        Both interfaces: above the lithium, and through the periodic cell below it.
    wholes, patches
        Evenness of each interface as a whole, and of its boundaries; none where there are none.
    off
        By how much the density for each electron differs from that of the fewest electrons:
        :math:`∫|ρ_n/n - ρ_1| / ∫|ρ_1|` [1].

    """

    shares: PlaneShares
    layers: tuple[ChargeLayer, ChargeLayer]
    wholes: tuple[Evenness, Evenness]
    patches: tuple[Evenness, ...]
    off: float


@dataclass(frozen=True)
class ChargeFindings:
    """Everything that the report of a study of charge shows.

    Parameters
    ----------
    run
        What is known of every study without time.
    excess
        By interface, then by number of electrons; empty without GPAW.
    cells
        Of GPAW if it was asked, of VASP if not, by interface.
    vasp
        Folders of VASP's inputs, relative to the case, and atoms in each cell.
    heights
        Of the lower interface in the cells that GPAW was asked about [Å].

    """

    run: StaticFindings
    excess: Mapping[str, Mapping[int, Excess]]
    cells: Mapping[str, Atoms]
    vasp: Mapping[str, int]
    heights: Mapping[str, float]


def plan(spec: ChargeSpec) -> PlannedWork[ChargeSpec]:
    """List what is molten, built, written for VASP and asked of GPAW.

    Raises
    ------
    InputError
        If the potential does not exist.

    """
    spec.potential.load()
    items = list(_cells(spec, "full", spec.full))
    items += [_vasp(spec, name) for name in INTERFACES]
    if spec.gpaw is not None:
        items += _cells(spec, "small", spec.size)
        items += [_density(spec.gpaw, name, n) for name in INTERFACES for n in (_NEUTRAL, *spec.electrons)]
    return PlannedWork(spec, "Excess electrons between lithium and LLZO", tuple(items))


def _cells(spec: ChargeSpec, which: str, size: InterfaceSize) -> Iterator[WorkItem]:
    said = {"size": size.model_dump(mode="json"), "seed": spec.seed}
    melt = {**said, "melt": spec.melt.model_dump(mode="json"), "least_glass": LEAST_GLASS}
    yield WorkItem(f"{which}-glass", f"{which}: glass", "potential", None, melt, partial(_melt, spec, size))
    for name in INTERFACES:
        needs = (f"{which}-glass",) if name == GLASS else ()
        title, do = f"{which}: cell of {name}", partial(_build, spec, size, name)
        if spec.is_relaxed:
            yield WorkItem(f"{which}-{SLUGS[name]}", title, "potential", None, {**said, "rest": True}, do, needs)
        else:
            yield WorkItem(f"{which}-{SLUGS[name]}", title, "us", None, said, do, needs)


def _vasp(spec: ChargeSpec, name: str) -> WorkItem:
    inputs = {"electrons": list(spec.electrons), "settings": DftSettings(spin="always").checksum("vasp")}
    needs = (f"full-{SLUGS[name]}",)
    return WorkItem(
        f"vasp-{SLUGS[name]}", f"VASP's input for {name}", "us", None, inputs, partial(_inputs, spec), needs
    )


def _density(gpaw: GpawDensityChoice, name: str, electrons: int) -> WorkItem:
    inputs = {"gpaw": gpaw.model_dump(mode="json"), "electrons": electrons}
    title = f"{name}, {electrons} in excess" if electrons else f"{name}, neutral"
    do = partial(_ask, gpaw.settings, electrons)
    return WorkItem(f"gpaw-{SLUGS[name]}-{electrons}", title, "gpaw", None, inputs, do, (f"small-{SLUGS[name]}",))


def _melt(spec: ChargeSpec, size: InterfaceSize, bench: Bench) -> Plain:
    if bench.potential is None:
        raise EngineError("there is no potential to be asked")
    crystal = closed(boundary_slab(size, np.random.default_rng(spec.seed)))
    asked = Dynamics(spec.melt.temperature_K, 0.1, spec.melt.duration_ps, _MELT_FS)
    *_, last = bench.potential.run(crystal, asked)
    hot = Atoms(crystal.get_chemical_symbols(), positions=last.positions, cell=last.cell, pbc=True)
    hot.set_cell(np.diag(hot.cell.lengths()))
    rested = bench.potential.relax(hot, "fixed")
    glass = Atoms(rested.atoms.numbers, positions=rested.atoms.positions, cell=rested.atoms.cell.array, pbc=True)
    glass.wrap()
    found = molten(crystal, last.positions, glass)
    require_molten(found)
    write_text(bench.folder / MOLTEN, structure_text(glass, ".extxyz"))
    said = {"who": bench.potential.name, "ending": rested.ending, "n_atoms": len(glass)}
    return {**said, "glassy": found.glassy, "left": found.left}


def _build(spec: ChargeSpec, size: InterfaceSize, name: str, bench: Bench) -> Plain:
    rng = np.random.default_rng(spec.seed)
    if name == GLASS:
        (glass,) = bench.earlier.values()
        slab = glass_slab(_read(glass, MOLTEN))
    else:
        slab = boundary_slab(size, rng) if name == BOUNDARY else crystal_slab(size, rng)
    built = between_lithium(slab, size.lithium_A)
    atoms, ending = built.atoms, ""
    if bench.potential is not None and spec.is_relaxed:
        rested = bench.potential.relax(atoms, "fixed")
        atoms, ending = rested.atoms, rested.ending
    plain = Atoms(atoms.get_chemical_symbols(), positions=atoms.positions, cell=atoms.cell.array, pbc=True)
    write_text(bench.folder / CELL, structure_text(plain, ".extxyz"))
    return {
        "who": "gbglass" if not spec.is_relaxed else spec.potential.load().name, "interface": name,
        "n_atoms": len(plain), "boundaries": list(built.boundaries), "heights_A": list(built.heights),
        "remarks": list(built.remarks), "ending": ending,
    }  # fmt: skip


def _inputs(spec: ChargeSpec, bench: Bench) -> Plain:
    (cell,) = bench.earlier.values()
    atoms, settings = _read(cell, CELL), DftSettings(spin="always")
    for electrons in (_NEUTRAL, *spec.electrons):
        for file, text in vasp_density_input(atoms, settings, electrons).files().items():
            write_text(bench.folder / f"electrons-{electrons}" / file, text)
    return {"who": "gbglass", "n_atoms": len(atoms), "interface": cell.result["interface"]}


def _ask(settings: DensitySettings, electrons: int, bench: Bench) -> Plain:
    if bench.gpaw is None:
        raise EngineError("there is no GPAW to be asked")
    (cell,) = bench.earlier.values()
    atoms = _read(cell, CELL)
    energy = gpaw_density(bench.gpaw, atoms, electrons, settings, bench.folder, threads=bench.threads)
    return {"who": "gpaw-pbe", "energy_eV": energy, "n_atoms": len(atoms)}


def _read(done: Done, file: str) -> Atoms:
    atoms = read(done.folder / file)
    if not isinstance(atoms, Atoms):
        raise InputError(f"{done.folder / file} holds no structure")
    return atoms


def collect(work: WorkDone[ChargeSpec]) -> ChargeFindings:
    """Subtract the densities, and look at the planes and at both interfaces of each cell.

    Raises
    ------
    InputError
        If two densities do not fit each other.

    """
    spec, done = work.planned.spec, work.done
    excess: dict[str, dict[int, Excess]] = {}
    has_gpaw = all(f"gpaw-{SLUGS[name]}-{n}" in done for name in INTERFACES for n in (_NEUTRAL, *spec.electrons))
    which = "small" if has_gpaw and spec.gpaw is not None else "full"
    built = {name: done[f"{which}-{SLUGS[name]}"] for name in INTERFACES}
    if which == "small":
        excess = {name: _excess_of(spec, name, built[name], done) for name in INTERFACES}
    vasp = {name: done[f"vasp-{SLUGS[name]}"] for name in INTERFACES}
    return ChargeFindings(
        run=work.findings(_remarks(spec, built, excess, _glass(done[f"{which}-glass"]))),
        excess=excess,
        cells={name: _read(one, CELL) for name, one in built.items()},
        vasp={f"work/{one.folder.name}": int(one.result["n_atoms"]) for one in vasp.values()},
        heights={name: float(one.result["heights_A"][0]) for name, one in built.items()},
    )


def _excess_of(spec: ChargeSpec, name: str, built: Done, done: Mapping[str, Done]) -> dict[int, Excess]:
    atoms = _read(built, CELL)
    numbers = (_NEUTRAL, *spec.electrons)
    densities = {n: read_gpaw_density(done[f"gpaw-{SLUGS[name]}-{n}"].folder, atoms) for n in numbers}
    extra = {n: excess_density(densities[n], densities[_NEUTRAL]) for n in spec.electrons}
    first = extra[spec.electrons[0]].values / spec.electrons[0]
    return {n: _look(spec, rho, built.result, _off(rho.values / n, first)) for n, rho in extra.items()}


def _off(one: np.ndarray[Any, np.dtype[np.float64]], first: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    return float(np.abs(one - first).sum() / np.abs(first).sum())


def _look(spec: ChargeSpec, excess: ChargeDensity, built: Mapping[str, Any], off: float) -> Excess:
    lower, top = (float(height) for height in built["heights_A"])
    width = float(np.linalg.norm(excess.cell[1]))
    half = 0.5 * spec.patch_A / width
    patches = [Patch(f"boundary {n}", at - half, at + half) for n, at in enumerate(built["boundaries"], start=1)]
    layers = tuple(_layer(excess, height, top, spec.layer_A) for height in (lower, top))
    found = [evenness(layer, (Patch("interface"), *patches)) for layer in layers]
    return Excess(
        shares=plane_shares(excess),
        layers=(layers[0], layers[1]),
        wholes=(found[0][0], found[1][0]),
        patches=tuple(one for several in found for one in several[1:]),
        off=off,
    )


def _layer(excess: ChargeDensity, height: float, top: float, thickness: float) -> ChargeLayer:
    """Look at a layer around a height, turning the periodic cell so that it lies in the middle."""
    n = excess.values.shape[2]
    shift = round((0.5 - height / top) * n)
    turned = ChargeDensity(np.roll(excess.values, shift, axis=2), excess.cell)
    middle = height + shift * top / n
    return charge_layer(turned, middle - 0.5 * thickness, middle + 0.5 * thickness)


def _glass(melted: Done) -> Molten:
    return Molten(float(melted.result["glassy"]), float(melted.result["left"]))


def _remarks(
    spec: ChargeSpec, built: Mapping[str, Done], excess: Mapping[str, Mapping[int, Excess]], glass: Molten
) -> Iterator[str]:
    yield f"The electrolyte of {GLASS} was molten: {glass.statement}."
    for name, one in built.items():
        for remark in one.result["remarks"]:
            yield f"{name}: {remark}."
        if one.result["ending"]:
            yield f"{name} is not at rest: {one.result['ending']}."
    if not spec.is_relaxed:
        yield "The interfaces are as they were built, not at rest: a potential that knows lithium metal can relax them."
    if not excess:
        yield "No density was calculated: VASP's inputs are written, and 'gbglass charge' reads what VASP leaves."
        return
    if len({one.result["n_atoms"] for one in built.values()}) > 1:
        sizes = ", ".join(f"{name} {one.result['n_atoms']}" for name, one in built.items())
        yield f"The cells are not equal in atoms ({sizes}): {CRYSTAL} lacks the room that boundaries take."
    for name, by_number in excess.items():
        for n, found in by_number.items():
            if abs(found.shares.electrons - n) > _LOST * n:
                yield f"{name}: the grid holds {found.shares.electrons:.2f} of {n} electrons; take a finer one."
