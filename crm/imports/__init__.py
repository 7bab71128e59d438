"""Contacts with their seats from a CSV file: reading, matching, trying, doing.

``reading`` makes a sheet of the bytes, ``columns`` knows the headings, ``lookups`` finds
what cells name, ``seating`` decides about seats, ``outcome`` says what became of each
row, ``parking`` keeps the file between preview and confirmation. ``crm.resources`` puts
them together.
"""
