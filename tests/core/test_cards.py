"""Cards and tables of potentials: nothing in them becomes a command, files are known by content, mistakes are named."""

import hashlib
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ase.build import bulk
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from gbglass.core.cards import LammpsCard, own_potential, read_card
from gbglass.core.packaged import find_potential, load_potential
from gbglass.core.potential import MeltingPoint
from gbglass.core.suitability import check_structure
from gbglass.core.tokens import FOLDER, Token
from gbglass.errors import ConfigError, InputError

TOKEN: TypeAdapter[str] = TypeAdapter(Token)

EAM: dict[str, Any] = {
    "elements": ["Li", "O"],
    "pair_style": ["eam/alloy"],
    "pair_coeff": [["*", "*", "LiO.eam.alloy", "Li", "O"]],
    "files": ["LiO.eam.alloy"],
    "cutoff": 5.0,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "my potentials"
    place.mkdir()
    (place / "LiO.eam.alloy").write_text("numbers", encoding="utf-8")
    return place


def own(table: dict[str, Any], folder: Path) -> LammpsCard:
    return LammpsCard.model_validate(table, context={FOLDER: folder})


@given(st.text(max_size=30))
def test_a_word_that_is_taken_can_neither_end_a_line_nor_start_a_variable(word: str) -> None:
    try:
        taken = TOKEN.validate_python(word)
    except ValidationError:
        return
    assert not re.search(r"[\s\"'$&#;`(){}\\<>|~!?]", taken)
    assert taken.isascii()


@pytest.mark.parametrize("word", ["1\nshell rm -rf x", "$(exec)", "${x}", "a b", 'a"', "#", "&", "", "é", "a" * 201])
def test_words_that_could_do_more_are_refused(word: str, folder: Path) -> None:
    with pytest.raises(ValidationError):
        own({**EAM, "pair_style": ["eam/alloy", word]}, folder)


def test_words_that_name_a_file_stand_for_it_wherever_it_lies(folder: Path) -> None:
    potential = own_potential(own(EAM, folder))
    assert potential.lines == ("pair_style eam/alloy", f'pair_coeff * * "{folder}/LiO.eam.alloy" Li O')
    assert potential.pair_styles == {"eam/alloy"}
    assert potential.fixed_charges is None
    assert potential.name == "eam/alloy LiO.eam.alloy"


def test_the_checksum_is_of_what_is_in_the_files_not_of_where_they_are(folder: Path, tmp_path: Path) -> None:
    before = own_potential(own(EAM, folder)).checksum
    other = tmp_path / "other"
    other.mkdir()
    (other / "LiO.eam.alloy").write_text("numbers", encoding="utf-8")
    assert own_potential(own(EAM, other)).checksum == before
    (other / "LiO.eam.alloy").write_text("others", encoding="utf-8")
    assert own_potential(own(EAM, other)).checksum != before
    assert own_potential(own({**EAM, "pair_style": ["eam/fs"]}, folder)).checksum != before


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"pair_coeff": [["*", "*", "LiO.eam.alloy", "O", "Li"]]}, "must end with the elements in order, Li O"),
        ({"pair_coeff": [["*", "*", "LiO.eam.alloy", "Li"]]}, "must end with the elements in order, Li O"),
        ({"pair_style": ["deepmd"], "pair_coeff": [["*", "*"]], "files": []}, "the order of the model"),
        ({"files": ["absent.pb"]}, "there is no file"),
        ({"files": []}, "list it in 'files'"),
        ({"pair_style": ["eam/alloy", "/etc/passwd"]}, "list it in 'files'"),
        ({"pair_style": ["eam/alloy", "../x"]}, "list it in 'files'"),
        ({"pair_coeff": [["*", "*", "Li", "O"]]}, "which 'files' lists"),
        ({"elements": ["Li", "Xx"]}, "which is no element"),
        ({"elements": ["Li", "Li"]}, "each element once"),
        ({"charges": {"Li": 1.0}}, "one number for each of Li, O"),
        ({"kspace_style": ["pppm", "1e-4"]}, "needs 'charges'"),
        ({"cutoff": -1.0}, "greater than 0"),
        ({"shell": ["ls"]}, "Extra inputs"),
    ],
)
def test_mistakes_are_named(change: dict[str, Any], says: str, folder: Path) -> None:
    with pytest.raises(ValidationError, match=re.escape(says)):
        own({**EAM, **change}, folder)


