"""Why somebody gets a letter: at the end of each, and behind its one link."""

import re

import pytest
from django.utils import timezone, translation
from django.utils.html import escape

from crm.choices import Language, LawfulBasis
from crm.models import ImportBatch, ImportChange
from newsletter.joining import Wish, ask_to_join, confirm_sign_up
from newsletter.mail.compose import compose_page
from newsletter.mail.letter import say_ground
from newsletter.preferences.choosing import list_offers
from tests.factories import (
    make_campaign,
    make_contact,
    make_delivery,
    make_news_page,
    make_newsletter,
    make_organisation,
    make_purpose,
    make_role,
    make_seat,
    make_site,
)

pytestmark = pytest.mark.django_db


def squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def pages():
    """An item in each language, of a newsletter whose purpose takes each basis in turn."""
    newsletter = make_newsletter(purpose=make_purpose(name_en="News & views"))
    return [
        make_news_page(newsletter=newsletter, archive=make_site(language).archive)
        for language in Language.values
    ]


def test_every_letter_says_reason_purpose_basis_sender_and_two_ways_out(pages):
    said = set()
    for page in pages:
        newsletter, language = page.newsletter, page.locale.language_code
        for basis in LawfulBasis:
            newsletter.purpose.lawful_basis = basis
            mail = compose_page(page, newsletter, [], locale=language).cut(0)
            with translation.override(language):
                ground, reason = say_ground(newsletter.purpose), newsletter.reason
            said.add(ground)
            for sentence in (ground, reason, newsletter.postal_address):
                assert sentence in squeeze(mail.text)
                assert escape(sentence) in squeeze(mail.html)
            for field in ("[[preferences_url]]", "[[unsubscribe_url]]"):
                assert (mail.html.count(field), mail.text.count(field)) == (1, 1)
    assert len(said) == 2 * len(LawfulBasis)
    assert all("News & views" in ground or "Ändamål" in ground for ground in said)


def test_purpose_with_brackets_is_no_merge_field():
    purpose = make_purpose(name_sv="[[given_name]]")

    assert "[[given_name]]" not in say_ground(purpose)


def why(contact) -> str:
    with translation.override("en"):
        (offer,) = list_offers(contact)
    return offer.why


@pytest.fixture
def newsletter():
    return make_newsletter(is_open=True, purpose=make_purpose(wording_en="For work."))


def send_to(contact, newsletter) -> None:
    make_delivery(campaign=make_campaign(newsletter=newsletter), contact=contact)


def test_link_says_the_seat_of_who_gets_it_by_a_seat(newsletter):
    contact = make_contact()
    make_seat(
        holder=contact,
        role=make_role(name_en="coordinator"),
        organisation=make_organisation(name="Norrhamn"),
    )
    send_to(contact, newsletter)

    assert why(contact) == (
        "Sent to you as coordinator at Norrhamn, as part of that post."
    )


def test_link_says_the_day_of_who_signed_up():
    newsletter = make_newsletter(
        is_open=True, purpose=make_purpose(lawful_basis=LawfulBasis.CONSENT)
    )
    now = timezone.now()
    waiting = ask_to_join(newsletter, Wish("a@example.org", "en"), now=now)
    contact = confirm_sign_up(waiting, now=now)

    day = timezone.localdate(now)
    assert why(contact) == f"You said yes on {day.day} {day:%B %Y}."


def test_link_says_where_the_address_came_from_of_who_was_imported(newsletter):
    contact = make_contact()
    batch = ImportBatch.objects.create(
        file_name="a.csv", ground="The members' list of 2026."
    )
    ImportChange.objects.create(
        batch=batch, row_number=2, model="contact", object_id=contact.pk
    )
    send_to(contact, newsletter)

    day = timezone.localdate(contact.created_at)
    assert why(contact) == (
        f"You stand in our register since {day.day} {day:%B %Y}; your address came "
        "from: The members' list of 2026. For work."
    )


def test_link_says_since_when_of_who_was_entered_by_hand(newsletter):
    contact = make_contact()
    send_to(contact, newsletter)

    assert why(contact).startswith("You stand in our register since ")
    assert why(contact).endswith(". For work.")
