"""What commands print: formats of a report, tables, progress."""
