"""A program that answers as GPAW does, at once.

The energy of a structure is a parabola in its lithium content; of its density, excess electrons gather around y = 0 and
1/2, where boundaries stand, evenly along x and z.
"""

import sys
from pathlib import Path

SCRIPT = """
import json, sys

if sys.argv[1] == "-c":
    print(json.dumps({"gpaw": "0.0", "gpaw-data": "stand-in"}))
    raise SystemExit
with open(sys.argv[2]) as file:
    asked = json.load(file)
numbers = asked["numbers"]
if "extra_electrons" in asked:
    import numpy as np

    wave = 1.0 + 0.5 * np.cos(4.0 * np.pi * np.arange(48) / 48)
    per_volume = 1.0 / abs(np.linalg.det(np.array(asked["cell"])))
    density = (700.0 + asked["extra_electrons"] * np.broadcast_to(wave[None, :, None], (12, 48, 40))) * per_volume
    np.save("density.npy", density)
lithium, formulas = numbers.count(3), numbers.count(40) / 2
x = lithium / formulas if formulas else 0.0
energy = formulas * (-50.0 - 4.0 * x + x * x) if formulas else -2.0 * lithium
said = {"energy": energy, "forces": [[0.0, 0.0, 0.03]] * len(numbers), "stress": [0.0] * 6}
with open(sys.argv[3], "w") as file:
    json.dump(said, file)
"""

PLATEAUS = {(0.0, 0.5): 1.5, (0.5, 1.0): 0.5}
"""By hand: 4 - (x1 + x2) - 2."""


def stand_in(folder: Path) -> Path:
    """Write it; it is started as a Python with GPAW would be."""
    program = folder / "gpaw-python"
    program.write_text(f"#!{sys.executable}\n{SCRIPT}", encoding="utf-8")
    program.chmod(0o755)
    return program
