"""Learning a potential: structures with their domain and origin, labels that survive interruptions, data sets."""
