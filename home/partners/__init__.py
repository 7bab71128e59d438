"""What only partners may read, and how they get in: with a link mailed to them.

A partner is a contact who holds a seat today. ``letters`` mails the link, ``sessions``
remembers who came in by it, ``guarding`` keeps everybody else out.
"""
