"""Measures one database that is there; prints a line of JSON per figure.

Run by ``bench.crm``, in a process of its own with DATABASE_URL set.
"""

import resource
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 -- after setup
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.crm.figures import clock, once, say  # noqa: E402
from bench.crm.imports import measure_imports  # noqa: E402
from crm.duplicates import find_duplicates  # noqa: E402
from crm.exports.contacts import contact_rows  # noqa: E402
from crm.exports.text_files import stream_csv  # noqa: E402
from crm.models import Contact, Network, Purpose, Role, Seat, Topic  # noqa: E402
from crm.population.rows import RowWriter  # noqa: E402
from crm.segments.compiler import compile_rule  # noqa: E402
from crm.segments.estimating import estimate  # noqa: E402
from crm.segments.fields import Scope  # noqa: E402
from crm.segments.rules import Group, Rule  # noqa: E402
from crm.segments.sets import count_people, gather  # noqa: E402
from newsletter.choices import ConditionKind  # noqa: E402
from newsletter.delivery.filling import (  # noqa: E402
    insert_deliveries,
    insert_left_out,
)
from newsletter.delivery.planning import snapshot_rules  # noqa: E402
from newsletter.mail.blocks import Condition  # noqa: E402
from newsletter.models import Campaign, Delivery  # noqa: E402
from tests.factories import (  # noqa: E402
    make_campaign,
    make_recipients,
    make_segment,
)

MOST_COMPARED = 200_000
LISTINGS = (
    "crm_contact:index",
    "crm_organisation:index",
    "crm_seat:index",
    "crm_seat:work",
    "crm_network:index",
    "crm_role:index",
    "crm_topic:index",
    "crm_purpose:index",
    "crm_suppression:index",
    "wagtailsnippets_crm_segment:list",
    "newsletter_campaign:index",
    "newsletter_recipients:index",
    "newsletter_returned:index",
    "crm_imports",
    "crm_contact:duplicates",
    "wagtailadmin_home",
    "crm_contact_chooser:choose",
    "crm_organisation_chooser:choose",
    "crm_seat_chooser:choose",
)


def make_shapes() -> dict[str, Group]:
    """Return trees by name: selective, wide, negated, seats, topics."""
    role = list(Role.objects.order_by("pk").values_list("pk", flat=True))
    topic = list(Topic.objects.order_by("pk").values_list("pk", flat=True))

    def seat(**values: Any) -> Rule:
        return Rule("seat", values)

    def topics(*numbers: int) -> Rule:
        return Rule("topic", {"topics": [topic[number] for number in numbers]})

    narrow = seat(roles=[role[3]], countries=["FI"], kinds=["university"])
    return {
        "selective: role, country and kind": Group("all", (narrow,)),
        "wide seat: country": Group("all", (seat(countries=["SE"]),)),
        "topic": Group("all", (topics(0),)),
        "topic and not another": Group("all", (topics(0), Group("none", (topics(1),)))),
        "negated: neither role nor topic": Group(
            "none", (seat(roles=[role[0]]), topics(2))
        ),
        "any of role, topic, language": Group(
            "any",
            (seat(roles=[role[1]]), topics(1), Rule("language", {"languages": ["en"]})),
        ),
    }


def measure_segments() -> None:
    """Estimate, exact count and ids of each shape, against a bare filtered count."""
    today = timezone.localdate()
    bare = Contact.objects.order_by().filter(phone="")
    bound, _count = clock(bare.count)
    say("segment", "bare filtered count", bound, bound)
    for name, tree in make_shapes().items():
        condition = compile_rule(tree, Scope(today))
        exact, count = clock(lambda c=condition: count_people(c))
        say("segment", f"{name}: exact", exact, bound, f"{count:,} people")
        guess, found = clock(
            lambda tree=tree: estimate(lambda s: compile_rule(tree, s), Scope(today))
        )
        say("segment", f"{name}: estimate", guess, 0, f"about {found.count:,}")
        people = Contact.objects.order_by().filter(gather(condition))
        taken, _ids = once(lambda people=people: list(people.values_list("pk")))
        say("segment", f"{name}: ids brought here", taken, bound)


