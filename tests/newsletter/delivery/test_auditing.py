"""The audit: it holds on a send that went well, and names each breach on one that did not."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from crm.choices import ConsentAction, SuppressionReason
from crm.consent import record_consent, suppress
from crm.models import Suppression
from newsletter.choices import CampaignState, DeliveryState, EventType
from newsletter.delivery.auditing import audit_campaign, examine_campaign, read_audit
from newsletter.models import Campaign, Delivery, DeliveryEvent, Variant, Worker
from tests.factories import make_campaign
from tests.newsletter.delivery.scenes import make_frozen_campaign

LONG_AGO = timedelta(hours=3)


@pytest.fixture
def finished(db):
    """Return a send of four letters that went well."""
    campaign = make_frozen_campaign(people=4)
    campaign.deliveries.update(
        state=DeliveryState.ACCEPTED,
        accepted_at=timezone.now(),
        reply="DOT 250 2.0.0 Ok: queued as 4F1C",
    )
    Campaign.objects.update(
        state=CampaignState.FINISHED, finished_at=timezone.now(), trouble=""
    )
    campaign.refresh_from_db()
    return campaign


def find_breaches(campaign):
    return {
        found.invariant: found.figures for found in examine_campaign(campaign).breaches
    }


@pytest.mark.database
def test_examine_good_send_every_invariant_holds_with_its_figures(finished):
    audit = examine_campaign(finished)

    assert audit.holds
    assert {found.invariant: found.figure for found in audit.findings} == {
        "I1": "frozen 4, accepted 4, failed 0, unknown 0, suppressed 0, expired 0, "
        "cancelled 0, open 0, stuck 0",
        "I2": "open 0",
        "I3": "rows 4, addresses 4, people 4",
        "I4": "doubled 0, sent again 0",
        "I5": "unanswered 0, unreasoned 0",
        "I7": "after leaving 0, after a stop 0",
        "I9": "freezes 1, without variant 0",
        "I10": "variants 1, changed 0",
        "I14": "shown 4, off 0",
    }


@pytest.mark.parametrize("state", [CampaignState.DRAFT, CampaignState.SCHEDULED])
def test_examine_send_not_yet_frozen_holds(db, state):
    assert examine_campaign(make_campaign(state=state)).holds


def test_examine_send_under_way_holds(db):
    assert examine_campaign(make_frozen_campaign(people=2)).holds


def test_examine_row_gone_after_freezing_breaks_i1(finished):
    finished.deliveries.first().delete()

    assert list(find_breaches(finished)) == ["I1"]


def test_examine_row_with_dead_worker_breaks_i1(db):
    campaign = make_frozen_campaign(people=2)
    dead = Worker.objects.create(
        host="h", pid=1, journal_name="gone.journal", ended_at=timezone.now()
    )
    Delivery.objects.filter(pk=campaign.deliveries.first().pk).update(
        state=DeliveryState.CLAIMED, worker=dead
    )

    breaches = find_breaches(campaign)

    assert list(breaches) == ["I1"]
    assert breaches["I1"]["stuck"] == 1


def test_examine_finished_send_with_open_row_breaks_i2(finished):
    pk = finished.deliveries.first().pk
    Delivery.objects.filter(pk=pk).update(state=DeliveryState.DEFERRED)

    assert find_breaches(finished) == {"I2": {"open": 1}}


def test_examine_delivered_twice_breaks_i4_unless_sent_again_knowingly(finished):
    delivery = finished.deliveries.first()
    for key in ("first", "second"):
        DeliveryEvent.objects.create(
            delivery=delivery, type=EventType.DELIVERED, key=key
        )

    assert find_breaches(finished) == {"I4": {"doubled": 1, "sent again": 0}}

    Delivery.objects.filter(pk=delivery.pk).update(is_duplicate_risk=True)
    assert find_breaches(finished) == {}


@pytest.mark.parametrize("lost", [{"reply": ""}, {"accepted_at": None}])
def test_examine_accepted_without_answer_breaks_i5(finished, lost):
    Delivery.objects.filter(pk=finished.deliveries.first().pk).update(**lost)

    assert find_breaches(finished) == {"I5": {"unanswered": 1, "unreasoned": 0}}


@pytest.mark.database
def test_examine_accepted_after_leaving_breaks_i7(finished):
    delivery = finished.deliveries.first()
    record_consent(
        delivery.contact,
        finished.newsletter.purpose,
        ConsentAction.WITHDRAWN,
        source="unsubscribe link",
        at=timezone.now() - LONG_AGO,
    )

    assert find_breaches(finished) == {"I7": {"after leaving": 1, "after a stop": 0}}


def test_examine_leaving_in_an_earlier_system_imported_later_holds(finished):
    record_consent(
        finished.deliveries.first().contact,
        finished.newsletter.purpose,
        ConsentAction.WITHDRAWN,
        source="import",
        at=timezone.now() - LONG_AGO,
        proof={"UNSUB_TIME": "2020-01-01"},
    )

    assert find_breaches(finished) == {}


def test_examine_left_while_the_letter_was_on_its_way_holds(finished):
    record_consent(
        finished.deliveries.first().contact,
        finished.newsletter.purpose,
        ConsentAction.WITHDRAWN,
        source="unsubscribe link",
        at=timezone.now() - timedelta(minutes=5),
    )

    assert find_breaches(finished) == {}


@pytest.mark.database
def test_examine_accepted_at_stopped_address_breaks_i7(finished):
    suppress(finished.deliveries.first().address, SuppressionReason.MANUAL)
    Suppression.objects.update(created_at=timezone.now() - LONG_AGO)

    assert find_breaches(finished) == {"I7": {"after leaving": 0, "after a stop": 1}}


def test_examine_reader_without_variant_breaks_i9(finished):
    Delivery.objects.filter(pk=finished.deliveries.first().pk).update(shown=1)

    assert find_breaches(finished) == {"I9": {"freezes": 1, "without variant": 1}}


def test_examine_changed_content_breaks_i10(finished):
    variant = finished.variants.get()
    Variant.objects.filter(pk=variant.pk).update(text=f"{variant.text} and more")

    assert find_breaches(finished) == {"I10": {"variants": 1, "changed": 1}}


def test_examine_variant_gone_breaks_i9_and_i10(finished):
    finished.variants.all().delete()

    assert list(find_breaches(finished)) == ["I9", "I10"]


@pytest.mark.parametrize("people", [1, 3])
def test_examine_asks_as_often_for_one_as_for_three(
    db, people, django_assert_num_queries
):
    campaign = make_frozen_campaign(people=people)

    with django_assert_num_queries(11):
        examine_campaign(campaign)


def test_audit_is_kept_on_the_send(finished):
    audit = audit_campaign(finished)

    finished.refresh_from_db()
    assert read_audit(finished) == audit


def test_audit_breach_is_logged_without_addresses(finished, caplog):
    finished.deliveries.first().delete()

    audit_campaign(finished)

    assert f"Send {finished.pk} breaks I1: frozen 4, accepted 3" in caplog.text
    assert "@" not in caplog.text


def test_read_audit_never_audited_returns_none(db):
    assert read_audit(make_campaign()) is None


def test_audit_send_prints_each_invariant_of_each_send(finished, capsys):
    call_command("audit_send")

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"Send {finished.pk}, Sent: {finished.subject}"
    assert [line.split()[0] for line in lines[1:19:2]] == [
        "I1", "I2", "I3", "I4", "I5", "I7", "I9", "I10", "I14",
    ]  # fmt: skip
    assert lines[-1] == "1 send audited: every invariant holds."


def test_audit_send_breach_exits_with_one(finished, capsys):
    finished.deliveries.first().delete()

    with pytest.raises(SystemExit) as ended:
        call_command("audit_send", str(finished.pk))

    assert ended.value.code == 1
    out = capsys.readouterr().out
    assert "BROKEN  frozen 4, accepted 3" in out
    assert out.splitlines()[-1] == "1 send audited: 1 invariant broken."


def test_audit_send_unknown_send_is_refused(db):
    with pytest.raises(CommandError, match="no send 4711"):
        call_command("audit_send", "4711")
