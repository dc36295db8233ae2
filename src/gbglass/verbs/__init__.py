"""What the command line does, a file a verb. `gbglass.api` has them all under one name."""
