"""DMARC: the policy that holds for a domain, and who may vouch for it."""

import pytest

from newsletter.mail.dmarc import DmarcError, find_policy, is_aligned
from tests.newsletter.directory import DictDirectory


def zone(**records: str) -> DictDirectory:
    return DictDirectory(
        {
            (f"_dmarc.{name.replace('_', '.')}", "TXT"): [text]
            for name, text in records.items()
        }
    )


def test_domain_without_a_record_has_no_policy():
    assert find_policy("news.example.org", zone()) is None


def test_own_record_holds_before_that_of_the_domain_above():
    found = find_policy(
        "news.example.org",
        zone(
            news_example_org="v=DMARC1; p=quarantine; aspf=s",
            example_org="v=DMARC1; p=reject",
        ),
    )

    assert (found.domain, found.asks, found.strict_spf, found.strict_dkim) == (
        "news.example.org",
        "quarantine",
        True,
        False,
    )


def test_record_above_holds_with_what_it_asks_of_subdomains():
    found = find_policy(
        "a.b.example.org", zone(example_org="v=DMARC1;p=reject;sp=none")
    )

    assert (found.domain, found.asks) == ("example.org", "none")


@pytest.mark.parametrize("record", ["v=DMARC1; p=maybe", "v=DMARC1"])
def test_record_that_asks_for_nothing_known_is_broken(record):
    with pytest.raises(DmarcError):
        find_policy("example.org", zone(example_org=record))


def test_record_that_only_asks_for_reports_watches():
    found = find_policy("example.org", zone(example_org="v=DMARC1; rua=mailto:a@b.c"))

    assert found.asks == "none"


def test_two_records_are_as_good_as_none():
    directory = DictDirectory(
        {("_dmarc.example.org", "TXT"): ["v=DMARC1; p=none", "v=DMARC1; p=reject"]}
    )

    with pytest.raises(DmarcError):
        find_policy("example.org", directory)


@pytest.mark.parametrize(
    ("domain", "other", "strict", "aligned"),
    [
        ("example.org", "example.org", True, True),
        ("example.org", "EXAMPLE.org.", True, True),
        ("example.org", "news.example.org", True, False),
        ("example.org", "news.example.org", False, True),
        ("a.example.org", "b.example.org", False, True),
        ("example.org", "example.com", False, False),
        ("example.org", "", False, False),
    ],
)
def test_alignment(domain, other, strict, aligned):
    directory = zone(example_org="v=DMARC1; p=none")

    assert is_aligned(domain, other, directory, strict=strict) is aligned


def test_domain_below_is_aligned_also_where_nobody_has_a_record():
    assert is_aligned("example.org", "returns.example.org", zone(), strict=False)
    assert not is_aligned("a.example.org", "b.example.org", zone(), strict=False)


def test_domain_under_a_public_suffix_is_not_aligned_with_it():
    directory = zone(stad_example="v=DMARC1; p=none; psd=y")

    assert not is_aligned("a.stad.example", "stad.example", directory, strict=False)


def test_neighbours_under_a_public_suffix_are_not_aligned():
    directory = zone(
        stad_example="v=DMARC1; p=none; psd=y",
        a_stad_example="v=DMARC1; p=none",
    )

    assert not is_aligned("a.stad.example", "b.stad.example", directory, strict=False)


def test_long_name_is_walked_up_in_at_most_eight_steps():
    directory = zone()

    find_policy(".".join("abcdefghijkl") + ".example.org", directory)

    assert len(directory.asked) == 8
