"""What is to be simulated, how, and who runs it and listens."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from ase import Atoms

from gbglass.core.arrays import IntArray
from gbglass.core.frame_store import FrameStore
from gbglass.core.framework import FrameworkAnchor, anchor_framework, framework_species
from gbglass.core.potential import Potential
from gbglass.core.region import Region
from gbglass.core.suitability import check_structure
from gbglass.core.trajectory import Frame
from gbglass.errors import InputError
from gbglass.lammps.committee import Committee
from gbglass.lammps.counting import Counting
from gbglass.lammps.deck import PerAtom
from gbglass.lammps.engine import Lammps
from gbglass.protocol.free_surface import require_free_surface
from gbglass.protocol.stages import Discharge, MeltRegion, Stage
from gbglass.protocol.timeline import TimedStage, lay_out


@dataclass(frozen=True)
class DenseWindow:
    """A window at the end of the protocol with frames closer together, for averages of what fluctuates fast.

    It begins with a segment: the whole of a segment is dense if any of it lies in the window.

    Parameters
    ----------
    steps
        Length, counted from the end of the last stage [MD steps].
    every
        Steps between frames; divides that of the other frames.

    """

    steps: int
    every: int


@dataclass(frozen=True)
class CountedRegions:
    """Regions that LAMMPS counts while it runs.

    Parameters
    ----------
    species
        What is counted.
    regions
        Where; tied to the framework of the structure.
    every
        MD steps between counts.

    """

    species: str
    regions: tuple[Region, ...]
    every: int


@dataclass(frozen=True)
class MdSettings:
    """How MD is run.

    Parameters
    ----------
    timestep
        [ps].
    frame_every
        MD steps between frames.
    segment_steps
        MD steps in a segment; an interruption loses at most one segment.
    ranks
        MPI processes.
    seed
        Of the velocities.
    dense
        Where frames are closer together, if anywhere.
    per_atom
        What frames hold of each atom besides its place.
    counted
        What is counted on the fly, if anything.
    committee
        Who is asked after each segment whether the potential may still be believed, if anybody.

    Raises
    ------
    InputError
        If dense frames do not include the others, or a committee would look between frames.

    """

    timestep: float
    frame_every: int
    segment_steps: int
    ranks: int
    seed: int
    dense: DenseWindow | None = None
    per_atom: tuple[PerAtom, ...] = ()
    counted: CountedRegions | None = None
    committee: Committee | None = None

    def __post_init__(self) -> None:
        if self.committee and self.committee.every % self.frame_every:
            raise InputError(
                f"a committee can look at frames only, every {self.frame_every} steps; got {self.committee.every}"
            )
        if self.dense and self.frame_every % self.dense.every:
            raise InputError(
                f"frames of the dense window, every {self.dense.every} steps, must include the others, every "
                f"{self.frame_every} steps: one must divide the other"
            )

    def frame_every_at(self, last_step: int, total: int) -> int:
        """Return the steps between frames in a segment that ends at a step of so many in all."""
        is_dense = self.dense is not None and last_step > total - self.dense.steps
        return self.dense.every if self.dense and is_dense else self.frame_every


@dataclass(frozen=True)
class MdTask:
    """What is to be simulated.

    Parameters
    ----------
    atoms
        The structure, inside its cell.
    potential
        What acts between the atoms.
    stages
        A minimisation, then stages in which time passes.
    settings
        How.
    names
        What messages call each of the stages, where a recipe stands for several; by their numbers if absent.

    Raises
    ------
    InputError
        If the potential cannot describe the structure, the stages are not in this order, a region of a stage holds
        no atom, or all of them, or the lithium of a discharge ends at no gap.

    """

    atoms: Atoms
    potential: Potential
    stages: tuple[Stage, ...]
    settings: MdSettings
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_structure(self.potential, self.atoms)
        kinds = [stage.kind for stage in self.stages]
        if kinds[:1] != ["minimise"] or "minimise" in kinds[1:] or len(kinds) == 1:
            raise InputError(f"'stages' must be one minimise and then others, got {', '.join(kinds)}")
        start = Frame(0, 0.0, self.atoms.cell.array, self.atoms.positions)
        for timed in self.timeline:
            groups = self.groups_at(timed, start)
            if isinstance(timed.stage, Discharge):
                self._require_free_surface(timed.name, start, groups)

    def _require_free_surface(self, name: str, start: Frame, groups: dict[str, IntArray]) -> None:
        symbols, piston = self.atoms.get_chemical_symbols(), groups.get("piston", np.empty(0, dtype=np.int64))
        try:
            require_free_surface(symbols, start, groups["held"], piston, self.potential.cutoff)
        except InputError as error:
            raise InputError(f"{name}: {error}") from None

    @property
    def timeline(self) -> tuple[TimedStage, ...]:
        """The stages in which time passes, on the common clock."""
        return lay_out(self.stages, self.settings.timestep, self.names)

    @property
    def anchor(self) -> FrameworkAnchor:
        """What regions are tied to."""
        return anchor_framework(self.atoms)

    def groups_at(self, timed: TimedStage, frame: Frame) -> dict[str, IntArray]:
        """Return which atoms the regions of a stage hold in a frame, by what becomes of them.

        Raises
        ------
        InputError
            If a group is empty, or leaves nothing to move, or a piston is not of one species.

        """
        stage = timed.stage
        if isinstance(stage, MeltRegion):
            return {"mobile": self._held_by("region", stage.region, timed.name, frame)}
        if not isinstance(stage, Discharge):
            return {}
        groups = {"held": self._outer_layer(stage.held, timed.name, frame)}
        if stage.piston is not None:
            piston = np.setdiff1d(self._held_by("piston", stage.piston, timed.name, frame), groups["held"])
            species = sorted(set(np.array(self.atoms.get_chemical_symbols())[piston]))
            if len(species) != 1:
                raise InputError(
                    f"{timed.name}: 'piston' must hold atoms of one species, got {', '.join(species) or 'none'}: "
                    "others would not move as one body"
                )
            groups["piston"] = piston
        return groups

    def _outer_layer(self, region: Region | None, stage: str, frame: Frame) -> IntArray:
        if region is not None:
            return self._held_by("held", region, stage, frame)
        marked = self.atoms.get_array("held").astype(bool) if self.atoms.has("held") else np.zeros(0, dtype=bool)
        if not marked.any():
            raise InputError(f"{stage}: 'held' is absent and the builder marked no layer; give the region that is held")
        return np.flatnonzero(marked).astype(np.int64)

    def _held_by(self, name: str, region: Region, stage: str, frame: Frame) -> IntArray:
        inside = np.flatnonzero(region.mask(self.anchor.view(frame))).astype(np.int64)
        if len(inside) in (0, len(self.atoms)):
            held = "no atom" if len(inside) == 0 else f"all {len(self.atoms)} atoms"
            raise InputError(f"{stage}: '{name}' holds {held} of the structure; {region.model_dump_json()}")
        return inside

    def counting(self) -> Counting | None:
        """Return what LAMMPS is told to count.

        Raises
        ------
        InputError
            If the potential has no such species.

        """
        counted, elements = self.settings.counted, self.potential.elements
        if counted is None:
            return None
        if counted.species not in elements:
            raise InputError(f"'species' to count must be one of {', '.join(elements)}, got {counted.species!r}")
        x, y, z = self.anchor.fractional.mean(axis=0).tolist()
        framework = framework_species(self.atoms.get_chemical_symbols())
        cations = tuple(elements.index(symbol) + 1 for symbol in framework)
        return Counting(elements.index(counted.species) + 1, counted.regions, counted.every, cations, (x, y, z))


@dataclass(frozen=True)
class Runner:
    """Who runs it and who is told.

    Parameters
    ----------
    engine
        The LAMMPS to start.
    on_step
        Called with what runs, MD steps done and MD steps in all.
    pass_fds
        File descriptors that LAMMPS keeps open, such as the lock of the case.
    store
        Keeps the frames of finished segments of MD; they stay LAMMPS' text if absent.

    """

    engine: Lammps
    on_step: Callable[[str, int, int], None] = field(default=lambda _text, _step, _total: None)
    pass_fds: tuple[int, ...] = ()
    store: FrameStore | None = None


def has_threads(engine: Lammps, potential: Potential) -> bool:
    """Say whether a deck asks for the threaded version of a pair style: faster even with one thread.

    Switches on the command line say themselves which version is taken.
    """
    return not engine.switches and any(f"{style}/omp" in engine.pair_styles for style in potential.pair_styles)
