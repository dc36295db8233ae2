"""Rigid ions, melted and quenched: what the paper's recipe is for passes as a glass of LLZO, and settles."""

from pathlib import Path

import numpy as np
import pytest

from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.packaged import load_potential
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import find_lammps
from gbglass.lammps.task import MdSettings, MdTask, Runner
from gbglass.protocol.promises import promises_of
from gbglass.protocol.recipes import MeltQuench, ProtocolEntry, write_out
from gbglass.protocol.stages import Minimise
from gbglass.studies.acceptance import glass_remarks, measured_glass, require_glass

pytestmark = [pytest.mark.heavy, pytest.mark.lammps]


def test_a_melt_that_was_quenched_is_glass_everywhere(tmp_path: Path) -> None:
    melt = MeltQuench(
        from_K=300, temperature_K=300, melt_K=6000, melt_ps=6, heating_K_per_fs=5, cooling_K_per_fs=1, hold_ps=4
    )
    entries: tuple[ProtocolEntry, ...] = (Minimise(max_iterations=50), melt)
    atoms = cubic_llzo(12, np.random.default_rng(11))
    settings = MdSettings(timestep=0.001, frame_every=50, segment_steps=2000, ranks=1, seed=5)
    task = MdTask(atoms, load_potential("buckingham-llzo"), write_out(entries), settings)
    found = measured_glass(simulate(task, tmp_path, Runner(find_lammps())), promises_of(entries))
    require_glass(found)
    assert [remark.split(" left glass")[0].split(" has settled")[0] for remark in glass_remarks(found)] == [
        "stage.2 (melt_quench)",
        "stage.2 (melt_quench): its last hold",
    ]
