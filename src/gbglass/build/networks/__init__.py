"""Many boundaries in one periodic box: polycrystals, and columns about a common axis."""
