"""The adapter: proposals inside a Sphinx project."""
