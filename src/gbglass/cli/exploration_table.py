"""``gbglass potential explore``: what each iteration came to, and why the loop ended."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from gbglass.cli.output import INTERRUPTED, print_json, stop
from gbglass.cli.progress import progress_bar
from gbglass.learning.exploration.loop import Exploration
from gbglass.verbs.explore import ExploreMeans, explore_potential

_SAID = {
    "converged": "converged: what the dynamics visit is covered, and the error is flat",
    "covered": "covered: the dynamics visit nothing new, so there is nothing to label",
    "stuck": "stuck: runs blow up or cannot be labelled, and nothing else is new; train longer, start colder, or look "
    "at iteration-*/runs and labels",
    "iterations": "ended after as many iterations as were asked for; ask for more with --iterations",
}


def show_exploration(paths: tuple[Path, Path, Path], means: ExploreMeans, *, as_json: bool) -> None:
    """Explore, and print a row an iteration."""
    console = Console(stderr=True, quiet=as_json, highlight=False, soft_wrap=True)
    try:
        with progress_bar(console) as listener:
            found = explore_potential(*paths, means, listener)
    except KeyboardInterrupt:
        stop("stopped; the same command goes on with the step that was in work", INTERRUPTED)
    if as_json:
        print_json(found.plain())
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(_table(found))
    console.print(_SAID.get(found.ending or "", ""), markup=False)
    console.print(f"potential  {paths[2] / found.iterations[-1].card}", markup=False)


def _table(found: Exploration) -> Table:
    headings = ("iteration", "trained", "energy meV/atom", "force eV/Å", "coverage", "blown up", "labelled", "failed")
    table = Table(*headings, box=None)
    for one in found.iterations:
        labels = one.labels
        table.add_row(
            str(one.number),
            str(one.trained),
            f"{one.energy_rmse * 1e3:.1f}",
            f"{one.force_rmse:.3f}",
            f"{one.worst_coverage:.1%}",
            f"{len(one.blown_up)} of {one.runs}",
            str(labels.labelled) if labels else "-",
            str(labels.failed) if labels else "-",
        )
    return table
