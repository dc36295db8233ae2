"""The progress bar: which stage, how far, how long still."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from gbglass.verbs.listener import Listener


class _Bar:
    """Shows what a listener hears; in a pipe it prints one line a phase instead of a bar."""

    def __init__(self, console: Console, progress: Progress) -> None:
        self._console = console
        self._progress = progress
        self._task: TaskID | None = None

    def phase(self, text: str) -> None:
        """Show the start of a phase that has no steps to count."""
        self._console.print(text, markup=False)

    def advance(self, text: str, step: int, total: int) -> None:
        """Show how many MD steps of all are done."""
        if self._task is None:
            self._progress.start()  # not before: an error that comes first is to have no empty line above it
            self._task = self._progress.add_task(text, total=total, completed=step)
            # Steps that an earlier run did must not count as this run's speed.
            self._progress.reset(self._task, total=total, completed=step, description=text)
        self._progress.update(self._task, completed=step, total=total, description=text)

    def close(self) -> None:
        """Leave the bar as it stands, if there is one."""
        if self._task is not None:
            self._progress.stop()


@contextmanager
def progress_bar(console: Console, unit: str = "steps") -> Iterator[Listener]:
    """Show progress on a console while the block runs; a listener counts in some unit."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn(f"{{task.completed:.0f}}/{{task.total:.0f}} {unit}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    progress = Progress(*columns, console=console, disable=console.quiet, refresh_per_second=2)
    bar = _Bar(console, progress)
    try:
        yield Listener(phase=bar.phase, advance=bar.advance)
    finally:
        bar.close()
