"""How good a potential is: its errors on frames that it never saw, what it says of crystals and melts, and coverage.

The question of the paper's SI Note 1 and SI Figs. 1 and 2 (doi:10.1038/s41467-025-59895-9). `plan` reads the labels to
know them by what is in them, and does nothing; `collect` only reads.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import numpy as np
from pydantic import ConfigDict, Field, PlainSerializer, PlainValidator, ValidationInfo

from gbglass.core.arrays import FloatArray, frozen_floats
from gbglass.core.tokens import folder_of
from gbglass.errors import EngineError, StateError
from gbglass.learning.catalogue import training_origins
from gbglass.learning.datasets import Split, split_frames
from gbglass.learning.labelled import LabelStore, StoredFrame
from gbglass.learning.selection.coverage import make_measure, measure_coverage
from gbglass.learning.validation.by_lammps import LammpsEvaluator
from gbglass.learning.validation.check import Check, read_check
from gbglass.learning.validation.checks import MELT_FILE, STRUCTURE, read_checks, read_melt, run_checks, take_melt
from gbglass.learning.validation.errors import DomainErrors, Parity, frame_errors
from gbglass.learning.validation.stability import stability
from gbglass.studies.static import Bench, Done, Plain, PlannedWork, StaticFindings, StaticSpec, WorkDone, WorkItem

CheckName = Literal["states", "elastic", "lattice", "voltage", "surfaces", "defects", "structure", "stability"]
Unseen = Literal["not trained", "of kinds never trained"]
UNSEEN: tuple[Unseen, ...] = get_args(Unseen)
"""Frames by what kept them out of training."""

_PARITY = "parity.npz"
_STABILITY = "stability"


@dataclass(frozen=True)
class Folder:
    """A folder that a study reads.

    Parameters
    ----------
    name
        As the user wrote it.
    path
        Where it is.
    sha256
        Of all files in it, by name.

    """

    name: str
    path: Path
    sha256: str


def _folder(value: object, info: ValidationInfo) -> Folder:
    if not isinstance(value, str) or not value:
        raise ValueError("must be the name of a folder, relative to the study file")
    path = folder_of(info) / value
    if not path.is_dir():
        raise ValueError(f"{path} is not a folder")
    content = hashlib.sha256()
    for file in sorted(path.iterdir()):
        if file.is_file() and not file.name.startswith("."):
            content.update(file.name.encode())
            content.update(file.read_bytes())
    return Folder(value, path, content.hexdigest())


FolderChoice = Annotated[
    Folder,
    PlainValidator(_folder, json_schema_input_type=str),
    PlainSerializer(lambda folder: {"folder": folder.name, "sha256": folder.sha256}, return_type=dict[str, str]),
]


class PotentialSpec(StaticSpec):
    """A study of how good its potential is."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    study: Literal["potential"]
    labels: Annotated[FolderChoice, Field(description="a store of labels, relative to the study file")]
    teacher: Annotated[
        FolderChoice | None, Field(description="what the teacher says ('gbglass potential ask-teacher'), to compare")
    ] = None
    domains: Annotated[
        tuple[str, ...], Field(description="of frames that count, such as c-llzo; all if there are none")
    ] = ()
    checks: Annotated[tuple[CheckName, ...], Field(description="besides errors and coverage")] = (
        "lattice", "structure",
    )  # fmt: skip
    melt_ps: Annotated[float, Field(gt=0.0, description="how long the check 'stability' holds the melt")] = 50.0


