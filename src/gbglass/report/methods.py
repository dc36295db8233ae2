"""A methods paragraph that a paper could use, written from what was done."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from gbglass.build.decorate import LithiumMode
from gbglass.core.ledger import Ledger
from gbglass.core.species import FORMAL_CHARGES
from gbglass.studies.findings import SegregationFindings

_LITHIUM: Mapping[LithiumMode, str] = MappingProxyType(
    {
        "placed": "lithium was then placed on crystal and cavity sites under the 24d/96h exclusion rule",
        "carried": (
            "lithium, ordered in the crystal under the 24d/96h exclusion rule, was carried along by the cut; what had "
            "no room was taken out, and ions were added or taken out at the boundaries"
        ),
    }
)


def methods_text(findings: SegregationFindings) -> tuple[str, ...]:
    """Write the methods of a segregation study, one string a paragraph."""
    return (_structure(findings), _dynamics(findings), _analysis(findings))


def composition(ledger: Ledger) -> str:
    """Write the composition of a cell, such as ``"Li504 La216 Zr144 O864"``."""
    order = {species: place for place, species in enumerate(FORMAL_CHARGES)}
    atoms = sorted(ledger.atoms.items(), key=lambda entry: order.get(entry[0], len(order)))
    return " ".join(f"{species}{count}" for species, count in atoms)


def _structure(findings: SegregationFindings) -> str:
    ledger = findings.ledger
    gaps = " and ".join(f"{entry.expansion:.2f} Å" for entry in ledger.boundaries)
    a, b, c = findings.structures.built.cell.lengths()
    return (
        f"A symmetric tilt boundary {findings.boundary_title} of cubic Li7La3Zr2O12 was built in a periodic cell of "
        f"{a:.2f} × {b:.2f} × {c:.2f} Å with two boundaries ({composition(ledger)}). The La-Zr-O framework was cut so "
        f"that each ZrO6 octahedron belongs to one grain, mirrored, shifted within the plane and moved apart by {gaps} "
        f"until no pair of species was nearer than its limit; {_LITHIUM[findings.lithium]} to a formal charge of "
        f"{ledger.formal_charge:g} e."
    )


def _dynamics(findings: SegregationFindings) -> str:
    potential, versions = findings.potential, findings.provenance.versions
    return (
        f"Interactions: {potential.title} ({potential.citation}), believed for {potential.validated_for}. "
        f"Molecular dynamics was run with LAMMPS ({versions['LAMMPS']}; doi:10.1016/j.cpc.2021.108171) with a time "
        f"step of {findings.timestep * 1e3:g} fs and Nosé-Hoover chains: {'; then '.join(findings.protocol)}. "
        f"{' '.join(_rates(findings))}"
    ).strip()


def _software(findings: SegregationFindings) -> str:
    versions = findings.provenance.versions
    named = ", ".join(f"{name} {version}" for name, version in versions.items() if name != "LAMMPS")
    return f"Built and analysed with {named}."


def _rates(findings: SegregationFindings) -> Iterator[str]:
    return (remark for remark in findings.remarks if "paper" in remark)


def _analysis(findings: SegregationFindings) -> str:
    radii = ", ".join(f"{pair} {radius:.2f} Å" for pair, radius in findings.cavity.radii.items())
    hold = findings.hold_counts
    interior = ", ".join(str(slab + 1) for slab in findings.regions.interior)
    return (
        f"Lithium was counted in {hold.partition.n_slabs} regions along the normal, in fractional coordinates tied to "
        f"La and Zr, in {len(hold.steps)} counts every {hold.times[1] - hold.times[0]:.6g} ps of the last "
        "stage. The Gibbs excess of a boundary is the lithium in its region above the density of the grain interior "
        f"(regions {interior}), per area. Values are means with standard errors from integrated autocorrelation times "
        "(doi:10.1016/S0010-4655(03)00467-3) and 95 % intervals from Student's distribution. The Li cavity fraction "
        f"was measured on the minimised framework on a grid of {findings.cavity.spacing:g} Å or finer with radii fixed "
        f"at the onsets of the bulk radial distribution functions at 1000 K ({radii}). The mean squared displacement "
        f"of Li is over all time origins, relative to La and Zr. {_software(findings)}"
    )
