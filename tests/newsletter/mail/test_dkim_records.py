"""The DNS record of a DKIM key against the key that signs."""

import base64
import subprocess

import pytest
from nacl.signing import SigningKey as Ed25519Key

from newsletter.mail.dkim_records import find_key_fault
from newsletter.mail.signing import SigningKey
from tests.newsletter.directory import DictDirectory


@pytest.fixture(scope="session")
def rsa(tmp_path_factory) -> tuple[SigningKey, str]:
    """Return a key and its record."""
    return make_rsa(tmp_path_factory.mktemp("rsa"), 2048)


def make_rsa(folder, bits: int) -> tuple[SigningKey, str]:
    path = folder / "key.pem"
    run = ["openssl", "genrsa", "-out", str(path), str(bits)]
    subprocess.run(run, check=True, capture_output=True)
    public = subprocess.run(
        ["openssl", "rsa", "-in", str(path), "-pubout", "-outform", "DER"],
        check=True,
        capture_output=True,
    ).stdout
    key = SigningKey("s1", path.read_bytes().strip(), b"rsa-sha256")
    return key, f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def make_ed25519() -> tuple[SigningKey, str]:
    secret = Ed25519Key.generate()
    key = SigningKey("e1", base64.b64encode(bytes(secret)), b"ed25519-sha256")
    public = base64.b64encode(bytes(secret.verify_key)).decode()
    return key, f"v=DKIM1; k=ed25519; p={public}"


def fault(key: SigningKey, *records: str) -> str:
    name = f"{key.selector}._domainkey.example.org"
    return find_key_fault(
        "example.org", key, DictDirectory({(name, "TXT"): list(records)})
    )


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], "absent"),
        (["v=spf1 -all"], "absent"),
        (["v=DKIM1; p="], "revoked"),
        (["v=DKIM1; p=%%%"], "broken"),
        (["v=DKIM1; p=AAAA"], "broken"),
        (["v=DKIM1; p=AAAA", "v=DKIM1; p=BBBB"], "many"),
        (["v=DKIM1; k=ed25519; p=AAAA"], "other"),
    ],
)
def test_record_at_fault_is_told(rsa, records, expected):
    assert fault(rsa[0], *records) == expected


def test_record_of_the_key_that_signs_is_right(rsa):
    key, record = rsa
    folded = record[:40] + " " + record[40:]

    assert (fault(key, record), fault(key, folded)) == ("", "")


def test_record_of_a_key_being_tried_is_told(rsa):
    key, record = rsa

    assert fault(key, f"{record}; t=s:y") == "testing"


def test_record_of_another_or_a_short_key_is_told(rsa, tmp_path):
    _short, short_record = make_rsa(tmp_path, 1024)
    _other, other_record = make_rsa(tmp_path, 2048)

    assert fault(rsa[0], short_record) == "short"
    assert fault(rsa[0], other_record) == "other"


def test_ed25519_record_is_compared_too():
    key, record = make_ed25519()
    _other, other_record = make_ed25519()

    assert (fault(key, record), fault(key, other_record)) == ("", "other")
