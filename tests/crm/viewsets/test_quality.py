"""Duplicates and merging on the screen."""

import pytest

from crm.choices import SuppressionReason
from crm.consent import suppress
from crm.jobs import create_job
from crm.models import Contact, DistinctPair, Job, Merge
from tests.crm.viewsets.browser import log_in, texts_in
from tests.factories import (
    make_contact,
    make_custom_field,
    make_seat,
    make_segment,
    make_topic,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

CONTACTS = "/admin/register/contacts"


@pytest.fixture
def keeper():
    return log_in("Register keepers")


@pytest.fixture
def pair():
    return (
        make_contact(given_name="Åsa", family_name="Ek", email="asa@example.org"),
        make_contact(given_name="Asa", family_name="Ek", email="asa+2@example.org"),
    )


def choices_of(answer) -> dict[str, object]:
    """Return the form as it stands, with every suggestion."""
    form = answer.context["form"]
    sent = {name: form[name].value() for name in form.fields}
    return {
        name: value
        if isinstance(value, str)
        else [getattr(thing, "pk", thing) for thing in value]
        for name, value in sent.items()
    }


def test_nobody_has_looked_yet(keeper):
    answer = keeper.get(f"{CONTACTS}/duplicates/")

    assert texts_in(answer, ".crm-quality__lead button") == ["Look for duplicates"]
    assert Job.objects.count() == 0


def test_looking_finds_the_pair_and_says_why(keeper, pair):
    answer = keeper.post(f"{CONTACTS}/duplicates/", follow=True)

    assert texts_in(answer, ".crm-quality__person a") == ["Åsa Ek", "Asa Ek"]
    assert texts_in(answer, ".crm-quality__why li") == [
        "The same address in another form"
    ]


def test_many_contacts_are_looked_through_by_a_job(
    keeper, pair, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("crm.viewsets.quality.MOST_AT_ONCE", 1)

    with django_capture_on_commit_callbacks(execute=True):
        answer = keeper.post(f"{CONTACTS}/duplicates/")

    job = Job.objects.get()
    assert answer.url == f"/admin/register/jobs/{job.pk}/"
    assert len(job.result["pairs"]) == 1


def test_list_costs_the_same_for_one_pair_and_for_three(
    keeper, django_assert_num_queries
):
    def fill(count: int) -> None:
        for number in range(Contact.objects.count(), count * 2, 2):
            for tag in ("", "+2"):
                contact = make_contact(email=f"a{number}{tag}@example.org")
                make_seat(holder=contact)
        keeper.post(f"{CONTACTS}/duplicates/")

    fill(1)
    keeper.get(f"{CONTACTS}/duplicates/")
    with django_assert_num_queries(14):
        keeper.get(f"{CONTACTS}/duplicates/")
    fill(3)
    with django_assert_num_queries(14):
        assert (
            len(texts_in(keeper.get(f"{CONTACTS}/duplicates/"), ".crm-quality__pair"))
            == 3
        )


def test_two_people_are_not_shown_again_until_that_is_undone(keeper, pair):
    keeper.post(f"{CONTACTS}/duplicates/")
    both = {"one": pair[1].pk, "other": pair[0].pk}

    answer = keeper.post(f"{CONTACTS}/duplicates/two-people/", both, follow=True)
    assert texts_in(answer, ".crm-quality__person a") == []
    listed = keeper.get(f"{CONTACTS}/duplicates/two-people/")
    assert texts_in(listed, ".register-table tbody td a") == ["Åsa Ek", "Asa Ek"]

    answer = keeper.post(
        f"{CONTACTS}/duplicates/two-people/", {**both, "undo": ""}, follow=True
    )
    assert texts_in(answer, ".crm-quality__person a") == ["Åsa Ek", "Asa Ek"]
    assert DistinctPair.objects.count() == 0


def test_page_of_a_merge_shows_both_and_marks_what_differs(keeper, pair):
    kept, lost = pair
    make_custom_field(slug="diet", name_en="Diet")
    Contact.objects.filter(pk=lost.pk).update(custom={"diet": "Vegan"})
    suppress(lost.email, SuppressionReason.BOUNCE)
    make_seat(holder=lost)

    answer = keeper.get(f"{CONTACTS}/merge/{kept.pk}/{lost.pk}/")

    assert texts_in(answer, ".crm-merge__head h2") == ["Åsa Ek", "Asa Ek"]
    assert texts_in(answer, ".crm-merge__row--differs legend") == [
        "Given name",
        "E-mail",
        "Diet",
    ]
    assert texts_in(answer, "mark") == ["+2"]
    assert texts_in(answer, "small") == ["Stopped: the address bounces."]
    assert texts_in(answer, ".crm-merge__moving li") == ["1 Affiliations"]
    assert Merge.objects.count() == 0


def test_merging_writes_what_was_chosen_and_can_be_undone(keeper, pair):
    kept, lost = pair
    topic, other = make_topic(), make_topic()
    kept.topics.add(topic)
    lost.topics.add(other)
    segment = make_segment(added=[lost])
    address = f"{CONTACTS}/merge/{kept.pk}/{lost.pk}/"
    page = keeper.get(address)
    sent = {**choices_of(page), "email": "lost", "topics": [other.pk]}

    answer = keeper.post(address, sent)

    assert answer.url == f"{CONTACTS}/inspect/{kept.pk}/"
    merged = Contact.objects.get()
    assert (merged.given_name, merged.email) == ("Åsa", "asa+2@example.org")
    assert list(merged.topics.all()) == [other]
    assert list(segment.added.all()) == [merged]

    merge = Merge.objects.get()
    listed = keeper.get(f"{CONTACTS}/merges/")
    assert texts_in(listed, ".register-table tbody th") == ["Åsa Ek"]
    answer = keeper.post(f"{CONTACTS}/merges/{merge.pk}/", follow=True)
    assert "They are two contacts again." in texts_in(answer, ".messages li")[0]
    assert set(Contact.objects.values_list("email", flat=True)) == {
        "asa@example.org",
        "asa+2@example.org",
    }


def test_choices_about_what_is_no_more_are_not_taken(keeper, pair):
    kept, lost = pair
    address = f"{CONTACTS}/merge/{kept.pk}/{lost.pk}/"
    sent = choices_of(keeper.get(address))
    lost.phone = "070"
    lost.save()

    answer = keeper.post(address, sent)

    assert answer.status_code == 200
    assert (
        "One of the two was changed meanwhile" in texts_in(answer, ".help-critical")[0]
    )
    assert Contact.objects.count() == 2
    # The page is fresh: sent again as it stands, it merges.
    assert keeper.post(address, choices_of(answer)).status_code == 302


def test_merging_with_oneself_is_refused_in_words(keeper, pair):
    address = f"{CONTACTS}/merge/{pair[0].pk}/{pair[0].pk}/"

    answer = keeper.post(address, choices_of(keeper.get(address)))

    assert "That is one and the same contact." in texts_in(answer, ".help-critical")[0]


def test_other_contact_is_picked_on_the_way_to_merging(keeper, pair):
    kept, lost = pair
    address = f"{CONTACTS}/merge/{kept.pk}/"

    assert keeper.post(address, {"other": kept.pk}).status_code == 200
    answer = keeper.post(address, {"other": lost.pk})

    assert answer.url == f"{CONTACTS}/merge/{kept.pk}/{lost.pk}/"


def test_who_may_not_delete_does_not_merge(pair):
    client = log_in(
        "wagtailadmin.access_admin", "crm.change_contact", "crm.view_contact"
    )

    answer = client.get(f"{CONTACTS}/merge/{pair[0].pk}/{pair[1].pk}/")

    assert answer.status_code == 302
    assert client.get(f"{CONTACTS}/duplicates/").status_code == 200


def test_search_of_another_kind_is_not_taken_for_one(keeper):
    create_job("bulk", by=None)

    assert keeper.get(f"{CONTACTS}/duplicates/").status_code == 200
