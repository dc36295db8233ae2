"""What the report shows of every run, whatever the study: how it went, where it came from, in numbers and in words."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from gbglass.analysis.statistics import estimate
from gbglass.core.framework import framework_species
from gbglass.core.potential import Potential
from gbglass.figures.thermodynamics import ThermodynamicSeries, draw_thermodynamics
from gbglass.report.presented import PageFigure, Presented, page_figure
from gbglass.report.records import estimate_record, ledger_record, quantity
from gbglass.report.view3d import View, one_group
from gbglass.store.tables import Table
from gbglass.studies.findings import RunFindings, Structures
from gbglass.studies.static import StaticFindings

SCHEMA = "gbglass.results/1"
FEWEST_FRAMES = 4
"""A mean needs so many."""

Plain = dict[str, Any]

_THERMODYNAMICS = (
    "Temperature with the thermostat's target, pressure, and strain of the cell lengths against the first row. The "
    "dotted line is where the last stage begins."
)


def results_record(presented: Presented) -> Plain:
    """Write everything of a study but its curves as plain data."""
    run, potential = presented.run, presented.run.potential
    return {
        "schema": SCHEMA,
        "study": presented.study,
        "name": run.name,
        "title": run.title,
        "potential": {
            "name": potential.name,
            "title": potential.title,
            "checksum": potential.checksum,
            "citation": potential.citation,
            "validated_for": potential.validated_for,
            "cutoff": quantity(potential.cutoff, "Å"),
        },
        **(_of_dynamics(run) if isinstance(run, RunFindings) else _work(run)),
        "answers": [{"name": a.name, "verdict": a.verdict, "line": a.line} for a in presented.answers],
        **presented.record,
        **(_course(run) if isinstance(run, RunFindings) else {}),
        "methods": list(methods_text(presented)),
        "figures": [
            {"name": figure.name, "heading": figure.heading, "caption": figure.caption, "note": figure.note}
            for figure in presented.figures
        ],
        "remarks": list(run.remarks),
        **_provenance(run),
    }


def thermodynamic_table(run: RunFindings) -> Table:
    """Return what LAMMPS logged."""
    thermo = run.thermodynamics
    return Table(
        "thermodynamics",
        {
            "time (ps)": thermo.times,
            "temperature (K)": thermo.temperatures,
            "thermostat (K)": thermo.targets,
            "pressure (bar)": thermo.pressures,
            "energy per atom (eV)": thermo.energies,
            **{f"L{axis} (Å)": thermo.lengths[:, number] for number, axis in enumerate("xyz")},
        },
    )


def thermodynamic_figure(run: RunFindings) -> PageFigure:
    """Draw what LAMMPS logged."""
    thermo = run.thermodynamics
    series = ThermodynamicSeries(
        thermo.times,
        thermo.temperatures,
        thermo.targets,
        thermo.pressures,
        thermo.lengths,
        run.last_stage_start,
        run.last_stage,
    )
    return page_figure("thermodynamics", "How the run went", draw_thermodynamics(series), _THERMODYNAMICS)


def plain_view(structures: Structures, last: str) -> View:
    """Show the structures of a run, coloured by species alone; the last is called what it comes after."""
    named = {"as built": structures.built, "minimised": structures.minimised, last: structures.final}
    return View(named, one_group, ())


def framework_text(run: RunFindings) -> str:
    """Name the framework that lithium is measured against, such as ``"La and Zr"``."""
    return " and ".join(framework_species(run.structures.built.get_chemical_symbols()))


def methods_text(presented: Presented) -> tuple[str, ...]:
    """Write a methods section that a paper could use, from what was done, one string a paragraph."""
    structure, analysis = presented.methods
    run = presented.run
    done = _dynamics(run) if isinstance(run, RunFindings) else _asked(run)
    return structure, done, f"{analysis} {_software(run)}"


def _asked(run: StaticFindings) -> str:
    """Say who did what, in words."""
    counts = Counter(by for _, by, _ in run.items)
    done = ", ".join(f"{by} ({count} of them)" for by, count in counts.items())
    return (
        f"Potential of the study: {_cited(run.potential)}, believed for {run.potential.validated_for}. Items of work "
        f"were done by {done}."
    )


def _cited(potential: Potential) -> str:
    """Name a potential, and where it comes from if its card tells."""
    return f"{potential.title} ({potential.citation})" if potential.citation else potential.title


def _dynamics(run: RunFindings) -> str:
    potential, versions = run.potential, run.provenance.versions
    return (
        f"Interactions: {_cited(potential)}, believed for {potential.validated_for}. "
        f"Molecular dynamics was run with LAMMPS ({versions['LAMMPS']}; doi:10.1016/j.cpc.2021.108171) with a time "
        f"step of {run.timestep * 1e3:g} fs and Nosé-Hoover chains: {'; then '.join(run.protocol)}. "
        f"{' '.join(_rates(run))}"
    ).strip()


def _software(run: RunFindings | StaticFindings) -> str:
    versions = run.provenance.versions
    named = ", ".join(f"{name} {version}" for name, version in versions.items() if name != "LAMMPS")
    return f"Built and analysed with {named}."


def _rates(run: RunFindings) -> Iterator[str]:
    return (remark for remark in run.remarks if "paper" in remark)


def _course(run: RunFindings) -> Plain:
    return {"thermodynamics": _thermodynamics(run), "protocol": list(run.protocol)}


def _work(run: StaticFindings) -> Plain:
    return {
        "asked": {**run.asked, "run": {}},
        "stages": [],
        "work": {"atoms": quantity(run.n_atoms, "atoms"), "steps": quantity(0, "steps"), "timestep": quantity(0, "ps")},
        "items": [{"item": title, "by": by, "time": quantity(seconds, "s")} for title, by, seconds in run.items],
        "left_out": [{"item": title, "why": why} for title, why in run.left_out],
    }


def _of_dynamics(run: RunFindings) -> Plain:
    """Write what was asked of a run in time, what it cost, what was built and which frames there are."""
    return {
        "asked": dict(run.asked),
        "stages": [dict(stage) for stage in run.stages],
        "work": {
            "atoms": quantity(len(run.structures.built), "atoms"),
            "steps": quantity(run.n_steps, "steps"),
            "timestep": quantity(run.timestep, "ps"),
            **_alone(run),
        },
        "ledger": ledger_record(run.ledger),
        "frames": _frames(run),
    }


def _alone(run: RunFindings) -> Plain:
    if run.alone is None:
        return {}
    atoms, steps = run.alone
    return {"alone": {"atoms": quantity(atoms, "atoms"), "steps": quantity(steps, "steps")}}


def _frames(run: RunFindings) -> Plain:
    every, last = run.frame_every, run.n_steps
    return {
        "count": last // every + 1,
        "first_step": 0,
        "last_step": last // every * every,
        "every": every,
        "timestep": run.timestep,
        "units": {
            "count": "frames",
            "first_step": "steps",
            "last_step": "steps",
            "every": "steps",
            "timestep": "ps",
        },
    }


def _thermodynamics(run: RunFindings) -> Plain:
    """Average the logs over the last stage; the cell's lengths are those at the end."""
    thermo = run.thermodynamics
    chosen = thermo.times > run.last_stage_start
    if np.count_nonzero(chosen) < FEWEST_FRAMES:
        return {"remark": f"fewer than {FEWEST_FRAMES} rows of the logs lie in the last stage"}
    return {
        "temperature": estimate_record(estimate(thermo.temperatures[chosen], "K")),
        "target": quantity(float(thermo.targets[-1]), "K"),
        "pressure": estimate_record(estimate(thermo.pressures[chosen], "bar")),
        "energy_per_atom": estimate_record(estimate(thermo.energies[chosen], "eV")),
        "final_lengths": [quantity(float(length), "Å") for length in thermo.lengths[-1]],
    }


def _provenance(run: RunFindings | StaticFindings) -> Plain:
    made = run.provenance
    return {
        "seeds": made.seeds,
        "versions": made.versions,
        "checksums": made.checksums,
        "machine": made.machine,
        **({} if made.speed is None else {"performance": {"md_speed": quantity(made.speed, "steps/s")}}),
        "command": made.command,
    }
