"""A process that only delivers (``manage.py deliver``): production, but leaner.

Wagtail's snippets look through every ``wagtail_hooks`` as they start, which brings every
view of the editor into the process: some 25 MB that no letter needs. What a worker does
need of the hooks, the words of the log, Wagtail looks for when something is logged.
"""

from .production import *

INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "wagtail.snippets"]
