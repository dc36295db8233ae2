"""Inside gbglass everything is in LAMMPS metal units: Å, ps, eV, K, bar, e, g/mol.

Conversions happen only at the border (study files, the command line, reports), with these factors.
"""

PS_PER_FS = 1e-3
NS_PER_PS = 1e-3
NM2_PER_A2 = 1e-2
"""1 Å² in nm²."""
CM2_PER_S_PER_A2_PER_PS = 1e-4
"""1 Å²/ps in cm²/s."""
J_PER_M2_PER_EV_PER_A2 = 16.021766208
"""1 eV/Å² in J/m²."""
BOLTZMANN_EV_PER_K = 8.617333262e-5
"""CODATA 2018."""
BAR_PER_EV_PER_A3 = 1602176.634
"""1 eV/Å³ in bar."""
S_PER_CM_PER_E2_PER_EV_A_PS = 16.02176634
"""1 e²/(eV Å ps) in S/cm."""
ANGSTROM_PER_BOHR = 0.529177210903
"""CODATA 2018."""
MA_PER_CM2_PER_E_PER_NM2_PER_PS = 1.602176634e10
"""1 e/(nm² ps) in mA/cm²."""
GPA_PER_BAR = 1e-4
BAR_PER_ATM = 1.01325
J_PER_M2_PER_GPA_A = 0.1
"""1 GPa Å in J/m²."""
EV_PER_A3_PER_BAR = 6.241509074e-7
"""1 bar in eV/Å³."""
GPA_PER_EV_PER_A3 = 160.21766208
"""1 eV/Å³ in GPa."""
G_PER_CM3_PER_DALTON_PER_A3 = 1.66053906660
"""1 Da/Å³ in g/cm³."""
