"""The token in a mailed link for partners: signed, for an hour, for one address."""

from django.core import signing

from crm.models import Contact

SALT = "home.partners"
# Long enough to find the mail behind a slow filter, short enough to lose its worth.
MAX_AGE_SECONDS = 3600


def make_partner_token(contact: Contact) -> str:
    """Return what lets in whoever reads the contact's mail; nothing else."""
    return signing.dumps([contact.pk, contact.address_hash], salt=SALT)


def read_partner_token(token: str) -> Contact | None:
    """Return the contact; None for a token not ours, too old, or of a former address."""
    try:
        key, address_hash = signing.loads(token, salt=SALT, max_age=MAX_AGE_SECONDS)
    except (signing.BadSignature, ValueError):
        return None
    return Contact.objects.filter(pk=key, address_hash=address_hash).first()
