"""What is done to a structure, stage by stage, as plain data; readable without LAMMPS."""
