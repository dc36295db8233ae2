"""A methods paragraph that a paper could use, written from what was done."""

from collections.abc import Iterator

from gbglass.core.ledger import Ledger
from gbglass.studies.findings import SegregationFindings


def methods_text(findings: SegregationFindings) -> tuple[str, ...]:
    """Write the methods of a segregation study, one string a paragraph."""
    return (_structure(findings), _dynamics(findings), _analysis(findings))


def composition(ledger: Ledger) -> str:
    """Write the composition of a cell, such as ``"Li504 La216 Zr144 O864"``."""
    return " ".join(f"{species}{count}" for species, count in ledger.atoms.items())


def _structure(findings: SegregationFindings) -> str:
    ledger = findings.ledger
    gaps = " and ".join(f"{entry.expansion:.2f} Å" for entry in ledger.boundaries)
    a, b, c = findings.structures.built.cell.lengths()
    return (
        f"A symmetric tilt boundary {findings.boundary_title} of cubic Li7La3Zr2O12 was built in a periodic cell of "
        f"{a:.2f} × {b:.2f} × {c:.2f} Å with two boundaries ({composition(ledger)}). The La-Zr-O framework was cut so "
        f"that each ZrO6 octahedron belongs to one grain, mirrored, shifted within the plane and moved apart by {gaps} "
        "until no pair of species was nearer than its limit; lithium was then placed on crystal and cavity sites "
        f"under the 24d/96h exclusion rule to a formal charge of {ledger.formal_charge:d} e."
    )


def _dynamics(findings: SegregationFindings) -> str:
    potential, versions = findings.potential, findings.provenance.versions
    return (
        f"Interactions: {potential.title} ({potential.citation}). Molecular dynamics was run with LAMMPS "
        f"({versions['LAMMPS']}; doi:10.1016/j.cpc.2021.108171) with a time step of {findings.timestep * 1e3:g} fs and "
        f"Nosé-Hoover chains: {'; then '.join(findings.protocol)}. {' '.join(_rates(findings))}"
    ).strip()


def _rates(findings: SegregationFindings) -> Iterator[str]:
    return (remark for remark in findings.remarks if "paper" in remark)


def _analysis(findings: SegregationFindings) -> str:
    radii = ", ".join(f"{pair} {radius:.2f} Å" for pair, radius in findings.cavity.radii.items())
    hold = findings.hold_counts
    return (
        f"Lithium was counted in eleven regions along the normal, in fractional coordinates tied to La and Zr, in "
        f"{len(hold.steps)} frames every {findings.frame_every * findings.timestep:g} ps of the last stage. The Gibbs "
        "excess of a boundary is the lithium in its region above the density of the grain interior (regions 3, 4, 8 "
        "and 9), per area. Standard errors are from integrated autocorrelation times. The Li cavity fraction was "
        f"measured on the minimised framework on a grid of {findings.cavity.spacing:g} Å or finer with radii fixed at "
        f"the onsets of the bulk radial distribution functions at 1000 K ({radii}). The mean squared displacement of "
        "Li is over all time origins, relative to La and Zr."
    )
