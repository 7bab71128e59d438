"""Reports in the manner of many servers: what a person reads in each."""

import pytest

from newsletter.mail.reports import read_reports

HEAD = """\
Return-Path: <>
From: {sender}
To: studs+7-aaaaaaaaaaaaaaaa@example.net
Subject: {subject}
MIME-Version: 1.0
"""
DAEMON = "MAILER-DAEMON@mx.example.org (Mail Delivery System)"
RETURNED = "Undelivered Mail Returned to Sender"


def write_prose(text, *, sender=DAEMON, subject=RETURNED, more=""):
    head = HEAD.format(sender=sender, subject=subject) + more
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}".encode()


def write_notification(fields, *, text="It failed.\n", more=""):
    head = HEAD.format(sender=DAEMON, subject=RETURNED) + more
    return (
        f'{head}Content-Type: multipart/report; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
        f"--b\nContent-Type: message/delivery-status\n\n{fields}\n--b--\n"
    ).encode()


def read(content):
    return [
        f"{report.type} {report.bounce_class or ''}".strip()
        for report in read_reports(content)
    ]


EXIM = """\
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  asa@example.org
    {said}

------ This is a copy of the message, including all the headers. ------

Subject: User unknown
"""
GMAIL = """\
Delivery to the following recipient failed permanently:

     asa@example.org

Technical details of permanent failure:
We tried to deliver your message, but it was rejected by the recipient domain.
The error that the other server returned was: 550 5.1.1 user unknown.

----- Original message -----

Subject: Rapport
"""
MAIL_RU = """\
A message that you sent could not be delivered.

  asa@example.org
    host mx.example.org: 550 5.2.2 Mailbox full
  bo@example.org
    host mx.example.org: 550 5.2.1 User unknown

The same once more:

  asa@example.org
    host mx.example.org: 550 5.2.2 Mailbox full
  bo@example.org
    host mx.example.org: 550 5.2.1 User unknown
"""
FLATTENED = """\
An error occurred while trying to deliver the mail to the following recipients:
asa@example.org

Technical report:

Reporting-MTA: dsn; smtp-out.example.org

Action: failed
Final-Recipient: rfc822; asa@example.org
Diagnostic-Code: smtp; 554 4.4.7 Message expired: unable to deliver in 840 minutes
Status: 4.4.7
"""
PROSE = {
    "Exim, name system": (EXIM.format(said="all hosts have been failing"), "soft"),
    "Exim, TLS": (EXIM.format(said="550 TLS required for this route"), "block"),
    "Exim, From": (
        EXIM.format(said="550 5.2.0 From: Domain is invalid. Provide a valid From:"),
        "block",
    ),
    "Gmail, another's answer": (GMAIL, "hard"),
    "Amazon WorkMail": (FLATTENED, "soft"),
    "DragonFly": (
        "There was an error delivering your mail to <asa@example.org>.\n\n"
        "mx.example.org [192.0.2.4] did not like our final DATA:\n"
        "550 5.7.509 Access denied, sending domain EXAMPLE.NET does not pass DMARC\n",
        "block",
    ),
    "OpenSMTPD": (
        "    An error has occurred while attempting to deliver a message for\n"
        "    the following list of recipients:\n\nasa@example.org: Envelope expired\n",
        "soft",
    ),
    "T-Online": (
        "|--------- Failed addresses follow: ---------|\n <asa@example.org>\n"
        "   552 5.2.2 <asa@example.org> Quota exceeded (mailbox for user is full)\n",
        "soft",
    ),
}


@pytest.mark.parametrize(("text", "expected"), PROSE.values(), ids=PROSE)
def test_read_reports_prose_of_a_server(text, expected):
    assert read(write_prose(text)) == [f"bounced {expected}"]


FAILED = "Final-Recipient: rfc822; asa@example.org\nAction: failed\nStatus: {}\n"
FIELDS = {
    "a host that is none": (FAILED.format("5.4.4 (Illegal host/domain name)"), "hard"),
    "a lock": (
        FAILED.format("5.2.0") + "Diagnostic-Code: x-unix; Lock failure\n",
        "soft",
    ),
    "a relay": (
        FAILED.format("5.4.1")
        + "Diagnostic-Code: smtp; 550 5.4.1 Relay access denied\n",
        "block",
    ),
    "Microsoft's users": (
        FAILED.format("5.4.1") + "Diagnostic-Code: smtp; 550 5.4.1 Recipient address"
        " rejected: Access denied.\n",
        "hard",
    ),
    "a gateway": (
        FAILED.format("5.0.0")
        + "Diagnostic-Code: smtp; 550 'asa@example.org' is not a registered gateway user\n",
        "hard",
    ),
}


