"""What was measured in single frames, by their step, so that workers can share the frames of one trajectory."""

from typing import Generic, TypeVar

from gbglass.errors import InputError

Row = TypeVar("Row")


class FrameRows(Generic[Row]):
    """One row a frame, whatever the order in which frames come.

    Examples
    --------
    >>> one, other = FrameRows[str](), FrameRows[str]()
    >>> one.add(20, "late")
    >>> other.add(10, "early")
    >>> one.merge(other)
    >>> one.in_order()
    ([10, 20], ['early', 'late'])

    """

    def __init__(self) -> None:
        self.by_step: dict[int, Row] = {}

    def add(self, step: int, row: Row) -> None:
        """Keep the row of one frame.

        Raises
        ------
        InputError
            If the frame was added before.

        """
        if step in self.by_step:
            raise InputError(f"step {step} was added before; every frame counts once")
        self.by_step[step] = row

    def merge(self, other: "FrameRows[Row]") -> None:
        """Take over the rows of other frames.

        Raises
        ------
        InputError
            If both hold the same frame.

        """
        both = sorted(self.by_step.keys() & other.by_step.keys())
        if both:
            raise InputError(f"both measured step {both[0]}; give each worker its own frames")
        self.by_step |= other.by_step

    def in_order(self) -> tuple[list[int], list[Row]]:
        """Return the steps and the rows in order of time.

        Raises
        ------
        InputError
            If there is none.

        """
        if not self.by_step:
            raise InputError("nothing was measured: at least one frame is needed, got none")
        steps = sorted(self.by_step)
        return steps, [self.by_step[step] for step in steps]
