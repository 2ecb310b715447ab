"""The catalogue as files for other tools."""
