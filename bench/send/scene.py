"""Makes what is sent, inside the product and with its settings.

``python -m bench.send.scene prepare PEOPLE [CONDITIONS]`` loads the demo and invented
readers and saves a draft; ``… freeze`` presses Send; ``… count`` delivers and counts the
queries; ``… letter`` prints the letter for the peers. Each prints one line of JSON. The letter is the demo's report on the training week in
Swedish and English, cut to the size that is measured, with the reader's name in it and
a block that only readers with a seat in Sweden are shown: four variants. For the freeze
there are ten such blocks, for ten countries.
"""

import json
import re
import sys
import time
from typing import Any

import django
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

# How many of the page's blocks, beside those that must be there, make some 36 kB.
BLOCKS = 5
NEEDED = ("funding_notice", "contact")
GREETINGS = {
    "sv": "Hej [[given_name|kollega]]! Här är rapporten från träningsveckan.",
    "en": "Dear [[given_name|colleague]], this is the report on the training week.",
}
EVERYBODY = {"kind": "language", "languages": ["sv", "en"]}
COUNTRIES = ("SE", "FI", "DK", "NO", "DE", "NL", "ES", "IT", "FR", "PL")


def prepare(people: int, conditions: int = 1) -> dict[str, Any]:
    """Load demo and readers; save a send of the letter to all of them as a draft."""
    from newsletter.delivery.campaigns import (  # noqa: PLC0415 -- after setup
        save_campaign,
    )
    from newsletter.models import (  # noqa: PLC0415 -- as above
        Campaign,
        Recipients,
        SenderCheck,
    )

    call_command("load_demo", "--force", verbosity=0)
    with open("/dev/null", "w") as nowhere:
        call_command("make_contacts", str(people), stdout=nowhere)
    recipients = Recipients.objects.create(name="Everybody")
    recipients.include.add(make_segment("Everybody", EVERYBODY))
    limits = [
        make_segment(
            f"Seats in {code}", {"kind": "seat", "countries": [code], "when": "now"}
        ).pk
        for code in COUNTRIES[:conditions]
    ]
    Campaign.objects.all().delete()
    page = shorten_letter(limits, recipients)
    SenderCheck.objects.create(
        newsletter=page.newsletter, address=page.newsletter.sender_email
    )
    campaign = save_campaign(page, revision=page.latest_revision)
    return {"campaign": campaign.pk}


def make_segment(name: str, rule: dict[str, Any]) -> Any:
    from crm.models import Segment  # noqa: PLC0415 -- after setup
    from crm.segments.rules import VERSION  # noqa: PLC0415 -- as above

    rules = {"version": VERSION, "match": "all", "rules": [rule]}
    return Segment.objects.create(name=name, rules=rules)


def shorten_letter(limits: list[int], recipients: Any) -> Any:
    """Cut the letter to size in every language; return its Swedish page, published."""
    from newsletter.models import NewsPage  # noqa: PLC0415 -- after setup

    page = NewsPage.objects.get(slug="traningsveckan")
    page.newsletter_recipients = recipients
    for item in (*page.get_translations().specific(), page):
        blocks = [dict(block) for block in item.body.raw_data]
        needed = [block for block in blocks if block["type"] in NEEDED]
        blocks = blocks[:BLOCKS]
        greeting = {"text": GREETINGS[item.locale.language_code]}
        limited = [
            {**blocks[-1], "id": None, "value": {**blocks[-1]["value"], "only_for": pk}}
            for pk in limits
        ]
        item.body = [
            {"type": "lead", "value": greeting},
            *blocks[:-1],
            *limited,
            *needed,
        ]
        item.save_revision().publish()
    page.refresh_from_db()
    return page


def freeze() -> dict[str, Any]:
    """Press Send on the draft; return how long it took and what came of it."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415 -- after setup

    from newsletter.delivery.campaigns import (  # noqa: PLC0415 -- as above
        send_campaign,
    )
    from newsletter.models import Campaign  # noqa: PLC0415 -- as above

    user = get_user_model().objects.first()
    began = time.monotonic()
    campaign = send_campaign(Campaign.objects.get(), user=user, now=timezone.now())
    return {
        "seconds": time.monotonic() - began,
        "deliveries": campaign.frozen_count,
        "variants": campaign.variants.count(),
        "bytes": _weigh(campaign),
    }


def _weigh(campaign: Any) -> int:
    """Return how many bytes the median letter of the first hundred has."""
    from newsletter.mail.message import (  # noqa: PLC0415 -- after setup
        MessageBuilder,
    )

    sizes = []
    for row in campaign.deliveries.select_related("contact")[:100]:
        variant = campaign.variants.get(locale=row.locale, shown=row.shown)
        values = {"given_name": row.contact.given_name, "family_name": ""}
        letter = MessageBuilder(campaign, variant).build(
            delivery_id=row.pk,
            address=row.address,
            values=values,
            at=timezone.now(),
        )
        sizes.append(len(letter))
    return sorted(sizes)[len(sizes) // 2]


def count_queries() -> dict[str, Any]:
    """Deliver what is due in this process; return how many queries that took."""
    from newsletter.delivery.sending import run_worker  # noqa: PLC0415 -- after setup

    queries = 0

    def count(execute: Any, *call: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*call)

    with connection.execute_wrapper(count):
        accepted = run_worker(until_idle=True, should_stop=lambda: False)
    return {"queries": queries, "accepted": accepted}


def write_letter() -> dict[str, Any]:
    """Return the frozen Swedish letter with all its blocks, as peers' templates."""
    from newsletter.models import Campaign  # noqa: PLC0415 -- after setup

    variants = Campaign.objects.get().variants.filter(locale="sv").order_by("-shown")
    variant = variants[0]
    return {name: _as_template(getattr(variant, name)) for name in ("html", "text")}


def _as_template(content: str) -> str:
    content = re.sub(r"\[\[given_name\|?.*?\]\]", "{{ name }}", content)
    return re.sub(
        r"\[\[(?:unsubscribe|preferences)_url.*?\]\]", "{{ unsubscribe_url }}", content
    )


JOBS = {
    "letter": write_letter,
    "prepare": prepare,
    "freeze": freeze,
    "count": count_queries,
}

if __name__ == "__main__":
    django.setup()
    numbers = [int(word) for word in sys.argv[2:]]
    sys.stdout.write(f"{json.dumps(JOBS[sys.argv[1]](*numbers))}\n")
