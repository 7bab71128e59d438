"""Whether a contact may be mailed for a purpose, and why not, in words."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from crm.choices import ConsentStatus, LawfulBasis
from crm.models import Affiliation, ConsentState, Contact, Purpose, Suppression
from crm.pausing import describe_pause


@dataclass(frozen=True)
class Mailability:
    """What holds for one purpose: ``reason`` says in a sentence why or why not."""

    purpose: Purpose
    is_mailable: bool
    reason: str
    address: str = ""


@dataclass(frozen=True)
class MailAddress:
    """Where mail goes, "" for nowhere; ``reason`` says why in a sentence."""

    address: str
    reason: str


def explain_mailability(contact: Contact, on: date) -> list[Mailability]:
    """Return for every purpose whether the contact may be mailed that day, and why.

    Says the same as ``Contact.objects.mailable``; a test holds the two together.
    """
    found = find_address(contact, on)
    trouble = describe_pause(contact, on) or ("" if found.address else found.reason)
    states = list(ConsentState.objects.filter(contact=contact))
    answers = []
    for purpose in Purpose.objects.all():
        refusal = find_refusal(purpose, states) or trouble
        answers.append(
            Mailability(
                purpose=purpose,
                is_mailable=not refusal,
                reason=refusal or describe_ground(purpose),
                address="" if refusal else found.address,
            )
        )
    return answers


def find_address(contact: Contact, on: date) -> MailAddress:
    """Return where mail to the contact goes that day, and why there or nowhere.

    A seat's own address goes before the person's; stopped ones are passed over.
    """
    held = (
        Affiliation.objects.held(on)
        .filter(contact=contact)
        .exclude(seat__email="")
        .select_related("seat__role", "seat__organisation")
        .order_by("pk")
    )
    seats = [row.seat for row in held]
    hashes = [*(seat.address_hash for seat in seats), contact.address_hash]
    stopped = {
        row.address_hash: row
        for row in Suppression.objects.filter(address_hash__in=hashes)
    }
    for seat in seats:
        if seat.address_hash not in stopped:
            reason = _("It is the own address of the seat %(seat)s.") % {"seat": seat}
            return MailAddress(seat.email, reason)
    if contact.address_hash not in stopped:
        reason = (
            _("It is the person's own; the seat's is stopped.")
            if seats
            else _("It is the person's own; no seat has an address.")
        )
        return MailAddress(contact.email, reason)
    stop = stopped[contact.address_hash].get_reason_display().lower()
    return MailAddress("", _("The address is stopped: %(reason)s.") % {"reason": stop})


def explain_trouble(contact: Contact, on: date) -> list[str]:
    """Return in sentences what keeps mail from a contact that day, but for what is usual.

    That somebody has not said yes yet, where a yes is needed, is no trouble.
    """
    if not find_address(contact, on).address:
        return [
            _("No mail reaches %(contact)s: the address is stopped.")
            % {"contact": contact}
        ]
    refusals = ConsentState.objects.filter(contact=contact).exclude(
        status=ConsentStatus.GIVEN
    )
    troubles = [
        _("%(contact)s gets no mail for “%(purpose)s”. %(reason)s")
        % {
            "contact": contact,
            "purpose": state.purpose,
            "reason": find_refusal(state.purpose, [state]),
        }
        for state in refusals.select_related("purpose").order_by("purpose__slug")
    ]
    if pause := describe_pause(contact, on):
        troubles.append(
            _("%(contact)s rests from mail. %(reason)s")
            % {"contact": contact, "reason": pause}
        )
    return troubles


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
