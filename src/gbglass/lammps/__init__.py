"""The door to LAMMPS: data files, decks, dumps, logs, the process."""
