"""Li-Li against Li-O coordination, and the types of lithium against time (the paper's Fig. 4g-l)."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from gbglass.analysis.coordination import TYPES, JointCoordination
from gbglass.figures.palette import INTERIOR_COLOUR, OTHER_COLOURS, SPECIES_COLOURS
from gbglass.figures.style import LEGEND_SIZE, WIDTH, new_figure, tidy

_PANEL = 2.6
_PERCENT = 100.0
_SHOWN = 5e-4
TYPE_COLOURS: Mapping[str, str] = dict(
    zip(TYPES, (SPECIES_COLOURS["Li"], OTHER_COLOURS[1], OTHER_COLOURS[0], INTERIOR_COLOUR), strict=True)
)


def draw_joint_coordination(results: Mapping[str, JointCoordination]) -> Figure:
    """Draw a map of shares for each group under each other, in per cent of its lithium, on one scale of colours."""
    figure = Figure(figsize=(WIDTH, _PANEL * len(results)), layout="constrained")
    panels = figure.subplots(len(results), 1, squeeze=False)[:, 0]
    highest = max(float(result.histogram.max()) for result in results.values()) * _PERCENT
    for axes, (name, result) in zip(panels, results.items(), strict=True):
        tidy(axes)
        share = np.where(result.histogram < _SHOWN, np.nan, result.histogram) * _PERCENT
        image = axes.imshow(share.T, origin="lower", cmap="viridis", aspect="auto", vmin=0.0, vmax=highest)
        axes.set(ylabel=f"O within {result.cutoffs[1]:g} Å", xticks=range(0, share.shape[0], 2))
        axes.set_title(name, fontsize=LEGEND_SIZE, loc="left")
    figure.colorbar(image, ax=list(panels), label="lithium (%)")
    panels[-1].set_xlabel(f"Li within {results[name].cutoffs[0]:g} Å")
    return figure


def draw_lithium_types(result: JointCoordination) -> Figure:
    """Draw the share of each type against time."""
    figure, axes = new_figure(height=3.0)
    shares = result.types / np.maximum(result.types.sum(axis=1, keepdims=True), 1) * _PERCENT
    for column, kind in enumerate(TYPES):
        axes.plot(result.times, shares[:, column], color=TYPE_COLOURS[kind], lw=1.2, label=kind)
    axes.set(xlabel="Time (ps)", ylabel=f"Lithium of {result.group} (%)")
    axes.set_ylim(bottom=0.0)
    axes.margins(x=0.01)
    figure.legend(loc="outside upper center", ncols=len(TYPES), frameon=False, fontsize=LEGEND_SIZE)
    return figure
