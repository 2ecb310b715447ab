"""A configuration for proposals that are there, for ``sphinx-dep init``: survey, process, document, check."""
