"""The output of commands: formats of a report, tables, progress."""
