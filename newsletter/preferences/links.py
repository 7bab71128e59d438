"""Whose choices a link opens, and mailing somebody theirs."""

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.tasks import task
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from crm.models import Contact
from newsletter.models import Delivery
from newsletter.tokens import make_preferences_token, read_preferences_token


def find_contact(token: str) -> Contact | None:
    """Return whose choices a token opens; None when it is not ours, or they are gone."""
    try:
        kind, pk = read_preferences_token(token)
    except signing.BadSignature:
        return None
    if kind == "contact":
        return Contact.objects.filter(pk=pk).first()
    delivery = Delivery.objects.select_related("contact").filter(pk=pk).first()
    return delivery.contact if delivery else None


def mail_own_link(contact: Contact) -> None:
    """Mail somebody the link to their own choices."""
    with translation.override(contact.language):
        token = make_preferences_token(contact_id=contact.pk)
        link = f"{settings.SITE_URL}{reverse('preferences', args=[token])}"
        EmailMessage(
            subject=_("Your link to choose what you get"),
            body=_(
                "Hello,\n\n"
                "somebody, probably you, asked for this link. It opens the page where "
                "you choose what we send you:\n\n%(link)s\n\n"
                "If it was not you, do nothing."
            )
            % {"link": link},
            to=[contact.email],
            headers={"Auto-Submitted": "auto-generated"},
        ).send()


@task(queue_name="register", backend="register")
def mail_link_to(contact_id: int) -> None:
    """Mail a contact the link to their choices; 0 is nobody."""
    contact = Contact.objects.filter(pk=contact_id).first()
    if contact:
        mail_own_link(contact)
