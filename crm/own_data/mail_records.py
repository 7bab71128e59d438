"""What somebody said about mail, whether it may come, and what was done to their entry."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry

from crm.mailability import explain_mailability
from crm.models import Contact, Suppression
from crm.own_data.sections import Fact, Record


def find_purposes(contact: Contact) -> list[Record]:
    """Return for what somebody may be written to today, on what ground, and why."""
    return [
        [
            Fact("purpose", _("Purpose"), answer.purpose.slug, str(answer.purpose)),
            Fact(
                "lawful_basis",
                _("Lawful basis"),
                answer.purpose.lawful_basis,
                answer.purpose.get_lawful_basis_display(),
            ),
            Fact("may_come", _("Mail may come"), answer.is_mailable),
            Fact("why", _("Why"), answer.reason),
            Fact("address", _("To"), answer.address),
        ]
        for answer in explain_mailability(contact, timezone.localdate())
    ]


def find_said(contact: Contact) -> list[Record]:
    """Return the ledger: every yes and no, with the wording that was shown."""
    rows = contact.consent_entries.select_related("purpose")
    return [
        [
            Fact("at", _("When"), row.at),
            Fact("action", _("What"), row.action, row.get_action_display()),
            Fact("purpose", _("Purpose"), row.purpose.slug, str(row.purpose)),
            Fact("source", _("Where"), row.source, row.source_label),
            Fact("wording", _("The wording"), row.wording),
            Fact("wording_version", _("Version of the wording"), row.wording_version),
            Fact("proof", _("What was kept as proof"), row.proof),
            Fact("by_office", _("Entered by the office"), row.by_id is not None),
        ]
        for row in rows
    ]


def find_stops(contact: Contact) -> list[Record]:
    """Return whether an address of somebody's is stopped, since when and why."""
    seats = contact.affiliations.held(timezone.localdate()).values("seat__address_hash")
    own = Q(address_hash=contact.address_hash)
    rows = Suppression.objects.filter(own | Q(address_hash__in=seats))
    return [
        [
            Fact("since", _("Since"), row.created_at),
            Fact("reason", _("Why"), row.reason, row.get_reason_display()),
            Fact(
                "is_own",
                _("Your own address"),
                row.address_hash == contact.address_hash,
            ),
            Fact("note", _("Note"), row.note),
        ]
        for row in rows
    ]


def find_history(contact: Contact) -> list[Record]:
    """Return when the entry was made, changed, exported: who did it is not said."""
    rows = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Contact),
        object_id=str(contact.pk),
    )
    return [
        [
            Fact("at", _("When"), row.timestamp),
            Fact("action", _("What"), row.action, str(row.message)),
        ]
        for row in rows.order_by("-timestamp", "-pk")
    ]
