"""Offers to take part, from the public form: written down, not answered by machine.

A lead is no contact. Nobody is added to the register or mailed by it, and no consent
follows from it; whoever the register does not know stays as text.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crm.addresses import display_address, hash_address, normalise_address
from crm.choices import InteractionKind
from crm.models import Contact, Interaction, Organisation
from crm.names import clean_line, make_sort_key


@dataclass(frozen=True)
class Offer:
    """What somebody wrote. ``page`` and ``url`` say where; ``topic`` may be ""."""

    name: str
    address: str
    organisation: str
    message: str
    topic: str = ""
    page: str = ""
    url: str = ""


def record_lead(offer: Offer, *, ours: Organisation | None = None) -> Interaction:
    """Write the offer down as a lead and return it.

    It stands with the contact of that address and with the organisation of that name, if
    the register knows exactly one; else with ``ours``, whom the offer was made to. Raises
    AddressError for what is no address.
    """
    address = normalise_address(offer.address)
    digest = hash_address(address, settings.CRM_ADDRESS_HASH_KEY)
    return Interaction.objects.create(
        kind=InteractionKind.LEAD,
        contact=Contact.objects.filter(address_hash=digest).first(),
        organisation=_find_organisation(offer.organisation) or ours,
        text=_write_down(offer, address),
    )


def close_lead(lead: Interaction) -> None:
    """Say that a lead was dealt with; once is enough."""
    Interaction.objects.open_leads().filter(pk=lead.pk).update(closed_at=timezone.now())


def reopen_lead(lead: Interaction) -> None:
    """Put a lead back among those to deal with."""
    Interaction.objects.filter(pk=lead.pk, kind=InteractionKind.LEAD).update(
        closed_at=None
    )


def _find_organisation(name: str) -> Organisation | None:
    key = make_sort_key(clean_line(name))
    found = list(Organisation.objects.filter(sort_key=key)[:2]) if key else []
    return found[0] if len(found) == 1 else None


def _write_down(offer: Offer, address: str) -> str:
    """Return the offer as the office reads it, in the office's language."""
    with translation.override(settings.LANGUAGE_CODE):
        who = _("%(name)s, %(address)s (the address is not confirmed)") % {
            "name": clean_line(offer.name),
            "address": display_address(address),
        }
        lines = [who, clean_line(offer.organisation)]
        if offer.topic:
            lines.append(_("Topic: %(topic)s") % {"topic": offer.topic})
        if offer.page:
            lines.append(_("From the page “%(page)s”") % {"page": offer.page})
            lines.append(offer.url)
        about = "\n".join(line for line in lines if line)
        return f"{offer.message.strip()}\n\n{about}"
