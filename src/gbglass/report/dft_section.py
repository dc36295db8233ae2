"""Teacher and model against DFT, side by side, as tables for people."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gbglass.learning.validation.against_dft import ALL, REACTIONS, AgainstDft
from gbglass.learning.validation.validate import DftValidation

_MEV = 1e3


def dft_section(found: DftValidation) -> Iterator[str]:
    """Write the errors against DFT and the reactions, line by line.

    Parameters
    ----------
    found
        What was compared with what.

    """
    yield f"### Against {found.labels}"
    yield ""
    yield from _errors(found.others)
    yield ""
    yield from _reactions(found.labels, found.reactions, found.others)
    for remark in found.remarks:
        yield ""
        yield f"{remark}."
    yield ""


def _errors(others: Sequence[AgainstDft]) -> Iterator[str]:
    names = [other.name for other in others]
    yield (
        "| crystal | frames | "
        + " | ".join(f"{what} of {name}" for what in ("energy (meV/atom)", "force (eV/Å)") for name in names)
        + " | forces rms (eV/Å) | "
        + " | ".join(f"stress (GPa) of {name}" for name in names)
        + " | stress rms (GPa) |"
    )
    yield "|" + "---|" * (4 + 3 * len(names))
    crystals = dict.fromkeys(name for other in others for name in other.crystals if name != ALL)
    for crystal in (*crystals, ALL):
        yield _row(crystal, others)


def _row(crystal: str, others: Sequence[AgainstDft]) -> str:
    errors = [other.crystals.get(crystal) for other in others]
    known = [one for one in errors if one is not None]
    most = max(known, key=lambda one: one.frames)
    energies = ["" if e is None or e.energy is None else f"{e.energy * _MEV:.1f}" for e in errors]
    forces = ["" if e is None else f"{e.force:.3f}" for e in errors]
    stresses = ["" if e is None else f"{e.stress:.2f}" for e in errors]
    frames = ", ".join(dict.fromkeys(str(one.frames) for one in known))
    cells = [crystal, frames, *energies, *forces, f"{most.force_rms:.3f}", *stresses, f"{most.stress_rms:.2f}"]
    return f"| {' | '.join(cells)} |"


def _reactions(labels: str, true: Mapping[str, float], others: Sequence[AgainstDft]) -> Iterator[str]:
    yield f"| energy between crystals | {labels} | " + " | ".join(other.name for other in others) + " |"
    yield "|" + "---|" * (2 + len(others))
    for reaction in REACTIONS:
        if reaction.name in true:
            said = [other.reactions.get(reaction.name) for other in others]
            cells = ["" if value is None else f"{value:.3f}" for value in (true[reaction.name], *said)]
            yield f"| {reaction.name} ({reaction.unit}) | {' | '.join(cells)} |"


def plain_dft(found: DftValidation) -> dict[str, Any]:
    """Return the comparison with DFT as plain data."""
    return {
        "labels": found.labels,
        "reactions": dict(found.reactions),
        "others": [
            {
                "name": other.name,
                "crystals": {name: vars(errors) for name, errors in other.crystals.items()},
                "reactions": dict(other.reactions),
            }
            for other in found.others
        ],
        "remarks": list(found.remarks),
    }