def test_a_file_that_lammps_could_not_name_is_refused(tmp_path: Path) -> None:
    place = tmp_path / 'odd "$name'
    place.mkdir()
    (place / "LiO.eam.alloy").write_text("numbers", encoding="utf-8")
    with pytest.raises(ValidationError, match="without quotes"):
        own(EAM, place)


def test_styles_inside_a_hybrid_are_known(folder: Path) -> None:
    table = {
        **EAM,
        "pair_style": ["hybrid/overlay", "eam/alloy", "zbl", "1.0", "1.5"],
        "pair_coeff": [["*", "*", "eam/alloy", "LiO.eam.alloy", "Li", "NULL"], ["*", "*", "zbl", "3", "8"]],
    }
    assert own_potential(own(table, folder)).pair_styles == {"hybrid/overlay", "eam/alloy", "zbl"}


CARD = """\
kind = "deepmd"
elements = ["Li", "La", "Zr", "O"]
cutoff = 6.0
model = "model.pb"
sha256 = "{sha256}"
[shortest]
Li-Li = 1.9
"""


def _deepmd_card(folder: Path, content: bytes = b"a graph") -> Path:
    (folder / "model.pb").write_bytes(content)
    card = folder / "mine.toml"
    card.write_text(CARD.format(sha256=hashlib.sha256(b"a graph").hexdigest()), encoding="utf-8")
    return card


def test_a_card_of_a_model_names_it_by_its_own_path(folder: Path) -> None:
    potential = find_potential(str(_deepmd_card(folder)))
    assert potential.name == "mine"
    assert potential.lines == (f'pair_style deepmd "{folder}/model.pb"', "pair_coeff * * Li La Zr O")


def test_a_model_that_was_changed_is_not_the_cards(folder: Path) -> None:
    with pytest.raises(ConfigError, match="not the file that this card was written for"):
        read_card(_deepmd_card(folder, b"another graph"))


def test_a_core_is_laid_over_a_model_as_over_rigid_ions(folder: Path) -> None:
    card = _deepmd_card(folder)
    reach = "\n".join(f"{a}-{b} = 1.5" for a, b in (line.split("-") for line in _pair_names()))
    with card.open("a", encoding="utf-8") as file:
        file.write(f"[core]\nstrength = 1.0\n[core.reach]\n{reach}\n")
    potential = read_card(card)
    assert potential.lines[0] == f'pair_style hybrid/overlay deepmd "{folder}/model.pb" lj/cut 1.5'
    assert len(potential.lines) == 3 + 10
    ours = [line for line in load_potential("buckingham-llzo").lines if "core" in line]
    assert [line.split("#")[1] for line in potential.lines[3:]] == [line.split("#")[1] for line in ours]


def _pair_names() -> list[str]:
    return [line.split("#")[1].split()[0] for line in load_potential("buckingham-llzo").lines if "core" in line]


def test_a_card_names_its_committee_and_each_member_runs_as_the_first_does(folder: Path) -> None:
    card = _deepmd_card(folder)
    for name in ("mine-2.pb", "mine-3.pb"):
        (folder / name).write_bytes(name.encode())
    text = card.read_text(encoding="utf-8").replace(
        "[shortest]", 'as_trained = true\ncommittee = ["mine-2.pb", "mine-3.pb"]\n[shortest]'
    )
    card.write_text(text, encoding="utf-8")
    potential = read_card(card)
    assert potential.as_trained == folder / "model.pb"
    assert [member.name for member in potential.committee] == ["mine-2", "mine-3"]
    assert [member.lines[0] for member in potential.committee] == [
        f'pair_style deepmd "{folder}/mine-{number}.pb"' for number in (2, 3)
    ]
    assert len({potential.checksum, *(member.checksum for member in potential.committee)}) == 3
    assert potential.committee[0].shortest == potential.shortest


