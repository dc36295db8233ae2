"""Which weights a training begins with, and that a folder belongs to them."""

from pathlib import Path

import pytest

from gbglass.errors import StateError
from gbglass.learning.committee import CommitteeSpec


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


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="holds no checkpoint"):
        CommitteeSpec("refine", begin_from=tmp_path).identity()
