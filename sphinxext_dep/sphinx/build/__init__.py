"""The build: which pages are proposals, what is read and written again, and what is reported."""
