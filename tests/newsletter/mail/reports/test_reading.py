"""newsletter/mail/reports: notifications, complaints, replies, and hostile mail."""

import base64
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.choices import BounceClass, EventType
from newsletter.mail.reports import read_reports
from newsletter.mail.reports.status import read_address, read_statuses
from tests.newsletter.mail.returned import (
    make_auto_reply,
    make_bounce,
    make_complaint,
)

GLOBAL = """\
From: MAILER-DAEMON@mx.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=global-delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

<åsa@norrhamn.example>: okänd

--b
Content-Type: message/global-delivery-status
Content-Transfer-Encoding: {encoding}

{status}

--b
Content-Type: message/global
Content-Transfer-Encoding: 8bit

Message-ID: <7.1.99@example.org>
List-Unsubscribe: <https://news.example.org/u/abc.def/>
Subject: Träningsvecka

--b--
"""
GLOBAL_STATUS = """\
Reporting-MTA: dns; mx.example
X-Postfix-Sender: rfc822; studs+7-aaaaaaaaaaaaaaaa@example.org

Final-Recipient: utf-8; åsa@norrhamn.example
Original-Recipient: rfc822;åsa@norrhamn.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 okänd
"""


def read_one(content):
    (report,) = read_reports(content)
    return report


def read(text):
    return read_one(text.encode())


@pytest.mark.parametrize("encoding", ["8bit", "base64"])
def test_read_reports_global_notification(encoding):
    status = GLOBAL_STATUS
    if encoding == "base64":
        status = base64.encodebytes(status.encode()).decode()

    report = read(GLOBAL.format(encoding=encoding, status=status))

    assert report.recipients == ("åsa@norrhamn.example",)
    assert (report.type, report.bounce_class) == (EventType.BOUNCED, BounceClass.HARD)
    assert report.message_id == "<7.1.99@example.org>"
    assert "rfc822; studs+7-aaaaaaaaaaaaaaaa@example.org" in report.traces
    assert "<https://news.example.org/u/abc.def/>" in report.traces
    assert report.detail == "5.1.1 550 5.1.1 okänd"


def test_read_reports_several_recipients_each_with_their_own_reason():
    content = make_bounce().replace(
        b"Diagnostic-Code: smtp; 550 5.1.1 User unknown",
        b"Diagnostic-Code: smtp; 550 5.1.1 User unknown\n\n"
        b"Final-Recipient: rfc822; bo@norrhamn.example\nAction: delayed\n"
        b"Status: 4.4.1\n\n"
        b"Final-Recipient: rfc822; cilla@norrhamn.example\nAction: relayed\n"
        b"Status: 2.0.0",
    )

    assert [(r.recipients, r.type, r.bounce_class) for r in read_reports(content)] == [
        (("asa@norrhamn.example",), EventType.BOUNCED, BounceClass.HARD),
        (("bo@norrhamn.example",), EventType.DEFERRED, BounceClass.SOFT),
        (("cilla@norrhamn.example",), EventType.DELIVERED, None),
    ]
    assert len({report.key for report in read_reports(content)}) == 3


@pytest.mark.parametrize(
    ("action", "status", "expected"),
    [
        ("failed", "5.1.1", EventType.BOUNCED),
        ("Failed (Bad destination)", "5.1.1", EventType.BOUNCED),
        ("delayed", "4.4.7", EventType.DEFERRED),
        ("delivered", "2.1.5", EventType.DELIVERED),
        ("relayed", "2.1.9", EventType.DELIVERED),
        ("expanded", "2.1.5", EventType.DELIVERED),
        ("", "4.4.1", EventType.DEFERRED),
        ("", "5.0.0", EventType.BOUNCED),
    ],
)
def test_read_reports_action_says_what_happened(action, status, expected):
    content = make_bounce(action=action, status=status, diagnostic="")

    assert read_one(content).type == expected


def test_read_reports_failed_action_with_a_temporary_status_is_soft():
    content = make_bounce(status="4.4.7", diagnostic="451 4.7.1 Greylisted")

    assert read_one(content).bounce_class == BounceClass.SOFT


