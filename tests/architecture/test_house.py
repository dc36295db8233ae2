"""The house keeps its shape: sizes, floors, names, examples."""

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import gbglass
from gbglass.studies.cases import read_cases

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
MODULES = sorted(m.name for m in pkgutil.walk_packages(gbglass.__path__, "gbglass.") if not m.name.endswith("__main__"))

LONGEST_BODY = 60
LONGEST_MODULE = 450
MOST_METHODS = 15


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body and body[-1].end_lineno else 0


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_everything_fits_on_a_screen(source: Path) -> None:
    text = source.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST_MODULE, "a module this long tells two stories: make it two"
    tree = ast.parse(text)
    for function in _functions(tree):
        assert _body_lines(function) <= LONGEST_BODY, f"{function.name} does not fit on a screen"
        assert function.args.kwarg is None, f"{function.name} takes any keyword: name them"
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            public = [f for f in node.body if isinstance(f, ast.FunctionDef) and not f.name.startswith("_")]
            assert len(public) <= MOST_METHODS, f"{node.name} does too much"


@pytest.mark.parametrize("name", MODULES)
def test_every_module_imports_and_its_public_names_exist(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__, f"{name} does not say what it is"
    for public in getattr(module, "__all__", []):
        assert hasattr(module, public), f"{name}.__all__ names {public}, which is not there"


def test_arrows_point_down_only() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("example", sorted((ROOT / "examples").rglob("*.toml")), ids=lambda path: path.name)
def test_every_example_is_a_study_without_mistakes(example: Path) -> None:
    assert read_cases(example).cases


def test_lock_pins_every_requirement_with_a_hash_and_names_no_host() -> None:
    for lock in ("run.txt", "dev.txt"):
        text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
        assert "//" not in text, f"{lock} names a host"
        for entry in re.split(r"\n(?=[A-Za-z0-9])", text):
            assert "==" in entry, entry
            assert "--hash=sha256:" in entry, entry


def test_lock_holds_every_dependency_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[\[<>=~;! ]", entry)[0] for entry in project["dependencies"]}
    for lock in ("run.txt", "dev.txt"):
        text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
        pinned = set(re.findall(r"^([a-z0-9-]+)==", text, flags=re.MULTILINE))
        assert wanted <= pinned, f"{lock} lacks {wanted - pinned}; run 'make lock'"


def test_the_citation_file_and_the_package_state_one_version() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == gbglass.__version__
    assert f"version: {gbglass.__version__}" in citation
