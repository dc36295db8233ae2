"""Stress against strain of a run that pulled its cell."""

from gbglass.analysis.stress_strain import stress_strain
from gbglass.errors import InputError
from gbglass.figures.stress_strain import draw_stress_strain
from gbglass.report.cell_records import stress_strain_record
from gbglass.report.cell_tables import stress_strain_table
from gbglass.verbs.quantities.logs import pull_of_run
from gbglass.verbs.quantities.system import FromElsewhere, Shown, System


class Stress(FromElsewhere):
    """Stress against strain, modulus, strength and work of fracture, from the log of the stage that strains."""

    def __init__(self, system: System) -> None:
        run = system.beside.run
        if run is None:
            raise InputError(
                "a stress comes from a log, not from positions: give the folder of a run of gbglass with a stage that "
                "strains, or the log of your own pull to 'gbglass stress log.lammps'"
            )
        self._curve = stress_strain(pull_of_run(run))

    def show(self) -> Shown:
        """Return what was read from the curve, the curve and the figure."""
        figures = {"stress": draw_stress_strain({"run": self._curve})}
        return Shown(stress_strain_record(self._curve), (stress_strain_table(self._curve, "stress"),), figures)
