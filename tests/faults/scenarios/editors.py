"""People who click twice, change their minds, edit, leave and are erased (T2, T12, T17)."""

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from django.contrib.auth import get_user_model
from django.db import DatabaseError, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from newsletter.choices import CampaignState, DeliveryState
from newsletter.delivery.campaigns import (
    pause_campaign,
    resume_campaign,
    send_campaign,
)
from newsletter.exceptions import CampaignStateError
from newsletter.models import Campaign, NewsPage
from newsletter.tokens import make_unsubscribe_token
from tests.faults.account import settle_account
from tests.faults.mailserver import (
    MailServer,
    Order,
    Wait,
    running_mail_server,
)
from tests.faults.results import judge, scenario, total
from tests.faults.stage import Stage
from tests.faults.steps import Ending
from tests.faults.table import Result
from tests.newsletter.browsing import log_in, press

# What a pause and a wish to leave may still let through: invariants I8 and I7.
PAUSE_SECONDS = 2.0


def freeze(campaign_id: int) -> None:
    """Press Send, in a process of its own."""
    user = get_user_model().objects.get(username="sender")
    send_campaign(Campaign.objects.get(pk=campaign_id), user=user, now=timezone.now())


@scenario("T2")
def kill_while_freezing(stage: Stage) -> Iterator[Result]:
    """The process that freezes a send dies before each of its steps."""
    draft = stage.make_draft(20)
    get_user_model().objects.get_or_create(username="sender")
    stage.keep_scene()
    with running_mail_server() as server:
        file = stage.var / "steps.json"
        stage.start(freeze, server, draft.pk, steps_file=file).join()
        steps = len(file.read_text().split('", "'))
        chosen = range(1, steps + 1)
        if stage.is_small:
            chosen = stage.draw.sample(chosen, 4)
        runs = [_freeze_dying(stage, draft, server, step) for step in chosen]
    yield total(runs, "killed while freezing", steps=steps)


def _freeze_dying(
    stage: Stage, draft: Campaign, server: MailServer, step: int
) -> Result:
    stage.restore_scene()
    stage.start(freeze, server, draft.pk, ending=Ending(step)).join()
    campaign = Campaign.objects.get(pk=draft.pk)
    rows = campaign.deliveries.count()
    whole = (CampaignState.SENDING, 20), (CampaignState.DRAFT, 0)
    is_whole = (campaign.state, rows) in whole
    if campaign.state == CampaignState.DRAFT:
        freeze(draft.pk)
    server.taken.clear()
    stage.come_to_rest(campaign, server)
    return judge(
        "T2",
        f"step {step}",
        settle_account(campaign, server),
        expected=[("frozen wholly or not at all", is_whole)],
    )


@scenario("T12")
def press_send_twenty_times_at_once(stage: Stage) -> Iterator[Result]:
    """Twenty parallel requests of twenty impatient people."""
    draft = stage.make_draft(stage.size(500, 50))
    page = NewsPage.objects.get(pk=draft.page_id)
    clients = [log_in("Editors", "Senders") for _number in range(20)]

    def click(client: Client) -> int:
        try:
            return press(client, page, "send").status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(click, clients))
    sends = page.campaigns.exclude(state=CampaignState.DRAFT)
    count = sends.count()
    with running_mail_server() as server:
        campaign = sends.get()
        stage.come_to_rest(campaign, server)
        yield judge(
            "T12",
            "Send pressed 20 times at once",
            settle_account(campaign, server),
            expected=[("one send", count == 1), ("no error", set(answers) == {302})],
            sends=count,
        )


