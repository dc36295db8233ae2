"""Symmetric tilt boundaries: which there are, two grains joined, lithium settled in them."""
