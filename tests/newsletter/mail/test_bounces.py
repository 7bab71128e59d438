"""newsletter/mail/bounces.py: why a server refused, in the words of real servers."""

import pytest

from newsletter.choices import BounceClass
from newsletter.mail.bounces import (
    classify,
    classify_reply,
    find_code,
    find_status,
    hide_addresses,
    tidy_words,
)

HARD, SOFT, BLOCK, UNKNOWN = (
    BounceClass.HARD,
    BounceClass.SOFT,
    BounceClass.BLOCK,
    BounceClass.UNKNOWN,
)
# What Postfix, Exim, qmail, Exchange, Microsoft 365, Gmail, Yahoo, Proofpoint, Mimecast,
# Barracuda and others answer.
REPLIES = [
    (
        HARD,
        550,
        "5.1.1 <asa@norrhamn.example>: Recipient address rejected: User unknown in virtual mailbox table",
    ),
    (
        HARD,
        550,
        "5.4.1 Recipient address rejected: Access denied. [AS(201806281)] [DB5EUR.prod.protection.outlook.com]",
    ),
    (
        HARD,
        550,
        "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient asa@kommun.example not found by SMTP address lookup",
    ),
    (HARD, 550, "5.2.1 The email account that you tried to reach is disabled."),
    (
        HARD,
        554,
        "delivery error: dd This user doesn't have a yahoo.com account (asa@yahoo.example) [0] - mta1",
    ),
    (
        HARD,
        554,
        "delivery error: dd Sorry your message to asa@norrhamn.exampleahoo.com cannot be delivered. This account has been disabled or discontinued [#102].",
    ),
    (HARD, 550, "No such user here"),
    (HARD, 550, "Unrouteable address"),
    (HARD, 550, "Requested action not taken: mailbox unavailable"),
    (
        HARD,
        0,
        "Host or domain name not found. Name service error for name=nodomain.se type=A: Host not found",
    ),
    (
        HARD,
        550,
        "5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos or unnecessary spaces. For more information, go to https://support.google.com/mail/?p=NoSuchUser",
    ),
    (HARD, 550, "#5.1.0 Address rejected."),
    (HARD, 550, "5.1.1 <asa@norrhamn.example>... User unknown"),
    (HARD, 550, "Invalid recipient"),
    (HARD, 550, "User not found"),
    (HARD, 511, "sorry, no mailbox here by that name (#5.1.1 - chkuser)"),
    (
        HARD,
        550,
        "permanent failure for one or more recipients (asa@norrhamn.example:550 5.1.1 RESOLVER.ADR.RecipNotFound; not found)",
    ),
    (
        HARD,
        550,
        "Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550 [abc.eu]",
    ),
    (HARD, 550, "5.4.310 DNS domain kommunen.se does not exist"),
    (HARD, 550, "5.1.6 Recipient no longer on server: asa@norrhamn.example"),
    (HARD, 550, "okänd mottagare"),
    (HARD, 550, "user does not exist"),
    (HARD, 550, "5.1.1 asa@norrhamn.example is not a valid mailbox"),
    (HARD, 550, "5.1.1 Adressaten <asa@norrhamn.example> okänd"),
    (HARD, 550, "Mailbox not found"),
    (HARD, 550, "<asa@norrhamn.example>: user unknown"),
    (HARD, 550, "5.5.0 Requested action not taken: mailbox unavailable (S2017062302)"),
    (HARD, 556, "5.1.10 Domain example.se does not accept mail (nullMX)"),
    (SOFT, 552, "5.2.2 The email account that you tried to reach is over quota"),
    (
        SOFT,
        452,
        "4.2.2 The email account that you tried to reach is out of storage space",
    ),
    (
        SOFT,
        450,
        "4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages",
    ),
    (SOFT, 450, "4.7.1 <asa@norrhamn.example>: Recipient address rejected: Greylisted"),
    (SOFT, 451, "4.7.1 Greylisting in action, please come back later"),
    (
        SOFT,
        0,
        "Host or domain name not found. Name service error for name=x type=MX: Host not found, try again",
    ),
    (SOFT, 0, "connect to mx.example.org[192.0.2.4]:25: Connection timed out"),
    (
        SOFT,
        450,
        "4.1.1 <asa@norrhamn.example>: Recipient address rejected: unverified address: host mx said: 550 no such user",
    ),
    (SOFT, 550, "5.4.317 Message expired, cannot connect to remote server"),
    (SOFT, 552, "mailbox full"),
    (SOFT, 451, "Temporary local problem - please try later"),
    (SOFT, 0, "Message has exceeded maximum hop count"),
    (BLOCK, 550, "5.1.1 RCP-P2 Refused due to recipient preferences"),
    (BLOCK, 550, "5.7.1 RESOLVER.RST.AuthRequired; authentication required"),
    (
        BLOCK,
        550,
        "5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed",
    ),
    (
        BLOCK,
        550,
        "5.7.26 This mail has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM.",
    ),
    (
        BLOCK,
        550,
        "5.7.515 Access denied, sending domain example.org does not meet the required authentication level.",
    ),
    (
        BLOCK,
        554,
        "5.7.1 Service unavailable; Client host [192.0.2.4] blocked using zen.spamhaus.org",
    ),
    (BLOCK, 554, "5.7.1 <asa@norrhamn.example>: Relay access denied"),
    (BLOCK, 550, "5.7.1 Unable to relay"),
    (
        BLOCK,
        421,
        "4.7.0 [TSS04] Messages from 192.0.2.4 temporarily deferred due to user complaints - 4.16.55.1",
    ),
    (BLOCK, 550, "Sender verify failed"),
    (
        BLOCK,
        553,
        "5.1.8 <asa@norrhamn.example>... Domain of sender address asa@norrhamn.example does not exist",
    ),
    (
        BLOCK,
        450,
        "4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.4]",
    ),
    (BLOCK, 552, "5.3.4 Message size exceeds fixed limit"),
    (
        BLOCK,
        550,
        "permanent failure for one or more recipients (asa@norrhamn.example:blocked)",
    ),
    (BLOCK, 554, "Email rejected due to security policies - MCSpamSignature"),
    (BLOCK, 550, "Administrative prohibition - envelope blocked"),
    (
        BLOCK,
        550,
        "5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy",
    ),
    (
        BLOCK,
        550,
        "Blocked - see https://support.proofpoint.com/dnsbl-lookup.cgi?ip=192.0.2.4",
    ),
    (
        BLOCK,
        550,
        "5.7.1 Message rejected. https://support.google.com/mail/answer/69585",
    ),
    (BLOCK, 550, "High probability of spam"),
    (
        BLOCK,
        550,
        "Rejected by header based manually Blocked Senders: asa@norrhamn.example",
    ),
    (BLOCK, 571, "Delivery not authorized, message refused"),
    (BLOCK, 550, "5.7.511 Access denied, banned sender[192.0.2.4]"),
    (
        BLOCK,
        550,
        "SC-001 (COL004) Unfortunately, messages from 192.0.2.4 weren't sent. Please contact your Internet service provider since part of their network is on our block list.",
    ),
    (UNKNOWN, 550, "Permanent failure"),
    (UNKNOWN, 554, "Transaction failed"),
]


