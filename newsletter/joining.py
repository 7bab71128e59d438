"""Signing up on the website: asked in a form, confirmed from the mailbox.

The answer to the form is the same whoever asks, and takes as long: what differs is only
the mail. It holds no word that the form was given.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.tasks import task
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crm.choices import ConsentAction, ConsentStatus
from crm.consent import hash_of, record_consent
from crm.models import Contact, Suppression, Topic
from newsletter.models import Newsletter, SignUp

SALT = "newsletter.joining"
CONFIRM_DAYS = 7
# A second mail to the same address would be somebody else's game.
LEAST_BETWEEN_MAILS = timedelta(hours=24)
# Wishes nobody confirmed are forgotten.
KEEP_DAYS = 14
SOURCE = gettext_noop("form on the website, confirmed by mail")


@dataclass(frozen=True)
class Wish:
    """What somebody wrote into the form; the address is normalised."""

    address: str
    language: str
    given_name: str = ""
    family_name: str = ""
    topic_ids: list[int] = field(default_factory=list)


@transaction.atomic
def ask_to_join(newsletter: Newsletter, wish: Wish, *, now: datetime) -> SignUp | None:
    """Keep a wish and mail its confirmation; return it, None when nothing is mailed.

    Nothing is mailed to a stopped address, nor twice within a day. Who gets the
    newsletter already is told so in the same way.
    """
    key = hash_of(wish.address)
    SignUp.objects.get_or_create(
        newsletter=newsletter,
        address_hash=key,
        defaults={"email": wish.address, "language": wish.language},
    )
    waiting = SignUp.objects.select_for_update().get(
        newsletter=newsletter, address_hash=key
    )
    is_soon = waiting.mailed_at and now - waiting.mailed_at < LEAST_BETWEEN_MAILS
    is_stopped = Suppression.objects.filter(address_hash=key).exists()
    waiting.given_name, waiting.family_name = wish.given_name, wish.family_name
    waiting.language, waiting.topics = wish.language, wish.topic_ids
    waiting.asked_at = now
    if not is_soon:
        waiting.mailed_at = now
    waiting.save()
    mailed = waiting.pk if not is_soon and not is_stopped else 0
    # For every answer: so that it takes as long whoever asks.
    transaction.on_commit(lambda: mail_confirmation.enqueue(mailed))
    return waiting if mailed else None


@task(queue_name="register", backend="register")
def mail_confirmation(sign_up_id: int) -> None:
    """Mail the link that confirms a wish; 0 is none."""
    waiting = SignUp.objects.select_related("newsletter").filter(pk=sign_up_id).first()
    if waiting:
        with translation.override(waiting.language):
            write_confirmation(waiting).send()


def write_confirmation(waiting: SignUp) -> EmailMessage:
    """Return the mail in the active language; for who is in already, one that says so."""
    newsletter = waiting.newsletter
    link = (
        f"{settings.SITE_URL}{reverse('confirm_sign_up', args=[make_token(waiting)])}"
    )
    names = {"newsletter": newsletter.name, "link": link, "days": CONFIRM_DAYS}
    if gets_it(waiting):
        text = _(
            "Hello,\n\n"
            "somebody, probably you, signed this address up for %(newsletter)s. You get "
            "it already, so nothing changes and there is nothing to do."
        )
    else:
        text = _(
            "Hello,\n\n"
            "somebody, probably you, signed this address up for %(newsletter)s. Confirm "
            "it within %(days)s days:\n\n%(link)s\n\n"
            "If it was not you, do nothing: you then get nothing more, and the address "
            "is forgotten."
        )
    foot = f"\n\n-- \n{newsletter.sender_name}\n{newsletter.postal_address}"
    return EmailMessage(
        subject=_("Confirm %(newsletter)s") % names,
        body=text % names + foot,
        to=[waiting.email],
        headers={"Auto-Submitted": "auto-generated"},
    )


def gets_it(waiting: SignUp) -> bool:
    """Say whether the owner of the address has said yes to the purpose already."""
    return Contact.objects.filter(
        address_hash=waiting.address_hash,
        consent_states__purpose=waiting.newsletter.purpose,
        consent_states__status=ConsentStatus.GIVEN,
    ).exists()


def make_token(waiting: SignUp) -> str:
    """Return what confirms this one wish, for a week."""
    return signing.dumps([waiting.pk, waiting.address_hash], salt=SALT)


def find_sign_up(token: str) -> SignUp | None:
    """Return the wish; None when the token is not ours, too old or was used."""
    seconds = CONFIRM_DAYS * 24 * 3600
    try:
        pk, address_hash = signing.loads(token, salt=SALT, max_age=seconds)
    except (signing.BadSignature, ValueError):
        return None
    found = SignUp.objects.filter(pk=pk, address_hash=address_hash)
    return found.select_related("newsletter__purpose").first()


@transaction.atomic
def confirm_sign_up(waiting: SignUp, *, now: datetime) -> Contact:
    """Make the wish a yes in the ledger; return the contact, new or known.

    What the register knows of a contact stays: the form may have been filled in by
    anybody, only the yes comes from the mailbox.
    """
    contact = Contact.objects.filter(address_hash=waiting.address_hash).first()
    if contact is None:
        contact = Contact.objects.create(
            email=waiting.email,
            given_name=waiting.given_name,
            family_name=waiting.family_name,
            language=waiting.language,
        )
        contact.topics.set(Topic.objects.filter(pk__in=waiting.topics))
    record_consent(
        contact,
        waiting.newsletter.purpose,
        ConsentAction.GIVEN,
        source=SOURCE,
        at=now,
        proof={"asked_at": waiting.asked_at.isoformat(), "language": waiting.language},
    )
    waiting.delete()
    return contact


def list_unconfirmed() -> QuerySet[SignUp]:
    """Return the wishes that nobody confirmed within fourteen days."""
    before = timezone.now() - timedelta(days=KEEP_DAYS)
    return SignUp.objects.filter(asked_at__lt=before)
