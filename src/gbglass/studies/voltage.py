"""The voltage of an electrode against lithium: its plateaus by the study's potential, a teacher and GPAW, side by side.

The question of the paper's Fig. 2b (doi:10.1038/s41467-025-59895-9) about LixZr2O4, which an electrode from a file may
take the place of. Orderings of lithium at several contents are
brought to rest by the potential and by the teacher; GPAW says the energy of the best of each content as it was left.
`plan` is pure, `collect` only reads.
"""

import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import spglib
from ase import Atoms
from ase.io import read
from pydantic import Field, field_validator

from gbglass.analysis.voltage import Ordering, VoltageCurve, voltage_curve
from gbglass.core.suitability import check_elements
from gbglass.dft.gpaw import GpawLabeller
from gbglass.dft.settings import DftSettings, Spin
from gbglass.errors import EngineError, InputError
from gbglass.learning.crystals import lithium
from gbglass.learning.validation.by_teacher import TeacherEvaluator
from gbglass.learning.validation.evaluator import Evaluator
from gbglass.store.atomic import write_text
from gbglass.store.structures import structure_text
from gbglass.studies.electrode import ElectrodeChoice, host_of
from gbglass.studies.static import Bench, By, Done, Plain, PlannedWork, StaticFindings, StaticSpec, WorkDone, WorkItem
from gbglass.studies.tables import Table
from gbglass.teachers.asked import AskedCalculator
from gbglass.teachers.calculator import CalculatorTeacher

RESTED = "rested.extxyz"
"""The structure at rest, in the folder of its item."""

_METAL = "Li metal"
_ALIKE = 1e-2
"""Atoms nearer to where a symmetry brings them are equal by it: how far relaxations leave them [Å]."""

Contents = tuple[Annotated[float, Field(ge=0.0, le=1.0)], ...]


def _from_empty_to_full(contents: Contents) -> Contents:
    if len(set(contents)) < len(contents) or not {0.0, 1.0} <= set(contents):
        raise ValueError("must be different from each other, and hold 0 and 1")
    return tuple(sorted(contents))


class GpawChoice(Table):
    """What GPAW is asked: PBE in plane waves, the energy of structures as another has left them."""

    contents: Annotated[Contents, Field(description="x of which it says the best ordering; 0 and 1 must be there")] = (
        0.0,
        0.5,
        1.0,
    )
    relaxed_by: Annotated[Literal["potential", "teacher"], Field(description="who brings the structures to rest")] = (
        "potential"
    )
    of_seed: Annotated[
        int | None,
        Field(description="the seed of whose study alone it is asked: the others of a sweep are held against that"),
    ] = None
    cutoff_eV: Annotated[float, Field(gt=0.0, description="of the plane waves")] = 500.0
    k_spacing_per_A: Annotated[float, Field(gt=0.0, description="largest distance of k-points, with 2π")] = 0.25
    spin: Annotated[Spin, Field(description="whether cells may have a moment; four times as slow")] = "where it matters"

    _span = field_validator("contents")(_from_empty_to_full)

    @property
    def settings(self) -> DftSettings:
        """Of all its energies: one tolerance and one smearing, or they cannot be subtracted."""
        return DftSettings(cutoff_eV=self.cutoff_eV, k_spacing_per_A=self.k_spacing_per_A, spin=self.spin)


class VoltageSpec(StaticSpec):
    """A study of the voltage of an electrode."""

    study: Literal["voltage"]
    contents: Annotated[
        Contents, Field(description="x, the share of the lithium sites that are filled; 0 and 1 must be there")
    ] = (
        0.0, 0.25, 0.5, 0.75, 1.0,
    )  # fmt: skip
    orderings: Annotated[
        int, Field(ge=1, le=20, description="of lithium at each content, those that repel least first")
    ] = 3
    rattle_A: Annotated[
        float | None,
        Field(gt=0.0, le=0.3, description="how far the seed puts atoms off their places before the potential's rest"),
    ] = None
    teacher: Annotated[
        Literal["sevennet", "chgnet"] | None, Field(description="who else brings them to rest; nobody if absent")
    ] = None
    electrode: Annotated[ElectrodeChoice | None, Field(description="in place of LixZr2O4")] = None
    gpaw: Annotated[GpawChoice | None, Field(description="GPAW's energies; not asked for if absent")] = None

    _span = field_validator("contents")(_from_empty_to_full)


