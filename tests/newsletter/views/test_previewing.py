"""newsletter/views/previewing.py: an item as somebody gets it, beside its controls."""

import pytest

from newsletter.choices import Fallback
from newsletter.models import Delivery
from tests.factories import make_contact, make_newsletter, make_segment
from tests.newsletter.browsing import count_queries, log_in, read_messages
from tests.newsletter.delivery.scenes import make_item
from tests.newsletter.languages import publish_in_english, write_in_english
from tests.smtp_server import running_smtp_server

pytestmark = pytest.mark.django_db

SEES_PEOPLE = ("Editors", "crm.view_contact")


def look(client, page, part="", **chosen):
    return client.get(f"/admin/sends/items/{page.pk}/preview/{part}", chosen)


@pytest.mark.parametrize("part", ["", "frame/"])
def test_preview_as_somebody_one_may_not_see_is_refused(part):
    contact = make_contact()

    answer = look(log_in("Editors"), make_item([contact]), part, contact=contact.pk)

    assert answer.status_code in (302, 403)


@pytest.mark.parametrize("chosen", [{"contact": "0"}, {"variant": "sv-x"}])
def test_preview_as_nobody_there_is_is_not_found(chosen):
    answer = look(log_in(*SEES_PEOPLE), make_item([make_contact()]), "frame/", **chosen)

    assert answer.status_code == 404


def test_preview_names_each_hidden_block_with_the_reason():
    contact = make_contact()
    inside, outside = make_segment(added=[contact]), make_segment(name="Borgmästare")
    page = make_item(
        [contact],
        body=[
            ("lead", {"text": "Alla"}),
            ("text", {"text": "<p>x</p>", "only_for": str(outside.pk)}),
            ("lead", {"text": "y", "not_for": [str(inside.pk)], "for_language": "en"}),
            ("heading", {"text": "z", "extent": "absent"}),
        ],
    )
    client = log_in(*SEES_PEOPLE)

    shown = look(client, page, contact=contact.pk).context

    assert [
        (block["place"].split(".")[0], block["reason"]) for block in shown["hidden"]
    ] == [
        ("2", "is only for Borgmästare"),
        ("3", f"is not for {inside.name} · is only for readers of English"),
        ("4", "stands only on the web"),
    ]
    assert shown["not_reached"] == ""
    letter = look(client, page, "frame/", contact=contact.pk).content.decode()
    assert contact.given_name in letter


def test_preview_is_in_the_readers_language_as_mail_text_and_web_page():
    reader = make_contact(language="en")
    page = make_item([reader], title="Rubriken")
    publish_in_english(write_in_english(page, title="The headline"))
    client = log_in(*SEES_PEOPLE)

    for shape in ("html", "text", "web"):
        answer = look(client, page, "frame/", contact=reader.pk, shape=shape)
        assert "The headline" in answer.content.decode()
        assert "Rubriken" not in answer.content.decode()


def test_preview_as_who_gets_nothing_says_why():
    reader = make_contact(language="en")
    page = make_item([reader], newsletter=make_newsletter(fallback=Fallback.NOTHING))

    shown = look(log_in(*SEES_PEOPLE), page, contact=reader.pk).context

    assert "gets no letter" in shown["problem"]
    assert shown["not_reached"] == "Reads in a language that the item is not in"


def test_preview_shows_the_newest_version_and_any_variant():
    segment = make_segment()
    page = make_item(
        [make_contact()],
        body=[("lead", {"text": "Bara ni", "only_for": [str(segment.pk)]})],
    )
    page.title = "Utkastet"
    page.save_revision()
    client = log_in("Editors")

    with_block = look(client, page, "frame/", variant="sv-1").content.decode()
    without = look(client, page, "frame/", variant="sv-0").content.decode()

    assert ("Utkastet" in with_block, "Bara ni" in with_block) == (True, True)
    assert ("Utkastet" in without, "Bara ni" in without) == (True, False)


def test_test_sent_from_the_preview_is_of_what_is_looked_at(settings):
    page = make_item([make_contact()])
    client = log_in("Editors")
    preview = f"/admin/sends/items/{page.pk}/preview/"
    with running_smtp_server() as server:
        settings.MAILERS = {
            **settings.MAILERS,
            "bulk": {
                "BACKEND": "newsletter.delivery.transports.smtp.Mailer",
                "OPTIONS": {"host": "127.0.0.1", "port": server.port},
            },
        }

        answer = client.post(
            f"/admin/sends/items/{page.pk}/do/",
            {
                "rundbrev-action": "test",
                "rundbrev-back": preview,
                "rundbrev-query": "variant=sv-0",
                "rundbrev-test-variant": "sv-0",
                "rundbrev-test-addresses": "me@example.org",
            },
        )

    assert read_messages(answer) == ["The test is on its way to 1 address."]
    assert answer.url == f"{preview}?variant=sv-0"
    assert server.recipients == ["me@example.org"]
    assert Delivery.objects.count() == 0


# --- The list of letters


def list_letters(client, page, **asked):
    return client.get(f"/admin/sends/items/{page.pk}/letters/", asked).json()["html"]


def test_letters_are_listed_with_head_counts_and_found_by_segment_and_language(
    monkeypatch,
):
    people = [make_contact() for _person in range(3)]
    segment = make_segment(name="Borgmästare", added=people[:1])
    page = make_item(
        people,
        title="En rubrik som är längre än vad en telefon visar",
        body=[("lead", {"text": "x", "only_for": [str(segment.pk)]})],
    )
    client = log_in("Editors")

    html = list_letters(client, page)
    assert "2 kinds of letter." in html
    assert html.index("variant=sv-0") < html.index("variant=sv-1")
    assert "Phones cut a subject after about 40." in html
    assert "variant=sv-0" not in list_letters(client, page, q="borgmastare svenska")
    assert "variant=sv-1" in list_letters(client, page, q="borgmästare swedish")
    assert "None of the letters" in list_letters(client, page, q="kungar")
    monkeypatch.setattr("newsletter.views.variants.MOST_SHOWN", 1)
    assert "The 1 largest of 2 letters." in list_letters(client, page)


def test_letters_of_an_item_without_recipients_say_what_to_do():
    page = make_item([], newsletter_recipients=None)

    assert "Choose a newsletter and recipients" in list_letters(log_in("Editors"), page)


def test_letters_ask_the_database_as_often_for_one_person_as_for_three():
    client, counts = log_in("Editors"), []
    for number in (1, 3):
        people = [make_contact() for _person in range(number)]
        body = [
            ("lead", {"text": "x", "only_for": [str(make_segment(added=[person]).pk)]})
            for person in people[:1]
        ]
        page = make_item(people, body=body)
        counts.append(count_queries(client, f"/admin/sends/items/{page.pk}/letters/"))

    assert counts[0] == counts[1]
