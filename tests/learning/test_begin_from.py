"""Which weights a training begins with, and that a folder belongs to them."""

from pathlib import Path

import pytest

from gbglass.errors import InputError, StateError
from gbglass.learning.committee import CommitteeSpec
from gbglass.learning.members import check_types, is_one_sided
from gbglass.learning.training import MOST_NEIGHBOURS, PRESETS, deepmd_input
from gbglass.store.atomic import write_json


def checkpoint(folder: Path, step: int, content: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for ending in ("index", "data-00000-of-00001", "meta"):
        (folder / f"model.ckpt-{step}.{ending}").write_text(content, encoding="utf-8")


def test_a_member_begins_with_the_newest_weights_of_its_number_or_else_of_the_first(tmp_path: Path) -> None:
    checkpoint(tmp_path / "member-1", 10, "old")
    checkpoint(tmp_path / "member-1", 200, "new")
    checkpoint(tmp_path / "member-2", 50, "other")
    spec = CommitteeSpec("refine", begin_from=tmp_path)
    assert spec.weights(1) == tmp_path / "member-1" / "model.ckpt-200"
    assert spec.weights(2) == tmp_path / "member-2" / "model.ckpt-50"
    assert spec.weights(3) == tmp_path / "member-1" / "model.ckpt-200"
    assert CommitteeSpec("refine").weights(1) is None


def test_a_folder_belongs_to_the_weights_that_it_began_with(tmp_path: Path) -> None:
    checkpoint(tmp_path / "a" / "member-1", 10, "these")
    checkpoint(tmp_path / "b" / "member-1", 10, "those")
    identities = [CommitteeSpec("refine", begin_from=tmp_path / name).identity() for name in ("a", "b")]
    assert identities[0] != identities[1]
    assert "begun_from" not in CommitteeSpec("refine").identity()


def test_weights_of_other_elements_are_refused(tmp_path: Path) -> None:
    write_json(tmp_path / "input.json", deepmd_input(PRESETS["quick"], [Path("a")], [], 1))
    check_types(tmp_path, MOST_NEIGHBOURS)
    for other in (
        {"Li": 96, "P": 24, "S": 60},
        dict(MOST_NEIGHBOURS) | {"O": 92},
        dict(sorted(MOST_NEIGHBOURS.items())),
    ):
        with pytest.raises(InputError, match=r"Li 96, La 32, Zr 44, O 88.*do not fit"):
            check_types(tmp_path, other)


@pytest.mark.parametrize("one_side", [True, False])
def test_what_goes_on_keeps_the_nets_it_began_with(tmp_path: Path, *, one_side: bool) -> None:
    write_json(tmp_path / "input.json", deepmd_input(PRESETS["quick"], [Path("a")], [], 1, one_side=one_side))
    assert is_one_sided(tmp_path) is one_side


def test_origins_of_ones_own_that_are_held_out_make_another_training() -> None:
    plain = CommitteeSpec("quick").identity()
    assert "held_out" not in plain
    own = [CommitteeSpec("quick", held_out=names).identity() for names in (("x/b", "x/a"), ("x/a", "x/b"), ("x/a",))]
    assert own[0] == own[1] != own[2] != plain


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="holds no checkpoint"):
        CommitteeSpec("refine", begin_from=tmp_path).identity()
