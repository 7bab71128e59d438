"""Finding contacts by parts of what they are known by, whatever the parts are."""

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.models import Contact
from crm.names import make_sort_key
from crm.searching import Search
from tests.factories import make_contact, make_organisation, make_seat

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PEOPLE = [
    ("Åsa", "Öberg", "asa.oberg@norrhamn.example"),
    ("Anna", "Sandberg", "info@ekstad.example"),
    ("", "", "an_na%x@norrhamn.example"),
    ('Bo "Bosse"', "Æk-Łund", "bo@b.example"),
]
PARTS = st.text(alphabet='aåbeknosöÅ"%_.@-*({1', min_size=1, max_size=5)


def find(*words):
    """Return who is found, which is the same whether listed or asked one by one."""
    search = Search(list(words), timezone.localdate())
    listed, asked = (
        sorted(Contact.objects.filter(condition).values_list("email", flat=True))
        for condition in (search.list_them(), search.ask_each())
    )
    assert listed == asked
    assert set(search.find(Contact.objects.all())) == set(
        Contact.objects.filter(email__in=listed)
    )
    return listed


@settings(
    max_examples=25,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(PARTS, PARTS)
def test_search_finds_who_has_every_part_in_name_or_address(one, other):
    with transaction.atomic():
        people = [
            make_contact(given_name=given, family_name=family, email=email)
            for given, family, email in PEOPLE
        ]

        expected = sorted(
            person.email
            for person in people
            if all(
                make_sort_key(part) in person.sort_key
                or part.casefold() in person.email
                for part in (one, other)
            )
        )

        assert find(one, other) == expected
        transaction.set_rollback(True)


def test_search_finds_words_of_which_one_is_the_organisation():
    asa = make_contact(given_name="Åsa", family_name="Ek")
    make_seat(holder=asa, organisation=make_organisation(name="Turku", name_sv="Åbo"))
    make_seat(holder=make_contact(), organisation=make_organisation(name="Åbo by"))

    assert find("åsa", "åbo") == [asa.email]
    assert find("åbo", "turku") == [asa.email]


def test_search_knows_changed_and_deleted_contacts():
    anna = make_contact(given_name="Anna", family_name="Sandberg", email="a@b.example")
    gone = make_contact(given_name="Anna", family_name="Sandberg")

    Contact.objects.filter(pk=anna.pk).update(sort_key="lindstrom anna")
    gone.delete()

    assert (find("sandberg"), find("lindstrom")) == ([], ["a@b.example"])


def test_search_for_nothing_finds_everybody():
    make_contact(email="a@b.example")

    assert find() == ["a@b.example"]


def test_any_of_finds_the_rows_with_one_of_many_values():
    people = [make_contact() for _number in range(3)]
    wanted = [people[0].pk, people[2].pk, 0]

    by_key = Contact.objects.filter(pk__any_of=wanted).order_by("pk")
    by_text = Contact.objects.filter(email__any_of=[people[1].email, "x'"])

    assert list(by_key) == [people[0], people[2]]
    assert list(by_text) == [people[1]]
    assert not Contact.objects.filter(pk__any_of=[]).exists()


def test_one_of_few_finds_the_rows_of_a_query_cut_or_not():
    people = [make_contact() for _number in range(3)]
    rows = Contact.objects.order_by("-pk").values("pk")

    last = Contact.objects.filter(pk__one_of_few=rows[:1])
    others = Contact.objects.exclude(pk__one_of_few=rows[:1]).order_by("pk")

    assert list(last) == [people[2]]
    assert list(others) == people[:2]
    assert not Contact.objects.filter(pk__one_of_few=rows.none()).exists()


def test_parts_are_found_by_an_index():
    found = Contact.objects.filter(
        Search(["sandberg"], timezone.localdate()).list_them()
    )

    if connection.vendor == "sqlite":
        assert "crm_contact_parts" in found.explain()
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_class WHERE relname = 'crm_contact_parts'")
            assert cursor.fetchone()
