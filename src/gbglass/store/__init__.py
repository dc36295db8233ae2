"""The files that gbglass leaves behind: written whole or not at all."""
