"""Ways in for what comes back: a Maildir, a port of our own, a provider's webhook."""
