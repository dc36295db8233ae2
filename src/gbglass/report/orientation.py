"""What the report shows of a study of orientation, and of several cells beside their twins."""

from collections.abc import Mapping, Sequence
from typing import Any

from gbglass.analysis.place_displacement import PlaceDisplacement
from gbglass.figures.lines import draw_lines
from gbglass.figures.migration import draw_migration
from gbglass.report.cell_records import migration_record
from gbglass.report.cell_section import (
    CELL_ERROR_BARS,
    CELL_VIEW,
    cell_analysis,
    cell_answer,
    cell_figures,
    cell_record,
    cell_row,
    cell_structure,
    cell_tables,
    cell_view,
    transfer_figure,
)
from gbglass.report.cell_tables import height_table, migration_table
from gbglass.report.map_records import migration_figure, migration_map_record
from gbglass.report.presented import PageFigure, Presented, page_figure
from gbglass.report.records import Plain, estimate_record, quantity
from gbglass.report.run import thermodynamic_figure
from gbglass.report.surface_section import surface_campaign_figures, surface_figures, surface_record
from gbglass.store.tables import Table
from gbglass.studies.orientation import OrientationFindings

_MIGRATION = (
    "How fast lithium migrates, mapped where it does: root mean square displacement of positions that were averaged "
    "first, what the framework has left of rattling taken out. Bins with too few displacements stay white."
)
_FRAMEWORK = (
    "Mean squared displacement of the framework's ions that were in each place when the discharge began, relative to "
    "the framework of the whole electrolyte."
)
_ALONE = "The same in the last hold of the electrolyte alone."
_ANALYSIS = (
    "Heights of the surface of the metal, migration in the yz plane and displacements of the framework were measured "
    "over the whole discharge."
)


def present_orientation(findings: OrientationFindings) -> Presented:
    """Show what a study of orientation found."""
    cell = findings.cell
    return Presented(
        study="orientation",
        run=cell.run,
        heading=f"Discharge of {cell.run.title}",
        answers=(cell_answer(cell, tuple(_details(findings))),),
        figures=tuple(_figures(findings)),
        tables=(
            *cell_tables(cell),
            height_table(findings.maps),
            migration_table(findings.migration),
            *_msd_tables("framework", findings.framework),
            *_msd_tables("framework_alone", findings.framework_alone),
        ),
        record={
            **cell_record(cell),
            "surface": surface_record(findings.maps, findings.surface),
            "migration": {
                **migration_record(findings.migration),
                "map": migration_map_record(findings.migration),
                "in": {name: quantity(speed, "Å/ps") for name, speed in findings.migration_in.items()},
            },
            "framework": framework_record(findings.framework),
            "framework_alone": framework_record(findings.framework_alone),
        },
        methods=(cell_structure(cell), f"{cell_analysis(cell)} {_ANALYSIS}"),
        error_bars=CELL_ERROR_BARS,
        view=cell_view(cell),
        view_note=CELL_VIEW,
    )


def framework_record(found: Sequence[PlaceDisplacement]) -> Plain:
    """Write how far La, Zr and O moved, by place and species."""
    record: Plain = {}
    for one in found:
        record.setdefault(one.place, {})[one.species] = {
            "displacement": quantity(one.displacement, "Å"),
            "over": quantity(one.lag, "ps"),
            "diffusivity": estimate_record(one.msd.diffusivity),
            "atoms": quantity(one.msd.n_atoms, "atoms"),
        }
    return record


def framework_figures(
    found: Sequence[PlaceDisplacement], alone: Sequence[PlaceDisplacement], said: str = _FRAMEWORK
) -> list[PageFigure]:
    """Draw the displacement of La, Zr and O by place, in what is shown and in what was run before."""
    figures = []
    for name, of, caption in (("framework", found, said), ("framework-alone", alone, _ALONE)):
        if of:
            drawn = draw_lines(_curves(of), ("Lag (ps)", "MSD (Å²)"))
            heading = "Whether the framework stays" if name == "framework" else ""
            figures.append(page_figure(name, heading, drawn, caption))
    return figures


def campaign_rows(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the row of a campaign's table from the results of one case."""
    surface = results["surface"]
    places = {f"migration in {name} (Å/ps)": one["value"] for name, one in results["migration"]["in"].items()}
    return [
        {
            **cell_row(results),
            "roughness (Å)": surface["roughness"]["value"],
            "highest above the median (Å)": surface["last"]["highest"]["value"],
            **places,
        }
    ]


def campaign_figures(cases: Sequence[Mapping[str, Any]]) -> list[PageFigure]:
    """Draw what several cells say together, from the ``results.json`` of each finished case."""
    return [*transfer_figure(cases), *migration_figure(cases), *surface_campaign_figures(cases)]


def _figures(findings: OrientationFindings) -> list[PageFigure]:
    return [
        *cell_figures(findings.cell),
        *surface_figures(findings.maps, findings.surface),
        page_figure("migration", "Where lithium migrates", draw_migration(findings.migration), _MIGRATION),
        *framework_figures(findings.framework, findings.framework_alone),
        thermodynamic_figure(findings.cell.run),
    ]


def _details(findings: OrientationFindings) -> list[tuple[str, str]]:
    surface = findings.surface
    places = ", ".join(f"{name} {speed:.3g}" for name, speed in findings.migration_in.items())
    return [
        ("Metal's surface, last map", f"roughness {surface.roughness[-1]:.2f} Å, highest {surface.highest[-1]:.2f} Å"),
        ("Migration (Å/ps)", places),
    ]


def _curves(found: Sequence[PlaceDisplacement]) -> dict[str, Any]:
    half = {f"{one.species}, {one.place}": len(one.msd.lags) // 2 + 1 for one in found}
    return {name: (one.msd.lags[:n], one.msd.msd[:n]) for (name, n), one in zip(half.items(), found, strict=True)}


def _msd_tables(name: str, found: Sequence[PlaceDisplacement]) -> list[Table]:
    if not found:
        return []
    columns = {f"MSD of {one.species} in {one.place} (Å²)": one.msd.msd for one in found}
    return [Table(name, {"lag (ps)": found[0].msd.lags, **columns})]