@scenario("T12")
def change_everything_meanwhile(stage: Stage) -> Iterator[Result]:
    """While it is being sent, the item is edited, unpublished and deleted; people leave."""
    campaign = stage.make_send(stage.size(3_000, 200))
    page = NewsPage.objects.get(pk=campaign.page_id)
    changes: list[Callable[[], None]] = [
        lambda: _rewrite(page),
        lambda: page.unpublish(),
        lambda: campaign.recipients.include.first().delete(),
        lambda: page.delete(),
    ]
    # Slowed a little, so that everything happens in the middle of it.
    with running_mail_server(keeps_content=True, answer=_take_time) as server:
        worker = stage.start_worker(server)
        left: dict[int, float] = {}
        while worker.is_alive:
            if changes:
                changes.pop(0)()
            _let_somebody_go(campaign, stage.draw, left)
            time.sleep(0.05)
        stage.come_to_rest(campaign, server)
        late = [
            taken.at - left[taken.delivery_id]
            for taken in server.taken
            if left.get(taken.delivery_id, taken.at) < taken.at
        ]
        subjects = {_subject_of(taken.content) for taken in server.taken}
        yield judge(
            "T12",
            "edited, deleted, left meanwhile",
            settle_account(campaign, server),
            expected=[
                ("everything changed in time", not changes),
                ("one content", len(subjects) == 1),
                ("nobody after leaving", max(late, default=0) < PAUSE_SECONDS),
            ],
            left=len(left),
            after=f"{max(late, default=0):.1f} s",
        )


def _take_time(phase: str, _address: str) -> Order:
    return Wait(0.005) if phase == "TAKEN" else None


def _rewrite(page: NewsPage) -> None:
    page.title = "Changed after sending"
    page.save_revision().publish()


def _let_somebody_go(
    campaign: Campaign, draw: random.Random, left: dict[int, float]
) -> None:
    """One reader unsubscribes by one click, another is erased; note when."""
    waiting = list(
        campaign.deliveries.filter(
            state=DeliveryState.QUEUED, contact__isnull=False
        ).exclude(pk__in=left)[:200]
    )
    if len(waiting) < 2:
        return
    leaver, erased = draw.sample(waiting, 2)
    try:
        token = make_unsubscribe_token(leaver.pk)
        answer = Client().post(
            reverse("unsubscribe", args=[token]), {"List-Unsubscribe": "One-Click"}
        )
        if answer.status_code == 200:
            left[leaver.pk] = time.monotonic()
        erased.contact.delete()
        left[erased.pk] = time.monotonic()
    except DatabaseError:
        # SQLite's one writer was busy for too long: they try again another time.
        return


def _subject_of(content: bytes) -> bytes:
    head = content.partition(b"\r\n\r\n")[0]
    return next(x for x in head.split(b"\r\n") if x.startswith(b"Subject:"))


@scenario("T17")
def pause_and_resume_fifty_times(stage: Stage) -> Iterator[Result]:
    """Pause takes hold within two seconds; going on repeats and forgets nobody."""
    people, times = stage.size(5_000, 300), stage.size(50, 4)
    campaign = stage.make_send(people)
    slowest = late = 0.0
    done = 0
    with running_mail_server() as server:
        workers = [stage.start_worker(server, once=False) for _number in range(2)]
        for number in range(times):
            server.wait_until_taken(people * number // (times * 2), seconds=120)
            if not _pause(campaign):
                break
            done += 1
            paused_at = time.monotonic()
            late = _wait_for_silence(server, paused_at)
            slowest = max(slowest, late)
            resume_campaign(campaign)
        for worker in workers:
            worker.kill() if stage.is_small else worker.send(15)
            worker.join()
        stage.come_to_rest(campaign, server, seconds=300)
        yield judge(
            "T17",
            f"paused {times} times",
            settle_account(campaign, server),
            workers=2,
            doubt=2 if stage.is_small else 0,
            expected=[
                ("a pause holds within 2 s", slowest < PAUSE_SECONDS),
                ("paused as often as wanted", done == times),
            ],
            slowest=f"{slowest:.2f} s",
        )


def _pause(campaign: Campaign) -> bool:
    try:
        pause_campaign(campaign)
    except CampaignStateError:
        return False
    return True


def _wait_for_silence(server: MailServer, since: float) -> float:
    """Return how many seconds after ``since`` the last message came."""
    quiet_for = 0.3
    while True:
        last = server.taken[-1].at if server.taken else since
        if time.monotonic() - max(last, since) > quiet_for:
            return max(last - since, 0)
        time.sleep(0.01)
