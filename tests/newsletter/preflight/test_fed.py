"""What the check says of blocks that the register has too little for."""

import pytest

from newsletter.preflight.rules.fed import (
    find_contact_without_address,
    find_empty_lists,
    find_ended_projects,
    find_past_events,
    find_people_who_left,
    find_works_without_links,
)
from newsletter.preflight.rules.invitations import find_missing_terms
from newsletter.preflight.rules.links import find_unencrypted_links
from newsletter.preflight.rules.numbers import find_numbers_that_differ
from tests.factories import (
    make_contact,
    make_event,
    make_membership,
    make_network,
    make_publication,
    make_seat,
)
from tests.newsletter.preflight.letters import found, make_letter, text

pytestmark = pytest.mark.django_db


def people(*contacts, **person):
    picks = [{"contact": contact.pk, **person} for contact in contacts]
    return "people_list", {"heading": "Experter", "groups": [{"people": picks}]}


def works(*publications):
    picked = [work.pk for work in publications]
    return "publications", {"heading": "Läs", "works": picked}


def test_list_without_anything_is_a_warning_and_a_call_is_not():
    letter = make_letter(
        works(),
        ("collaborate", {"heading": "x", "button": "x"}),
        works(make_publication()),
    )

    assert found(find_empty_lists, letter) == [("nothing_there", "warning", "")]


def test_person_who_left_since_is_a_warning_unless_described_otherwise():
    gone, here, never = (make_contact() for _n in range(3))
    make_seat(holder=gone).affiliations.update(ends_on="2020-01-01")
    make_seat(holder=here)

    letter = make_letter(people(gone, here, never))
    described = make_letter(people(gone, described_as="tidigare ordförande"))

    assert found(find_people_who_left, letter) == [
        ("person_left", "warning", str(gone.pk))
    ]
    assert found(find_people_who_left, described) == []


def test_publications_without_an_address_are_one_warning():
    linked = make_publication(url="https://a.example/")
    letter = make_letter(works(linked, make_publication(), make_publication()))

    assert found(find_works_without_links, letter) == [("no_work_link", "warning", "2")]


def test_publication_over_http_is_a_note():
    letter = make_letter(works(make_publication(url="http://a.example/")))

    assert found(find_unencrypted_links, letter) == [
        ("http_link", "note", "http://a.example/")
    ]


@pytest.mark.parametrize(
    ("fields", "value", "codes"),
    [
        ({}, {}, ["no_contact_address"]),
        ({"publishes_email": True}, {}, []),
        ({}, {"email": "press@example.org"}, []),
    ],
)
def test_contact_nobody_can_reach_is_a_warning(fields, value, codes):
    contact = make_contact(**fields)
    letter = make_letter(("contact", {"person": contact.pk, **value}))

    codes_found = [code for code, *_rest in found(find_contact_without_address, letter)]

    assert codes_found == codes


def test_ended_project_is_a_warning_and_a_running_one_is_not():
    ended, running = make_network(ends_on="2022-12-31"), make_network()
    cards = [("project_card", {"network": network.pk}) for network in (ended, running)]

    assert found(find_ended_projects, make_letter(*cards)) == [
        ("project_ended", "warning", str(ended.pk))
    ]


@pytest.mark.parametrize(
    ("kind", "starts_on", "abouts"),
    [
        ("invitation", "2018-02-19", ["2018-02-19"]),
        ("invitation", "2999-01-01", []),
        ("invitation", "2018-02", []),
        ("report", "2018-02-19", []),
    ],
)
def test_invitation_to_what_has_passed_is_a_warning(kind, starts_on, abouts):
    event = make_event(starts_on=starts_on)
    letter = make_letter(("event_facts", {"event": event.pk}), kind=kind)

    assert [about for *_rest, about in found(find_past_events, letter)] == abouts


def test_invitation_without_terms_leads_to_where_its_event_stands():
    event = make_event(starts_on="2999-01-01")
    facts = ("event_facts", {"event": event.pk})
    letter = make_letter(text("<p>Kom!</p>"), facts, kind="invitation", event=event)

    findings = list(find_missing_terms(letter))

    assert [f.code for f in findings] == ["no_deadline", "no_capacity"]
    assert {f.block_id for f in findings} == {letter.find("event_facts")[0].id}
    assert {f.place for f in findings} == {letter.find("event_facts")[0].place}


def test_number_of_members_counts_neither_founders_nor_partners():
    network = make_network()
    for role in ("member", "member", "founder", "partner"):
        make_membership(network=network, role=role)
    letter = make_letter(text("<p>2 medlemmar</p>"), network=network)

    assert found(find_numbers_that_differ, letter) == []
