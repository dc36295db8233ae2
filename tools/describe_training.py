"""Write the table of what the committed training data hold into their README.

python tools/describe_training.py
"""

from pathlib import Path

from gbglass.learning.datasets import count_domains
from gbglass.learning.labelled import LabelStore
from gbglass.store.atomic import write_text

FOLDER = Path(__file__).parents[1] / "data" / "training"
HEADING = "## What is here\n"


def table(folder: Path) -> str:
    """Return one row a domain, and the sum."""
    counts = count_domains(LabelStore(folder).frames())
    rows = []
    for domain, c in counts.items():
        numbers = f"{c.frames} | {c.atoms} | {c.origins} | {c.failed} | {c.force_rms:.2f} | {c.largest_force:.1f}"
        rows.append(f"| {domain.replace('|', ' on ')} | {numbers} |")
    total = [sum(getattr(c, name) for c in counts.values()) for name in ("frames", "atoms", "origins", "failed")]
    head = [
        "| domain | frames | atoms | origins | failed | forces rms (eV/Å) | largest (eV/Å) |",
        "|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *rows, f"| all | {' | '.join(map(str, total))} | | |"]) + "\n"


def main() -> None:
    readme = FOLDER / "README.md"
    before = readme.read_text(encoding="utf-8").partition(HEADING)[0]
    write_text(readme, f"{before}{HEADING}\n{table(FOLDER)}")


if __name__ == "__main__":
    main()
