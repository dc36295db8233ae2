"""What claims need of a study of segregation: the start, the time to even out, energies where frames hold them."""

from pathlib import Path
from typing import Any

import pytest

from gbglass.claims.case_record import CaseRecord
from gbglass.claims.registry import judge_cases
from gbglass.errors import ConfigError, InputError
from gbglass.lammps.chain import simulate
from gbglass.lammps.engine import find_lammps
from gbglass.lammps.task import Runner
from gbglass.report.folder import write_report
from gbglass.report.present import present
from gbglass.report.run import results_record
from gbglass.studies.kinds import STUDIES
from gbglass.studies.reading import check_study
from tests.report.browser import look_at


def study(**boundary: Any) -> dict[str, Any]:
    return {
        "study": "segregation",
        "name": "toy",
        "seed": 1,
        "potential": {"name": "buckingham-llzo"},
        "crystal": {"name": "llzo-cubic"},
        "boundary": {"axis": [1, -1, 0], "plane": [1, 1, 2], "layers": 3, "lithium": "carried", **boundary},
        "stage": [
            {"kind": "minimise", "max_iterations": 5},
            {"kind": "hold", "temperature_K": 900.0, "duration_ps": 0.4},
        ],
        "run": {"frame_every_ps": 0.02, "segment_ps": 0.2, "ranks": 1, "per_atom": ["energy"]},
    }


@pytest.mark.lammps
@pytest.mark.xdist_group("toy")
def test_the_record_says_what_was_at_the_start_and_what_the_energies_were(tmp_path: Path) -> None:
    kind, spec = STUDIES["segregation"], check_study(study())
    planned = kind.plan(spec)
    engine = find_lammps()
    simulation = simulate(planned.task, tmp_path, Runner(engine, lambda _text, _step, _of: None))
    findings = kind.collect(planned, simulation, engine, "gbglass run toy.toml")
    presented = present(findings)
    record = results_record(presented)
    assert "energy" in {figure.name for figure in presented.figures}
    assert "energy" in {table.name for table in presented.tables}
    starts = [boundary["at_start"]["value"] for boundary in record["boundaries"]]
    first = findings.counts.counts[0]  # type: ignore[union-attr]  # it is a study of segregation
    assert starts == [first[0] + first[10], first[5]]
    assert 0.0 < record["msd"]["exponent"]["value"] < 3.0
    for boundary in record["boundaries"]:
        assert boundary["settled"] is None  # of 8 counts
        fraction, room = boundary["cavity_fraction"]["value"], boundary["room_per_lithium_at_start"]["value"]
        volume = planned.atoms.cell.volume / 10
        assert room == pytest.approx(fraction * volume / boundary["at_start"]["value"], rel=0.01)
        over = boundary["energy_over_interior"]
        assert all(abs(over[when]["value"]) < 1.0 for when in ("at_begin_of_hold", "at_end_of_hold"))
    assert (record["lithium"], record["averaged_over"]["value"]) == ("carried", pytest.approx(0.4))
    judged = {found.claim.number: found for found in judge_cases([CaseRecord({}, record)])}
    assert sorted(judged) == [1, 2, 3, 4, 5, 6]
    assert all(found.verdict == "undecided" for found in judged.values())
    assert "1 seed, 3 are needed" in judged[1].reason
    write_report(presented, tmp_path / "page")
    look_at(tmp_path / "page" / "report.html")


def test_more_lithium_is_for_potentials_without_fixed_charges() -> None:
    with pytest.raises((ConfigError, InputError), match="neutral"):
        STUDIES["segregation"].plan(check_study(study(extra_lithium=4)))
