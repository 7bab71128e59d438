"""Another address for one's letters: asked for here, confirmed there."""

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.tasks import task
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from crm.addresses import hash_address
from crm.consent import hash_of
from crm.models import Contact, Suppression

SALT = "newsletter.address"
SECONDS = 7 * 24 * 3600


def ask_new_address(contact: Contact, address: str) -> None:
    """Mail a link to a new address that confirms it; nothing to a stopped one."""
    stopped = Suppression.objects.filter(address_hash=hash_of(address)).exists()
    if address == contact.email or stopped:
        return
    token = signing.dumps([contact.pk, contact.address_hash, address], salt=SALT)
    transaction.on_commit(lambda: mail_address_link.enqueue(contact.pk, address, token))


@task(queue_name="register", backend="register")
def mail_address_link(contact_id: int, address: str, token: str) -> None:
    """Mail the link that makes ``address`` the contact's."""
    contact = Contact.objects.filter(pk=contact_id).first()
    if contact is None:
        return
    with translation.override(contact.language):
        link = f"{settings.SITE_URL}{reverse('confirm_address', args=[token])}"
        text = _(
            "Hello,\n\n"
            "somebody, probably you, wants our letters at this address from now on. "
            "Confirm it within seven days:\n\n%(link)s\n\n"
            "If it was not you, do nothing."
        )
        EmailMessage(
            subject=_("Confirm your new address"),
            body=text % {"link": link},
            to=[address],
            headers={"Auto-Submitted": "auto-generated"},
        ).send()


def read_address_token(token: str) -> tuple[Contact, str] | None:
    """Return the contact and the new address; None when the link works no more.

    It works for a week, and until the address is changed in any way.
    """
    try:
        pk, former, address = signing.loads(token, salt=SALT, max_age=SECONDS)
    except (signing.BadSignature, ValueError):
        return None
    contact = Contact.objects.filter(pk=pk, address_hash=former).first()
    return (contact, address) if contact else None


@transaction.atomic
def take_address(contact: Contact, address: str) -> bool:
    """Make the address the contact's; return False when somebody else has it.

    That other contact is probably the same person: the register's keepers find the two
    among the duplicates.
    """
    key = hash_address(address, settings.CRM_ADDRESS_HASH_KEY)
    if Contact.objects.filter(address_hash=key).exclude(pk=contact.pk).exists():
        return False
    contact.email = address
    contact.save()
    return True
