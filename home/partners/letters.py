"""The mail with a link for partners. It holds no text that somebody else wrote."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.tasks import task
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from crm.models import Contact
from home.partners.sessions import holds_seat
from home.partners.tokens import make_partner_token


@task(queue_name="register", backend="register")
def mail_link(contact_id: int, next_path: str) -> None:
    """Mail a contact the link; do nothing for who holds no seat (0 is nobody).

    Runs apart from the request, so that the answer takes as long for the unknown.
    """
    contact = Contact.objects.filter(pk=contact_id).first()
    if contact is None or not holds_seat(contact_id):
        return
    with translation.override(contact.language):
        write_letter(contact, next_path).send()


def write_letter(contact: Contact, next_path: str) -> EmailMessage:
    """Return the mail in the active language, with the way back to what was wanted."""
    token = make_partner_token(contact)
    link = f"{settings.SITE_URL}{reverse('partner_enter', args=[token])}"
    if next_path:
        link += f"?next={next_path}"
    body = _(
        "Hello,\n\n"
        "somebody, probably you, asked for a link to what is for partners on %(site)s. "
        "Open it within an hour:\n\n%(link)s\n\n"
        "If it was not you, do nothing. Nobody else can get in with your address."
    ) % {"site": settings.SITE_URL, "link": link}
    return EmailMessage(
        subject=_("Your link to what is for partners"),
        body=body,
        to=[contact.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
