"""Radii of cavities from a bulk: where the distributions of its lithium begin."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from gbglass.analysis.cavity import onset_radii
from gbglass.analysis.rdf import radial_distributions
from gbglass.core.trajectory import Trajectory
from gbglass.errors import FormatError, InputError
from gbglass.lammps.segments import finished_segments, stage_folders
from gbglass.verbs.quantities.layout import CavityRadii
from gbglass.verbs.results import RESULTS
from gbglass.verbs.trajectories import Reading, open_run, open_trajectory

_PAIRS = (("Li", "La"), ("Li", "Zr"), ("Li", "O"))


def bulk_radii(place: Path, reading: Reading | None = None) -> CavityRadii:
    """Fix the radii of cavities from the onsets of Li-La, Li-Zr and Li-O in a bulk.

    Do it once for a potential, with the crystal at the temperature of the runs, and use the same for every boundary.

    Parameters
    ----------
    place
        A trajectory of the bulk; the folder of a run of it, whose last stage is taken; or the folder that
        ``gbglass analyse --quantity rdf`` of it wrote.
    reading
        What a trajectory does not say by itself; its structure is that of the bulk.

    Raises
    ------
    InputError
        If a distribution lacks or never begins, or the trajectory does not say something.
    FormatError
        If the results or the trajectory cannot be read.

    """
    results = place / RESULTS
    if results.is_file() and (found := _analysed(results)) is not None:
        return CavityRadii(found, f"onsets of the distributions in {place}")
    trajectory, what = _bulk(place, reading or Reading())
    lacking = sorted({"Li", "La", "Zr", "O"} - set(trajectory.symbols))
    if lacking:
        raise InputError(f"radii need a bulk of Li, La, Zr and O; {place} has no {', '.join(lacking)}")
    radii = onset_radii(radial_distributions(trajectory, _PAIRS))
    return CavityRadii(radii, f"onsets of the distributions in {what}")


def without_structure(reading: Reading) -> Reading:
    """Return what is known of a bulk beside a trajectory of other atoms: types and time step, not its structure."""
    return replace(reading, structure=None)


def _bulk(place: Path, reading: Reading) -> tuple[Trajectory, str]:
    if not place.is_dir():
        return open_trajectory(place, reading), str(place)
    md = place / "md" if (place / "md").is_dir() else place
    stages = [stage.name for stage in stage_folders(md) if finished_segments(stage)]
    if not stages:
        raise InputError(f"{place} holds neither {RESULTS} with distributions nor a finished run")
    return open_run(place, stages[-1]), f"the stage {stages[-1]} of {place}"


def _analysed(results: Path) -> dict[str, float] | None:
    """Return the onsets that an analysis found; None if it was no analysis."""
    try:
        record: dict[str, Any] = json.loads(results.read_text(encoding="utf-8"))
        if "quantities" not in record:
            return None
        whole = record["region"] is None
        rdf = record["quantities"].get("rdf", {}) if whole else {}
        onsets = {pair: float(one["onset"]["value"]) for pair, one in rdf.items() if one["onset"]["value"] is not None}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FormatError(results, None, f"holds no distributions that can be read ({error})") from None
    if not rdf:
        raise InputError(
            f"{results.parent} holds no distributions of a whole bulk; analyse its trajectory with '--quantity rdf'"
        )
    names = [f"{one}-{other}" for one, other in _PAIRS]
    lacking = [name for name in names if not onsets.get(name, 0.0) > 0.0]
    if lacking:
        raise InputError(
            f"{results.parent} has no onset of {', '.join(lacking)}; radii need a bulk of Li, La, Zr and O"
        )
    return {name: onsets[name] for name in names}
