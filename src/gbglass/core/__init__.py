"""The nouns: what every room above speaks of. No disk, no process, no clock."""
