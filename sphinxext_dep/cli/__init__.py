"""The command line, ``sphinx-dep``."""
