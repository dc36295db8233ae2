"""A result in, a matplotlib Figure out."""
