"""What answers at once does not wait for what it does not use."""

import json
import subprocess
import sys

import pytest

COMMANDS = {
    "gbglass.cli.main": {"ase", "numpy", "scipy", "matplotlib", "plotly", "numba", "h5py"},
    "gbglass.cli.doctor": {"matplotlib.figure", "scipy.stats", "ase.io", "numba", "gbglass.studies", "gbglass.report"},
    "gbglass.cli.present": {"matplotlib.figure", "scipy.stats", "numba", "gbglass.studies"},
    "gbglass.cli.run": {"scipy.stats", "scipy.signal"},
}


@pytest.mark.parametrize("module", COMMANDS)
def test_a_command_imports_nothing_slow_that_it_does_not_use(module: str) -> None:
    asked = f"import json, sys, {module}; print(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert not COMMANDS[module] & set(json.loads(done.stdout))
