"""Whole crystals: by name, from partial occupancies, doped, with another lithium content, cut into rigid groups."""
