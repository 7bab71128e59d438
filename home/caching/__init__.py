"""The page cache: whole answers to the anonymous, kept until something they show changes.

``tables`` names what no page shows · ``statements`` reads what an SQL statement writes ·
``watching`` sees every statement go by · ``generation`` keeps the number that a change
replaces · ``keys`` says what tells two answers apart · ``answers`` what may be kept ·
``turns`` lets one make what several ask for · ``parts`` are what pages share · ``near``
and ``memory`` are what a process has at hand · ``front`` stands before Django and gives
out what is kept.

docs/decisions/0007-page-cache.md says why it is made this way.
"""
