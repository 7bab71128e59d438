"""Two contacts that are one person become one; nothing that refers to them is lost.

``relations`` knows every relation to contacts and refuses to go on when there is one
that it does not know. ``moving`` says how the register's own rows follow, ``records``
what changed, ``joining`` merges and ``undoing`` takes a merge back. Apps above register
how their rows follow in ``ready()``.

What stays under the lost contact's id: Wagtail's log and the records of imports, which
say what was done to that row at the time. Undoing an import then finds the row gone,
and says so.
"""
