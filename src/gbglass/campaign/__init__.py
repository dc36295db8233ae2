"""Cases: one folder each, locked, resumable, done once. Knows no science."""
