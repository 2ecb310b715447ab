"""Headers: how a page's fields are read, written and edited, whatever spelling they have."""
