"""The directives and roles: a module for each, with its options and what it shows."""
