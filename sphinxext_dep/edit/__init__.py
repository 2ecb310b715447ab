"""Changes of source files."""