def problems(tables: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """List domains that no frame is of."""
    labels, domains = tables.get("labels"), tables.get("domains", ())
    if labels is None:
        return
    try:
        known = {frame.tag.domain for frame in LabelStore(labels.path).frames()}
    except StateError as error:
        yield "labels", str(error)
        return
    if not known:
        yield "labels", f"{labels.path} holds no labels"
        return
    unknown = sorted(set(domains) - known)
    if unknown:
        yield "domains", f"no frame is of {', '.join(unknown)}; there are {', '.join(sorted(known))}"


@dataclass(frozen=True)
class CoverageOfDomain:
    """How much of the unseen frames of a domain the trained ones cover.

    Parameters
    ----------
    frames
        How many.
    share
        Of their atoms that have a trained one near by, by species [1].

    """

    frames: int
    share: Mapping[str, float]


@dataclass(frozen=True)
class PotentialFindings:
    """Everything that the report of a study of a potential shows.

    Parameters
    ----------
    run
        What is known of every study without time.
    source
        Whose labels it was held against.
    errors, parity
        By what kept the frames out of training, then by domain.
    coverage
        By domain.
    checks, teacher
        What the potential and its teacher say, by name.

    """

    run: StaticFindings
    source: str
    errors: Mapping[str, Mapping[str, DomainErrors]]
    parity: Mapping[str, Mapping[str, Parity]]
    coverage: Mapping[str, CoverageOfDomain]
    checks: Mapping[str, Check]
    teacher: Mapping[str, Check]


def plan(spec: PotentialSpec) -> PlannedWork[PotentialSpec]:
    """List the frames that are asked, and the checks.

    Raises
    ------
    InputError
        If the potential does not exist.

    """
    spec.potential.load()
    said = {"labels": spec.labels.sha256, "domains": list(spec.domains)}
    items = [
        WorkItem(f"errors-{title.replace(' ', '-')}", f"errors on frames {title}", "potential", None, said, do)
        for title, do in ((title, partial(_errors, spec, title)) for title in UNSEEN)
    ]
    items.append(
        WorkItem("coverage", "coverage of the frames by those trained", "us", None, said, partial(_cover, spec))
    )
    for name in spec.checks:
        inputs: dict[str, Any] = {"melt_ps": spec.melt_ps} if name == _STABILITY else {}
        if name in (STRUCTURE, _STABILITY):
            inputs["melt"] = _melt_of(spec)
        items.append(
            WorkItem(f"check-{name}", f"check: {name}", "potential", None, inputs, partial(_check, spec, name))
        )
    return PlannedWork(spec, f"How good {spec.potential.load().name} is", tuple(items))


def _melt_of(spec: PotentialSpec) -> str:
    """Return what is in the melt that the teacher started from; empty if there is none."""
    path = spec.teacher.path / MELT_FILE if spec.teacher is not None else None
    return hashlib.sha256(path.read_bytes()).hexdigest() if path is not None and path.is_file() else ""


def _split(spec: PotentialSpec) -> Split:
    held_out = tuple(origin.name for origin in training_origins() if origin.held_out)
    split = split_frames(LabelStore(spec.labels.path).frames(), held_out)
    if not spec.domains:
        return split

    def chosen(frames: tuple[StoredFrame, ...]) -> tuple[StoredFrame, ...]:
        return tuple(frame for frame in frames if frame.tag.domain in spec.domains)

    return Split(chosen(split.train), chosen(split.validation), chosen(split.held_out))


def _errors(spec: PotentialSpec, title: Unseen, bench: Bench) -> Plain:
    evaluator, split = _evaluator(bench), _split(spec)
    frames = split.validation if title == "not trained" else split.held_out
    if not frames:
        return {"who": evaluator.name, "domains": {}, "source": ""}
    found = frame_errors(frames, evaluator)
    arrays: dict[str, FloatArray] = {}
    for name, parity in found.parity.items():
        arrays |= {f"{name} energies": parity.energies, f"{name} forces": parity.forces}
    np.savez_compressed(bench.folder / _PARITY, allow_pickle=False, **arrays)
    source = frames[0].labels.source.name if frames[0].labels is not None else ""
    return {"who": evaluator.name, "domains": found.plain(), "source": source}


def _cover(spec: PotentialSpec, bench: Bench) -> Plain:
    del bench
    split = _split(spec)
    trained = [frame.atoms for frame in split.train]
    known = {symbol for atoms in trained for symbol in atoms.get_chemical_symbols()}
    unseen = [
        frame for frame in (*split.validation, *split.held_out) if set(frame.atoms.get_chemical_symbols()) <= known
    ]
    measure = make_measure(trained)
    domains = {}
    for name in dict.fromkeys(frame.tag.domain for frame in unseen):
        atoms = [frame.atoms for frame in unseen if frame.tag.domain == name]
        found = measure_coverage(trained, atoms, measure)
        shares = {species: found.of(species) for species, count in found.atoms.items() if count}
        domains[name] = {"frames": len(atoms), "share": shares}
    return {"who": "gbglass", "domains": domains, "trained": len(trained)}


def _check(spec: PotentialSpec, name: str, bench: Bench) -> Plain:
    evaluator, folder = _evaluator(bench), bench.folder / "checks"
    if spec.teacher is not None:
        take_melt(spec.teacher.path, folder)
    if name == _STABILITY:
        check = stability(evaluator, spec.melt_ps, read_melt(folder))
    else:
        check = run_checks(evaluator, folder, [name])[name]
    return {"who": evaluator.name, "check": check.plain()}


def _evaluator(bench: Bench) -> LammpsEvaluator:
    if bench.potential is None:
        raise EngineError("there is no potential to be asked")
    return bench.potential


def collect(work: WorkDone[PotentialSpec]) -> PotentialFindings:
    """Read what the items left.

    Raises
    ------
    StateError
        If the teacher's folder holds something else.

    """
    spec, done = work.planned.spec, work.done
    errors: dict[str, Done] = {title: done[f"errors-{title.replace(' ', '-')}"] for title in UNSEEN}
    asked = {title: one for title, one in errors.items() if one.result["domains"]}
    return PotentialFindings(
        run=work.findings(_remarks(spec, asked)),
        source=next((str(one.result["source"]) for one in asked.values()), ""),
        errors={title: _domains(one.result["domains"]) for title, one in asked.items()},
        parity={title: _parity(one) for title, one in asked.items()},
        coverage={name: CoverageOfDomain(**found) for name, found in done["coverage"].result["domains"].items()},
        checks={name: read_check(done[f"check-{name}"].result["check"]) for name in spec.checks},
        teacher=read_checks(spec.teacher.path) if spec.teacher is not None else {},
    )


def _domains(plain: Mapping[str, Mapping[str, Any]]) -> dict[str, DomainErrors]:
    return {
        name: DomainErrors(**{**errors, "force_by_component": tuple(errors["force_by_component"])})
        for name, errors in plain.items()
    }


def _parity(done: Done) -> dict[str, Parity]:
    with np.load(done.folder / _PARITY, allow_pickle=False) as archive:
        names = [name.removesuffix(" energies") for name in archive.files if name.endswith(" energies")]
        return {
            name: Parity(frozen_floats(archive[f"{name} energies"]), frozen_floats(archive[f"{name} forces"]))
            for name in names
        }


def _remarks(spec: PotentialSpec, asked: Mapping[str, Done]) -> Iterator[str]:
    for title in UNSEEN:
        if title not in asked:
            yield f"No frame is {title}, so nothing is known of such."
    if spec.teacher is None:
        yield "Nothing was held against a teacher: name its answers (teacher)."
    if spec.potential.load().fixed_charges is not None:
        yield "The potential was not fitted to these labels: its energies have another zero, their error is an offset."
