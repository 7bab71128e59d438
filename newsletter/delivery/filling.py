"""The rows of a freeze: who gets the letter, who is left out, written by the database.

Each contact's conditions are evaluated by the same statement that makes the delivery
(design decision 5); nobody is brought here. Counting the variants beforehand is the same
statement with another end.
"""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    OuterRef,
    QuerySet,
    Value,
    When,
)
from django.utils import timezone

from crm.models import Affiliation
from newsletter.choices import DeliveryState, LeftOutReason
from newsletter.delivery.audience import explain_members, make_scope, select_members
from newsletter.delivery.linking import is_tracked_expression
from newsletter.delivery.repeats import HAD_STATES, Repeat
from newsletter.delivery.room import room_for_everybody
from newsletter.mail.blocks import Condition, Limits
from newsletter.mail.conditions import finds_items, shown_expression
from newsletter.mail.fallback import gets_any, language_expression
from newsletter.models import Campaign, Delivery, LeftOut, Recipients

# What the first step finds out about each reader, once.
READER = ("contact_id", "email", "address_hash", "locale", "shown", "is_tracked")
# The second finds the seat in which each is written to, and the third puts the address
# in: a seat's own goes before the person's, a stopped one is passed over, and who has
# none left gets no row. They say for all at once what ``ContactQuerySet.with_mail_seat``
# and ``with_mail_address`` say of each; a test holds the two together.
ADDRESSED = """
WITH reader ({reader}) AS MATERIALIZED ({readers}),
ranked AS (
    SELECT held.contact_id, held.seat_id, COALESCE(own.email, '') AS email,
        own.address_hash, ROW_NUMBER() OVER (
            PARTITION BY held.contact_id
            ORDER BY CASE WHEN own.id IS NULL THEN 1 ELSE 0 END, held.id
        ) AS place
    FROM ({held}) AS held
    LEFT JOIN crm_seat own ON own.id = held.seat_id AND own.email <> ''
        AND NOT EXISTS (SELECT 1 FROM crm_suppression stopped
            WHERE stopped.address_hash = own.address_hash)
    WHERE {plus}held.contact_id IN (SELECT contact_id FROM reader)
),
addressed AS MATERIALIZED (
    SELECT reader.contact_id, reader.locale, reader.shown, reader.is_tracked,
        ranked.seat_id, COALESCE(ranked.email, '') <> '' AS is_seats,
        COALESCE(NULLIF(ranked.email, ''), reader.email) AS address,
        CASE WHEN ranked.email <> '' THEN ranked.address_hash
            ELSE reader.address_hash END AS address_hash
    FROM reader
    LEFT JOIN ranked ON ranked.contact_id = reader.contact_id AND ranked.place = 1
    WHERE ranked.email <> '' OR NOT EXISTS (SELECT 1 FROM crm_suppression stopped
        WHERE stopped.address_hash = reader.address_hash)
),
shared AS MATERIALIZED (
    SELECT address_hash, MIN(contact_id) AS first FROM addressed
    WHERE address_hash IN (SELECT address_hash FROM addressed WHERE is_seats)
    GROUP BY address_hash HAVING COUNT(*) > 1
),
reached AS (
    SELECT addressed.* FROM addressed
    LEFT JOIN shared ON shared.address_hash = addressed.address_hash
    WHERE (shared.first IS NULL OR shared.first = addressed.contact_id){unless_had}
)
"""
# An address that has had an earlier send of the item is passed over, whoever reads there.
UNLESS_HAD = """ AND NOT EXISTS (SELECT 1 FROM newsletter_delivery had
    WHERE had.campaign_id IN ({sends}) AND had.state IN ({states})
    AND had.address_hash = addressed.address_hash)"""
# Without ON CONFLICT, which asks every index twice: ``reached`` has everybody and every
# address once. People's own addresses are unique, so only seats' may be shared.
INSERT_DELIVERIES = """
INSERT INTO newsletter_delivery ({columns})
SELECT {values} FROM reached ORDER BY contact_id
"""
COUNT_VARIANTS = """
SELECT locale, shown, COUNT(*) FROM reached
GROUP BY locale, shown ORDER BY COUNT(*) DESC, locale, shown
"""


