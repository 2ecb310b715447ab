"""The validator: files become records, records a catalog, and the rules judge it."""