def measure_listings() -> None:
    """Every listing as an administrator opens it; p95 of ten, with its queries."""
    client = Client()
    client.force_login(get_user_model().objects.get(username="bench"))
    address = reverse("crm_contact:index")
    organisations = reverse("crm_organisation:index")
    seats, work = reverse("crm_seat:index"), reverse("crm_seat:work")
    choose_contact = reverse("crm_contact_chooser:choose_results")
    choose_seat = reverse("crm_seat_chooser:choose_results")
    role, network = Role.objects.first().pk, Network.objects.earliest("pk").pk
    large = find_largest_organisation()
    last = (Contact.objects.count() - 1) // 50 + 1
    pages = [(name, reverse(name)) for name in LISTINGS]
    pages += [
        ("contacts: page 200", f"{address}?p=200"),
        ("contacts: the page in the middle", f"{address}?p={last // 2}"),
        ("contacts: last page", f"{address}?p={last}"),
        ("contacts: latest change first", f"{address}?ordering=-updated_at"),
        ("contacts: search a family name", f"{address}?q=sandberg"),
        ("contacts: search both names", f"{address}?q=anna+sandberg"),
        ("contacts: search a word of many", f"{address}?q=kommun"),
        ("contacts: search two letters", f"{address}?q=an"),
        ("contacts: search an address", f"{address}?q=anna.sandberg.12"),
        ("contacts: search nobody", f"{address}?q=xyzzy"),
        ("contacts: in one language", f"{address}?language=en"),
        ("contacts: follow a topic", f"{address}?topics={Topic.objects.first().pk}"),
        ("contacts: sit in one country", f"{address}?country=SE"),
        ("contacts: hold no seat", f"{address}?standing=no_seat"),
        (
            "contacts: role and country",
            f"{address}?role={role}&country=FI",
        ),
        ("contacts: two filters", f"{address}?language=en&country=FI"),
        ("contacts: rest from mail", f"{address}?standing=paused"),
        ("contacts: have left", f"{address}?standing=left"),
        ("contacts: search two common words", f"{address}?q=kommun+anna"),
        ("contacts: search and filter", f"{address}?q=anna&language=en"),
        ("contacts: choose by name", f"{choose_contact}?q=anna+sandberg"),
        ("seats: vacant", f"{seats}?vacant=yes"),
        ("seats: search", f"{seats}?q=kommun"),
        ("seats: search nothing", f"{seats}?q=xyzzy"),
        ("seats: of one role", f"{seats}?role={role}"),
        ("seats: the page in the middle", f"{seats}?p={Seat.objects.count() // 100}"),
        ("seats: choose by words", f"{choose_seat}?q=kommun+anna"),
        ("seats to look at: one country", f"{work}?organisation__country=FI"),
        ("a network and its seats", reverse("crm_network:inspect", args=[network])),
        ("the largest organisation", reverse("crm_organisation:inspect", args=[large])),
        ("organisations: by country", f"{organisations}?ordering=country"),
        ("organisations: search", f"{organisations}?q=kommun"),
    ]
    for name, url in pages:
        measure_page(client, name, url)


def measure_page(client: Client, name: str, url: str) -> None:
    """One page: p95 of ten requests, with its queries."""
    client.get(url)
    taken: list[str] = []
    with connection.execute_wrapper(_note(taken)):
        answer = client.get(url)
    times = sorted(once(lambda: client.get(url))[0] for _run in range(10))
    note = f"{len(taken)} queries, status {answer.status_code}"
    say("listing", name, times[-1], 0, note)


def find_largest_organisation() -> int:
    """Return the key of the organisation with the most seats."""
    counted = Seat.objects.order_by().values("organisation")
    counted = counted.annotate(seats=Count("pk")).order_by("-seats")
    return counted.values_list("organisation", flat=True)[0]


def measure_files() -> None:
    """Export of the whole register, against reading the same contacts bare."""
    people = Contact.objects.order_by("sort_key", "pk")
    bare = people.values_list(*("given_name", "family_name", "email"), "language")
    bound, count = once(lambda: sum(1 for _row in bare.iterator(chunk_size=1_000)))
    before = _peak()
    taken, size = once(
        lambda: sum(len(part) for part in stream_csv(contact_rows(people)))
    )
    note = (
        f"{1000 * count / taken:,.0f} contacts/s, {size / 1e6:,.0f} MB, "
        f"memory grew by {_peak() - before:,.0f} MB"
    )
    say("file", f"export of {count:,} contacts as CSV", taken, bound, note)


def measure_duplicates() -> None:
    """The search for contacts that may be one person, over everybody.

    Left out of a very large register: there it is minutes of work for a worker.
    """
    if Contact.objects.count() > MOST_COMPARED:
        return
    taken, found = once(lambda: find_duplicates(lambda done, total: None))
    say("file", "duplicates among everybody", taken, 0, f"{len(found):,} pairs")


