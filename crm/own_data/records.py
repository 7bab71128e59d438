"""Who somebody is in the register, and what was written about them."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.addresses import display_address
from crm.custom import all_fields, show_value
from crm.models import (
    ApiToken,
    Contact,
    DataRequest,
    DistinctPair,
    ImportChange,
    Merge,
    SeatTask,
)
from crm.own_data.sections import Fact, Record

# What may be shown on the website, each only if the person agreed.
PUBLISHED = ("name", "photo", "email", "phone", "biography")


def find_person(contact: Contact) -> list[Record]:
    """Return who somebody is: the fields of the contact."""
    photo = contact.photo
    return [
        [
            Fact("given_name", _("Given name"), contact.given_name),
            Fact("family_name", _("Family name"), contact.family_name),
            Fact("email", _("E-mail"), contact.email, display_address(contact.email)),
            Fact("phone", _("Telephone"), contact.phone),
            Fact(
                "language",
                _("Language of the letters"),
                contact.language,
                contact.get_language_display(),
            ),
            Fact("photo", _("Photo"), _address(photo.file.url) if photo else ""),
            Fact("biography", _("Biography"), contact.biography),
            *_list_agreements(contact),
            Fact("paused_until", _("No mail before"), contact.paused_until),
            Fact("notes", _("The office's notes"), contact.notes),
            Fact("created_at", _("In the register since"), contact.created_at),
            Fact("updated_at", _("Last changed"), contact.updated_at),
        ]
    ]


def find_own_fields(contact: Contact) -> list[Record]:
    """Return what stands in the fields that the network added, and in former ones."""
    fields = {field.slug: field for field in all_fields()}
    facts = []
    for slug, value in contact.custom.items():
        field = fields.get(slug)
        label = field.name if field else slug
        words = show_value(field, value) if field else ""
        facts.append(Fact(slug, label, value, words))
    return [facts] if facts else []


def find_seats(contact: Contact) -> list[Record]:
    """Return the posts somebody holds, held or is to hold, the latest first."""
    today = timezone.localdate()
    held = set(contact.affiliations.held(today).values_list("pk", flat=True))
    rows = contact.affiliations.select_related(
        "seat__role", "seat__organisation", "seat__network"
    ).order_by("-starts_on", "-pk")
    return [
        [
            Fact("role", _("Post"), row.seat.title or str(row.seat.role)),
            Fact("organisation", _("Organisation"), str(row.seat.organisation)),
            Fact("network", _("Network or project"), str(row.seat.network or "")),
            Fact("email", _("The post's own e-mail"), row.seat.email),
            Fact("starts_on", _("From"), row.starts_on),
            Fact("ends_on", _("To"), row.ends_on),
            Fact("is_held", _("Held today"), row.pk in held),
        ]
        for row in rows
    ]


def find_topics(contact: Contact) -> list[Record]:
    """Return what somebody cares for."""
    names = _names(contact.topics.all())
    return [[Fact("topics", _("Topics"), names)]] if names else []


def find_notes(contact: Contact) -> list[Record]:
    """Return notes, calls, meetings and offers: in the words they were written in."""
    rows = contact.interactions.select_related("organisation")
    return [
        [
            Fact("at", _("When"), row.at),
            Fact("kind", _("What"), row.kind, row.get_kind_display()),
            Fact("text", _("What was written down"), row.text),
            Fact("organisation", _("Organisation"), str(row.organisation or "")),
            Fact("closed_at", _("Dealt with"), row.closed_at),
        ]
        for row in rows
    ]


def find_tasks(contact: Contact) -> list[Record]:
    """Return why the office was to look at one of somebody's posts."""
    rows = SeatTask.objects.filter(contact=contact).select_related(
        "seat__role", "seat__organisation", "seat__network"
    )
    return [
        [
            Fact("opened_at", _("When"), row.opened_at),
            Fact("reason", _("Why"), row.reason, row.get_reason_display()),
            Fact("seat", _("Post"), str(row.seat)),
            Fact("detail", _("In which words"), row.detail),
            Fact("closed_at", _("Dealt with"), row.closed_at),
        ]
        for row in rows.order_by("-opened_at", "-pk")
    ]


def find_events(contact: Contact) -> list[Record]:
    """Return the events at which somebody speaks or spoke."""
    return [
        [
            Fact("title", _("Event"), event.title),
            Fact("starts_on", _("When"), event.starts_on),
        ]
        for event in contact.speaks_at.order_by("-starts_on", "-pk")
    ]


