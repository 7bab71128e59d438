"""newsletter/delivery/statements.py and claims.py: how rows are found."""

import pytest
from django.db import connection
from django.utils import timezone

from newsletter.choices import DeliveryState
from newsletter.delivery.claims import forget_lost_people, record_outcomes
from newsletter.delivery.outcomes import Outcome, Verdict
from newsletter.models import Worker
from tests.factories import make_campaign, make_contact, make_delivery

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_record_outcomes_on_sqlite_finds_each_row_by_its_number():
    """Beginning with the worker's rows, each would be sought in all the answers."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by what it knows of the rows.")
    worker = Worker.objects.create(pid=1, journal_name="a")
    plans = []

    def explain(execute, sql, params, many, context):
        with connection.cursor() as cursor:
            cursor.cursor.execute(
                "EXPLAIN QUERY PLAN " + sql.replace("%s", "?").replace("%%", "%"),
                params,
            )
            plans.extend(row[3] for row in cursor.cursor.fetchall())
        return execute(sql, params, many, context)

    outcomes = {1: Outcome(Verdict.ACCEPTED), 2: Outcome(Verdict.ACCEPTED)}
    with connection.execute_wrapper(explain):
        record_outcomes(worker, outcomes, now=timezone.now())

    assert "SEARCH d USING INTEGER PRIMARY KEY (rowid=?)" in plans


def test_forget_lost_people_row_of_somebody_erased_meanwhile_names_nobody():
    campaign = make_campaign()
    known = make_delivery(campaign=campaign, contact=make_contact())
    lost = make_delivery(campaign=campaign, contact=make_contact())
    # As a freeze leaves it that did not see the erasing, and was not seen by it.
    campaign.deliveries.filter(pk=lost.pk).update(contact_id=10**9)

    assert forget_lost_people(campaign) == 1

    rows = campaign.deliveries.order_by("pk").values_list("contact", "address", "state")
    assert list(rows) == [
        (known.contact_id, known.address, DeliveryState.QUEUED),
        (None, "", DeliveryState.QUEUED),
    ]
