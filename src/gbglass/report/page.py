"""One self-contained page: figures, structure, ledger, methods, provenance; nothing is fetched from anywhere."""

import re
from collections.abc import Sequence

from jinja2 import Environment, StrictUndefined
from plotly.offline import get_plotlyjs

from gbglass.report.assets import page_asset
from gbglass.report.charts import chart_html, plotly_waiting, within_room
from gbglass.report.leading import split
from gbglass.report.ledger_table import distances_text, ledger_rows
from gbglass.report.presented import PageFigure, Presented
from gbglass.report.run import methods_text
from gbglass.report.view3d import view_json
from gbglass.studies.findings import RunFindings


def render_page(presented: Presented, verdicts: str = "", source: str = "", *, has_verdict: bool = False) -> str:
    """Write the page; text that came from a user is escaped.

    Parameters
    ----------
    presented
        The study.
    verdicts
        What the claims say of it, as `gbglass.report.verdicts.verdicts_html` writes them.
    source
        Where its study file lies, from the page; empty if that is not known.
    has_verdict
        Whether the claims have a value of this case: then they open the page with its pictures, else its answers do.

    """
    template = page_environment().from_string(page_asset("report.html.j2"))
    run = presented.run
    leading, others = split(presented.study, within_room(presented.figures))
    return template.render(
        p=presented,
        run=run,
        css=page_asset("page.css"),
        verdicts=verdicts,
        has_verdict=has_verdict,
        source=source,
        leading=leading_html(leading),
        figures=others,
        n_atoms=len(run.structures.built) if isinstance(run, RunFindings) else None,
        ledger=run.ledger if isinstance(run, RunFindings) else None,
        ledger_rows=ledger_rows(run.ledger, run.structures.built) if isinstance(run, RunFindings) else (),
        work=() if isinstance(run, RunFindings) else run.items,
        methods=methods_text(presented),
        structure_data="null" if presented.view is None else view_json(presented.view),
        plotly=get_plotlyjs(),
        view_script=page_asset("view.js"),
        charts=charts_html([*leading, *others], has_plotly=presented.view is not None),
    )


def leading_html(figures: Sequence[PageFigure], prefix: str = "") -> str:
    """Write the figures that a page opens with, beside each other where there is room.

    Parameters
    ----------
    figures
        Up to three.
    prefix
        Of their names on a page that shows those of several studies.

    """
    template = page_environment().from_string(page_asset("leading.html.j2"))
    return template.render(leading=figures, prefix=prefix) if figures else ""


def charts_html(figures: Sequence[PageFigure], *, has_plotly: bool = False) -> str:
    """Write the scripts that a page needs for its charts, at its end; empty if it has none.

    Parameters
    ----------
    figures
        All of the page.
    has_plotly
        Whether plotly's script is on the page for its structure.

    """
    if not any(figure.chart for figure in figures):
        return ""
    return f"{'' if has_plotly else plotly_waiting()}\n<script>{page_asset('charts.js')}</script>"


def page_environment() -> Environment:
    """Return what pages are written with: text that came from a user is escaped, a forgotten name is an error."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(distances=distances_text, own_names=_own_names, chart=chart_html)
    return environment


def _own_names(svg: str, name: str) -> str:
    """Begin the ids inside a drawing with its name, so that those of two drawings on one page never meet."""
    prefixed = re.sub(r'\bid="', f'id="{name}-', svg)
    prefixed = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", prefixed)
    return prefixed.replace("<svg ", '<svg role="img" ', 1)
