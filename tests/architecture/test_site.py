"""Every page of docs/ has its place in the site; that the site can be written is seen by 'make docs'."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_every_page_is_in_the_index_once() -> None:
    text = (DOCS / "index.md").read_text(encoding="utf-8")
    listed = [line for block in re.findall(r"```\{toctree\}\n(.*?)```", text, re.DOTALL) for line in block.split("\n")]
    entries = [line for line in listed if line and not line.startswith(":")]
    found = [page for entry in entries for page in DOCS.glob(f"{entry}.*") if page.suffix in (".md", ".ipynb")]
    written = [path for path in DOCS.rglob("*") if path.suffix in (".md", ".ipynb") and "reference" not in path.parts]
    assert sorted(found) == sorted(path for path in written if path.name != "index.md")
