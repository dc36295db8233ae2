"""Decks: what a LAMMPS user reads, and that nothing but numbers of ours gets into them."""

import pytest

from gbglass.core.potential import Potential
from gbglass.lammps.deck import Recording, minimise_deck, segment_deck
from gbglass.lammps.motion import SegmentSpan, StageStart
from gbglass.protocol.stages import Hold, Minimise, Ramp
from gbglass.protocol.timeline import TimedStage, lay_out

STAGES = (
    Minimise(),
    Ramp(from_K=300, to_K=1000, rate_K_per_fs=0.1, pressure_bar=50.0),
    Hold(temperature_K=1000, duration_ps=30),
)
RECORDING = Recording(timestep=0.001, frame_every=100, threads=False)


@pytest.fixture
def timeline() -> tuple[TimedStage, ...]:
    return lay_out(STAGES, 0.001)


def span(timed: TimedStage, first_step: int, last_step: int, velocity_seed: int | None = None) -> SegmentSpan:
    return SegmentSpan(timed, first_step, last_step, StageStart(height=30.0), -1000.0, velocity_seed)


def _lines(deck: str) -> list[str]:
    return [line.split("#")[0].strip() for line in deck.splitlines()]


def test_a_ramp_goes_on_at_its_own_temperature_in_every_segment(
    timeline: tuple[TimedStage, ...], potential: Potential
) -> None:
    lines = _lines(segment_deck(span(timeline[0], 5000, 7000), potential, RECORDING))
    assert "fix stage2 all npt temp 300 1000 0.1 aniso 50 50 1" in lines
    assert "run 2000 start 0 stop 7000" in lines


def test_a_hold_has_no_barostat(timeline: tuple[TimedStage, ...], potential: Potential) -> None:
    deck = segment_deck(span(timeline[1], 12000, 17000), potential, RECORDING)
    assert "fix stage3 all nvt temp 1000 1000 0.1" in _lines(deck)
    assert " npt " not in deck
    assert "run 5000" in _lines(deck)


def test_only_the_first_segment_draws_velocities(timeline: tuple[TimedStage, ...], potential: Potential) -> None:
    first = segment_deck(span(timeline[0], 0, 5000, velocity_seed=42), potential, RECORDING)
    later = segment_deck(span(timeline[0], 5000, 7000), potential, RECORDING)
    assert "velocity all create 300 42 mom yes" in first
    assert "velocity" not in later


def test_step_zero_belongs_to_the_first_segment_and_no_frame_to_two(
    timeline: tuple[TimedStage, ...], potential: Potential
) -> None:
    first = segment_deck(span(timeline[0], 0, 5000, velocity_seed=1), potential, RECORDING)
    later = segment_deck(span(timeline[0], 5000, 7000), potential, RECORDING)
    assert " delay 0 " in first
    assert " delay 5001 " in later


def test_the_potential_is_given_again_after_every_restart(
    timeline: tuple[TimedStage, ...], potential: Potential
) -> None:
    for deck in (
        minimise_deck(Minimise(), potential, threads=False),
        segment_deck(span(timeline[0], 5000, 7000), potential, RECORDING),
    ):
        lines = deck.splitlines()
        read = next(n for n, line in enumerate(lines) if line.startswith(("read_data", "read_restart")))
        places = [lines.index(line) for line in potential.lines]
        assert places == sorted(places)
        assert read < places[0]
        assert places[-1] < next(n for n, line in enumerate(lines) if line.startswith(("run", "minimize")))


def test_every_file_a_deck_names_lies_in_its_own_folder(timeline: tuple[TimedStage, ...], potential: Potential) -> None:
    decks = [
        minimise_deck(Minimise(), potential, threads=True),
        segment_deck(span(timeline[1], 12000, 17000), potential, RECORDING),
    ]
    for deck in decks:
        files = [
            w for line in deck.splitlines() for w in line.split() if w.endswith((".data", ".restart", "lammpstrj"))
        ]
        assert len(files) >= 3
        assert not any("/" in name for name in files)
        assert "shell" not in deck
        assert "include" not in deck