def test_read_reports_wrapped_in_another_mail_is_found():
    wrapped = (
        b"From: gateway@x.example\nContent-Type: multipart/mixed; boundary=w\n\n"
        b"--w\nContent-Type: text/plain\n\nSee attachment.\n"
        b"--w\nContent-Type: message/rfc822\n\n" + make_bounce() + b"\n--w--\n"
    )

    assert read_one(wrapped).bounce_class == BounceClass.HARD


def test_read_reports_reason_only_in_the_prose_is_used():
    content = make_bounce(status="5.0.0", diagnostic="").replace(
        b"This is the mail system at host mx.norrhamn.example.",
        b"<asa@norrhamn.example>: mailbox full",
    )

    assert read_one(content).bounce_class == BounceClass.SOFT


def test_read_reports_subject_of_our_own_letter_is_no_reason():
    content = make_bounce(status="5.0.0", diagnostic="").replace(
        b"This is the mail system at host mx.norrhamn.example.",
        b"Your message\n  Subject: Spam and viruses in our region\ncame back.",
    )

    assert read_one(content).bounce_class == BounceClass.UNKNOWN


@pytest.mark.parametrize(
    ("field", "address"),
    [
        ("rfc822; asa@x.example", "asa@x.example"),
        ("RFC822;<asa@x.example>", "asa@x.example"),
        ("utf-8; \\x{E5}sa@x.example", "åsa@x.example"),
        ("utf-8; \\x{D800}sa@x.example", "?sa@x.example"),
        ("asa@x.example", "asa@x.example"),
        ("x400; /S=asa/", ""),
        ("rfc822; asa", ""),
        ("", ""),
    ],
)
def test_read_address_of_any_kind(field, address):
    assert read_address(field) == address


def test_read_statuses_without_blank_lines_begins_anew_at_a_known_field():
    text = (
        "Final-Recipient: rfc822; a@x.example\nAction: failed\nX-Note: 1\nX-Note: 2\n"
        "Final-Recipient: rfc822; b@x.example\nAction: delayed\n"
    )

    assert [(s.recipients, s.type) for s in read_statuses(text)] == [
        (("a@x.example",), EventType.BOUNCED),
        (("b@x.example",), EventType.DEFERRED),
    ]


def test_read_statuses_of_a_thousand_recipients_stop_at_a_hundred():
    text = "Final-Recipient: rfc822; a@x.example\nAction: failed\n\n" * 1000

    assert len(read_statuses(text)) == 100


def test_read_reports_complaint_names_whom_it_is_from():
    report = read_one(
        make_complaint(recipient="asa@norrhamn.example", mail_from="studs@x.example")
    )

    assert (report.type, report.bounce_class) == (
        EventType.COMPLAINED,
        BounceClass.COMPLAINT,
    )
    assert report.recipients == ("asa@norrhamn.example",)
    assert "<studs@x.example>" in report.traces


def test_read_reports_microsofts_old_complaint():
    content = (
        b"From: staff@hotmail.com\nTo: fbl@example.org\n"
        b"Subject: complaint about message from 192.0.2.1\n"
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
        b"Content-Type: message/rfc822\n\n"
        b"X-HmXmrOriginalRecipient: asa@hotmail.example\nSubject: Rapport\n\nHej\n--b--"
    )

    report = read_one(content)

    assert report.type == EventType.COMPLAINED
    assert report.recipients == ("asa@hotmail.example",)


def test_read_reports_auto_reply_is_no_bounce_and_hides_addresses():
    report = read_one(make_auto_reply("Skriv till eva@norrhamn.example i stället."))

    assert (report.type, report.has_left) == (EventType.AUTORESPONDED, False)
    assert report.detail == "Automatiskt svar: Rapport Skriv till … i stället."


def test_read_reports_human_reply_keeps_nothing_of_it():
    report = read_one(
        make_auto_reply("Ring mig!", subject="SV: Rapport", headers="X: y")
    )

    assert (report.type, report.detail, report.recipients) == (EventType.OTHER, "", ())


