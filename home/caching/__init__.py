"""The page cache: whole answers to the anonymous, kept until something they show changes.

``tables`` names what no page shows · ``statements`` reads what an SQL statement writes ·
``watching`` sees every statement go by · ``generation`` keeps the number that a change
replaces · ``keys`` says what tells two answers apart · ``answers`` what may be kept ·
``front`` stands before Django and gives out what is kept.

docs/decisions/0007-page-cache.md says why it is made this way.
"""
