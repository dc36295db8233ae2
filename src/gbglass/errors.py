"""Everything that gbglass raises on purpose; each child is also the built-in that a caller would expect.

Messages name the thing, the value and what to do.
"""

from pathlib import Path


class GbglassError(Exception):
    """Anything that went wrong and has a message meant for a person."""


class InputError(GbglassError, ValueError):
    """A value that cannot be used: the message says which values can."""


class ConfigError(InputError):
    """A study file with mistakes, all of them at once.

    Parameters
    ----------
    problems
        Pairs of (dotted path in the file, what is wrong and how to mend it).
    source
        The file, when there is one.

    """

    def __init__(self, problems: list[tuple[str, str]], source: Path | None = None) -> None:
        self.problems = problems
        self.source = source
        where = f"{source}: " if source else ""
        count = f"{len(problems)} mistake{'s' if len(problems) != 1 else ''}"
        lines = "\n".join(f"  {path or '(file)'}: {what}" for path, what in problems)
        super().__init__(f"{where}{count}\n{lines}")

    def __reduce__(self) -> tuple[type["ConfigError"], tuple[object, ...]]:
        return type(self), (self.problems, self.source)  # it may come from another process


class FormatError(GbglassError, ValueError):
    """A file that is not what its format promises; names the file and the line, if it has lines."""

    def __init__(self, path: Path, line: int | None, what: str) -> None:
        self.path = path
        self.line = line
        self.what = what
        super().__init__(f"{path}{'' if line is None else f', line {line}'}: {what}")

    def __reduce__(self) -> tuple[type["FormatError"], tuple[object, ...]]:
        return type(self), (self.path, self.line, self.what)


class CutFileError(FormatError):
    """A file that ends before everything is there that it promises; what comes before may be whole."""


class EngineError(GbglassError, RuntimeError):
    """An outside program that is missing or failed; names its folder and shows the tail of its log."""

    def __init__(self, what: str, folder: Path | None = None, log_tail: str = "") -> None:
        self.what = what
        self.folder = folder
        self.log_tail = log_tail
        where = f"\n  in {folder}" if folder else ""
        tail = "\n" + "\n".join(f"  | {line}" for line in log_tail.splitlines()) if log_tail else ""
        self.what = what
        super().__init__(f"{what}{where}{tail}")

    def __reduce__(self) -> tuple[type["EngineError"], tuple[object, ...]]:
        return type(self), (self.what, self.folder, self.log_tail)


class StateError(GbglassError, RuntimeError):
    """A folder or run that is not in the state this needs, such as one that holds another study."""


class BusyError(StateError):
    """A folder that another process works in: it is left alone, and nothing is wrong with it."""


class OutsideDomainError(StateError):
    """A run that pauses because its potential has left what it was trained on; what is finished stays."""


class NotConverged(GbglassError, RuntimeError):  # noqa: N818  # the field says "not converged"
    """An iteration that did not reach its goal; the message gives how near it came."""
