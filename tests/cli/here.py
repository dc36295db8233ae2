"""The program without a process of its own: the same `main`, its imports paid once.

Whole processes are what tests/end_to_end, tests/slurm and tests/cli/test_start.py start.
"""

import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from subprocess import CompletedProcess
from unittest.mock import patch

from gbglass.cli.main import main


def gbglass(*arguments: str | Path, cwd: Path | None = None) -> CompletedProcess[str]:
    """Run gbglass to its end."""
    words = ["gbglass", *map(str, arguments)]
    out, err = StringIO(), StringIO()
    code = 0
    with patch.object(sys, "argv", words), chdir(cwd or Path.cwd()), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return CompletedProcess(words, code, out.getvalue(), err.getvalue())
