"""Contacts with their seats from files: reading, trying, doing, undoing.

A file goes this way: ``reading`` (with ``text_files``, ``workbooks``, ``cards``) makes a
table of the bytes; ``recognising`` guesses what its columns mean; ``sheets`` puts table and
mapping together; ``planning`` says for a thousand rows at a time what each would do;
``applying`` does that and writes down what every table row was before; ``undoing`` puts it
back. ``batches`` is the way of one file through all of it.
"""
