"""Structures, made without disk, process or clock; randomness only from a passed generator."""
