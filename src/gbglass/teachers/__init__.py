"""Teachers: machine-learned potentials that label structures. Their packages are extras and imported when asked for."""
