"""The cavity fraction along the normal (the paper's SI Note 3)."""

from matplotlib.figure import Figure

from gbglass.analysis.cavity import CavityProfile
from gbglass.core.partition import BoundaryRegions
from gbglass.figures.palette import BOUNDARY_COLOURS, INTERIOR_COLOUR
from gbglass.figures.style import LEGEND_SIZE, new_figure


def draw_cavity(profile: CavityProfile, regions: BoundaryRegions) -> Figure:
    """Draw CV(z), the regions of the boundaries shaded, the mean of the interior dotted."""
    figure, axes = new_figure(height=3.0)
    half_plane = profile.z[0]
    length = profile.z[-1] + half_plane
    edges = regions.partition.edges
    for number, (slabs, colour) in enumerate(zip(regions.boundaries, BOUNDARY_COLOURS, strict=True), start=1):
        for slab in slabs:
            label = f"boundary {number}" if slab == slabs[0] else "_"
            axes.axvspan(edges[slab] * length, edges[slab + 1] * length, color=colour, alpha=0.2, lw=0, label=label)
    axes.plot(profile.z, profile.fraction, color="black", lw=0.9)
    interior = profile.interior_fraction
    axes.axhline(interior, color=INTERIOR_COLOUR, lw=0.9, ls=":", label=f"mean of the interior, {interior:.3f}")
    axes.set(xlabel="z (Å)", ylabel="Li cavity fraction CV(z)")
    axes.set_xlim(0.0, length)
    axes.set_ylim(bottom=0.0)
    figure.legend(loc="outside upper center", ncols=3, frameon=False, fontsize=LEGEND_SIZE, columnspacing=1.2)
    return figure
