"""Nothing of who is not published or did not agree appears, whatever the register holds."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.models import Contact, Organisation
from tests.factories import (
    make_contact,
    make_directory,
    make_media_item,
    make_membership,
    make_network,
    make_news_page,
    make_organisation,
    make_publication,
    make_role,
    make_seat,
)

pytestmark = pytest.mark.django_db
FLAGS = ("name", "photo", "email", "phone", "biography")
ORGANISATIONS, PEOPLE = 3, 3


@pytest.fixture
def register(site):
    """A register in which everything is tied to everything, under telling names."""
    role, network = make_role(), make_network()
    directory = make_directory(site, experts=[role], network=network)
    organisations: list[Organisation] = []
    for number in range(ORGANISATIONS):
        organisations.append(
            make_organisation(
                name=f"Orgname{number}",
                name_sv=f"Orgsv{number}",
                name_en=f"Orgen{number}",
                website=f"https://orgweb{number}.example/",
                latitude=55.0 + number,
                longitude=13.0,
                parent=organisations[-1] if organisations else None,
            )
        )
        make_membership(network=network, organisation=organisations[-1])
        make_membership(network=network, organisation=organisations[-1], role="founder")
        make_publication(publisher=organisations[-1], network=network)
        make_media_item(
            outlet=organisations[-1], publisher=organisations[0], network=network
        )
    people = []
    for number in range(PEOPLE):
        people.append(
            make_contact(
                given_name=f"Personname{number}",
                family_name=f"Family{number}",
                email=f"personmail{number}@example.org",
                phone=f"555-{number}",
                biography=f"Life{number}.",
            )
        )
        for place in (number, (number + 1) % ORGANISATIONS):
            make_seat(
                organisation=organisations[place],
                role=role,
                network=network,
                title=f"Seat{number}",
                email=f"seatmail{number}at{place}@example.org",
                holder=people[-1],
            )
    make_news_page(archive=site.archive, network=network)
    return directory, organisations, people


def find_leaks(text, organisations, people):
    """Return what the public must not read, and does."""
    secrets = []
    for number, one in enumerate(organisations):
        if not one.is_published:
            secrets += [f"Org{part}{number}" for part in ("name", "sv", "en")]
            secrets += [f"orgweb{number}.", f"at{number}@", f"organisations/{one.pk}/"]
    for number, one in enumerate(people):
        marks = {
            "name": (f"Personname{number}", f"Family{number}"),
            "email": (f"personmail{number}@",),
            "phone": (f"555-{number}",),
            "biography": (f"Life{number}.",),
        }
        for field, words in marks.items():
            if not (one.publishes_name and getattr(one, f"publishes_{field}")):
                secrets += words
    return [secret for secret in secrets if secret in text]


def set_flags(organisations, people, published, agreed):
    for one, flag in zip(organisations, published, strict=True):
        one.is_published = flag
    for person, flags in zip(people, agreed, strict=True):
        for name, flag in zip(FLAGS, flags, strict=True):
            setattr(person, f"publishes_{name}", flag)
    Organisation.objects.bulk_update(organisations, ["is_published"])
    Contact.objects.bulk_update(people, [f"publishes_{name}" for name in FLAGS])


def read_everything(client, directory, organisations):
    parts = ["", "?q=org", "experts/", "publications/", "media/", "media/?q=a"]
    parts += [f"publications/?publisher={one.pk}" for one in organisations[:2]]
    paths = [directory.url + part for part in parts] + ["/sitemap-directory.xml"]
    pages = [client.get(path) for path in paths]
    assert [page.status_code for page in pages] == [200] * len(paths)
    for one in organisations:
        page = client.get(f"{directory.url}organisations/{one.pk}/")
        assert page.status_code == (200 if one.is_published else 404)
        if one.is_published:
            pages.append(page)
    return "\n".join(page.content.decode() for page in pages)


BOOLEANS = st.lists(st.booleans(), min_size=ORGANISATIONS, max_size=ORGANISATIONS)
AGREEMENTS = st.lists(
    st.tuples(*[st.booleans()] * len(FLAGS)), min_size=PEOPLE, max_size=PEOPLE
)
ALLOWED = [HealthCheck.function_scoped_fixture]


def check_nothing_leaks(client, register, published, agreed):
    directory, organisations, people = register
    set_flags(organisations, people, published, agreed)

    text = read_everything(client, directory, organisations)

    assert find_leaks(text, organisations, people) == []


@settings(max_examples=3, deadline=None, suppress_health_check=ALLOWED)
@given(published=BOOLEANS, agreed=AGREEMENTS)
def test_nothing_unpublished_is_ever_read(client, register, published, agreed):
    check_nothing_leaks(client, register, published, agreed)


@pytest.mark.audit
@settings(max_examples=60, deadline=None, suppress_health_check=ALLOWED)
@given(published=BOOLEANS, agreed=AGREEMENTS)
def test_nothing_unpublished_is_ever_read_at_length(
    client, register, published, agreed
):
    check_nothing_leaks(client, register, published, agreed)


def test_everything_is_read_where_all_agreed(client, register):
    directory, organisations, people = register
    set_flags(organisations, people, [True] * 3, [(True,) * 5] * 3)

    text = read_everything(client, directory, organisations)

    for person in people:
        told = (person.full_name, person.phone, person.biography)
        assert [word in text for word in told] == [True] * 3
    assert all(f"Orgsv{number}" in text for number in range(ORGANISATIONS))
    # The post's own address goes before the person's.
    assert "seatmail0at0@" in text
    assert "personmail0@" not in text
