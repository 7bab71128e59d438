"""SPF as receivers read it: RFC 7208 and its examples (appendix A)."""

import pytest

from newsletter.mail.spf import SpfError, find_verdict, survey
from tests.newsletter.directory import DictDirectory

# RFC 7208, appendix A.
ZONE = {
    ("example.com", "A"): ["192.0.2.10", "192.0.2.11"],
    ("amy.example.com", "A"): ["192.0.2.65"],
    ("bob.example.com", "A"): ["192.0.2.66"],
    ("mail-a.example.com", "A"): ["192.0.2.129"],
    ("mail-b.example.com", "A"): ["192.0.2.130"],
    ("example.com", "MX"): ["mail-a.example.com", "mail-b.example.com"],
    ("mail-c.example.org", "A"): ["192.0.2.140"],
    ("example.org", "MX"): ["mail-c.example.org"],
}


def directory(**records: str) -> DictDirectory:
    """Return appendix A's zone with the SPF record of example.com (``own``) and others."""
    texts = {
        ("example.com" if name == "own" else name.replace("_", "."), "TXT"): [record]
        for name, record in records.items()
    }
    return DictDirectory({**ZONE, **texts})


@pytest.mark.parametrize(
    ("record", "passing", "failing"),
    [
        ("v=spf1 +all", ["192.0.2.129", "192.0.2.4"], []),
        ("v=spf1 a -all", ["192.0.2.10", "192.0.2.11"], ["192.0.2.129"]),
        ("v=spf1 a:example.org -all", [], ["192.0.2.10"]),
        ("v=spf1 mx -all", ["192.0.2.129", "192.0.2.130"], ["192.0.2.10"]),
        ("v=spf1 mx:example.org -all", ["192.0.2.140"], ["192.0.2.129"]),
        (
            "v=spf1 mx mx:example.org -all",
            ["192.0.2.129", "192.0.2.140"],
            ["192.0.2.10"],
        ),
        ("v=spf1 mx/30 mx:example.org/30 -all", ["192.0.2.131", "192.0.2.143"], []),
        ("v=spf1 ip4:192.0.2.128/28 -all", ["192.0.2.129"], ["192.0.2.65"]),
        ("v=spf1 a/24//64 -all", ["192.0.2.200"], ["198.51.100.1"]),
    ],
)
def test_examples_of_the_standard_hold(record, passing, failing):
    zone = directory(own=record)

    assert [find_verdict(ip, "example.com", zone) for ip in passing] == (
        ["pass"] * len(passing)
    )
    assert [find_verdict(ip, "example.com", zone) for ip in failing] == (
        ["fail"] * len(failing)
    )


@pytest.mark.parametrize(
    ("record", "verdict"),
    [
        ("v=spf1 ~all", "softfail"),
        ("v=spf1 ?all", "neutral"),
        ("v=spf1", "neutral"),
        ("v=spf10 +all", "none"),
        ("v=spf1 include:example.net -all", "pass"),
        ("v=spf1 redirect=example.net", "pass"),
        ("v=spf1 include:nowhere.example -all", "fail"),
        ("v=spf1 ptr exists:%{i}.example.net -all", "fail"),
        ("v=spf1 ip6:2001:db8::/32 -all", "fail"),
        ("V=SPF1 IP4:192.0.2.65 -ALL", "pass"),
    ],
)
def test_verdict_on_an_address(record, verdict):
    zone = directory(own=record, example_net="v=spf1 ip4:192.0.2.65 -all")

    assert find_verdict("192.0.2.65", "example.com", zone) == verdict


def test_ipv6_address_is_found_in_its_network():
    zone = directory(own="v=spf1 ip6:2001:db8::/32 -all")

    assert find_verdict("2001:db8::25", "example.com", zone) == "pass"


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1 ip4:192.0.2.300 -all",
        "v=spf1 ip5:192.0.2.1",
        "v=spf1 include: -all",
        "v=spf1 a/99 -all",
        "v=spf1 mailers -all",
    ],
)
def test_record_that_cannot_be_read_is_an_error(record):
    with pytest.raises(SpfError) as raised:
        find_verdict("192.0.2.65", "example.com", directory(own=record))

    assert raised.value.problem == "syntax"


def test_two_records_are_none():
    zone = DictDirectory({("example.com", "TXT"): ["v=spf1 mx", "x", "v=spf1 -all"]})

    with pytest.raises(SpfError) as raised:
        survey("example.com", zone)

    assert raised.value.problem == "many"


def test_record_that_includes_itself_ends():
    zone = directory(own="v=spf1 include:example.com -all")

    with pytest.raises(SpfError) as raised:
        find_verdict("192.0.2.1", "example.com", zone)

    assert raised.value.problem == "lookups"
    assert survey("example.com", zone).lookups > 10


def test_survey_counts_the_lookups_of_includes_too():
    zone = directory(
        own="v=spf1 a mx include:example.net redirect=example.org",
        example_net="v=spf1 include:example.edu ip4:192.0.2.1 -all",
        example_edu="v=spf1 a -all",
        example_org="v=spf1 mx ~all",
    )

    found = survey("example.com", zone)

    # a, mx, include (include (a)), redirect (mx).
    assert (found.lookups, found.ending) == (7, "softfail")


def test_domain_without_a_record_has_none():
    assert survey("example.com", directory()) is None
