"""``gbglass voltage``, ``charge``, ``stress``, ``arrhenius`` and ``compare``: their options."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gbglass.cli import options

if TYPE_CHECKING:
    from gbglass.analysis.charge import Patch

NewFolder = Annotated[Path, typer.Option("--out", metavar="DIR", help="Output folder.", show_default=False)]
ResultFolder = Annotated[
    Path, typer.Argument(help="Results of 'analyse' or 'run', or a folder of several seeds.", show_default=False)
]


def voltage_command(
    *,
    orderings: Annotated[
        Path,
        typer.Argument(
            metavar="ORDERINGS", help="A .csv with x, energy_eV, or structures with energies.", show_default=False
        ),
    ],
    out: NewFolder,
    lithium_energy: Annotated[
        float, typer.Option("--lithium-energy", metavar="EV", help="Of one atom of bcc lithium.", show_default=False)
    ],
    host: Annotated[str, typer.Option("--host", metavar="ELEMENT", help="Counts the formula units.")] = "Zr",
    per_formula: Annotated[int, typer.Option("--per-formula", metavar="N", min=1, help="Of it in a unit.")] = 2,
    as_json: options.AsJson = False,
) -> None:
    """Voltage plateaus of a positive electrode from energies of its orderings and their convex hull.

    Energies in a table are those of one formula unit of the host; those of structures are of the whole structure.
    """
    from gbglass.cli.measure_table import show_measurement
    from gbglass.verbs.voltage import VoltageSpec, voltage

    measured = voltage(orderings, out, VoltageSpec(lithium_energy, host, per_formula))
    show_measurement("voltage", measured, as_json=as_json)


def charge_command(  # noqa: PLR0913  # each option is one line of the command's help
    *,
    charged: Annotated[
        Path, typer.Argument(metavar="DENSITY", help="A cube file, CHGCAR, CHG or PARCHG.", show_default=False)
    ],
    out: NewFolder,
    neutral: Annotated[
        Path | None,
        typer.Option("--neutral", metavar="FILE", help="Without the extra electrons: it is taken away."),
    ] = None,
    unit: Annotated[
        Literal["1/A3", "1/bohr3"] | None, typer.Option("--unit", help="Of cube files; GPAW writes 1/A3.")
    ] = None,
    low: Annotated[float | None, typer.Option("--low", metavar="ANGSTROM", help="The layer begins here.")] = None,
    high: Annotated[float | None, typer.Option("--high", metavar="ANGSTROM", help="And ends here.")] = None,
    patch: Annotated[
        list[str] | None,
        typer.Option("--patch", metavar="'NAME LOW HIGH'", help="A part of the layer's y, 0 to 1; repeat it."),
    ] = None,
    column: Annotated[
        float, typer.Option("--column", metavar="ANGSTROM", help="Evenness is judged over columns this wide.")
    ] = 5.0,
    as_json: options.AsJson = False,
) -> None:
    """Where extra electrons are: their share by planes, and how evenly they fill a layer."""
    from gbglass.cli.measure_table import show_measurement
    from gbglass.errors import InputError
    from gbglass.verbs.charge import ChargeSpec, charge

    if (low is None) != (high is None):
        raise InputError("a layer needs both its ends; give --low and --high, or neither")
    layer = None if low is None or high is None else (low, high)
    spec = ChargeSpec(neutral, unit, layer, tuple(_patch(text) for text in patch or ()), column)
    show_measurement("charge", charge(charged, out, spec), as_json=as_json)


def stress_command(  # noqa: PLR0913  # each option is one line of the command's help
    *,
    log: Annotated[
        Path, typer.Argument(metavar="LOG", help="Of a LAMMPS run that pulls its cell.", show_default=False)
    ],
    out: NewFolder,
    axis: Annotated[Literal["x", "y", "z"], typer.Option("--axis", help="Along which it was pulled.")] = "z",
    units: Annotated[
        Literal["metal", "real"] | None,
        typer.Option("--units", help="Of the log, if it states none.", show_default="as the log states"),
    ] = None,
    timestep_fs: Annotated[
        float | None, typer.Option("--timestep-fs", metavar="FS", help="Of the MD, if the log has no times.")
    ] = None,
    run: Annotated[
        int | None,
        typer.Option("--run", metavar="N", min=1, help="Of the log, from 1.", show_default="the one that gets longer"),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Stress against strain from the log of any LAMMPS pull: modulus, strength, work of fracture.

    The log needs the columns Step, Lx, Ly, Lz and Pxx, Pyy or Pzz. A run of gbglass: 'gbglass analyse'.
    """
    from gbglass.cli.measure_table import show_measurement
    from gbglass.verbs.stress import StressSpec, stress

    show_measurement("stress", stress(log, out, StressSpec(axis, units, timestep_fs, run)), as_json=as_json)


def arrhenius_command(
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="RESULTS...",
            help="Folders of 'analyse' or 'run', one a temperature or seed, or folders of these; or one .csv.",
            show_default=False,
        ),
    ],
    *,
    out: NewFolder,
    along: Annotated[
        Literal["x", "y", "z"] | None,
        typer.Option("--along", help="The diffusivity along an axis.", show_default="all three"),
    ] = None,
    at_k: Annotated[
        list[float] | None,
        typer.Option("--at-K", metavar="K", help="Read the line there; repeat it.", show_default="300"),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Activation energy and prefactor of a diffusivity, with their intervals, from three temperatures or more.

    Several results at one temperature are seeds. A .csv has the columns temperature_K, diffusivity_A2_per_ps and
    standard_error_A2_per_ps, or both in cm2_per_s.
    """
    from gbglass.cli.measure_table import show_measurement
    from gbglass.verbs.arrhenius import ArrheniusSpec, arrhenius

    spec = ArrheniusSpec(along, tuple(at_k or (300.0,)))
    show_measurement("arrhenius", arrhenius(sources, out, spec), as_json=as_json)


def compare_command(
    first: ResultFolder,
    second: Annotated[
        Path | None, typer.Argument(help="Another of these; none compares two parts of the first.", show_default=False)
    ] = None,
    *,
    between: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--between", metavar="PART PART", help="Two parts, as 'boundary 1' 'boundary 2'.", show_default="all alike"
        ),
    ] = None,
    quantity: Annotated[
        list[str] | None,
        typer.Option("--quantity", metavar="NAME", help="Only means of it; repeat it.", show_default="all"),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Compare every mean that two results have in common: difference, interval, p-value, a word.

    A single run is compared by its independent samples; where there are several seeds of each, a run is a sample.
    Two parts of one cell (FIRST alone, with --between) share their frames: it is their difference that is judged.
    """
    from gbglass.cli.measure_table import show_compared
    from gbglass.errors import InputError
    from gbglass.verbs.compare import compare_results
    from gbglass.verbs.compare_parts import compare_parts

    asked = tuple(quantity or ())
    if second is not None:
        compared = compare_results(first, second, asked, between)
    elif between is not None:
        compared = compare_parts(first, between, asked)
    else:
        raise InputError("name results to compare with, or two parts of these (--between 'boundary 1' 'boundary 2')")
    show_compared(compared, as_json=as_json)


def _patch(text: str) -> "Patch":
    """Read a patch from its name and its two ends."""
    from gbglass.analysis.charge import Patch
    from gbglass.errors import InputError

    words = text.rsplit(maxsplit=2)
    try:
        name, low, high = words
        return Patch(name, float(low), float(high))
    except ValueError as error:
        raise InputError(f"'--patch' must be a name and two numbers from 0 to 1, got {text!r} ({error})") from None
