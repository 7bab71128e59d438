"""The register in Wagtail's admin, one module per kind of thing."""
