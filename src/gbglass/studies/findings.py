"""What a finished segregation study knows; the report and the files of results are written from this alone."""

from dataclasses import dataclass

from ase import Atoms

from gbglass.analysis.cavity import CavityProfile
from gbglass.analysis.msd import MeanSquareDisplacement
from gbglass.analysis.rdf import RadialDistribution
from gbglass.analysis.region_counts import RegionCounts
from gbglass.analysis.segregation import BoundarySegregation
from gbglass.build.decorate import LithiumMode
from gbglass.core.arrays import FloatArray
from gbglass.core.ledger import Ledger
from gbglass.core.partition import BoundaryRegions
from gbglass.core.potential import Potential


@dataclass(frozen=True)
class Thermodynamics:
    """What LAMMPS logged over all stages.

    Parameters
    ----------
    times
        [ps, (n_rows,)].
    temperatures, targets
        Of the atoms and of the thermostat [K, (n_rows,)].
    pressures
        [bar, (n_rows,)].
    energies
        Total energy per atom [eV, (n_rows,)].
    lengths
        Cell lengths [Å, (n_rows, 3)].

    """

    times: FloatArray
    temperatures: FloatArray
    targets: FloatArray
    pressures: FloatArray
    energies: FloatArray
    lengths: FloatArray


@dataclass(frozen=True)
class Structures:
    """The boundary as built, minimised and at the end of the last hold (wrapped)."""

    built: Atoms
    minimised: Atoms
    final: Atoms


@dataclass(frozen=True)
class Provenance:
    """Everything somebody needs to make the same result again.

    Parameters
    ----------
    seeds
        By what they decided.
    versions
        Of gbglass, of the packages and of LAMMPS.
    checksums
        SHA-256 of the study, the potential, the structure and each trajectory segment, by name.
    machine
        Processor, cores, ranks.
    speed
        MD steps a second, over all segments.
    command
        What makes the same again.

    """

    seeds: dict[str, int]
    versions: dict[str, str]
    checksums: dict[str, str]
    machine: dict[str, str]
    speed: float
    command: str


@dataclass(frozen=True)
class SegregationFindings:
    """Everything that the report of a segregation study shows.

    Parameters
    ----------
    name
        Of the study, from its file.
    boundary_title
        Such as ``"Σ5(012)[100]"``.
    lithium
        How the builder put it there.
    potential
        What acted between the atoms.
    ledger
        What the builder did.
    structures
        Before, minimised, after.
    regions
        Which slabs are what.
    counts
        Li in each region over all frames, ramp and hold.
    hold_start
        Time at which the last hold begins [ps].
    hold_counts
        Li in each region during the last hold only: what the averages are over.
    segregation
        One entry for each boundary.
    cavity
        On the minimised framework.
    msd
        Of Li in the last hold.
    rdfs
        By pair name, in the last hold.
    thermodynamics
        From the logs.
    n_steps
        MD steps in all.
    frame_every
        Steps between frames.
    timestep
        [ps].
    protocol
        One sentence a stage.
    remarks
        What a reader must know before believing the numbers, such as a heating rate that is not the paper's.
    provenance
        Versions, seeds, checksums.

    """

    name: str
    boundary_title: str
    lithium: LithiumMode
    potential: Potential
    ledger: Ledger
    structures: Structures
    regions: BoundaryRegions
    counts: RegionCounts
    hold_start: float
    hold_counts: RegionCounts
    segregation: tuple[BoundarySegregation, ...]
    cavity: CavityProfile
    msd: MeanSquareDisplacement
    rdfs: dict[str, RadialDistribution]
    thermodynamics: Thermodynamics
    n_steps: int
    frame_every: int
    timestep: float
    protocol: tuple[str, ...]
    remarks: tuple[str, ...]
    provenance: Provenance
