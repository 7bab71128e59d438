"""The link to what the register holds about somebody: mailed to them, for a day.

Its token opens that page and nothing else; no other token opens it.
"""

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.tasks import task
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from crm.models import Contact

SALT = "newsletter.own_data"
HOURS = 24


def make_data_token(contact: Contact) -> str:
    """Return what shows a contact their own data, for a day and for this address."""
    return signing.dumps([contact.pk, contact.address_hash], salt=SALT)


def read_data_token(token: str) -> Contact | None:
    """Return the contact; None for a token not ours, too old, or of a former address."""
    try:
        pk, address_hash = signing.loads(token, salt=SALT, max_age=HOURS * 3600)
    except (signing.BadSignature, ValueError):
        return None
    return Contact.objects.filter(pk=pk, address_hash=address_hash).first()


@task(queue_name="register", backend="register")
def mail_data_link(contact_id: int) -> None:
    """Mail a contact the link to their own data; 0 is nobody."""
    contact = Contact.objects.filter(pk=contact_id).first()
    if contact is None:
        return
    with translation.override(contact.language):
        link = (
            f"{settings.SITE_URL}{reverse('own_data', args=[make_data_token(contact)])}"
        )
        EmailMessage(
            subject=_("Your link to what we hold about you"),
            body=_(
                "Hello,\n\n"
                "somebody, probably you, asked to see what we hold about you. This link "
                "shows it, lets you take a copy, and lets you ask us to put something "
                "right or to erase you. It works for %(hours)s hours:\n\n%(link)s\n\n"
                "If it was not you, do nothing. Nobody else can open it, as long as you "
                "do not pass this mail on."
            )
            % {"link": link, "hours": HOURS},
            to=[contact.email],
            headers={"Auto-Submitted": "auto-generated"},
        ).send()
