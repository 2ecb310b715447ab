"""What a proposal is: pages and places in them, the process, the record, all records together, diagnostics."""
