"""The demo's CLIP network against the owner's document, word by word."""

import re

import pytest
from django.utils import timezone, translation

from crm.choices import MembershipRole, OrganisationKind
from crm.models import Affiliation, Contact, Network
from home.demo import files
from home.demo.clip import load_clip
from home.demo.register import load_terms

pytestmark = [pytest.mark.django_db, pytest.mark.database]

SEED = "002_4fa770ef04d839bb.txt"


@pytest.fixture
def seed():
    return files.fixture_path("demo", "seeds", SEED).read_text(encoding="utf-8")


@pytest.fixture
def clip():
    load_terms()
    assert load_clip() == 28
    return Network.objects.get(slug="clip")


def organisations(network, role):
    with translation.override("sv"):
        memberships = network.memberships.filter(role=role).order_by("pk")
        return [
            membership.organisation
            for membership in memberships.select_related("organisation")
        ]


def test_members_are_the_documents_28_in_its_words(clip, seed):
    line = re.search(r"Städer som deltar i CLIP-nätverket\s+(.+)\.\n", seed)[1]
    with translation.override("sv"):
        names = [str(city) for city in organisations(clip, MembershipRole.MEMBER)]

    assert names == line.split(", ")
    assert len(names) == 28


def test_a_province_and_a_borough_are_no_cities(clip):
    members = organisations(clip, MembershipRole.MEMBER)

    others = {
        organisation.name_sv or organisation.name: organisation.kind
        for organisation in members
        if organisation.kind != OrganisationKind.MUNICIPALITY
    }
    assert others == {
        "Deputación de Barcelona": OrganisationKind.PROVINCE,
        "Sefton": OrganisationKind.BOROUGH,
    }


def test_members_have_their_own_country_and_names(clip):
    found = {
        member.name: (member.country, member.name_sv, member.name_en)
        for member in organisations(clip, MembershipRole.MEMBER)
    }

    assert found["Turku"] == ("FI", "Åbo", "")
    assert found["Wien"] == ("AT", "", "Vienna")
    assert found["København"] == ("DK", "Köpenhamn", "Copenhagen")
    assert len({country for country, _sv, _en in found.values()}) == 19


def test_founders_are_the_three_of_the_document(clip, seed):
    with translation.override("sv"):
        names = [str(body) for body in organisations(clip, MembershipRole.FOUNDER)]

    assert names == [
        "Europarådets kongress för lokala och regionala myndigheter",
        "Dublininstitutet",
        "Stuttgart",
    ]
    assert [name in seed for name in names] == [True] * 3


def test_six_experts_sit_in_five_centres(clip, seed):
    held = Affiliation.objects.held(timezone.localdate()).filter(
        network=clip, role__slug="expert"
    )
    people = {
        str(row.contact): row.organisation
        for row in held.select_related("contact", "organisation")
    }
    centres = organisations(clip, MembershipRole.PARTNER)

    assert all(name in seed for name in people)
    assert len(people) == 6
    assert set(people.values()) == set(centres)
    assert len(centres) == 5
    assert Network.objects.get(slug="imisco").memberships.count() == 5
    with translation.override("sv"):
        # The document runs two words together: "EthnicStudies".
        text = seed.replace("EthnicStudies", "Ethnic Studies").casefold()
        assert [str(c) for c in centres if str(c).casefold() not in text] == []
        hosts = [str(centre.parent) for centre in centres if centre.parent]
    assert hosts == [
        "Universitetet i Bamberg",
        "Universitetet i Oxford",
        "Universitetet i Amsterdam",
    ]
    assert [host for host in hosts if host.casefold() not in text] == []


def test_the_documents_contact_has_no_real_address(clip, seed):
    contact = Contact.objects.get(family_name="Renahan")

    assert str(contact) in seed
    assert contact.email == "teresa.renahan@eurofound.example"
    assert "ter@eurofound.europa.eu" in seed


def test_members_are_on_the_map_and_the_documents_experts_are_named(clip):
    members = organisations(clip, MembershipRole.MEMBER)
    named = Contact.objects.filter(publishes_name=True)

    assert [str(m) for m in members if m.latitude is None or m.longitude is None] == []
    assert {m.is_published for m in members} == {True}
    assert sorted(contact.family_name for contact in named) == [
        "Bosswick",
        "Fassmann",
        "Heckmann",
        "Martiniello",
        "Penninx",
        "Spencer",
    ]
