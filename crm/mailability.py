"""Whether a contact may be mailed for a purpose, and why not, in words."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from crm.choices import ConsentStatus, LawfulBasis
from crm.models import Affiliation, ConsentState, Contact, Purpose, Suppression


@dataclass(frozen=True)
class Mailability:
    """What holds for one purpose: ``reason`` says in a sentence why or why not."""

    purpose: Purpose
    is_mailable: bool
    reason: str
    address: str = ""


def explain_mailability(contact: Contact, on: date) -> list[Mailability]:
    """Return for every purpose whether the contact may be mailed that day, and why.

    Says the same as ``Contact.objects.mailable``; a test holds the two together.
    """
    address, trouble = find_address(contact, on)
    states = list(ConsentState.objects.filter(contact=contact))
    answers = []
    for purpose in Purpose.objects.all():
        refusal = find_refusal(purpose, states) or trouble
        answers.append(
            Mailability(
                purpose=purpose,
                is_mailable=not refusal,
                reason=refusal or describe_ground(purpose),
                address="" if refusal else address,
            )
        )
    return answers


def find_address(contact: Contact, on: date) -> tuple[str, str]:
    """Return (address, "") where mail goes that day, or ("", why there is none)."""
    held = (
        Affiliation.objects.held(on)
        .filter(contact=contact)
        .exclude(seat__email="")
        .select_related("seat")
        .order_by("pk")
    )
    addresses = [(row.seat.email, row.seat.address_hash) for row in held]
    addresses.append((contact.email, contact.address_hash))
    stopped = {
        row.address_hash: row
        for row in Suppression.objects.filter(
            address_hash__in=[address_hash for _address, address_hash in addresses]
        )
    }
    for address, address_hash in addresses:
        if address_hash not in stopped:
            return address, ""
    reason = stopped[contact.address_hash].get_reason_display()
    return "", _("The address is stopped: %(reason)s.") % {"reason": reason.lower()}


def find_refusal(purpose: Purpose, states: list[ConsentState]) -> str:
    """Return the sentence that says why not, going by what the contact said; or ""."""
    for state in states:
        if state.status == ConsentStatus.OBJECTED:
            return _("Has objected to all mail.")
    said = {state.purpose_id: state.status for state in states}.get(purpose.pk)
    if said == ConsentStatus.WITHDRAWN:
        return _("Has left.")
    if purpose.lawful_basis == LawfulBasis.CONSENT and said != ConsentStatus.GIVEN:
        return _("Needs a yes, and has not said yes.")
    return ""


def describe_ground(purpose: Purpose) -> str:
    """Return the ground on which mail may go."""
    if purpose.lawful_basis == LawfulBasis.CONSENT:
        return _("Has said yes.")
    return _("Has not left; the ground is %(basis)s.") % {
        "basis": purpose.get_lawful_basis_display().lower()
    }
