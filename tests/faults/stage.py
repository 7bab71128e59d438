"""Where a scenario plays: a database, a send, workers, and a way to come to rest."""

import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections
from django.utils import timezone

from crm.models import Contact
from newsletter.choices import OPEN_STATES, CampaignState, DeliveryState
from newsletter.delivery.campaigns import (
    resume_campaign,
    save_campaign,
    send_campaign,
)
from newsletter.delivery.scheduling import advance_campaigns
from newsletter.models import Campaign, Destination
from tests.factories import (
    make_news_page,
    make_newsletter,
    make_recipients,
    make_segment,
    make_site,
)
from tests.faults.children import Child, Orders, deliver
from tests.faults.mailserver import MailServer
from tests.newsletter.delivery.scenes import check_sender_once

BODY = [("lead", {"text": "Projektparterna har genomfört en träningsvecka."})]
# Short, so that a lost lease is a matter of seconds.
LEASE_SECONDS = 4
EVERYBODY = [{"kind": "language", "languages": ["sv", "en"]}]


@dataclass
class Stage:
    """What one scenario works with. ``draw`` makes every choice, from the seed."""

    database: Any
    draw: random.Random
    is_small: bool
    var: Path
    children: list[Child] = field(default_factory=list)

    def size(self, full: int, small: int) -> int:
        """Return how many people or kills there are in a full and in a short run."""
        return small if self.is_small else full

    def make_send(self, people: int, **fields: Any) -> Campaign:
        """Make a send that is under way, every delivery still waiting."""
        draft = self.make_draft(people, **fields)
        user, _created = get_user_model().objects.get_or_create(username="sender")
        return send_campaign(draft, user=user, now=timezone.now())

    def make_draft(self, people: int, **fields: Any) -> Campaign:
        """Make a saved draft of a published item that goes to that many people."""
        contacts = [
            Contact(given_name="Åsa", family_name=f"Ek {n}", email=f"p{n}@{_domain(n)}")
            for n in range(people)
        ]
        for contact in contacts:
            contact.set_derived()
        Contact.objects.bulk_create(contacts, batch_size=1000)
        segment = make_segment(rules=EVERYBODY)
        fields.setdefault("body", BODY)
        fields.setdefault("newsletter", make_newsletter())
        check_sender_once(fields["newsletter"])
        fields.setdefault("archive", make_site().archive)
        page = make_news_page(
            newsletter_recipients=make_recipients(include=[segment]), **fields
        )
        return save_campaign(page, revision=page.latest_revision)

    def keep_scene(self) -> None:
        """Make the database as it is now what ``restore_scene`` comes back to."""
        connections.close_all()
        self.database.snapshot()

    def restore_scene(self) -> None:
        """Go back to the kept scene, on a host that remembers nothing."""
        self._empty(self.database.restore)

    def clear(self) -> None:
        """Begin anew with a freshly migrated database."""
        self._empty(self.database.clear)

    def _empty(self, fill: Callable[[], None]) -> None:
        self.end_children()
        connections.close_all()
        fill()
        shutil.rmtree(self.var / "journal", ignore_errors=True)

    def start_worker(
        self, server: MailServer, *, once: bool = True, **orders: Any
    ) -> Child:
        """Start a delivery worker that sends to the server."""
        return self.start(deliver, server, once, **orders)

    def start(
        self, job: Callable[..., None], server: MailServer, *args: Any, **orders: Any
    ) -> Child:
        """Start a process of the product that does ``job(*args)``."""
        given = Orders(**orders)
        child = Child(
            job,
            replace(
                given,
                settings={**self.settings, **given.settings},
                bulk_mail={
                    "host": "127.0.0.1",
                    "port": server.port,
                    "starttls": "never",
                    **given.bulk_mail,
                },
                log=self.var / "children.log",
            ),
            *args,
        )
        self.children.append(child)
        return child

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "NEWSLETTER_JOURNAL_DIR": self.var / "journal",
            "NEWSLETTER_LEASE_SECONDS": LEASE_SECONDS,
        }

    def come_to_rest(
        self,
        campaign: Campaign,
        server: MailServer,
        *,
        seconds: float = 120,
        **orders: Any,
    ) -> None:
        """Let workers and scheduler go on until nothing of the send is open.

        Waiting times of deliveries put off are cut short, and somebody lets a send go on
        that was paused by itself. Raises TimeoutError.
        """
        ends_at = time.monotonic() + seconds
        while campaign.deliveries.filter(state__in=OPEN_STATES).exists():
            if time.monotonic() > ends_at:
                raise TimeoutError(f"{self.describe(campaign)} after {seconds} s")
            if self._state_of(campaign) == CampaignState.PAUSED:
                resume_campaign(campaign)
            hasten(campaign)
            self.start_worker(server, **orders).join(seconds=seconds)
            advance_campaigns(timezone.now())
            # Rows of a lost worker are free only after its lease.
            time.sleep(0.1)
        advance_campaigns(timezone.now())

    def _state_of(self, campaign: Campaign) -> str:
        return Campaign.objects.values_list("state", flat=True).get(pk=campaign.pk)

    def describe(self, campaign: Campaign) -> dict[str, int]:
        """Return how many deliveries there are in each state."""
        return dict(Counter(campaign.deliveries.values_list("state", flat=True)))

    def end_children(self) -> None:
        """Kill what still runs."""
        for child in self.children:
            child.kill()
        self.children.clear()


@contextmanager
def set_stage(
    database: Any, *, seed: int, name: str, is_small: bool
) -> Iterator[Stage]:
    """Give a scenario a fresh database and directory; clear up behind it."""
    var = Path(tempfile.mkdtemp(prefix="rundbrev-faults-"))
    stage = Stage(database, random.Random(f"{seed} {name}"), is_small, var)
    stage.clear()
    kept = {name: getattr(settings, name) for name in stage.settings}
    for setting, value in stage.settings.items():
        setattr(settings, setting, value)
    try:
        yield stage
    finally:
        stage.end_children()
        connections.close_all()
        for setting, value in kept.items():
            setattr(settings, setting, value)
        shutil.rmtree(var, ignore_errors=True)


def hasten(campaign: Campaign) -> None:
    """Make everything due now that waits for its time, and forget slowed domains."""
    now = timezone.now()
    campaign.deliveries.filter(
        state__in=[DeliveryState.QUEUED, DeliveryState.DEFERRED], next_at__gt=now
    ).update(next_at=now)
    Destination.objects.update(slowed_until=None, slowed_times=0, free_at=None)


def _domain(number: int) -> str:
    return f"kommun{number % 50}.example.org"
