"""Curves of a model over those of its teacher."""

from collections.abc import Mapping

from matplotlib.figure import Figure

from gbglass.core.arrays import FloatArray
from gbglass.figures.style import LEGEND_SIZE, WIDTH, tidy

_COLUMNS = 2
_ROW_HEIGHT = 2.1
_TEACHER, _MODEL = "#1A1A1A", "#D55E00"


def draw_against(
    model: Mapping[str, tuple[FloatArray, FloatArray]],
    teacher: Mapping[str, tuple[FloatArray, FloatArray]],
    axes_names: tuple[str, str],
) -> Figure:
    """Draw one panel a curve: the teacher as a line, the model as another on top of it.

    Parameters
    ----------
    model, teacher
        x and y by name [in the units of the names, (n_points,)]; the teacher may lack some.
    axes_names
        Of x and y.

    """
    rows = -(-len(model) // _COLUMNS)
    figure = Figure(figsize=(WIDTH * 1.4, _ROW_HEIGHT * rows), layout="constrained")
    for number, (name, (x, y)) in enumerate(model.items(), start=1):
        axes = figure.add_subplot(rows, _COLUMNS, number)
        tidy(axes)
        if name in teacher:
            axes.plot(*teacher[name], color=_TEACHER, lw=1.6, label="teacher")
        axes.plot(x, y, color=_MODEL, lw=1.0, ls="--", label="model")
        axes.set_title(name, fontsize=LEGEND_SIZE)
        axes.set(xlabel=axes_names[0], ylabel=axes_names[1])
        if number == 1:
            axes.legend(frameon=False, fontsize=LEGEND_SIZE - 1)
    return figure
