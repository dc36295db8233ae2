"""How far a potential agrees with its teacher: one quantity a file, each asked of both in the same way."""
