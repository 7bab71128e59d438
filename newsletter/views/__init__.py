"""Pages that answer a request: in the admin, and what a letter links to."""
