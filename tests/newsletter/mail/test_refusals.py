"""newsletter/mail/phrases.py: who is to blame when a server does not take a letter."""

import pytest

from newsletter.choices import BounceClass
from newsletter.mail.bounces import classify

# The worst mistake is the first: a reader stopped for what the sender did.
BLOCK = [
    "550 5.1.7 RESOLVER.ADR.BadPrimary; invalid address",
    "501 5.5.4 Invalid domain name",
    "550 5.4.1 Relay Access Denied",
    "550 example.org From: Domain is invalid. Provide a valid From: address",
    "550 Your SMTP MAIL FROM domain does not exist.",
    "550 Sender <asa@example.org> does not exist",
    "554 Too many invalid recipients",
    "5.7.322 certificate-expired: destination mail server's certificate is expired",
    "5.7.324 dnssec-invalid: destination domain returned invalid dnssec records",
    "550 Mailbox unavailable or access denied",
    "554 Host network not allowed",
    "553 This route requires encryption (TLS)",
    "550 [192.0.2.4] has detected that this message is not RFC 5322 compliant",
    "541 5.4.1 Mail rejected by destination domain",
    "552 5.3.4 The number of attachments (12) exceeds our limit of 10 attachments.",
    "You are trying to use me as a relay, but I have not been configured to do this.",
    "Domain example.org has exceeded the max emails per hour. Message discarded.",
    "550 Les emails ont ete bloques par nos services. LPN007_102",
    "550 5.5.0 Mail rejete. Mail rejected. OFR_506",
    "550 The message contains multiple instances of a header field.",
    "550 The attempted recipient's privacy settings blocked the delivery.",
    "550 Server access forbidden by invalid RDNS record of your mail server",
    "550 reject bulk.advertising",
    "550 Your account has been deactivated",
]
SOFT = [
    "421 4.7.0 Try again later, closing connection.",
    "451 4.7.500 Server busy. Please try again later from [192.0.2.4]. (AS761)",
    "550 5.4.318 Message expired, connection reset (SuspiciousRemoteServerError)",
    "554 5.2.122 Recipient's per hour message receive limit exceeded",
    "550 mx ME Service refuse. Veuillez essayer plus tard. OFR006_103",
    "550 5.5.0 Le compte du destinataire est bloque. The recipient account isblocked.",
    "550 Connection frequency limited",
    "550 Mailbox was not used for more than 3 months",
]
HARD = [
    "554 delivery error: dd asa@example.org is no longer valid.",
    "550 'asa@example.org' is not a registered gateway user",
    "550 5.4.1 All recipient addresses rejected : Access denied",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    "5.4.4 Illegal host/domain name found",
    "550 account expired",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, BounceClass.BLOCK) for text in BLOCK),
        *((text, BounceClass.SOFT) for text in SOFT),
        *((text, BounceClass.HARD) for text in HARD),
    ],
)
def test_classify_by_the_words_of_a_server(text, expected):
    assert classify("", text) == expected


@pytest.mark.parametrize("status", ["5.1.7", "5.1.8", "5.5.4", "5.6.7", "5.7.26"])
def test_classify_status_that_blames_the_sender_is_never_a_dead_address(status):
    assert classify(status, "user unknown") == BounceClass.BLOCK


@pytest.mark.parametrize("status", ["5.5.0", "5.7.1", "5.4.4"])
def test_classify_status_that_says_little_leaves_it_to_the_words(status):
    assert classify(status, "user unknown") == BounceClass.HARD
