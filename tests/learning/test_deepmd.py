"""From labels to a frozen model through the real DeePMD-kit; needs the extra `deepmd`."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gbglass.learning.crystals import lithium
from gbglass.learning.datasets import write_deepmd
from gbglass.learning.disturb import rattle, scale, strain
from gbglass.learning.labelled import StoredFrame, Tag, rounded
from gbglass.learning.origins import Workshop
from gbglass.learning.training import PRESETS, deepmd_input

pytestmark = [pytest.mark.heavy, pytest.mark.filterwarnings("ignore")]

STEPS = 400


@pytest.fixture
def frames(workshop: Workshop) -> list[StoredFrame]:
    """Squeezed and stretched lithium whose atoms are soft spheres."""
    rng = np.random.default_rng(1)
    start = lithium("bcc", (2, 2, 2))
    structures = [rattle(strain(scale(start, f), 0.03, rng), 300, rng) for f in rng.uniform(0.78, 0.95, 40)]
    return [
        StoredFrame(Tag("li", "li/soft", k), rounded(atoms), workshop.labeller.label(rounded(atoms)))
        for k, atoms in enumerate(structures)
    ]


def test_a_model_learns_energies_forces_and_virials_with_their_signs(
    frames: list[StoredFrame], tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Correlations on frames that were not trained; a wrong sign or order of the virial would show as none."""
    infer = pytest.importorskip("deepmd.infer")
    systems = write_deepmd(frames[:30], tmp_path / "train")
    preset = replace(PRESETS["quick"], steps=STEPS, decay_rate=0.5, decay_steps=STEPS // 10)
    written = deepmd_input(preset, [path.relative_to(tmp_path) for path in systems], [], seed=1)
    (tmp_path / "input.json").write_text(json.dumps(written), encoding="utf-8")
    dp = str(Path(sys.executable).with_name("dp"))
    for command in (["train", "input.json"], ["freeze", "-o", "model.pb"]):
        done = subprocess.run([dp, *command], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
    model = infer.DeepPot(str(tmp_path / "model.pb"))
    assert model.get_type_map() == ["Li", "La", "Zr", "O"]
    said, true = [], []
    for frame in frames[30:]:
        assert frame.labels is not None
        types = [0] * len(frame.atoms)
        energy, forces, virial = model.eval(
            frame.atoms.positions.reshape(1, -1), frame.atoms.cell.array.reshape(1, -1), types
        )[:3]
        said.append((energy.ravel(), forces.ravel(), virial.ravel()))
        expected = frame.labels.virial(frame.atoms.get_volume())
        true.append((np.array([frame.labels.energy]), frame.labels.forces.ravel(), expected.ravel()))
    for place, name in enumerate(("energy", "force", "virial")):
        model_says, label = (np.concatenate([row[place] for row in rows]) for rows in (said, true))
        correlation = float(np.corrcoef(model_says, label)[0, 1])
        record_property(f"correlation of {name}", f"{correlation:.3f}")
        assert correlation > 0.9, name
