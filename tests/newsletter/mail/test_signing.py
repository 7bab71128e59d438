"""newsletter/mail/signing.py: signatures that a stranger can verify."""

import base64
import subprocess
from datetime import UTC, datetime

import dkim
import pytest
from django.core.exceptions import ImproperlyConfigured
from nacl.signing import SigningKey as Ed25519Key

from newsletter.mail.message import MessageBuilder
from newsletter.mail.signing import find_signer, load_keys
from newsletter.models import Campaign, Variant

AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def rsa(tmp_path_factory):
    """Return (file of the private key, DNS record)."""
    path = tmp_path_factory.mktemp("keys") / "rsa.pem"
    return path, make_rsa(path, 2048)


@pytest.fixture(scope="module")
def ed25519(tmp_path_factory):
    path = tmp_path_factory.mktemp("keys") / "ed25519.key"
    key = Ed25519Key.generate()
    path.write_bytes(base64.b64encode(key.encode()))
    public = base64.b64encode(key.verify_key.encode()).decode()
    return path, f"v=DKIM1; k=ed25519; p={public}"


def make_rsa(path, bits):
    subprocess.run(
        ["openssl", "genrsa", "-out", path, str(bits)], check=True, stderr=-3
    )
    public = subprocess.run(
        ["openssl", "rsa", "-in", path, "-pubout", "-outform", "DER"],
        check=True,
        capture_output=True,
    ).stdout
    return f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def build(settings, *keys):
    settings.NEWSLETTER_DKIM_KEYS = [f"s{n}:{path}" for n, (path, _) in enumerate(keys)]
    campaign = Campaign(
        pk=7,
        sender_name="Nätverket för lokal integration",
        sender_email="rundbrev@natverket.example",
        list_id="rundbrev.natverket.example",
        frozen_at=AT,
    )
    variant = Variant(
        locale="sv",
        subject="Träningsveckan är här, och den är lång: " + "möten och samtal " * 6,
        html="<p>Hej [[given_name]]</p>\n.\n" + "<p>räksmörgås</p>" * 90,
        text="Hej [[given_name]]\n\n.\n\n[[unsubscribe_url]]\n\n\n",
    )
    return MessageBuilder(campaign, variant).build(
        delivery_id=4711,
        address="maria@norrhamn.example",
        values={"given_name": "Åsa "},
        at=AT,
    )


def verify(message, keys):
    """Return for each signature of the message whether the DNS records verify it."""
    records = {
        f"s{number}._domainkey.natverket.example.".encode(): record.encode()
        for number, (_path, record) in enumerate(keys)
    }
    checker = dkim.DKIM(message)
    found = []
    for index in range(message.count(b"DKIM-Signature:")):
        try:
            found.append(
                checker.verify(index, lambda name, timeout=5: records.get(name))
            )
        except dkim.ValidationError:
            found.append(False)
    return found


def test_letters_are_not_signed_without_keys(settings):
    assert find_signer("natverket.example") is None
    assert b"DKIM-Signature" not in build(settings)


def test_rsa_and_ed25519_signatures_both_verify(settings, rsa, ed25519):
    message = build(settings, rsa, ed25519)

    assert verify(message, [rsa, ed25519]) == [True, True]


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        (b"Subject: ", b"Subject: Ny "),
        (b"List-Unsubscribe: <", b"List-Unsubscribe: <x"),
        (b"List-Unsubscribe-Post: ", b"List-Unsubscribe-Post: x"),
        (b"From: ", b"From: eve@evil.example\r\nFrom: "),
        (b"=C3=85sa", b"Eva"),
    ],
)
def test_signature_breaks_when_the_letter_is_changed(settings, ed25519, said, instead):
    message = build(settings, ed25519)
    changed = message.replace(said, instead, 1)

    assert changed != message
    assert verify(changed, [ed25519]) == [False]


def test_signature_covers_what_one_click_leaving_needs(settings, ed25519):
    """RFC 8058 §3.1; requirement D2."""
    head = build(settings, ed25519).partition(b"\r\nList-Unsubscribe:")[0]
    signed = b"".join(head.split()).partition(b"h=")[2].partition(b";")[0]

    assert {name.lower() for name in signed.split(b":")} >= {
        b"from",
        b"to",
        b"subject",
        b"date",
        b"message-id",
        b"mime-version",
        b"content-type",
        b"list-id",
        b"list-unsubscribe",
        b"list-unsubscribe-post",
    }


def test_signature_survives_a_hop_that_takes_seven_bits(settings, rsa):
    message = build(settings, rsa)

    assert message.isascii()
    assert max(len(line) for line in message.split(b"\r\n")) <= 998


def test_signature_survives_refolded_headers_and_trimmed_lines(settings, rsa):
    message = build(settings, rsa)
    refolded = message.replace(b"\r\nList-Id: <", b"\r\nList-Id:\r\n\t<")

    assert refolded != message
    assert verify(refolded, [rsa]) == [True]


def test_short_rsa_key_is_refused(tmp_path):
    make_rsa(tmp_path / "short.pem", 1024)

    with pytest.raises(ImproperlyConfigured) as caught:
        load_keys((f"old:{tmp_path / 'short.pem'}",))

    assert str(caught.value) == (
        "The DKIM key of the selector 'old' has 1024 bits; 2048 is the least."
    )


@pytest.mark.parametrize("secret", ["", "rubbish", "c2hvcnQ=", "-----BEGIN X-----\n"])
def test_unusable_key_is_refused_without_telling_it(tmp_path, secret):
    path = tmp_path / "key"
    path.write_text(secret)

    with pytest.raises(ImproperlyConfigured) as caught:
        load_keys((f"s1:{path}",))

    assert "'s1'" in str(caught.value)
    assert not secret or secret not in str(caught.value)


def test_missing_key_says_what_the_setting_looks_like():
    with pytest.raises(ImproperlyConfigured) as caught:
        load_keys(("s1:/nowhere/key",))

    assert str(caught.value) == (
        "The DKIM key of the selector 's1' cannot be read: No such file or directory. "
        "NEWSLETTER_DKIM_KEYS is a list of selector:file."
    )
