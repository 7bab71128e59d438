"""One change to many contacts: set-based, in steps, and undone as far as it can be.

An action (``actions``) changes the contacts with given ids and returns what they had
before, as groups of (former value, ids) of exactly those that changed. Undoing
(``running``) gives each group its former value back where the new one still stands.
"""
