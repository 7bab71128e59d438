"""What is held about one person, for that person (GDPR art. 15 and 20).

``sections`` is the registry that every part of the system fills · ``records`` and
``mail_records`` are the register's own sections · ``files`` makes the copies to take
along.
"""
