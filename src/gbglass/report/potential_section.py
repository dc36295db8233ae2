"""What a validation found, as a section for people: Markdown with tables."""

from collections.abc import Iterator, Mapping
from typing import Any

from gbglass.learning.validation.check import Check
from gbglass.learning.validation.errors import ALL, DomainErrors
from gbglass.learning.validation.structure import distance_between
from gbglass.learning.validation.validate import Validation
from gbglass.report.dft_section import dft_section, plain_dft

_MEV = 1e3
_ORIGINS = 6
"""Named of each domain; the others are counted."""


def validation_section(found: Validation) -> str:
    """Write a section on a validated potential.

    Parameters
    ----------
    found
        From `gbglass.learning.validation.validate.validate`.

    """
    lines = [f"## {found.potential}", "", *_facts(found), ""]
    for title, errors in found.errors.items():
        lines += [
            f"### Errors on frames that were {title}",
            "",
            *_error_table(errors),
            "",
            *(f"- {of}" for of in origins_of(errors)),
            "",
        ]
    if found.dft is not None:
        lines += dft_section(found.dft)
    for name, check in found.checks.items():
        lines += [f"### {check.title}", "", *_check_table(check, found.teacher.get(name)), ""]
    return "\n".join(lines)


def _facts(found: Validation) -> Iterator[str]:
    labels = f"; labels of {found.labels}" if found.labels else ""
    yield f"Asked through {found.engine}{labels}. Checksum of the potential {found.checksum[:16]}."


def _error_table(domains: Mapping[str, DomainErrors]) -> Iterator[str]:
    yield (
        "| domain | frames | atoms | energy (meV/atom) | bias (meV/atom) | force (eV/Å) | x, y, z (eV/Å) | "
        "forces rms (eV/Å) | virial (meV/atom) |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for name, e in domains.items():
        components = ", ".join(f"{value:.3f}" for value in e.force_by_component)
        yield (
            f"| {name.replace('|', ' on ')} | {e.frames} | {e.atoms} | {e.energy_rmse * _MEV:.1f} | "
            f"{e.energy_bias * _MEV:+.1f} | {e.force_rmse:.3f} | {components} | {e.force_rms:.2f} | "
            f"{e.virial_rmse * _MEV:.0f} |"
        )


def origins_of(domains: Mapping[str, DomainErrors]) -> Iterator[str]:
    """Say for each domain which origins its frames are of, and how many of each, the most frequent first.

    Examples
    --------
    >>> errors = DomainErrors(9, 900, 0.0, 0.0, 0.1, (0.1, 0.1, 0.1), 1.0, 0.0, {"li/fcc": 2, "li/bcc": 7})
    >>> list(origins_of({"li": errors}))
    ['li: bcc (7), fcc (2)']

    """
    for name, errors in domains.items():
        if name == ALL or not errors.origins:
            continue
        ranked = sorted(errors.origins.items(), key=lambda entry: -entry[1])
        shown = [f"{origin.removeprefix(f'{name}/')} ({count})" for origin, count in ranked[:_ORIGINS]]
        rest = ranked[_ORIGINS:]
        if rest:
            shown.append(f"{len(rest)} more ({sum(count for _, count in rest)})")
        yield f"{name.replace('|', ' on ')}: {', '.join(shown)}"


def _check_table(check: Check, teacher: Check | None) -> Iterator[str]:
    others = {number.name: number.value for number in teacher.numbers} if teacher else {}
    yield "| quantity | model | teacher | difference |"
    yield "|---|---|---|---|"
    for number in check.numbers:
        other = others.get(number.name)
        told = "" if other is None else f"{other:.4g}"
        away = "" if other is None else f"{number.value - other:+.3g}{_percent(number.value, other)}"
        yield f"| {number.name} ({number.unit}) | {number.value:.4g} | {told} | {away} |"
    if teacher is not None and teacher.title == "Radial distributions":
        yield ""
        for name, distance in distance_between(check, teacher).items():
            yield f"- {name}: ∫\\|Δg\\| / ∫g = {distance:.3f}"
    for remark in check.remarks:
        yield ""
        yield f"{remark}."


def _percent(value: float, other: float) -> str:
    return f" ({(value / other - 1.0) * 100.0:+.1f} %)" if other else ""


def plain_validation(found: Validation) -> dict[str, Any]:
    """Return a validation as plain data."""
    return {
        "potential": found.potential,
        "checksum": found.checksum,
        "engine": found.engine,
        "labels": found.labels,
        "errors": {
            title: {name: vars(errors) for name, errors in domains.items()} for title, domains in found.errors.items()
        },
        "checks": {name: check.plain() for name, check in found.checks.items()},
        "teacher": {name: check.plain() for name, check in found.teacher.items()},
        "dft": plain_dft(found.dft) if found.dft is not None else None,
    }
