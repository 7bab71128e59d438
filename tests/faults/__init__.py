"""Faults, one after the other, and what the delivery of letters makes of them.

``make faults`` runs them all and prints one table; tests/faults/test_faults.py runs a
short seeded part with every ``make test``. docs/architecture.md lists what is promised.

A scenario prepares a *stage* (a database, a send, a mail server, workers), lets
something go wrong, lets everything come to rest, and settles the *account*: what the
mail server took, message by message, against what the rows say.
"""