def problems(tables: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """List what the electrode cannot be filled to, the potential does not know, and GPAW cannot be asked."""
    if "electrode" in tables:
        yield from _electrode_problems(tables)
    gpaw, contents = tables.get("gpaw"), tables.get("contents", ())
    if gpaw is None:
        return
    unknown = [f"{x:g}" for x in gpaw.contents if contents and x not in contents]
    if unknown:
        yield "gpaw.contents", f"must be among the contents of the study; {', '.join(unknown)} is not"
    if gpaw.relaxed_by == "teacher" and tables.get("teacher", "") is None:
        yield "gpaw.relaxed_by", 'needs a teacher; name one (teacher = "sevennet"), or take "potential"'


def _electrode_problems(tables: dict[str, Any]) -> Iterator[tuple[str, str]]:
    try:
        host = host_of(tables["electrode"])
    except InputError as error:
        yield "electrode.file", str(error)
        return
    counts = []
    for x in tables.get("contents", ()):
        try:
            counts.append(host.n_lithium(x))
        except InputError as error:
            yield "contents", str(error)
    if len(set(counts)) < len(counts):
        yield "contents", f"must be different numbers of the {host.n_sites} lithium sites of the cell"
    if "potential" in tables and tables["electrode"] is not None:
        try:
            check_elements(tables["potential"].load(), host.full)
        except InputError as error:
            yield "electrode.file", str(error)


@dataclass(frozen=True)
class VoltageFindings:
    """Everything that the report of a study of voltage shows.

    Parameters
    ----------
    run
        What is known of every study without time.
    electrode
        Its formula, such as ``LixZr2O4``.
    curves
        Plateaus and hull by who said them, such as ``"sevennet-0"``; the potential first.
    potential
        Its name among them.
    structures
        The potential's best structure of each content, at rest.
    unrested
        Relaxations that did not end, by whom and why.

    """

    run: StaticFindings
    electrode: str
    curves: Mapping[str, VoltageCurve]
    potential: str
    structures: Mapping[float, Atoms]
    unrested: tuple[str, ...]


def plan(spec: VoltageSpec) -> PlannedWork[VoltageSpec]:
    """List who brings what to rest, and what GPAW says of it.

    Raises
    ------
    InputError
        If the potential does not exist.

    """
    spec.potential.load()
    items = list(_rests(spec, "potential"))
    if spec.teacher is not None:
        items += _rests(spec, "teacher")
    if spec.gpaw is not None and spec.gpaw.of_seed in (None, spec.seed):
        items += _energies(spec, spec.gpaw)
    return PlannedWork(spec, f"{host_of(spec.electrode).formula} against lithium", tuple(items))


def _rests(spec: VoltageSpec, by: By) -> Iterator[WorkItem]:
    """Metal and every ordering, brought to rest by somebody."""
    who = {"teacher": spec.teacher} if by == "teacher" else {}
    metal = lithium("bcc", (3, 3, 3))
    do = partial(_rest, metal, by, spec.teacher)
    yield WorkItem(f"{by}-metal", _METAL, by, len(metal), {"metal": "bcc 3x3x3", **who}, do)
    rattle = spec.rattle_A if by == "potential" else None
    of = {} if spec.electrode is None else {"electrode": spec.electrode.model_dump(mode="json")}
    drawn: Plain = {} if rattle is None else {"seed": spec.seed, "rattle_A": rattle}
    host = host_of(spec.electrode)
    for x in spec.contents:
        n_lithium = host.n_lithium(x)
        for number, atoms in enumerate(host.orders(n_lithium, spec.orderings), start=1):
            if rattle is not None:
                # each ordering in its own way; whether the potential finds one minimum again is what seeds tell
                rng = np.random.default_rng([spec.seed, n_lithium, number])
                atoms.positions += rng.normal(0.0, rattle, atoms.positions.shape)
            do = partial(_rest, atoms, by, spec.teacher)
            inputs = {"x": x, "ordering": number, **who, **drawn, **of}
            yield WorkItem(f"{by}-x{x:g}-{number}", f"x = {x:g}, ordering {number}", by, len(atoms), inputs, do)


def _energies(spec: VoltageSpec, asked: GpawChoice) -> Iterator[WorkItem]:
    """GPAW's energies of the metal and of the best ordering of each content, as somebody has left them."""
    rested = list(_rests(spec, asked.relaxed_by))
    settings = asked.settings.checksum("gpaw")
    for x in (None, *asked.contents):
        at = "metal" if x is None else f"x{x:g}"
        title = _METAL if x is None else f"x = {x:g}, the best ordering"
        needs = tuple(item.name for item in rested if item.inputs.get("x") == x)
        inputs = {"settings": settings, **({} if x is None else {"x": x})}
        yield WorkItem(f"gpaw-{at}", title, "gpaw", None, inputs, partial(_energy, asked.settings), needs)


def _rest(atoms: Atoms, by: By, teacher: str | None, bench: Bench) -> Plain:
    if by == "teacher":
        if bench.teacher is None or teacher is None:
            raise EngineError("there is no teacher to be asked")
        with bench.teacher(teacher) as labeller:
            asked = CalculatorTeacher(labeller.source, AskedCalculator(labeller))
            return _at_rest(atoms, TeacherEvaluator(asked, bench.folder), bench.folder)
    if bench.potential is None:
        raise EngineError("there is no potential to be asked")
    return _at_rest(atoms, bench.potential, bench.folder)


def _at_rest(atoms: Atoms, evaluator: Evaluator, folder: Path) -> Plain:
    rested = evaluator.relax(atoms, "lengths")
    plain = Atoms(rested.atoms.numbers, positions=rested.atoms.positions, cell=rested.atoms.cell.array, pbc=True)
    write_text(folder / RESTED, structure_text(plain, ".extxyz"))
    return {"who": evaluator.name, "energy_eV": rested.energy, "n_atoms": len(plain), "ending": rested.ending}


def _energy(settings: DftSettings, bench: Bench) -> Plain:
    """Ask GPAW about the best of some structures, in the smallest cell that repeats to it."""
    if bench.gpaw is None:
        raise EngineError("there is no GPAW to be asked")
    best = min(bench.earlier, key=lambda name: float(bench.earlier[name].result["energy_eV"]))
    whole = rested_structure(bench.earlier[best])
    small = smallest_cell(whole)
    labels = GpawLabeller(bench.gpaw, settings, bench.threads).label(small)
    energy = labels.energy * len(whole) / len(small)
    largest = float(np.linalg.norm(labels.forces, axis=1).max())
    return {
        "who": labels.source.name, "of": best, "energy_eV": energy, "n_atoms": len(whole), "asked_atoms": len(small),
        "largest_force_eV_per_A": largest, "ending": "",
    }  # fmt: skip


def smallest_cell(atoms: Atoms) -> Atoms:
    """Return the primitive cell of a structure, its atoms where they are; the structure itself if it has none smaller.

    Examples
    --------
    >>> from ase.build import bulk
    >>> len(smallest_cell(bulk("Li", "bcc", a=3.44, cubic=True) * (3, 3, 3)))
    1

    """
    given = (atoms.cell.array, atoms.get_scaled_positions(), atoms.numbers)
    with warnings.catch_warnings():
        # spglib announces that it will raise instead of returning None; both are a crystal without symmetry here.
        warnings.simplefilter("ignore", DeprecationWarning)
        found = spglib.standardize_cell(given, to_primitive=True, no_idealize=True, symprec=_ALIKE)
    if found is None or len(found[2]) >= len(atoms):
        return atoms
    cell, places, numbers = found
    return Atoms(numbers, scaled_positions=places, cell=cell, pbc=True)


def rested_structure(done: Done) -> Atoms:
    """Read the structure that an item left.

    Raises
    ------
    InputError
        If it is not there any more.

    """
    atoms = read(done.folder / RESTED)
    if not isinstance(atoms, Atoms):
        raise InputError(f"{done.folder / RESTED} holds no structure")
    return atoms


def collect(work: WorkDone[VoltageSpec]) -> VoltageFindings:
    """Find the hull of whoever has said enough.

    Raises
    ------
    InputError
        If the potential's own energies give no curve.

    """
    groups: dict[By, dict[str, Done]] = {}
    by_name = {item.name: item for item in work.planned.items}
    for name, done in work.done.items():
        groups.setdefault(by_name[name].by, {})[name] = done
    host = host_of(work.planned.spec.electrode)
    curves = {_who(group): _curve(by, group, by_name, host.n_sites) for by, group in groups.items()}
    unrested = tuple(
        f"{done.result['who']}, {by_name[name].title}: {done.result['ending']}"
        for name, done in work.done.items()
        if done.result["ending"]
    )
    return VoltageFindings(
        run=work.findings(_remarks(work.planned.spec, groups, unrested)),
        electrode=host.formula,
        curves=curves,
        potential=_who(groups["potential"]),
        structures=_best_structures(groups["potential"], by_name),
        unrested=unrested,
    )


def _who(group: Mapping[str, Done]) -> str:
    return str(next(iter(group.values())).result["who"])


def _curve(by: By, group: Mapping[str, Done], items: Mapping[str, WorkItem], n_sites: int) -> VoltageCurve:
    metal = group[f"{by}-metal"].result
    points = [
        Ordering(items[name].inputs["x"], done.result["energy_eV"] / n_sites, items[name].title)
        for name, done in group.items()
        if name != f"{by}-metal"
    ]
    return voltage_curve(points, metal["energy_eV"] / metal["n_atoms"])


def _best_structures(group: Mapping[str, Done], items: Mapping[str, WorkItem]) -> dict[float, Atoms]:
    best: dict[float, Done] = {}
    for name, done in group.items():
        x = items[name].inputs.get("x")
        if x is not None and (x not in best or done.result["energy_eV"] < best[x].result["energy_eV"]):
            best[x] = done
    return {x: rested_structure(best[x]) for x in sorted(best)}


def _remarks(spec: VoltageSpec, groups: Mapping[By, Mapping[str, Done]], unrested: Iterable[str]) -> Iterator[str]:
    for one in unrested:
        yield f"Not at rest: {one}."
    if "gpaw" in groups and spec.gpaw is not None:
        force = max(done.result["largest_force_eV_per_A"] for done in groups["gpaw"].values())
        who = _who(groups[spec.gpaw.relaxed_by])
        yield (
            f"GPAW's energies are of structures as {who} left them, with forces up to {force:.2f} eV/Å by GPAW: at "
            "rest they would lie lower."
        )
    if spec.rattle_A is not None:
        yield (
            f"The potential's relaxations began with every atom {spec.rattle_A:g} Å off along each axis, drawn by seed "
            f"{spec.seed}; those of others began on the places of the lattice."
        )
    if spec.gpaw is not None and spec.gpaw.of_seed not in (None, spec.seed):
        yield f"GPAW is asked in the study of seed {spec.gpaw.of_seed} alone; the claim holds this one against it."
    if "gpaw" not in groups and "teacher" not in groups:
        yield "Nothing is held against these voltages: a voltage is no better than the potential that it comes from."
    yield "Entropy, pressure and zero-point motion are left out."
