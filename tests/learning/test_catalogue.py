"""The catalogue draws what it says, in every domain, and keeps apart what is held out."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from numpy.testing import assert_allclose

from gbglass.build.crystals.cubic import cubic_llzo
from gbglass.core.neighbours import shortest_contacts
from gbglass.core.species import formal_charge
from gbglass.core.suitability import count_metallic_lithium
from gbglass.errors import InputError
from gbglass.learning.catalogue import training_origins
from gbglass.learning.labelled import LabelStore, rounded
from gbglass.learning.labelling import check_frame, label_origins
from gbglass.learning.origins import DOMAINS, Draw, Origin, Workshop, from_dynamics, seeded
from gbglass.protocol.stages import Hold, Minimise

ORIGINS = training_origins()
DRAWN = [o for o in ORIGINS if o.draw.__qualname__.startswith(("_rattled", "_pushed", "_compressed"))]
CHAINS = [o for o in ORIGINS if o.draw.__qualname__.startswith("from_chain")]
RUNS = [o for o in ORIGINS if o.draw.__qualname__.startswith("from_dynamics")]


def test_every_domain_is_there_and_every_origin_is_of_its_domain() -> None:
    assert {origin.domain for origin in ORIGINS} == set(DOMAINS)
    assert all(origin.name.startswith(f"{origin.domain}/") for origin in ORIGINS)
    assert len({origin.name for origin in ORIGINS}) == len(ORIGINS)
    assert len(DRAWN) + len(CHAINS) + len(RUNS) == len(ORIGINS)


def test_a_plane_a_composition_and_an_interface_are_held_out_altogether() -> None:
    held_out = {origin.name for origin in ORIGINS if origin.held_out}
    for mark in ("boundary/012", "lzo/x 0.375", "li|llzo/110"):
        family = {origin.name for origin in ORIGINS if origin.name.startswith(mark)}
        assert len(family) >= 2
        assert family <= held_out
        held_out -= family
    assert not held_out


def draw(origin: Origin, index: int, workshop: Workshop) -> Draw:
    return Draw(index, np.random.default_rng([index, len(origin.name)]), None, workshop)


@pytest.mark.parametrize("origin", DRAWN, ids=lambda origin: origin.name)
def test_drawn_frames_are_fit_for_a_teacher_and_differ(origin: Origin, workshop: Workshop) -> None:
    first, again, second = (rounded(origin.draw(draw(origin, index, workshop))) for index in (0, 0, 1))
    check_frame(first)
    assert first == again
    assert first != second
    assert 30 <= len(first) <= 300
    if origin.domain in {"c-llzo", "t-llzo"} or "Li2O" in origin.name:
        assert formal_charge(first) == 0
    if origin.domain == "li|llzo":
        assert count_metallic_lithium(first) > 5
    if origin.domain == "close":
        assert min(shortest_contacts(first).values()) < 2.9


@pytest.mark.parametrize("origin", [o for o in CHAINS if "llzo" not in o.name], ids=lambda origin: origin.name)
def test_chains_start_from_something_sane(origin: Origin, workshop: Workshop) -> None:
    check_frame(rounded(origin.draw(draw(origin, 0, workshop))))


@pytest.mark.lammps
def test_frames_of_cheap_dynamics_are_those_of_one_run_equally_spaced(tmp_path: Path, workshop: Workshop) -> None:
    stages = (Minimise(max_iterations=20), Hold(temperature_K=300, duration_ps=0.5))

    def start() -> Atoms:
        return cubic_llzo(12, seeded("c-llzo/short"))

    origin = Origin("c-llzo/short", "c-llzo", 4, from_dynamics(start, stages, 0.1, 4))
    label_origins([origin], workshop, LabelStore(tmp_path / "store"))
    frames = [frame.atoms for frame in LabelStore(tmp_path / "store").frames()]
    assert len(frames) == 4
    own = replace(workshop, folder=workshop.folder / origin.name)
    before = [path.stat().st_mtime_ns for path in sorted((tmp_path / "work").rglob("*.lammpstrj"))]
    again = origin.draw(Draw(2, np.random.default_rng(0), None, own))
    assert rounded(again) == frames[2]
    assert before == [path.stat().st_mtime_ns for path in sorted((tmp_path / "work").rglob("*.lammpstrj"))]
    apart = [frames[k + 1].positions - frames[k].positions for k in range(3)]
    lengths = frames[0].cell.lengths()
    moved = [float(np.sqrt(((a - np.round(a / lengths) * lengths) ** 2).sum(axis=1).mean())) for a in apart]
    assert all(0.05 < distance < 1.0 for distance in moved)
    for atoms in frames:
        assert_allclose(atoms.cell.lengths(), start().cell.lengths(), rtol=1e-6)
    too_many = from_dynamics(start, stages, 0.1, 20)
    with pytest.raises(InputError, match=r"has 9 frames after 0\.1 ps, 20 are wanted"):
        too_many(Draw(0, np.random.default_rng(0), None, own))


def test_origins_with_mistakes_are_refused() -> None:
    with pytest.raises(InputError, match="'domain' must be one word"):
        Origin("x y/z", "x y", 1, lambda given: given.before or cubic_llzo(12, given.rng))
    with pytest.raises(InputError, match="'size' of origin li/x must be 1 or more, got 0"):
        Origin("li/x", "li", 0, lambda given: given.before or cubic_llzo(12, given.rng))
