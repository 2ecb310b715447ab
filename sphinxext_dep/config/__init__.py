"""Configuration: finds a project's TOML and reads it into a :class:`~sphinxext_dep.model.schema.Schema`.

The words live in ``dep.toml``, or in ``[tool.sphinxext-dep]`` of a ``pyproject.toml``, so that the command line and a
build read the same ones without executing ``conf.py``. The format itself is data, in :mod:`.tables`; the result is a
:class:`~sphinxext_dep.model.config.Config`.
"""
