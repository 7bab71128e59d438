"""The page of experts: who is named, with what."""

import pytest
from wagtail.models import Locale
from wagtail_localize.models import Translation, TranslationSource

from home.models import DirectoryPage
from tests.factories import (
    make_contact,
    make_directory,
    make_role,
    make_seat,
)
from tests.home.directory.scene import (
    count_queries,
    make_picture,
    make_town,
    read,
    said,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_experts_of_a_directory_without_roles_are_no_page(client, directory):
    assert client.get(f"{directory.url}experts/").status_code == 404
    assert "experts/" not in client.get(directory.url).content.decode()


def test_expert_shows_each_field_only_with_the_word_on_it(client, site):
    role = make_role(name_sv="expert")
    directory = make_directory(site, experts=[role])
    fields = {"phone": "0920-1", "biography": "Forskar."}
    told = make_contact(
        given_name="Ada",
        family_name="Ek",
        publishes_name=True,
        publishes_phone=True,
        **fields,
    )
    make_seat(role=role, organisation=make_town("Lund"), holder=told)
    silent = make_contact(family_name="Tyst", publishes_email=True, **fields)
    make_seat(role=role, organisation=make_town("Åbo"), holder=silent)

    page = read(client, f"{directory.url}experts/")

    assert said(page, ".person-name") == ["Ada Ek"]
    assert "0920-1" in page.text
    assert told.email not in page.text
    assert "Forskar" not in page.text
    assert "Tyst" not in page.text
    assert silent.email not in page.text


def test_translated_directory_follows_the_choice_of_experts(site):
    directory = make_directory(site, experts=[make_role()])
    english = Locale.objects.get_or_create(language_code="en")[0]

    def translate(page) -> None:
        source, _made = TranslationSource.update_or_create_from_instance(page)
        translation, _made = Translation.objects.get_or_create(
            source=source, target_locale=english
        )
        translation.save_target(publish=True)

    translate(site.home), translate(directory)
    directory.expert_roles = [make_role(), make_role()]
    directory.save()
    translate(directory)

    translated = DirectoryPage.objects.get(locale=english)
    assert set(translated.expert_roles.all()) == set(directory.expert_roles.all())


def test_no_expert_who_agreed_is_said_kindly(client, site):
    directory = make_directory(site, experts=[make_role()])

    page = read(client, f"{directory.url}experts/")

    assert len(page.select(".empty")) == 1
    assert page.select(".people") == []


def test_many_experts_are_searched_and_paged(client, site, monkeypatch):
    monkeypatch.setattr("home.directory.people.FEW", 1)
    monkeypatch.setattr("home.directory.people.EXPERTS_PER_PAGE", 2)
    role = make_role()
    directory = make_directory(site, experts=[role])
    for name in ("Åsa", "Bo", "Cleo"):
        make_seat(
            role=role,
            organisation=make_town(f"{name}stad"),
            holder=make_contact(given_name=name, family_name=name, publishes_name=True),
        )
    url = f"{directory.url}experts/"

    assert said(read(client, f"{url}?page=2"), ".person-name") == ["Åsa Åsa"]
    assert said(read(client, f"{url}?q=cleost"), ".person-name") == ["Cleo Cleo"]
    assert len(read(client, f"{url}?q=nobody").select(".empty")) == 1


def test_experts_with_portraits_cost_the_same_for_one_and_three(client, site):
    role = make_role()
    directory = make_directory(site, experts=[role])

    def add(number):
        face = make_picture(f"Porträtt {number}")
        holder = make_contact(publishes_name=True, publishes_photo=True, photo=face)
        make_seat(role=role, organisation=make_town(f"Stad {number}"), holder=holder)

    add(1)
    once = count_queries(client, f"{directory.url}experts/")
    add(2), add(3)
    assert count_queries(client, f"{directory.url}experts/") == once
