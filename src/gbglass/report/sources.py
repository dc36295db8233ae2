"""Where the numbers of a page of many cases came from: methods, potentials, seeds, machines, commands."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gbglass.report.assets import page_asset
from gbglass.report.models import by_model
from gbglass.report.page import page_environment

Plain = Mapping[str, Any]


def sources_html(results: Sequence[Plain], commands: Sequence[str]) -> str:
    """Write the methods of each model and the provenance of all cases; what came from a user is escaped.

    Parameters
    ----------
    results
        The ``results.json`` of each finished case; older ones may lack the methods.
    commands
        What makes the page again, from the first word on.

    """
    studies = list(dict.fromkeys(str(one["study"]) for one in results))
    methods = {
        name: seeds[0]["methods"]
        for study in studies
        for name, seeds in by_model([one for one in results if one["study"] == study]).items()
        if "methods" in seeds[0]
    }
    potentials = {one["potential"]["checksum"]: one["potential"] for one in results}
    return (
        page_environment()
        .from_string(page_asset("sources.html.j2"))
        .render(
            methods=methods,
            potentials=list(potentials.values()),
            seeds=sorted({int(one["seeds"]["study"]) for one in results if "study" in one.get("seeds", {})}),
            versions=_said(one.get("versions", {}) for one in results),
            machines=_said(one.get("machine", {}) for one in results),
            commands=commands,
            case_commands=list(dict.fromkeys(str(one["command"]) for one in results if "command" in one)),
        )
    )


def _said(tables: Iterable[Plain]) -> list[str]:
    """Write each different table once, in a line."""
    lines = (", ".join(f"{name} {value}" for name, value in table.items()) for table in tables)
    return [line for line in dict.fromkeys(lines) if line]
