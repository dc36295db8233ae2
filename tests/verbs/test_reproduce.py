"""All studies from one command, with the real LAMMPS at toy size: gone on with, a failure stops no other."""

import json
import shlex
from pathlib import Path

import pytest

from gbglass.errors import InputError
from gbglass.studies.cases import read_cases
from gbglass.studies.kinds import STUDIES
from gbglass.verbs.claims import judge
from gbglass.verbs.collect import collect
from gbglass.verbs.examples import SIZES, example_studies, packaged_examples
from gbglass.verbs.reproduce import SILENT_TALE, How, Tale, reproduce
from gbglass.verbs.run_cases import Where

EXAMPLES = Path(__file__).parents[2] / "examples"

IN_TIME = [path for path in sorted(EXAMPLES.glob("*/*.toml")) if path.parent.name in STUDIES]
"""Studies without time are planned by tests of their own."""

TRANSPORT = """
study = "transport"
name = "toy"
seed = 1
potential = { name = "buckingham-llzo" }
model = { bulk = { repeats = [1, 1, 1] } }
stage = [
    { kind = "minimise", max_iterations = 5 },
    { kind = "hold", temperature_K = 900.0, duration_ps = 0.4 },
]
run = { frame_every_ps = 0.02, segment_ps = 0.2, ranks = 1 }
sweep = { seed = [1, 2] }
"""


@pytest.mark.parametrize("example", IN_TIME, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_first_case_of_every_example_can_be_built(example: Path) -> None:
    spec = read_cases(example).cases[0].spec
    planned = STUDIES[spec.study].plan(spec)
    assert planned.n_steps > 0
    assert len(planned.atoms) > 100


def test_the_package_holds_the_examples() -> None:
    assert packaged_examples() == EXAMPLES.resolve()
    for size in SIZES:
        found = example_studies(size)
        assert {"segregation", "transport", "mechanics", "discharge"} <= set(found)
    assert example_studies("minimal")["transport-glass"].name == "minimal-glass.toml"
    runs = {path for size in SIZES for path in example_studies(size).values()}
    assert set(packaged_examples().glob("*/*.toml")) <= runs, "reproduce runs every example of a study"


def test_what_is_asked_wrongly_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="must be one of minimal, laptop, full, got 'huge'"):
        reproduce("huge", tmp_path)
    with pytest.raises(InputError, match="there is no folder"):
        reproduce("minimal", tmp_path, tmp_path / "absent")
    with pytest.raises(InputError, match="holds no study of this size"):
        reproduce("minimal", tmp_path, tmp_path)


@pytest.mark.lammps
@pytest.mark.xdist_group("toy")
def test_all_studies_run_go_on_and_are_judged_on_one_page(tmp_path: Path) -> None:
    for name, text in (("transport", TRANSPORT), ("mechanics", TRANSPORT.replace("transport", "mechanics"))):
        (tmp_path / "examples" / name).mkdir(parents=True)
        (tmp_path / "examples" / name / "minimal.toml").write_text(text, encoding="utf-8")
    told: list[str] = []
    tale = Tale(lambda name, number, of: told.append(f"{name} {number}/{of}"), SILENT_TALE.audience)
    how = How(Where(cores=2))
    found = reproduce("minimal", tmp_path / "out", tmp_path / "examples", how, tale)
    words = shlex.split(found.command)
    assert words[:2] == ["gbglass", "reproduce"]
    assert [words[words.index(key) + 1] for key in ("--size", "--examples", "--cores")] == [
        "minimal",
        str(tmp_path / "examples"),
        "2",
    ]
    campaign = tmp_path / "out" / "transport" / "campaign.json"
    assert json.loads(campaign.read_text(encoding="utf-8"))["command"].endswith("--cores 2")
    collect(tmp_path / "examples" / "transport" / "minimal.toml", tmp_path / "out" / "transport")
    assert json.loads(campaign.read_text(encoding="utf-8"))["command"].endswith("--cores 2"), "collecting keeps it"
    assert told == ["mechanics 1/2", "transport 2/2"]
    states = {study.name: study.state for study in found.studies}
    assert states == {"mechanics": "failed", "transport": "2 of 2 cases done"}
    assert "the last stage must be a strain" in found.studies[0].failure
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert 'href="transport/report.html"' in page
    record = json.loads((tmp_path / "out" / "reproduce.json").read_text(encoding="utf-8"))
    assert {verdict["verdict"] for verdict in record["verdicts"]} == {"undecided"}
    reasons = {verdict["claim"]["number"]: verdict["reason"] for verdict in record["verdicts"]}
    assert sorted(reasons) == list(range(1, 21))
    assert reasons[18].startswith("no case of glass")
    assert reasons[19] == "no case of the study mechanics"
    known = tuple(one for one in found.verdicts().judgements if one.potentials)
    assert judge([tmp_path / "out"]).judgements == known

    (case, _) = sorted(tmp_path.glob("out/transport/cases/*/results.json"))
    before = case.stat().st_mtime_ns
    reproduce("minimal", tmp_path / "out", tmp_path / "examples")
    assert case.stat().st_mtime_ns == before, "what is done is not done again"
    results = json.loads(case.read_text(encoding="utf-8"))
    assert results["asked"]["model"]["bulk"] == {"repeats": [1, 1, 1]}
    assert (results["work"]["atoms"]["value"], results["work"]["steps"]["value"]) == (192, 400)
    assert results["glassy"]["value"] < 0.1
