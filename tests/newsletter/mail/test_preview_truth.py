"""What a preview shows as somebody is what that person gets from the mail server."""

import random
from email import message_from_bytes, policy

import pytest
from django.utils import timezone

from crm.models import Contact
from newsletter.delivery.campaigns import save_campaign, send_campaign
from newsletter.delivery.checking import check_item
from newsletter.delivery.sending import run_worker
from newsletter.mail.message import own_values
from newsletter.mail.preview import NO_ADDRESS, preview_letter
from newsletter.models import Acknowledgement
from newsletter.tokens import read_unsubscribe_token
from tests.factories import (
    make_contact,
    make_custom_field,
    make_newsletter,
    make_seat,
    make_segment,
    make_user,
)
from tests.newsletter.delivery.scenes import make_item
from tests.newsletter.languages import publish_in_english, write_in_english
from tests.smtp_server import running_smtp_server

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NAMES = ["Åsa", "<b>Eva</b>", 'Per "Pelle"', "[[given_name]]", "", "O'Neil & Co", "=20"]
FIELDS = "Hej [[given_name|du]] [[family_name]] vid [[organisation|kontoret]]"


def make_people(number: int, dice: random.Random, field: str) -> list[Contact]:
    people = []
    for _person in range(number):
        person = make_contact(
            given_name=dice.choice(NAMES),
            family_name=dice.choice(NAMES),
            language=dice.choice(["sv", "en"]),
            custom=dice.choice([{}, {field: dice.choice(NAMES)}]),
        )
        if dice.random() < 0.3:
            make_seat(holder=person)
        people.append(person)
    return people


def make_body(people: list[Contact], dice: random.Random, field: str) -> list:
    segments = [
        str(make_segment(added=dice.sample(people, len(people) // 2)).pk)
        for _segment in range(4)
    ]
    limits = [
        {},
        {"only_for": segments[:1]},
        {"only_for": segments[1:3]},
        {"not_for": segments[:2]},
        {"only_for": segments[3:], "not_for": segments[:1]},
        {"for_language": "en"},
        {"for_language": "sv", "not_for": segments[2:3]},
        {"extent": "absent"},
    ]
    return [
        ("lead", {"text": f"{FIELDS} [[custom_{field}|–]] {number}", **limit})
        for number, limit in enumerate(limits)
    ]


def read_parts(content: bytes) -> tuple[str, str, str]:
    """Return (subject, html, text) of a letter, its reader's own addresses taken out."""
    message = message_from_bytes(content, policy=policy.default)
    link = message["List-Unsubscribe"].strip("<>")
    delivery_id = read_unsubscribe_token(link.rstrip("/").rpartition("/")[2])
    html, text = (
        message.get_body((kind,)).get_content().replace("\r\n", "\n")
        for kind in ("html", "plain")
    )
    for address in own_values(delivery_id).values():
        html, text = (part.replace(address, NO_ADDRESS) for part in (html, text))
    return message["Subject"], html, text


def let_warnings_stand(page) -> None:
    recipients = page.newsletter_recipients
    for finding in check_item(page, recipients, on=timezone.localdate()):
        Acknowledgement.objects.get_or_create(page=page, key=finding.key)


def check_everybody(settings, number: int, seed: int) -> None:
    dice = random.Random(seed)
    field = make_custom_field(is_merge_field=True).slug
    people = make_people(number, dice, field)
    page = make_item(
        people, body=make_body(people, dice, field), newsletter=make_newsletter()
    )
    publish_in_english(write_in_english(page, title="Dear [[given_name|reader]]"))
    with running_smtp_server() as server:
        settings.MAILERS = {
            **settings.MAILERS,
            "bulk": {
                "BACKEND": "newsletter.delivery.transports.smtp.Mailer",
                "OPTIONS": {"host": "127.0.0.1", "port": server.port},
            },
        }
        settings.NEWSLETTER_HOLD_SECONDS = 0
        let_warnings_stand(page)
        draft = save_campaign(page, revision=page.latest_revision)
        send_campaign(draft, user=make_user(), now=timezone.now())
        run_worker(until_idle=True, should_stop=lambda: False)
    got = {m.rcpt_to: read_parts(m.content) for m in server.messages}

    assert len(got) == number
    for person in people:
        shown = preview_letter(page, person)
        assert got[person.email] == (shown.subject, shown.html, shown.text)


def test_preview_of_twenty_five_people_is_what_they_get(settings):
    check_everybody(settings, 25, seed=1)


@pytest.mark.audit
def test_preview_of_a_thousand_people_is_what_they_get(settings):
    check_everybody(settings, 1000, seed=2)