def insert_deliveries(
    campaign: Campaign,
    recipients: Recipients | None,
    conditions: list[Condition],
    locales: list[str],
    now: datetime,
    repeat: Repeat | None = None,
    limits: Limits | None = None,
) -> None:
    """Write a queued delivery per reader and address, in the order of contacts.

    ``locales`` are the languages of the content, the page's own first. Of two people on
    one address the first gets the letter.
    ``limits`` leave out who would find nothing in a personal digest.
    """
    readers = _find_readers(
        campaign, recipients, conditions, locales, now, repeat, limits
    )
    found = _write_addressed(readers, repeat, now)
    if found is None:
        return
    addressed, params = found
    at_sign = "INSTR" if connection.vendor == "sqlite" else "STRPOS"
    # Column -> what stands there: a name of the second step, or a value for all rows.
    named = {
        "contact_id": "contact_id",
        "address": "address",
        "address_hash": "address_hash",
        "domain": f"SUBSTR(address, {at_sign}(address, '@') + 1)",
        "locale": "locale",
        "shown": "shown",
        "seat_id": "seat_id",
        "is_tracked": "is_tracked",
    }
    same: dict[str, Any] = {
        "campaign_id": campaign.pk,
        "state": DeliveryState.QUEUED.value,
        "attempts": 0,
        "next_at": connection.ops.adapt_datetimefield_value(now),
        "reply": "",
        "bounce_class": "",
        "is_duplicate_risk": False,
    }
    statement = INSERT_DELIVERIES.format(
        columns=", ".join([*named, *same]),
        values=", ".join([*named.values(), *["%s"] * len(same)]),
    )
    with room_for_everybody(), connection.cursor() as cursor:
        cursor.execute(addressed + statement, (*params, *same.values()))


def count_letters(
    campaign: Campaign,
    recipients: Recipients | None,
    conditions: list[Condition],
    locales: list[str],
    now: datetime,
    repeat: Repeat | None = None,
    limits: Limits | None = None,
) -> list[tuple[str, int, int]]:
    """Return (locale, shown, people) of what ``insert_deliveries`` would write.

    The largest first. One statement; writes nothing, and ``campaign`` need not be saved.
    """
    readers = _find_readers(
        campaign, recipients, conditions, locales, now, repeat, limits
    )
    found = _write_addressed(readers, repeat, now)
    if found is None:
        return []
    addressed, params = found
    with transaction.atomic(), room_for_everybody(), connection.cursor() as cursor:
        cursor.execute(addressed + COUNT_VARIANTS, params)
        return [(locale, shown, people) for locale, shown, people in cursor.fetchall()]


def insert_left_out(
    campaign: Campaign,
    recipients: Recipients | None,
    locales: list[str],
    on: date,
    repeat: Repeat | None = None,
    limits: Limits | None = None,
) -> None:
    """Write a row for each member who got no delivery, with the reason."""
    got_it = Delivery.objects.filter(campaign=campaign, contact=OuterRef("pk"))
    rows = (
        explain_members(
            recipients,
            campaign.newsletter,
            on,
            frozen=campaign.frozen_rules,
            offered=locales,
            repeat=repeat,
            limits=limits,
        )
        .exclude(Exists(got_it))
        .annotate(
            row_campaign=Value(campaign.pk, output_field=BigIntegerField()),
            row_reason=Case(
                When(reason="", then=Value(LeftOutReason.SAME_ADDRESS.value)),
                default=F("reason"),
            ),
        )
        .order_by()
        .values_list("row_campaign", "pk", "row_reason")
    )
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return
    table = LeftOut._meta.db_table
    with room_for_everybody(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (campaign_id, contact_id, reason) {sql}",
            params,
        )


def _find_readers(
    campaign: Campaign,
    recipients: Recipients | None,
    conditions: list[Condition],
    locales: list[str],
    now: datetime,
    repeat: Repeat | None,
    limits: Limits | None,
) -> QuerySet:
    on = timezone.localdate(now)
    frozen = campaign.frozen_rules
    newsletter = campaign.newsletter
    members = select_members(recipients, on, frozen=frozen, repeat=repeat)
    return (
        members.agreeing(newsletter.purpose, on)
        .filter(gets_any(locales, newsletter.fallback))
        .filter(finds_items(limits or {}, locales, newsletter.fallback))
        .annotate(
            row_locale=language_expression(locales, newsletter.fallback),
            row_shown=shown_expression(conditions, make_scope(on, frozen)),
            row_tracked=is_tracked_expression(campaign),
        )
        .order_by()
        .values_list(
            "pk",
            "email",
            "address_hash",
            "row_locale",
            "row_shown",
            "row_tracked",
        )
    )


def _write_addressed(
    readers: QuerySet, repeat: Repeat | None, now: datetime
) -> tuple[str, tuple[Any, ...]] | None:
    """Return the statement's beginning and its parameters; None when nobody is meant."""
    try:
        sql, params = readers.query.sql_with_params()
    except EmptyResultSet:
        # Django can tell without asking that nobody meets the condition.
        return None
    unless_had = ""
    if repeat and not repeat.is_same_people:
        # Numbers and names of ours: nothing that anybody wrote.
        unless_had = UNLESS_HAD.format(
            sends=", ".join(str(int(pk)) for pk in repeat.sends),
            states=", ".join(f"'{state.value}'" for state in HAD_STATES),
        )
    held = Affiliation.objects.held(timezone.localdate(now)).order_by()
    held_sql, held_params = held.values_list(
        "id", "contact_id", "seat_id"
    ).query.sql_with_params()
    begin = ADDRESSED.format(
        reader=", ".join(READER),
        readers=sql,
        held=held_sql,
        unless_had=unless_had,
        # Else SQLite takes the readers for few, makes no index of their seats, and
        # reads all of those for each of a million.
        plus="+" if connection.vendor == "sqlite" else "",
    )
    return begin, (*params, *held_params)
