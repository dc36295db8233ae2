"""What needs both a builder and LAMMPS: boundaries tried in many ways, brought to rest, and ranked."""
