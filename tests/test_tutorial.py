"""The tutorial runs from its first cell to its last, and holds nothing of the machine on which it was last run."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

TUTORIAL = Path(__file__).parents[1] / "docs" / "tutorial.ipynb"


@pytest.mark.lammps
def test_every_cell_runs(tmp_path: Path) -> None:
    notebook = nbformat.read(TUTORIAL, as_version=4)
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    assert (tmp_path / "runs" / "tutorial" / "report.html").is_file()
    said = "\n".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", ()))
    assert "undecided" in said, "four picoseconds decide nothing, and the text says so"


def test_it_is_kept_with_outputs_and_without_paths() -> None:
    notebook = nbformat.read(TUTORIAL, as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert len(outputs) >= 8
    assert not re.search(r"/(home|root|tmp|work|Users)/", str(outputs))
