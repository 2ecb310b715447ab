"""Markdown and reStructuredText: headings, directives and their options, comments, YAML, each with its place."""