def test_read_reports_out_of_office_with_words_of_bounces_stays_a_reply():
    report = read_one(
        make_auto_reply("I am away. Delivery to the following address failed before: x")
    )

    assert report.type == EventType.AUTORESPONDED


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            "Det gick inte att leverera meddelandet till asa@norrhamn.example:\n"
            "mottagaren finns inte.",
            BounceClass.HARD,
        ),
        (
            "Your message to asa@norrhamn.example couldn't be delivered.\n"
            "asa wasn't found at norrhamn.example.\n",
            BounceClass.UNKNOWN,
        ),
        (
            "Leveransen till asa@norrhamn.example misslyckades: inkorgen är full.",
            BounceClass.SOFT,
        ),
    ],
)
def test_read_reports_prose_in_swedish_and_english(said, expected):
    text = (
        "From: Postmaster <postmaster@norrhamn.example>\n"
        "Subject: Kunde inte levereras: Rapport\nTo: studs@example.org\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{said}\n"
    )

    report = read(text)

    assert (report.type, report.bounce_class) == (EventType.BOUNCED, expected)


def test_read_reports_key_is_the_same_by_any_road_and_another_for_another_mail():
    mail = make_bounce()
    by_other_road = (
        b"Received: from a by b\nX-Spam: no\n" + mail.replace(b"\n", b"\r\n") + b"\r\n"
    )

    assert read_one(mail).key == read_one(by_other_road).key
    assert read_one(mail).key != read_one(make_bounce(to="other@example.org")).key
    assert len(read_one(mail).key) == 64


def test_read_reports_with_the_line_ends_of_any_system_says_the_same():
    mail = make_bounce()
    (unix,), (old_mac,) = (
        read_reports(mail),
        read_reports(mail.replace(b"\n", b"\r")),
    )

    assert old_mac == unix


def test_read_reports_exim_names_the_recipient_in_a_header():
    report = read(
        "From: mailer-daemon@mx.example\nX-Failed-Recipients: bo@norrhamn.example\n"
        "Subject: Mail failure\n\n  bo\n    550 5.1.1 User Unknown\n"
    )

    assert report.recipients == ("bo@norrhamn.example",)
    assert report.bounce_class == BounceClass.HARD


NESTED = b"".join(
    b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n)
    for n in range(2000)
)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\x00" * 5000,
        b"From: " + b"a" * 200_000,
        NESTED,
        b"Content-Type: message/delivery-status\n\n" + b"Action: failed\n" * 50_000,
        b"Content-Type: text/plain; charset=nobody-knows\n\n\xff\xfe",
        b"Content-Type: text/plain; charset=\x00\n\nx",
        b"Content-Type: multipart/report; boundary=\n\n--\n",
        b"Content-Transfer-Encoding: base64\n\n!!!!",
        b"Subject: =?utf-8?B?!!!?= =?x?Q?=FF?=\n\nx",
        b"Content-Type: text/html\n\n" + b"<" * 100_000,
        b"Content-Type: text/html\n\n" + b"<script " * 20_000,
        b"From: MAILER-DAEMON\nSubject: failure notice\n\n" + b"user " * 20_000,
        b"From: MAILER-DAEMON\nSubject: failure notice\n\n" + b"a@b " * 20_000,
        b"From: MAILER-DAEMON\nSubject: failure notice\n\nuser" + b" ,.-" * 20_000,
        b"From: MAILER-DAEMON\nSubject: failure notice\n\n" + b"550 " * 20_000,
        b"From: MAILER-DAEMON\nSubject: failure notice\n\nx" + b"\n" * 200_000,
        b"From: MAILER-DAEMON\nSubject: failure notice\n\n" + b"a." * 100_000,
        b"From: MAILER-DAEMON\nSubject: failure notice\n\n" + b"-" * 200_000,
    ],
    ids=range(20),
)
def test_read_reports_hostile_mail_is_read_quickly_and_raises_nothing(content):
    began = time.monotonic()

    assert len(read_reports(content)) >= 1
    assert time.monotonic() - began < 2


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=600), st.integers(0, 1500))
def test_read_reports_anything_spliced_into_a_report_raises_nothing(rubbish, place):
    mail = make_bounce()

    assert read_reports(mail[:place] + rubbish + mail[place:])


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_read_reports_any_text_as_diagnostic_hides_addresses(before, after):
    said = f"{before} asa@norrhamn.example {after}"

    for report in read_reports(make_bounce(diagnostic=said)):
        assert "asa@norrhamn.example" not in report.detail
