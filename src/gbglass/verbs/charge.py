"""Where extra electrons go, from charge densities."""

from dataclasses import dataclass
from pathlib import Path

from gbglass.analysis.charge import COLUMN, Patch, charge_layer, evenness, excess_density, plane_shares
from gbglass.errors import InputError
from gbglass.figures.charge import draw_charge_layer, draw_plane_shares
from gbglass.report.cell_records import charge_record
from gbglass.report.cell_tables import layer_table, plane_share_table
from gbglass.report.records import quantity
from gbglass.store.charge_density import CubeUnit, read_charge_density
from gbglass.verbs.quantities.system import Numbers, Shown
from gbglass.verbs.results import Measurement, refuse_results, write_measurement


@dataclass(frozen=True)
class ChargeSpec:
    """What is looked at.

    Parameters
    ----------
    neutral
        The density without the extra electrons, on the same grid; if absent, the first file holds the difference.
    unit
        Of cube files; files of VASP know theirs.
    layer
        From which height to which the layer goes that is looked at from above [Å]; none if absent.
    patches
        Parts of the layer whose evenness is judged; all of it if there are none.
    column
        Width of the columns over which it is judged [Å].

    Raises
    ------
    InputError
        If there are patches of no layer.

    """

    neutral: Path | None = None
    unit: CubeUnit | None = None
    layer: tuple[float, float] | None = None
    patches: tuple[Patch, ...] = ()
    column: float = COLUMN

    def __post_init__(self) -> None:
        if self.patches and self.layer is None:
            raise InputError("'patches' are parts of a layer; say from which height to which it goes (--low, --high)")


def charge(charged: Path, out: Path, spec: ChargeSpec | None = None) -> Measurement:
    """Find where extra electrons are, by planes and in a layer, and write it to a new folder.

    Parameters
    ----------
    charged
        The density with the extra electrons: a cube file, CHGCAR, CHG or PARCHG.
    out
        Output folder; it must not hold results yet.
    spec
        What is looked at; the planes alone if absent.

    Raises
    ------
    InputError
        If the two densities do not fit, the unit of a cube is not given, or there are no electrons in total.
    FormatError
        If a file is not what its name says.
    StateError
        If the folder holds results.

    Examples
    --------
    >>> spec = ChargeSpec(neutral=Path("neutral/CHGCAR"), layer=(10.0, 14.0), column=1.5)
    >>> found = charge(Path("charged/CHGCAR"), Path("electrons"), spec)
    >>> round(found.numbers["electrons"]["value"], 6), round(found.numbers["layer"]["share"]["value"], 3)
    (1.0, 0.04)

    """
    spec = spec or ChargeSpec()
    refuse_results(out)
    density = read_charge_density(charged, spec.unit)
    if spec.neutral is not None:
        density = excess_density(density, read_charge_density(spec.neutral, spec.unit))
    shares = plane_shares(density)
    tables, figures = [plane_share_table(shares, "charge-planes")], {"charge-planes": draw_plane_shares(shares)}
    if spec.layer is None:
        numbers: Numbers = charge_record(shares, ())
    else:
        layer = charge_layer(density, *spec.layer)
        numbers = charge_record(shares, evenness(layer, spec.patches or (Patch("layer"),), spec.column))
        numbers["layer"] = {"thickness": quantity(layer.thickness, "Å"), "share": quantity(layer.share, "1")}
        tables.append(layer_table(layer, "charge-layer"))
        figures["charge-layer"] = draw_charge_layer(layer)
    shown = Shown(numbers, tuple(tables), figures)
    about = {"charged": str(charged), "neutral": None if spec.neutral is None else str(spec.neutral)}
    return write_measurement(out, "charge", shown, about)