@pytest.mark.parametrize(("expected", "code", "text"), REPLIES)
def test_classify_reply_by_the_words_of_real_servers(expected, code, text):
    assert classify_reply(code, text) == expected


@pytest.mark.parametrize("code", [421, 450, 451, 452])
def test_classify_reply_temporary_code_is_never_hard(code):
    assert classify_reply(code, "5.1.1 User unknown") == SOFT


def test_classify_reply_without_a_code_and_words_is_unknown():
    assert classify_reply(0, "") == UNKNOWN


@pytest.mark.parametrize("code", [500, 550, 553, 554, 599])
def test_classify_reply_permanent_code_alone_is_unknown(code):
    assert classify_reply(code, "") == UNKNOWN


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        # RFC 3463 §3.2 addresses
        ("5.1.0", UNKNOWN),
        ("5.1.1", HARD),
        ("5.1.2", HARD),
        ("5.1.3", HARD),
        ("5.1.4", SOFT),
        ("5.1.6", HARD),
        ("5.1.7", BLOCK),
        ("5.1.8", BLOCK),
        ("5.1.10", HARD),
        # §3.3 mailboxes
        ("5.2.0", SOFT),
        ("5.2.1", SOFT),
        ("5.2.2", SOFT),
        ("5.2.3", BLOCK),
        ("5.2.4", SOFT),
        # §3.4 systems
        ("5.3.0", UNKNOWN),
        ("5.3.1", SOFT),
        ("5.3.2", SOFT),
        ("5.3.4", BLOCK),
        # §3.5 networks
        ("5.4.0", SOFT),
        ("5.4.4", SOFT),
        ("5.4.7", SOFT),
        # §3.6 protocols
        ("5.5.0", UNKNOWN),
        # §3.7 content
        ("5.6.0", BLOCK),
        # §3.8 policies
        ("5.7.0", BLOCK),
        ("5.7.1", BLOCK),
        ("5.7.26", BLOCK),
        ("5.7.17", HARD),
        ("5.0.0", UNKNOWN),
        ("4.1.1", SOFT),
        ("4.2.2", SOFT),
        ("4.7.1", BLOCK),
    ],
)
def test_classify_status_alone(status, expected):
    assert classify(status, "") == expected


def test_classify_status_in_the_words_goes_before_the_reports_own():
    assert classify("5.0.0", "550 5.1.1 <x@y.example>") == HARD
    assert classify("5.1.1", "552 5.2.2 <x@y.example>") == SOFT


def test_classify_words_go_before_the_status():
    assert classify("5.1.1", "550 5.1.1 user over quota") == SOFT
    assert classify("5.1.1", "550 5.1.1 message rejected as spam") == BLOCK
    assert classify("5.7.1", "550 5.7.1 user unknown") == HARD


def test_classify_name_of_a_host_is_no_reason():
    said = "host spam.filter.example[192.0.2.1] said: 550 5.1.1 User unknown"

    assert classify("5.1.1", said) == HARD


def test_classify_local_part_is_no_reason():
    assert classify_reply(550, "<spam.virus@x.example>: User unknown") == HARD
    assert classify_reply(550, "<user.unknown@x.example>: denied") == UNKNOWN


def test_classify_reply_of_many_lines_is_read_across_them():
    said = (
        "550-5.1.1 The email account that you tried to reach does\r\n"
        "550-5.1.1 not exist. Please try double-checking the\r\n"
        "550 5.1.1 address"
    )

    assert "does not exist" in tidy_words(said)
    assert classify_reply(550, said.replace("5.1.1 ", "")) == HARD


def test_find_status_passes_by_addresses_and_versions():
    assert find_status("host mx[5.1.1.7] Exim 4.96.1.2") == ""
    assert find_status("(#5.1.1).") == "5.1.1"
    assert find_status("5.0.0 then 5.7.1") == "5.7.1"


def test_find_code_finds_the_refusal_in_a_transcript():
    said = "250 Sender ok RCPT To:<x@y.example> 552 would exceed mailbox quota"

    assert find_code(said) == 552


def test_hide_addresses_leaves_none_and_no_line_breaks():
    text = "<asa@x.example>: no\n asa@x.example " + "x" * 400

    assert hide_addresses(text).startswith("no … xxx")
    assert len(hide_addresses(text)) == 250
