"""Where things are: density of a species, cavities that lithium fits into, voids that a ball fits into."""

import math

import numpy as np

from gbglass.analysis.cavity import finest_cavity
from gbglass.analysis.density import DensityCounter, DensityHistoryCounter
from gbglass.analysis.voids import Stretch, find_voids
from gbglass.core.packaged import load_potential
from gbglass.core.trajectory import Frame
from gbglass.errors import InputError
from gbglass.figures.cavity import draw_cavity
from gbglass.figures.density import draw_density, draw_density_history
from gbglass.figures.voids import draw_voids
from gbglass.report.records import quantity
from gbglass.store.tables import Table
from gbglass.store.volumes import cube_text, vtk_text
from gbglass.verbs.quantities.layout import CavityRadii
from gbglass.verbs.quantities.system import FromElsewhere, Numbers, Shown, System, undecided

_RADII_FROM = "buckingham-llzo"
"""The packaged potential whose bulk RDF gives the radii of cavities."""

_MOST_POINTS = 30_000_000
"""Of a grid: some ten seconds."""

_VOXEL = 0.5
_BINS = 100


class Density:
    """Density of the species in space, on a plane, and along the normal against time."""

    def __init__(self, system: System) -> None:
        self._atoms = system.atoms
        shape = np.maximum(1, np.ceil(np.linalg.norm(system.first.cell, axis=1) / _VOXEL)).astype(int).tolist()
        voxels = (shape[0], shape[1], shape[2])
        self.grid = DensityCounter(system.symbols, system.species, system.anchor, voxels, system.region)
        self.history = DensityHistoryCounter(system.symbols, system.species, system.anchor, _BINS, region=system.region)

    def add(self, frame: Frame) -> None:
        """Take one frame in."""
        self.grid.add(frame)
        self.history.add(frame)

    def merge(self, other: "Density") -> None:
        """Take in another part."""
        self.grid.merge(other.grid)
        self.history.merge(other.history)

    def show(self) -> Shown:
        """Return the profile, the map, the figures, and the density in space for viewers."""
        grid, history = self.grid.result(), self.history.result()
        plane = grid.plane(0)
        profile = Table("density-profile", {"z (Å)": history.z, "density (1/Å³)": history.density.mean(axis=0)})
        rows = {f"y {n} (1/Å³)": row for n, row in enumerate(plane.density)}
        figures = {"density": draw_density(plane)}
        if len(history.times) > 1:
            figures["density-history"] = draw_density_history(history)
        files = {"density.cube": cube_text(grid, self._atoms), "density.vtk": vtk_text(grid)}
        return Shown({"atoms": quantity(grid.n_atoms, "atoms")}, (profile, Table("density-map", rows)), figures, files)


class Cavity(FromElsewhere):
    """Li cavity fraction along the normal, of the framework of the first frame: it predicts what happens then."""

    def __init__(self, system: System) -> None:
        system.need_boundaries()
        self._atoms, self._regions = system.atoms, system.regions
        self._radii = system.beside.radii or _packaged()

    def show(self) -> Shown:
        """Return fractions, radii and where they are from, the grid and what a finer one changes, the profile."""
        finest = finest_cavity(self._atoms, self._radii.radii, self._regions, _MOST_POINTS)
        found, change = finest.profile, quantity(finest.change, "1")
        if not math.isfinite(finest.change):
            change = undecided("1", f"a second grid would have more than {_MOST_POINTS:,} points")
        numbers: Numbers = {
            **{f"boundary {n}": quantity(value, "1") for n, value in enumerate(found.boundary_fractions, start=1)},
            "interior": quantity(found.interior_fraction, "1"),
            **{f"radius {pair}": quantity(radius, "Å") for pair, radius in found.radii.items()},
            "radii": self._radii.source,
            "grid": {"spacing": quantity(found.spacing, "Å"), "change": change, "converged": finest.is_converged()},
        }
        table = Table("cavity", {"z (Å)": found.z, "cavity fraction (1)": found.fraction})
        return Shown(numbers, (table,), {"cavity": draw_cavity(found, self._regions)})


def _packaged() -> CavityRadii:
    source = f"of cubic LLZO at 1000 K by {_RADII_FROM}; those of another potential: --radii-from"
    return CavityRadii(dict(load_potential(_RADII_FROM).cavity_radii), source)


class VoidsOfTheEnd:
    """Voids of the last frame, of a full cell those of its electrolyte; and how far a crack across it is open."""

    def __init__(self, system: System) -> None:
        self._layout = system.layout if system.beside.has_parts else None
        self.last: Frame | None = None

    def add(self, frame: Frame) -> None:
        """Take one frame in."""
        if self.last is None or frame.step > self.last.step:
            self.last = frame

    def merge(self, other: "VoidsOfTheEnd") -> None:
        """Take in another part."""
        if other.last is not None:
            self.add(other.last)

    def show(self) -> Shown:
        """Return the volumes, and the figure of where voids are."""
        if self.last is None:
            raise InputError("voids need one frame, got none")
        found = find_voids(self.last.positions, self.last.cell, self._stretch(self.last))
        numbers: Numbers = {
            "at": quantity(self.last.time, "ps"),
            "voids": quantity(len(found.volumes), "voids"),
            "volume": quantity(found.volume, "Å³"),
            "largest": quantity(float(found.volumes[0]) if len(found.volumes) else 0.0, "Å³"),
            "opening": quantity(found.opening(), "Å"),
            "radius": quantity(found.radius, "Å"),
        }
        if self._layout is not None:
            numbers["of"] = self._layout.electrolyte
        return Shown(numbers, (Table("voids", {"volume (Å³)": found.volumes}),), {"voids": draw_voids(found)})

    def _stretch(self, frame: Frame) -> Stretch:
        """Return where voids are looked for: not in the vacuum of a cell, nor where its metal shrinks."""
        if self._layout is None:
            return Stretch()
        parts = self._layout.parts
        edges = parts.edges(frame.fractional)
        number = parts.names.index(self._layout.electrolyte)
        high = float(edges[number + 1]) if number + 1 < len(edges) else float(edges[0]) + 1.0
        return Stretch(float(edges[number]), high, parts.axis)