def measure_freeze() -> None:
    """Deliveries of everybody with ten conditions, against copying the same rows."""
    with transaction.atomic():
        everybody = make_segment(
            rules=[{"kind": "language", "languages": ["sv", "en"]}]
        )
        limits = [
            *(make_segment(rules=[rule]) for rule in islice(_limits(), 10)),
        ]
        recipients = make_recipients(include=[everybody])
        campaign, copy = make_campaign(recipients=recipients), make_campaign()
        campaign.newsletter.purpose = Purpose.objects.exclude(
            lawful_basis="consent"
        ).earliest("pk")
        campaign.newsletter.save()
        campaign.frozen_rules = snapshot_rules(recipients, limits)
        conditions = [Condition(ConditionKind.SEGMENT, s.pk) for s in limits]
        now = timezone.now()

        def freeze() -> None:
            insert_deliveries(campaign, recipients, conditions, ["sv", "en"], now)
            insert_left_out(campaign, recipients, ["sv"], timezone.localdate(now))

        taken, _done = once(freeze)
        rows = campaign.deliveries.count()
        columns = ", ".join(
            field.column
            for field in Delivery._meta.concrete_fields
            if field.column not in ("id", "campaign_id")
        )
        with connection.cursor() as cursor:
            bound, _done = once(
                lambda: cursor.execute(
                    f"INSERT INTO newsletter_delivery (campaign_id, {columns}) "
                    f"SELECT {copy.pk}, {columns} FROM newsletter_delivery "
                    f"WHERE campaign_id = {campaign.pk}"
                )
            )
        # As the whole freeze leaves it: its report is then counted by a worker.
        Campaign.objects.filter(pk=campaign.pk).update(frozen_count=rows)
        note = f"{rows:,} deliveries, {campaign.left_out.count():,} left out"
        say("freeze", "10 conditions, everybody", taken, bound, note)
        client = Client()
        client.force_login(get_user_model().objects.get(username="bench"))
        page = reverse("newsletter_campaign:inspect", args=[campaign.pk])
        measure_page(client, "a send to everybody", page)
        transaction.set_rollback(True)


def measure_making() -> None:
    """The generator, against the bulk insert of its contacts alone."""
    rows = 20_000
    with transaction.atomic():
        taken, _done = once(lambda: call_command("make_contacts", rows, seed=99))
        latest = Contact.objects.order_by("-pk")[:rows]
        values = list(
            latest.values_list("given_name", "family_name", "sort_key", "language")
        )
        writer = RowWriter(
            Contact,
            *("id", "given_name", "family_name", "sort_key", "language"),
            *("email", "address_hash"),
        )
        first = writer.next_id()
        copies = [
            (first + n, *row, f"bench{n}@example.org", f"bench{n:027}")
            for n, row in enumerate(values)
        ]
        bound, _done = once(lambda: writer.write(copies))
        note = "contacts alone, COPY or executemany"
        say("file", f"make_contacts, {rows:,} more", taken, bound, note)
        transaction.set_rollback(True)


def _peak() -> float:
    """Return the most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _note(taken: list[str]) -> Callable[..., Any]:
    """Return a wrapper that notes each query; the test client forgets Django's log."""

    def note(execute, sql, params, many, context):
        taken.append(sql)
        return execute(sql, params, many, context)

    return note


def _limits() -> Iterator[dict[str, Any]]:
    topics = Topic.objects.order_by("pk").values_list("pk", flat=True)[:4]
    roles = Role.objects.order_by("pk").values_list("pk", flat=True)[:4]
    for pair in zip(topics, roles, strict=False):
        yield {"kind": "topic", "topics": [pair[0]]}
        yield {"kind": "seat", "roles": [pair[1]]}
    yield {"kind": "seat", "countries": ["SE"]}
    yield {"kind": "language", "languages": ["en"]}


def main() -> None:
    """Fill the database with argv[1] contacts, if none are there, then measure."""
    if not Contact.objects.exists():
        taken, _done = once(
            lambda: call_command("make_contacts", int(sys.argv[1]), stdout=sys.stderr)
        )
        say("file", f"make_contacts {int(sys.argv[1]):,}", taken)
        get_user_model().objects.create_superuser("bench", password="bench")
        if connection.vendor == "postgresql":
            # As autovacuum does within minutes, but never in the midst of a figure.
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
    for measure in (
        measure_segments,
        measure_freeze,
        measure_listings,
        measure_imports,
        measure_files,
        measure_duplicates,
        measure_making,
    ):
        measure()


if __name__ == "__main__":
    main()
