"""Our HTML against the living standard: html-validate, by npm, in an exact version."""