def _committee_card(folder: Path, *stated: int) -> Path:
    """Write a card with three models that states the checksums of some of the further ones."""
    card = _deepmd_card(folder)
    said = []
    for number in (2, 3):
        model = folder / f"mine-{number}.pb"
        model.write_bytes(f"graph {number}".encode())
        if number in stated:
            said.append(f'member_{number}_sha256 = "{hashlib.sha256(model.read_bytes()).hexdigest()}"')
    text = card.read_text(encoding="utf-8").replace("[shortest]", 'committee = ["mine-2.pb", "mine-3.pb"]\n[shortest]')
    card.write_text("\n".join([text, "[made]", *said, ""]), encoding="utf-8")
    return card


@pytest.mark.parametrize("number", [2, 3])
def test_a_member_of_a_committee_with_a_flipped_byte_is_refused_by_name(folder: Path, number: int) -> None:
    card = _committee_card(folder, 2, 3)
    assert len(read_card(card).committee) == 2
    model = folder / f"mine-{number}.pb"
    content = bytearray(model.read_bytes())
    content[1] ^= 1
    model.write_bytes(bytes(content))
    with pytest.raises(
        ConfigError, match=rf"mine-{number}\.pb .*is not the file that this card was written for"
    ) as caught:
        read_card(card)
    assert f"mine-{5 - number}.pb" not in str(caught.value)


def test_a_member_whose_checksum_no_card_states_is_taken_as_it_is(folder: Path) -> None:
    """Cards of before state none."""
    card = _committee_card(folder, 3)
    (folder / "mine-2.pb").write_bytes(b"another graph")
    assert [member.name for member in read_card(card).committee] == ["mine-2", "mine-3"]


def test_atoms_nearer_than_a_potential_was_made_for_are_refused(folder: Path) -> None:
    potential = read_card(_deepmd_card(folder))
    metal = bulk("Li", a=3.5, cubic=True) * (2, 2, 2)
    check_structure(potential, metal)
    metal.positions[1] += np.array([-0.8, -0.8, -0.8])
    with pytest.raises(InputError, match=r"Li-Li 1\.65 Å \(shortest 1\.90 Å\)"):
        check_structure(potential, metal)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x = ", "is not TOML"),
        ('kind = "morse"', "must be one of buckingham, deepmd, lammps"),
        ("cutoff = 3.0", "must be one of"),
        ('kind = "deepmd"\nelements = ["Li"]\ncutoff = -1.0\nmodel = "m"\nsha256 = "x"', "mistakes"),
    ],
)
def test_a_card_that_is_none_is_refused_with_the_reason(text: str, says: str, tmp_path: Path) -> None:
    card = tmp_path / "card.toml"
    card.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=says):
        read_card(card)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_card(tmp_path / "absent.toml")


def test_melting_points_are_read_each_crystal_once(folder: Path) -> None:
    stated = [
        {"of": "LLZO", "temperature_K": 2600.0, "error_K": 30.0},
        {"of": "Li", "temperature_K": 450, "error_K": 5},
    ]
    potential = own_potential(own({**EAM, "melting": stated}, folder))
    assert potential.melting_point("Li") == MeltingPoint("Li", 450.0, 5.0)
    with pytest.raises(InputError, match=r"LiZr2O4 under potential eam/alloy LiO.eam.alloy is not known"):
        potential.melting_point("LiZr2O4")
    with pytest.raises(ValidationError, match="each crystal once, got Li, Li"):
        own({**EAM, "melting": [stated[1], stated[1]]}, folder)
