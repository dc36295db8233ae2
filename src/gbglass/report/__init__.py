"""Findings in, one page out that opens anywhere."""
