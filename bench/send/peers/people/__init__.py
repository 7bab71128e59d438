"""The readers, for peers that bring no list of their own."""