def find_groups(contact: Contact) -> list[Record]:
    """Return the groups of recipients into or out of which somebody was put by hand."""
    chosen: tuple[tuple[Any, str, str], ...] = (
        (contact.added_to_segments, "added", _("added")),
        (contact.excluded_from_segments, "excluded", _("left out")),
    )
    return [
        [
            Fact("group", _("Group"), segment.name),
            Fact("how", _("By hand"), how, words),
        ]
        for segments, how, words in chosen
        for segment in segments.all()
    ]


def find_origins(contact: Contact) -> list[Record]:
    """Return the imports that wrote somebody, as long as their records are kept."""
    changes = ImportChange.objects.filter(model="contact", object_id=contact.pk)
    rows = changes.exclude(batch__applied_at=None).select_related("batch__purpose")
    return [
        [
            Fact("file", _("File"), row.batch.file_name),
            Fact("row", _("Row"), row.row_number),
            Fact("at", _("When"), row.batch.applied_at),
            Fact("action", _("What"), row.action, row.get_action_display()),
            Fact("origin", _("Where the data came from"), row.batch.ground),
            Fact("purpose", _("Purpose"), str(row.batch.purpose or "")),
            Fact(
                "lawful_basis",
                _("Lawful basis"),
                row.batch.purpose.lawful_basis if row.batch.purpose else "",
                row.batch.purpose.get_lawful_basis_display()
                if row.batch.purpose
                else "",
            ),
            Fact("before", _("What stood there before"), _texts(row.before)),
            Fact("undone_at", _("Undone"), row.batch.undone_at),
        ]
        for row in rows.order_by("-pk")
    ]


def find_merges(contact: Contact) -> list[Record]:
    """Return when two entries about somebody became one, and what the other said."""
    return [
        [
            Fact("at", _("When"), merge.created_at),
            Fact("other", _("The other entry"), _texts(merge.lost)),
            Fact("before", _("This entry before"), _texts(merge.before)),
            Fact("undone_at", _("Undone"), merge.undone_at),
        ]
        for merge in Merge.objects.filter(kept=contact)
    ]


def find_distinctions(contact: Contact) -> list[Record]:
    """Return how many others somebody was said not to be; who they are is theirs."""
    pairs = DistinctPair.objects.filter(Q(first=contact) | Q(second=contact))
    count = pairs.count()
    label = _("People whom you resemble and who are somebody else")
    return [[Fact("others", label, count)]] if count else []


def find_requests(contact: Contact) -> list[Record]:
    """Return what somebody asked about their data, and what was answered."""
    return [
        [
            Fact("kind", _("What you asked"), row.kind, row.get_kind_display()),
            Fact("asked_at", _("When"), row.asked_at),
            Fact("text", _("In your words"), row.text),
            Fact("closed_at", _("Answered"), row.closed_at),
            Fact("answer", _("What was done"), row.answer),
        ]
        for row in DataRequest.objects.filter(contact=contact).order_by("-asked_at")
    ]


def find_receivers(contact: Contact) -> list[Record]:
    """Return who else gets to see the data."""
    public = [str(fact.label) for fact in _list_agreements(contact) if fact.value]
    programs = ApiToken.objects.exclude(expires_at__lte=timezone.now())
    return [
        [
            Fact("website", _("Shown on the website"), public, ", ".join(public)),
            Fact(
                "programs", _("Programs that may read the register"), _names(programs)
            ),
            Fact(
                "mail",
                _("Mail"),
                _("Your address, to the mail servers that carry a letter to you."),
            ),
        ]
    ]


def _names(rows: Iterable[Any]) -> list[str]:
    return sorted(str(row) for row in rows)


def _list_agreements(contact: Contact) -> Record:
    labels: dict[str, Callable[[], str]] = {
        "name": lambda: _("Your name may be shown in public"),
        "photo": lambda: _("Your photo may be shown in public"),
        "email": lambda: _("Your e-mail address may be shown in public"),
        "phone": lambda: _("Your telephone number may be shown in public"),
        "biography": lambda: _("Your biography may be shown in public"),
    }
    return [
        Fact(f"publishes_{name}", labels[name](), getattr(contact, f"publishes_{name}"))
        for name in PUBLISHED
    ]


def _texts(row: dict[str, Any]) -> dict[str, Any]:
    """Return what a kept row says of a person, without keys, hashes and sort orders."""
    inner = {"id", "sort_key", "address_hash", "photo_id", "created_at", "updated_at"}
    return {name: value for name, value in row.items() if name not in inner and value}


def _address(path: str) -> str:
    return path if path.startswith("http") else f"{settings.SITE_URL}{path}"
