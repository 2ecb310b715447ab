"""Headers: one module for each spelling says how it is recognised, read and written."""
