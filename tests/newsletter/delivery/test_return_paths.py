"""newsletter/delivery/return_paths.py: addresses that name a delivery."""

import pytest

from newsletter.delivery.return_paths import has_token, read_return_path, return_path

LARGEST = 2**63 - 1


@pytest.fixture(autouse=True)
def bounce_address(settings):
    settings.NEWSLETTER_BOUNCE_ADDRESS = "studs@example.org"


def test_return_path_without_a_setting_is_the_sender(settings):
    settings.NEWSLETTER_BOUNCE_ADDRESS = ""

    assert return_path(7, "natverket@example.org") == "natverket@example.org"


@pytest.mark.parametrize("delivery_id", [0, 1, 4711, LARGEST])
def test_return_path_is_read_back_in_any_case(delivery_id):
    path = return_path(delivery_id, "")

    assert read_return_path(path) == delivery_id
    assert read_return_path(path.upper()) == delivery_id


def test_return_path_fits_a_local_part(settings):
    settings.NEWSLETTER_BOUNCE_ADDRESS = f"{'s' * 33}@example.org"

    local = return_path(LARGEST, "").partition("@")[0]

    assert len(local) == 64  # RFC 5321 §4.5.3.1.1


@pytest.mark.parametrize(
    "rewritten",
    [
        "prvs=123456789a={path}",  # BATV
        "SRS0=HHH=TT=example.org={local}@forwarder.example",
        "<{path}>",
        "rfc822; {path}",
        "studs <{path}>, other@example.org",
    ],
)
def test_read_return_path_survives_what_servers_make_of_it(rewritten):
    path = return_path(4711, "")

    found = read_return_path(rewritten.format(path=path, local=path.partition("@")[0]))

    assert found == 4711


@pytest.mark.parametrize("place", range(6, 29, 2))
def test_read_return_path_changed_in_one_letter_is_nobodys(place):
    path = return_path(123456789, "")
    other = "3" if path[place] != "3" else "4"
    changed = path[:place] + other + path[place + 1 :]

    assert read_return_path(changed.partition("@")[0] + "@example.org") is None


@pytest.mark.parametrize(
    "foreign",
    ["", "studs@example.org", "studs+@example.org", "studs+7@example.org", "+" * 9999],
)
def test_read_return_path_of_others_is_nobodys(foreign):
    assert read_return_path(foreign) is None
    assert not has_token(foreign)


def test_has_token_knows_forged_ones_by_their_shape():
    assert has_token("studs+7-aaaaaaaaaaaaaaaa@example.org")
