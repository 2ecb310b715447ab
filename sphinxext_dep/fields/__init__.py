"""Field types: one module for each says how a value is read, written, compared, sorted and exported."""
