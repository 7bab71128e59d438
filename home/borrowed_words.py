"""Words of Django's that have no Swedish there: named here, our catalogue says them.

Ours is asked before Django's own.
"""

from django.utils.translation import gettext_noop

NOTHING_CHOSEN = gettext_noop("- Select an option -")
