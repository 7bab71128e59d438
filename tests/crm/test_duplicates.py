"""Contacts that may be one person: found by what they share, not by comparing all."""

import random
import string

import pytest

from crm.choices import JobState
from crm.duplicates import (
    ADDRESS,
    DUPLICATES_JOB,
    MOVED,
    ORGANISATION,
    PHONE,
    SEAT,
    compare_names,
    declare_distinct,
    find_duplicates,
    fold_address,
    fold_name,
    make_person,
    read_search,
    retract_distinct,
)
from crm.jobs import create_job, run_job
from crm.models import DistinctPair
from tests.factories import make_contact, make_organisation, make_seat

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("Åsa-Lena", "Öst"), ("Asa Lena", "Ost"), True),
        (("Anna", "Ek"), ("Ek", "Anna"), True),
        (("A", "Ek"), ("Anna", "Ek"), True),
        (("Anna Karin", "Lindgren"), ("Anna Karin", "Lindgrén"), True),
        (("Kristofer", "Andersson"), ("Christoffer", "Andersson"), True),
        (("B", "Ek"), ("Anna", "Ek"), False),
        (("Anna", "Ek"), ("Bo", "Ask"), False),
        (("", ""), ("", ""), False),
        (("Anna", "Svensson"), ("Erik", "Svensson"), False),
    ],
)
def test_names_are_alike_whatever_order_marks_and_initials(one, other, same):
    score = compare_names(make_person(1, *one), make_person(2, *other))

    assert (score >= 85) is same


@pytest.mark.parametrize(
    ("address", "folded"),
    [
        ("anna+nyhet@example.org", "anna@example.org"),
        ("a.n.na@gmail.com", "anna@gmail.com"),
        ("anna@googlemail.com", "anna@gmail.com"),
        ("a.b@example.org", "a.b@example.org"),
        ("+x@example.org", "+x@example.org"),
    ],
)
def test_address_is_folded_to_its_mailbox(address, folded):
    assert fold_address(address) == folded


def test_name_is_folded_to_plain_letters():
    assert fold_name("  Åsa-Lena  O'Ærø ") == "asa lena o aro"


def test_each_reason_is_found_and_nobody_else():
    anna = make_contact(given_name="Anna", family_name="Ek", email="anna@example.org")
    tagged = make_contact(email="anna+nyhet@example.org")
    moved = make_contact(given_name="Ek", family_name="Anna", email="anna@example.com")
    make_seat(holder=anna, email="coordinator@example.org")
    owner = make_contact(email="coordinator@example.org")
    organisation = make_organisation()
    lena, lina = (
        make_contact(given_name=name, family_name="Lindström") for name in ("Åsa", "A")
    )
    stranger = make_contact(given_name="Bo", family_name="Ask")
    for contact in (lena, lina, stranger):
        make_seat(organisation=organisation, holder=contact)
    eva, ewa = (
        make_contact(given_name=name, family_name="Karlsson", phone=phone)
        for name, phone in (("Eva", "070-123 45 67"), ("Ewa", "+46 70 123 45 67"))
    )

    found = find_duplicates(lambda _done, _total: None)

    assert {(c.first, c.second): c.reasons for c in found} == {
        (anna.pk, tagged.pk): [ADDRESS],
        (anna.pk, owner.pk): [SEAT],
        (anna.pk, moved.pk): [MOVED],
        (lena.pk, lina.pk): [ORGANISATION],
        (eva.pk, ewa.pk): [PHONE],
    }
    assert found[0].reasons == [ADDRESS]


def test_neighbours_by_name_are_compared_in_a_large_organisation(monkeypatch):
    monkeypatch.setattr("crm.duplicates.MOST_TOGETHER", 2)
    organisation = make_organisation()
    names = ["Anna Ek", "Bo Ask", "Cecilia Dahl", "Ana Ek", "Erik Fors", "Per Gran"]
    people = {}
    for name in names:
        given, family = name.split()
        people[name] = make_contact(given_name=given, family_name=family)
        make_seat(organisation=organisation, holder=people[name])

    found = find_duplicates(lambda _done, _total: None)

    assert [(c.first, c.second) for c in found] == [
        (people["Anna Ek"].pk, people["Ana Ek"].pk)
    ]


def test_desk_address_at_two_domains_is_nobody_twice():
    for domain in ("example.org", "example.com"):
        make_contact(given_name="Anna", family_name="Ek", email=f"registrator@{domain}")

    assert find_duplicates(lambda _done, _total: None) == []


def test_pair_of_two_people_is_not_found_until_that_is_taken_back():
    one = make_contact(email="anna@example.org")
    other = make_contact(email="anna+2@example.org")
    declare_distinct(other, one)
    declare_distinct(one, other)

    assert find_duplicates(lambda _done, _total: None) == []
    assert DistinctPair.objects.count() == 1

    retract_distinct(one, other)
    assert len(find_duplicates(lambda _done, _total: None)) == 1


def test_search_keeps_only_pairs_that_still_are(django_assert_num_queries):
    pairs = []
    for number in range(3):
        one = make_contact(email=f"anna{number}@example.org")
        pairs.append((one, make_contact(email=f"anna{number}+2@example.org")))
    job = run_job(create_job(DUPLICATES_JOB, by=None, done_url="/").pk)
    assert job.state == JobState.DONE
    pairs[0][1].delete()
    declare_distinct(*pairs[1])

    with django_assert_num_queries(2):
        found = read_search(job)

    assert [(c.first, c.second) for c in found] == [(pairs[2][0].pk, pairs[2][1].pk)]


def test_number_of_queries_does_not_grow(django_assert_num_queries):
    chance = random.Random(4)
    organisation = make_organisation()
    for _number in range(20):
        word = "".join(chance.choices(string.ascii_lowercase, k=8))
        contact = make_contact(given_name=word, family_name="Ek", phone="0701234567")
        make_seat(organisation=organisation, holder=contact)

    with django_assert_num_queries(9):
        find_duplicates(lambda _done, _total: None)
