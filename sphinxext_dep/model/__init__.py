"""The data of the engine: pages and spans, the process, proposals, the catalog, diagnostics."""
