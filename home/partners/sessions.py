"""Who reads: somebody who came in by a mailed link, somebody who works here, or anybody."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from crm.models import Affiliation, Contact

KEY = "partner"


def is_partner(request: HttpRequest) -> bool:
    """Say whether the reader may see what is for partners.

    Looks at the session only where there is one: to look makes a page uncacheable.
    """
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    if request.user.has_perm("wagtailadmin.access_admin"):
        return True
    contact_id = request.session.get(KEY)
    return contact_id is not None and holds_seat(contact_id)


def holds_seat(contact_id: int) -> bool:
    """Say whether a contact holds a seat today: who has left is let in no more."""
    today = timezone.localdate()
    return Affiliation.objects.held(today).filter(contact=contact_id).exists()


def let_in(request: HttpRequest, contact: Contact) -> None:
    """Remember who came in, under a new session key, until the browser is closed."""
    request.session.cycle_key()
    request.session[KEY] = contact.pk
    request.session.set_expiry(0)


def let_out(request: HttpRequest) -> None:
    """Forget who came in."""
    request.session.pop(KEY, None)
