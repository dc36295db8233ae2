"""How commands speak: JSON for scripts, one clear message for failures, exit codes."""

import json
import sys
from typing import NoReturn

from rich.console import Console

FAILED, WRONG_INPUT, PARTLY, AGAIN, INTERRUPTED = 1, 2, 3, 75, 130
"""Exit codes: something failed; the input is wrong; a part of many failed; to be run again; stopped by Ctrl-C."""


def print_json(content: object) -> None:
    """Print plain data as JSON, unstyled."""
    print(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False))  # noqa: T201  # for scripts


def stop(message: str, code: int) -> NoReturn:
    """Say why and end the program."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"gbglass: {message}", markup=False)
    sys.exit(code)
