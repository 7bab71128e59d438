"""newsletter/mail/message.py: the bytes that go on the wire."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.urls import resolve, reverse
from hypothesis import example, given
from hypothesis import strategies as st

from crm.names import clean_line
from newsletter.mail.merge import fill_html, fill_line, fill_text
from newsletter.mail.message import MessageBuilder, unsubscribe_url
from newsletter.models import Campaign, Variant
from newsletter.tokens import read_unsubscribe_token

AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


def build(*, values=None, address="maria@norrhamn.example", **variant):
    campaign = Campaign(
        pk=7,
        sender_name="Nätverket för lokal integration",
        sender_email="rundbrev@natverket.example",
        reply_to="kansliet@natverket.example",
        list_id="rundbrev.natverket.example",
        frozen_at=AT,
    )
    fields = {
        "locale": "sv",
        "subject": "Träningsveckan för [[given_name|dig]]",
        "html": "<p>Hej [[given_name|kollega]], <a href='[[unsubscribe_url]]'>x</a></p>",
        "text": "Hej [[given_name|kollega]],\nsluta: [[unsubscribe_url]]\n",
        **variant,
    }
    return MessageBuilder(campaign, Variant(campaign=campaign, **fields)).build(
        delivery_id=4711, address=address, values=values or {}, at=AT
    )


def parse(raw):
    return message_from_bytes(raw, policy=policy.SMTP)


def test_build_headers_are_exact_and_once():
    message = parse(build(values={"given_name": "Åsa"}))

    assert {name: message.get_all(name) for name in set(message.keys())} == {
        "List-Unsubscribe": [f"<{unsubscribe_url(4711)}>"],
        "List-Unsubscribe-Post": ["List-Unsubscribe=One-Click"],
        "List-Id": ["<rundbrev.natverket.example>"],
        "From": ["Nätverket för lokal integration <rundbrev@natverket.example>"],
        "To": ["maria@norrhamn.example"],
        "Reply-To": ["kansliet@natverket.example"],
        "Subject": ["Träningsveckan för Åsa"],
        "Date": ["Sun, 22 Nov 2026 08:30:00 +0000"],
        "Message-ID": ["<4711.7.1795336200@natverket.example>"],
        "Content-Language": ["sv"],
        "Precedence": ["bulk"],
        "MIME-Version": ["1.0"],
        "Content-Type": [message["Content-Type"]],
    }


def test_build_list_headers_are_unfolded_and_unencoded_in_the_raw_bytes():
    lines = build().split(b"\r\n")

    assert f"List-Unsubscribe: <{unsubscribe_url(4711)}>".encode() in lines
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines


def test_build_unsubscribe_token_names_the_delivery_and_is_short():
    url = unsubscribe_url(4711)

    assert read_unsubscribe_token(url.rstrip("/").rpartition("/")[2]) == 4711
    assert len(url) < 120


def test_unsubscribe_url_is_the_address_at_which_the_site_answers(settings):
    settings.SITE_URL = "https://rundbrev.example.org"
    path = unsubscribe_url(4711).removeprefix(settings.SITE_URL)

    assert reverse(resolve(path).view_name, kwargs=resolve(path).kwargs) == path
    assert resolve(path).view_name == "unsubscribe"


def test_build_is_seven_bit_quoted_printable_with_short_lines():
    raw = build(values={"given_name": "Åsa"}, html="<p>" + "räksmörgås " * 400 + "</p>")

    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    message = parse(raw)
    assert message.get_content_type() == "multipart/alternative"
    assert [
        (part.get_content_type(), part["Content-Transfer-Encoding"])
        for part in message.iter_parts()
    ] == [("text/plain", "quoted-printable"), ("text/html", "quoted-printable")]


def test_build_value_is_escaped_in_html_and_plain_in_text():
    message = parse(build(values={"given_name": "Maria <b>"}))
    text, html = message.iter_parts()

    assert "Hej Maria <b>," in text.get_content()
    assert "Hej Maria &lt;b&gt;," in html.get_content()


def test_build_same_message_id_on_every_attempt():
    assert parse(build())["Message-ID"] == parse(build())["Message-ID"]


@pytest.mark.parametrize(
    "name",
    ["Åsa\r\nBcc: x@evil.example", "Åsa\x0bBcc: x", "Åsa\u2028Bcc: x", "Åsa\x85Bcc: x"],
)
def test_build_hostile_name_makes_no_header(name):
    message = parse(build(values={"given_name": name}))

    assert message["Bcc"] is None
    assert message["Subject"].startswith("Träningsveckan för Åsa Bcc: x")


# What an import or a form may leave in a field, and worse.
any_value = st.text(
    alphabet=st.one_of(
        st.sampled_from(" .=\t\r\n\x00\x0b\x85\u2028\u2029åäöÅ漢🙂<>&\"'[]|{}%"),
        st.characters(blacklist_categories=["Cs"]),
    ),
    max_size=180,
)
LETTER = {
    "subject": "Träningsveckan, [[organisation|för dig]]: [[given_name]]!",
    "html": (
        "<p>Hej [[given_name|kollega]]</p>\n.\n<a href='https://x.example/?n="
        '[[organisation]]\'>[[organisation]]</a>\n<a href="[[unsubscribe_url]]">x</a>\n'
    ),
    "text": "[[given_name]]\n. [[organisation|–]]\n[[unsubscribe_url]]\n",
}


def build_with_the_standard_library(values):
    """Return subject, text and HTML as ``email`` makes and reads them."""
    filled = {**values, "unsubscribe_url": unsubscribe_url(4711)}
    message = EmailMessage(policy=policy.SMTP.clone(cte_type="7bit"))
    message["Subject"] = fill_line(LETTER["subject"], filled)
    message.set_content(fill_text(LETTER["text"], filled), cte="quoted-printable")
    message.add_alternative(
        fill_html(LETTER["html"], filled), subtype="html", cte="quoted-printable"
    )
    return read_letter(parse(message.as_bytes()))


def read_letter(message):
    text, html = message.iter_parts()
    return message["Subject"], text.get_content(), html.get_content()


@given(any_value, any_value)
@example("." * 200, "=" * 100)
@example("a" * 74 + ".", "å" * 90)
def test_build_reads_back_as_what_the_standard_library_makes(name, organisation):
    # The worker's values are single lines; the register cleans them.
    values = {"given_name": clean_line(name), "organisation": clean_line(organisation)}

    raw = build(values=values, **LETTER)

    assert read_letter(parse(raw)) == build_with_the_standard_library(values)


@given(any_value, any_value)
def test_build_any_value_is_fit_for_the_wire(name, organisation):
    raw = build(values={"given_name": name, "organisation": organisation}, **LETTER)

    lines = raw.split(b"\r\n")
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert [line for line in lines if len(line) > 200 or line.startswith(b".")] == []
    assert {
        name: len(parse(raw).get_all(name)) for name in parse(raw)
    } == dict.fromkeys(parse(raw), 1)


def test_build_unicode_local_part_is_addressed_in_utf8():
    assert "To: åsa@norrhamn.example\r\n".encode() in build(
        address="åsa@norrhamn.example"
    )
