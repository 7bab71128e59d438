"""The mail catcher: a mail server for one's own machine that delivers nothing further.

What it takes over SMTP (server) lies in a Maildir (store) and is read on the site
(reading, views), at /catcher/. It exists only where ``MAIL_CATCHER_DIR`` is set, and
listens on this machine alone: its pages ask nobody who they are.
"""
