"""The commands of sphinx-dep: a module for each."""