@pytest.mark.parametrize(("fields", "expected"), FIELDS.values(), ids=FIELDS)
def test_read_reports_notification_of_a_server(fields, expected):
    assert read(write_notification(fields)) == [f"bounced {expected}"]


def test_read_reports_action_about_the_whole_message_is_no_recipient():
    fields = (
        "Reporting-MTA: dns; example.org\nAction: failed\n\n"
        "Final-Recipient: rfc822; asa@example.org\nStatus: 4.7.0\n"
        "Diagnostic-Code: x-notice; Sender not pre-approved\n"
    )

    assert read(write_notification(fields)) == ["deferred block"]


def test_read_reports_prose_that_says_everything_twice_keeps_each_ones_reason():
    content = write_prose(
        MAIL_RU, more="X-Failed-Recipients: asa@example.org, bo@example.org\n"
    )

    assert read(content) == ["bounced soft", "bounced hard"]


def test_read_reports_final_recipient_that_is_a_file_takes_the_header():
    (report,) = read_reports(
        write_notification(
            "Final-Recipient: rfc822;/mail/spool/asa\nAction: failed\nStatus: 5.0.0\n",
            text="mailbox is full: retry timeout exceeded\n",
            more="X-Failed-Recipients: asa@example.org\n",
        )
    )

    assert report.recipients == ("asa@example.org",)
    assert report.bounce_class == "soft"


def test_read_reports_multipart_without_its_boundary_is_read_as_text():
    head = HEAD.format(sender="post_master@example.org", subject="Re: Rapport")
    content = (
        f"{head}Content-Type: multipart/mixed\n\n"
        "Error message below:\n550 - Requested action not taken: no such user here\n"
    ).encode()

    assert read(content) == ["bounced hard"]


@pytest.mark.parametrize(
    ("sender", "expected"),
    [("Asa <asa@example.org>", "autoresponded auto_reply"), (DAEMON, "other")],
)
def test_read_reports_nobody_may_answer_is_an_automatic_reply_of_a_person(
    sender, expected
):
    content = write_prose("Tack för ditt mejl.\n", sender=sender, subject="Tack!")

    assert read(content) == [expected]


EXCHANGE = [
    (
        "Kan inte levereras: Brev",
        "Den e-postadress som du angav kunde inte hittas.",
        "hard",
    ),
    ("Kan inte levereras: Brev", "Mottagarens postlåda är full.", "soft"),
    ("Unzustellbar: Brief", "Die E-Mail-Adresse konnte nicht gefunden werden.", "hard"),
    ("Unzustellbar: Brief", "Das Postfach des Empfängers ist voll.", "soft"),
    ("Non remis : Lettre", "L'adresse que vous avez entrée est introuvable.", "hard"),
    ("Non remis : Lettre", "La boîte aux lettres du destinataire est pleine.", "soft"),
    ("Toimittamaton: Kirje", "Antamaasi sähköpostiosoitetta ei löytynyt.", "hard"),
    ("Toimittamaton: Kirje", "Vastaanottajan postilaatikko on täynnä.", "soft"),
    ("Kan ikke leveres: Brev", "E-postadressen du skrev inn, ble ikke funnet.", "hard"),
    ("Kan ikke leveres: Brev", "Mailadressen, du angav, blev ikke fundet.", "hard"),
    ("Onbestelbaar: Brief", "Het e-mailadres is niet gevonden.", "hard"),
    ("Onbestelbaar: Brief", "Het postvak van de geadresseerde is vol.", "soft"),
    ("No se puede entregar: Carta", "No se encontró la dirección de correo.", "hard"),
    ("No se puede entregar: Carta", "El buzón del destinatario está lleno.", "soft"),
]


@pytest.mark.parametrize(("subject", "said", "expected"), EXCHANGE)
def test_read_reports_exchange_in_the_readers_tongue(subject, said, expected):
    content = write_prose(
        f"asa@example.org\n{said}\n", sender="postmaster@example.org", subject=subject
    )

    assert read(content) == [f"bounced {expected}"]
