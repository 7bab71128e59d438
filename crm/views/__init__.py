"""Views of the register's admin that are no listing or form of one model."""
