import pytest

from crm.addresses import (
    display_address,
    encode_domain,
    hash_address,
    needs_smtputf8,
    normalise_address,
)
from crm.exceptions import AddressError


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nobody",
        "nobody@",
        "@example.org",
        "nobody@localhost",
        "no body@example.org",
        "nobody@example.invalid",
        "nobody@example..org",
        "Name <nobody@example.org>",
        "nobody@example.org, other@example.org",
        "nobody@example.org\r\nBcc: other@example.org",
        "nobody@[127.0.0.1]",
        "nobody@" + "e" * 250 + ".org",
    ],
)
def test_normalise_what_is_no_address_is_refused_without_repeating_it(text):
    with pytest.raises(AddressError) as refused:
        normalise_address(text)

    assert "nobody" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("asa@example.org", "asa@example.org"),
        ("  Asa.Berg@Example.ORG\n", "asa.berg@example.org"),
        ("asa@räksmörgås.example", "asa@xn--rksmrgs-5wao1o.example"),
        ("asa@XN--RKSMRGS-5WAO1O.example", "asa@xn--rksmrgs-5wao1o.example"),
        ("ÅSA@example.org", "åsa@example.org"),
        ("A\u030asa@example.org", "åsa@example.org"),
        ("o'neill+news@example.org", "o'neill+news@example.org"),
    ],
)
def test_normalise_address_has_one_spelling(text, address):
    assert normalise_address(text) == address
    assert normalise_address(address) == address


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("asa@xn--rksmrgs-5wao1o.example", "asa@räksmörgås.example"),
        ("asa@example.org", "asa@example.org"),
        ("asa@xn--99999.example", "asa@xn--99999.example"),
    ],
)
def test_display_address_shows_the_domain_as_people_read_it(address, shown):
    assert display_address(address) == shown


@pytest.mark.parametrize(
    ("address", "encoded"),
    [
        ("Info@räksmörgås.example", "Info@xn--rksmrgs-5wao1o.example"),
        # IDNA 2003 would write another town's name: strasse.
        ("info@straße.example", "info@xn--strae-oqa.example"),
        ("info@xn--strae-oqa.example", "info@xn--strae-oqa.example"),
        ("bounces@[127.0.0.1]", "bounces@[127.0.0.1]"),
        ("", ""),
    ],
)
def test_encode_domain_writes_it_as_mail_servers_read_it(address, encoded):
    assert encode_domain(address) == encoded


def test_needs_smtputf8_only_for_letters_outside_ascii():
    assert needs_smtputf8("åsa@example.org") is True
    assert needs_smtputf8("asa@xn--rksmrgs-5wao1o.example") is False


def test_hash_address_depends_on_address_and_key():
    known = hash_address("asa@example.org", "key")

    assert known == hash_address("asa@example.org", "key")
    assert len({known, hash_address("asa@example.org", "other")}) == 2
    assert len({known, hash_address("bo@example.org", "key")}) == 2
    assert (len(known), set(known) <= set("0123456789abcdef")) == (32, True)
