"""Clocks that jump, hosts that were away, summer time (T8)."""

import signal
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.utils import timezone

from newsletter.choices import CampaignState
from newsletter.delivery.campaigns import schedule_campaign
from newsletter.delivery.scheduling import advance_campaigns
from newsletter.models import Campaign
from tests.faults.account import settle_account
from tests.faults.children import CONTEXT
from tests.faults.mailserver import running_mail_server
from tests.faults.results import judge, scenario
from tests.faults.stage import Stage
from tests.faults.table import Result

STOCKHOLM = ZoneInfo("Europe/Stockholm")
# The nights on which an hour is missing, and on which one comes twice.
NIGHTS = (datetime(2027, 3, 28), datetime(2027, 10, 31))  # noqa: DTZ001 -- local dates


@scenario("T8")
def jump_while_sending(stage: Stage) -> Iterator[Result]:
    """The clock jumps an hour forth and back again and again under two workers."""
    people = stage.size(3_000, 200)
    campaign = stage.make_send(people)
    clock = CONTEXT.Value("d", 0.0)
    jumps = 0
    with running_mail_server() as server:
        workers = [
            stage.start_worker(server, once=False, clock=clock) for _number in range(2)
        ]
        for share in range(1, 9):
            # While it is an hour too early nothing is due, and the send waits.
            with suppress(TimeoutError):
                server.wait_until_taken(people * share // 10, seconds=5)
            clock.value = stage.draw.choice((3600.0, -3600.0, 0.5, -0.5, 0.0))
            jumps += 1
        clock.value = 0.0
        server.wait_until_taken(people, seconds=120)
        for worker in workers:
            worker.send(signal.SIGTERM)
            worker.join(seconds=60)
        stage.come_to_rest(campaign, server)
        account = settle_account(campaign, server)
        yield judge("T8", "clock jumps ± 1 h", account, workers=2, jumps=jumps)


@scenario("T8")
def jump_over_the_time_of_a_scheduled_send(stage: Stage) -> Iterator[Result]:
    """Forth past its time, back before it, forth again: it goes once."""
    campaign = stage.make_draft(20)
    send_at = timezone.now() + timedelta(minutes=30)
    _schedule(campaign, send_at)
    with running_mail_server() as server:
        advance_campaigns(send_at - timedelta(seconds=1))
        early = campaign.deliveries.count()
        for minutes in (0, -60, 5, -60, 65):
            advance_campaigns(send_at + timedelta(minutes=minutes))
        stage.come_to_rest(campaign, server)
        yield judge(
            "T8",
            "scheduled, clock there and back",
            settle_account(campaign, server),
            expected=[("nothing early", early == 0)],
            early=early,
        )


@scenario("T8")
def send_in_the_night_of_summer_time(stage: Stage) -> Iterator[Result]:
    """An hour that is missing, and one that comes twice: sent once, at its instant."""
    for night in NIGHTS:
        stage.clear()
        campaign = stage.make_draft(5)
        local = night.replace(hour=2, minute=30, tzinfo=STOCKHOLM)
        _schedule(campaign, local)
        with running_mail_server() as server:
            fired = [
                moment
                for moment in _every_minute_of(night)
                if _advance_and_look(campaign, moment)
            ]
            stage.come_to_rest(campaign, server)
            # 02:30 that does not exist is 03:30; of two, the first is meant.
            meant = local.astimezone(UTC)
            yield judge(
                "T8",
                f"scheduled for 02:30 on {night:%d %B %Y}",
                settle_account(campaign, server),
                expected=[("fired at its instant", fired[:1] == [meant])],
            )


@scenario("T8")
def be_away_at_the_time(stage: Stage) -> Iterator[Result]:
    """A host that was down for a day asks instead of sending yesterday's news (I11)."""
    campaign = stage.make_draft(5)
    _schedule(campaign, timezone.now() + timedelta(minutes=1))

    advance_campaigns(timezone.now() + timedelta(days=1))

    campaign.refresh_from_db()
    asks = campaign.state == CampaignState.DRAFT and bool(campaign.trouble)
    rows = campaign.deliveries.count()
    breaches = [] if asks and not rows else [f"I11: {campaign.state}, {rows} rows"]
    yield Result("T8", "down at the time of a send", people=rows, breaches=breaches)


def _schedule(campaign: Campaign, send_at: datetime) -> None:
    user, _created = get_user_model().objects.get_or_create(username="sender")
    # Far in the future as these nights are, "now" is never after them.
    schedule_campaign(campaign, send_at=send_at, user=user)


def _every_minute_of(night: datetime) -> Iterator[datetime]:
    start = night.replace(tzinfo=STOCKHOLM).astimezone(UTC)
    for minute in range(6 * 60):
        yield start + timedelta(minutes=minute)


def _advance_and_look(campaign: Campaign, moment: datetime) -> bool:
    advance_campaigns(moment)
    return Campaign.objects.filter(pk=campaign.pk, frozen_at__isnull=False).exists()
