"""A stage in one sentence, as it stands in a methods paragraph."""

from gbglass.protocol.stages import Cool, Discharge, Hold, MeltRegion, Minimise, Ramp, Stage, Strain

_CELLS = {"fixed": "in a fixed cell", "normal": "with the cell's height", "lengths": "with the cell's lengths"}
_COUPLINGS = {
    "isotropic": "all cell lengths together",
    "lengths": "each cell length on its own",
    "normal": "the cell's height alone",
}


def sentence(stage: Stage) -> str:
    """Describe a stage.

    Examples
    --------
    >>> sentence(Hold(temperature_K=800, duration_ps=50))
    '50 ps at 800 K in NVT'

    """
    match stage:
        case Minimise():
            said = f"energy minimisation {_CELLS[stage.cell]} (force tolerance {stage.force_eV_per_A:g} eV/Å)"
        case Ramp() | Cool():
            said = _change(stage)
        case Hold(ensemble="npt"):
            said = f"{_held(stage)} in NPT at {stage.pressure_bar:g} bar, {_COUPLINGS[stage.coupling]}"
        case Hold():
            said = f"{_held(stage)} in NVT"
        case MeltRegion():
            said = f"{_held(stage)} for a {stage.region.kind} alone, everything outside held; then all released"
        case Strain():
            sides = "x and y at 0 bar" if stage.lateral == "free" else "x and y fixed"
            said = f"{stage.to_strain:+.1%} of strain along z at {stage.rate_per_ps:g}/ps and {stage.temperature_K:g} K"
            said = f"{said}, {sides} ({stage.duration_ps:g} ps)"
        case Discharge():
            end = "at a free surface" if stage.piston is None else "at a piston without load"
            said = f"discharge for {_held(stage)} in NVT, the outer cathode layer held, the lithium ending {end}"
    return said


def _held(stage: Hold | MeltRegion | Discharge) -> str:
    return f"{stage.duration_ps:g} ps at {stage.temperature_K:g} K"


def _change(stage: Ramp | Cool) -> str:
    verb = "heating" if stage.to_K > stage.from_K else "cooling"
    return (
        f"{verb} from {stage.from_K:g} K to {stage.to_K:g} K at {stage.rate_K_per_fs:g} K/fs in NPT at "
        f"{stage.pressure_bar:g} bar, {_COUPLINGS[stage.coupling]} ({stage.duration_ps:g} ps)"
    )
