"""How many people a segment means, and who they are."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.formats import number_format

from crm.choices import Language
from crm.countries import country_name
from crm.models import Affiliation, Contact, Segment, SegmentCount
from crm.segments.compiler import compile_segment
from crm.segments.fields import Scope
from crm.segments.sets import count_people, gather

BARS = 6


@dataclass(frozen=True)
class Bar:
    """One line of a small chart."""

    label: str
    count: int

    @property
    def shown(self) -> str:
        """The count as people write it."""
        return show_count(self.count)


@dataclass(frozen=True)
class Summary:
    """A set of contacts in numbers. ``reachable`` have an address that may be used."""

    total: int
    reachable: int
    languages: list[Bar]
    countries: list[Bar]

    @property
    def unreachable(self) -> int:
        """How many have no address that may be used."""
        return self.total - self.reachable

    @property
    def shown(self) -> dict[str, str]:
        """The counts as people write them, by name."""
        return {
            name: show_count(getattr(self, name))
            for name in ("total", "reachable", "unreachable")
        }


@dataclass(frozen=True)
class Person:
    """A contact as the sample shows it."""

    pk: int
    name: str
    seats: list[str]


def show_count(count: int) -> str:
    """Return "12 000" or "12,000", as the active language groups digits."""
    return str(number_format(count, force_grouping=True))


def refresh_count(segment: Segment) -> int:
    """Count a segment's people, store the count with its time, and return it.

    The last count of a day is kept, for the chart over time.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    segment.stored_count = count_people(compile_segment(segment, Scope(today)))
    segment.counted_at = now
    # Not save(): counting is no change of the segment.
    Segment.objects.filter(pk=segment.pk).update(
        stored_count=segment.stored_count, counted_at=now
    )
    kept = SegmentCount.objects.filter(segment=segment, at__date=today)
    if not kept.update(count=segment.stored_count, at=now):
        SegmentCount.objects.create(segment=segment, at=now, count=segment.stored_count)
    return segment.stored_count


def summarise(condition: Q, on: date) -> Summary:
    """Return the contacts under a condition in numbers, in three queries."""
    members = Contact.objects.filter(gather(condition))
    by_language = dict(
        members.order_by().values_list("language").annotate(count=Count("pk"))
    )
    reachable = members.with_mail_address(on).exclude(mail_address="").count()
    by_country = (
        Affiliation.objects.held(on)
        .filter(contact__in=members.order_by().values("pk"))
        .order_by()
        .values_list("country")
        .annotate(count=Count("contact", distinct=True))
        .order_by("-count", "country")
    )
    return Summary(
        total=sum(by_language.values()),
        reachable=reachable,
        languages=[
            Bar(str(Language(code).label), count)
            for code, count in sorted(by_language.items(), key=lambda pair: -pair[1])
        ],
        countries=[Bar(country_name(code), count) for code, count in by_country[:BARS]],
    )


def sample_people(condition: Q, on: date, size: int = 12) -> list[Person]:
    """Return the first people under a condition with the seats they hold."""
    contacts = list(Contact.objects.filter(condition)[:size])
    held: dict[int, list[str]] = {contact.pk: [] for contact in contacts}
    seats: Any = (
        Affiliation.objects.held(on)
        .filter(contact__in=list(held))
        .select_related("seat__role", "seat__organisation")
    )
    for affiliation in seats:
        held[affiliation.contact_id].append(str(affiliation.seat))
    return [Person(c.pk, str(c), held[c.pk]) for c in contacts]
