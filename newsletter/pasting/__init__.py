"""A text from Word, a web page or a mail becomes blocks; what was guessed is said.

``markup``, ``plain`` and ``documents`` read a source into ``parts``; ``proposing`` makes
blocks of the parts by the recognisers beside it. Nothing here knows the database.
"""
