"""The register at size: segments, listings, search, export, freezing a send."""
