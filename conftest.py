"""Examples in the docstrings of verbs run in a folder that has the files they name."""

import shutil
from pathlib import Path

import pytest
from tests.example_files import write_example_files


def _needs_files(item: pytest.Item) -> bool:
    return isinstance(item, pytest.DoctestItem) and item.name.startswith("gbglass.verbs.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep them in one worker, which makes the files once."""
    for item in filter(_needs_files, items):
        item.add_marker(pytest.mark.xdist_group("examples"))


@pytest.fixture(scope="session")
def example_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Trajectories, logs, tables and a small finished study, made once."""
    folder = tmp_path_factory.mktemp("examples")
    write_example_files(folder)
    return folder


@pytest.fixture(autouse=True)
def _beside_example_files(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if _needs_files(request.node):
        own = request.getfixturevalue("tmp_path") / "here"
        shutil.copytree(request.getfixturevalue("example_files"), own)
        monkeypatch.chdir(own)
