"""How long commands take before they do anything: user time of whole processes, two source trees turn by turn.

    python benchmarks/start.py [OTHER_CHECKOUT] [--rounds 5]

Without another checkout it measures this one alone. User time, since the wall belongs to whoever else is on the
machine; medians.
"""

import argparse
import resource
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parents[1]
QUICKSTART = str(HERE / "examples" / "quickstart.toml")
COMMANDS = {
    "--version": ["--version"],
    "doctor": ["doctor", "--json"],
    "build crystal": ["build", "crystal", "llzo-cubic", "--json"],
    "build csl": ["build", "csl", "--axis", "1", "0", "0"],
    "status": ["status", QUICKSTART],
    "plan, no probe": ["plan", QUICKSTART, "--no-probe"],
    "run of a missing file": ["run", "absent.toml"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("other", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    trees = [HERE, *([arguments.other] if arguments.other else [])]
    print("| command | " + " | ".join(f"{tree.name} (s)" for tree in trees) + " |")
    print("|---" * (1 + len(trees)) + "|")
    for name, words in COMMANDS.items():
        taken: list[list[float]] = [[] for _ in trees]
        for _ in range(arguments.rounds + 1):
            for tree, times in zip(trees, taken, strict=True):
                times.append(user_seconds(tree, words))
        medians = [f"{statistics.median(times[1:]):.2f}" for times in taken]  # the first compiles to bytecode
        print(f"| {name} | {' | '.join(medians)} |", flush=True)


def user_seconds(tree: Path, words: list[str]) -> float:
    """Return the user time of one process; what it answers does not matter."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    of_the_tree = ["env", f"PYTHONPATH={tree / 'src'}", sys.executable, "-m", "gbglass"]
    subprocess.run([*of_the_tree, *words], capture_output=True, check=False)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


if __name__ == "__main__":
    main()
