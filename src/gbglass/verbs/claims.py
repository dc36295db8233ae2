"""The paper's claims, and what finished cases say of them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gbglass.claims.claim import Claim
from gbglass.claims.registry import all_claims
from gbglass.errors import InputError
from gbglass.report.verdicts import Verdicts, judge_results

_RESULTS, _DONE = "results.json", "done.json"


def claims() -> tuple[Claim, ...]:
    """Return the claims that can be judged, each with its rule and the date when that was fixed.

    Examples
    --------
    >>> [claim.number for claim in claims() if claim.study == "mechanics"]
    [19]

    """
    return all_claims()


def judge(folders: Sequence[Path]) -> Verdicts:
    """Judge the claims by all finished cases that lie in some folders, at any depth, pooled.

    A case that lies in two of them counts once; each potential is judged by itself.

    Parameters
    ----------
    folders
        Of cases, campaigns or several of these.

    Raises
    ------
    InputError
        If a folder is not there or holds no finished case.

    Examples
    --------
    >>> judge([Path("runs/garnets")]).summary
    'claims: 1 undecided'

    """
    found: dict[Path, Any] = {}
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"there is no folder {folder}")
        finished = [path for path in sorted(folder.rglob(_RESULTS)) if (path.parent / _DONE).is_file()]
        if not finished:
            raise InputError(f"{folder} holds no finished case: none of its folders has {_RESULTS} and {_DONE}")
        found |= {path.resolve(): _read(path) for path in finished}
    return judge_results([({}, results) for results in found.values()])


def _read(path: Path) -> Any:  # noqa: ANN401  # whatever a file of results holds
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{path} is no results of a case: {error}") from None
