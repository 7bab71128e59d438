"""The segments' screens: listing, form, preview, deleting, what pickers search in."""

import json

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.users.models import UserProfile

from crm.consent import suppress
from crm.models import Segment
from crm.segments import estimating, uses
from crm.segments.uses import Use
from tests.factories import (
    make_contact,
    make_organisation,
    make_role,
    make_seat,
    make_segment,
    make_user,
)

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"wagtailsnippets_crm_segment:{name}", args=args)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def log_in(*codenames):
    """Return a browser of somebody with these permissions on the register."""
    user = make_user()
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["access_admin", *codenames])
    )
    profile_language(user)
    client = Client()
    client.force_login(user)
    return client


def profile_language(user):
    profile = UserProfile.get_for_user(user)
    profile.preferred_language = "en"
    profile.save()


@pytest.fixture
def keeper():
    verbs = ("add", "change", "delete", "view")
    return log_in(*(f"{verb}_segment" for verb in verbs), "view_contact")


@pytest.fixture
def writer():
    """Somebody who builds segments and may not see who is in them."""
    return log_in("add_segment", "change_segment")


def leaf(number, kind, prefix="rules", **values):
    """Return what the browser sends for one rule."""
    at = f"{prefix}-{number}"
    return {
        f"{at}-type": kind,
        f"{at}-order": str(number),
        f"{at}-deleted": "",
        f"{at}-id": "",
        **{f"{at}-value-{key}": value for key, value in values.items()},
    }


def seat(number, prefix="rules", **values):
    names = ("roles", "countries", "regions", "kinds", "networks", "organisations")
    picked = dict.fromkeys(names, "") | {"when": "now"} | values
    return leaf(number, "seat", prefix, **picked)


def form(*leaves, **fields):
    """Return what the browser sends for a segment."""
    sent = {
        "name": "Coordinators in Sweden",
        "description": "",
        "match": "all",
        "rules-count": str(len(leaves)),
        "added": "",
        "excluded": "",
        **fields,
    }
    for one in leaves:
        sent |= one
    return sent


# --- Saving


def test_saving_stores_rules_people_and_count(keeper):
    role = make_role()
    organisation = make_organisation(country="SE")
    holder, extra, out = make_contact(), make_contact(), make_contact()
    make_seat(role=role, organisation=organisation, holder=holder)

    response = keeper.post(
        url("add"),
        form(
            seat(0, roles=str(role.pk), countries="SE"),
            added=f"{extra.pk},{out.pk}",
            excluded=str(out.pk),
        ),
    )

    segment = Segment.objects.get()
    assert response.status_code == 302
    assert segment.rules == {
        "version": 1,
        "match": "all",
        "rules": [
            {
                "kind": "seat",
                "roles": [role.pk],
                "countries": ["SE"],
                "when": "now",
            }
        ],
    }
    assert set(segment.added.all()) == {extra, out}
    assert set(segment.excluded.all()) == {out}
    assert segment.stored_count == 2
    assert (timezone.now() - segment.counted_at).total_seconds() < 60


def test_saving_nested_groups_stores_the_tree(keeper):
    group = {
        **leaf(0, "group", match="none"),
        "rules-0-value-rules-count": "1",
        **leaf(0, "language", "rules-0-value-rules", languages="en"),
    }

    keeper.post(url("add"), form(group, match="any"))

    assert Segment.objects.get().rules == {
        "version": 1,
        "match": "any",
        "rules": [
            {
                "match": "none",
                "rules": [{"kind": "language", "languages": ["en"]}],
            }
        ],
    }


def errors(response):
    with translation.override("en"):
        return response.context["form"].errors.as_data()["rules"][0].as_json_data()


def test_empty_required_condition_is_an_error_at_its_block(keeper):
    response = keeper.post(url("add"), form(leaf(0, "language", languages="")))

    assert errors(response) == {
        "blockErrors": {
            0: {"blockErrors": {"languages": {"messages": ["This field is required."]}}}
        }
    }
    assert Segment.objects.count() == 0


def test_empty_group_is_an_error_at_its_block(keeper):
    group = leaf(0, "group", match="all") | {"rules-0-value-rules-count": "0"}

    response = keeper.post(url("add"), form(group))

    assert errors(response) == {
        "blockErrors": {
            0: {"blockErrors": {"rules": {"messages": ["This field is required."]}}}
        }
    }


def test_deleted_reference_is_an_error_at_its_block(keeper):
    response = keeper.post(url("add"), form(seat(0), seat(1, roles="999")))

    assert errors(response) == {
        "blockErrors": {
            1: {
                "blockErrors": {
                    "roles": {
                        "messages": [
                            "1 choice is no longer there. Take it away, or choose "
                            "another."
                        ]
                    }
                }
            }
        }
    }


@pytest.mark.parametrize("value", ["XX", "SE,XX", "SE'--"])
def test_unknown_country_is_refused(keeper, value):
    response = keeper.post(url("add"), form(seat(0, countries=value)))

    assert list(errors(response)["blockErrors"][0]["blockErrors"]) == ["countries"]


def test_circle_is_an_error_at_its_block_naming_the_segments(keeper):
    outer = make_segment(name="Outer")
    middle = make_segment(
        name="Middle", rules=[{"kind": "segment", "segments": [outer.pk]}]
    )
    inner = leaf(0, "segment", segments=str(middle.pk), member="not_in")

    response = keeper.post(url("edit", outer.pk), form(seat(1), inner, name="Outer"))

    outer.refresh_from_db()
    assert errors(response) == {
        "blockErrors": {
            0: {
                "blockErrors": {
                    "segments": {
                        "messages": [
                            "That would go round in a circle: Outer → Middle → Outer."
                        ]
                    }
                }
            }
        }
    }
    assert outer.rules["rules"] == []


def test_segment_asking_about_itself_is_refused(keeper):
    segment = make_segment(name="Self")
    itself = leaf(0, "segment", segments=str(segment.pk), member="in")

    response = keeper.post(url("edit", segment.pk), form(itself))

    assert "Self → Self" in json.dumps(errors(response), ensure_ascii=False)


def test_writer_without_sight_of_people_keeps_those_by_hand(writer):
    contact = make_contact(given_name="Hemlig")
    segment = make_segment(added=[contact])

    page = writer.get(url("edit", segment.pk))
    writer.post(url("edit", segment.pk), form(name="New", added="", excluded=""))

    segment.refresh_from_db()
    assert segment.name == "New"
    assert set(segment.added.all()) == {contact}
    assert "Hemlig" not in page.content.decode()


def test_form_names_people_added_by_hand(keeper):
    contact = make_contact(given_name="Åsa", family_name="Öberg", email="a@example.org")
    segment = make_segment(added=[contact])

    page = keeper.get(url("edit", segment.pk)).content.decode()

    assert "Åsa Öberg, a@example.org" in page


# --- Preview


def send_preview(client, data, *path):
    """Send a half-edited form as the preview panel does; return what it shows."""
    address = url("preview_on_edit", *path) if path else url("preview_on_add")
    answer = client.post(address, data)
    assert answer.json() == {"is_valid": True, "is_available": True}
    return client.get(address, {"in_preview_panel": "true"})


def test_preview_counts_people_without_saving(keeper):
    role = make_role(name_en="Coordinator")
    town = make_organisation(name="Malmö", country="SE")
    reached = make_contact(given_name="Åsa", language="sv")
    stopped = make_contact(given_name="Jan", language="en")
    make_seat(role=role, organisation=town, holder=reached)
    make_seat(role=role, organisation=town, title="deputy", holder=stopped)
    suppress(stopped.email, "bounce")

    response = send_preview(
        keeper, form(seat(0, roles=str(role.pk), countries="SE"), name="")
    )

    preview = response.context["preview"]
    assert (preview.summary.total, preview.summary.reachable) == (2, 1)
    assert [(bar.label, bar.count) for bar in preview.summary.countries] == [
        ("Sweden", 2)
    ]
    assert preview.outline.items == ("holds a seat as coordinator in Sweden",)
    assert {(p.name, tuple(p.seats)) for p in preview.people} == {
        (str(reached), ("Coordinator, Malmö",)),
        (str(stopped), ("deputy, Malmö",)),
    }
    assert Segment.objects.count() == 0


def test_preview_of_half_edited_segment_leaves_the_stored_one(keeper):
    make_contact(language="en")
    segment = make_segment(rules=[{"kind": "language", "languages": ["sv"]}])

    response = send_preview(
        keeper, form(leaf(0, "language", languages="en")), segment.pk
    )

    stored = Segment.objects.get()
    assert response.context["preview"].summary.total == 1
    assert stored.rules["rules"] == [{"kind": "language", "languages": ["sv"]}]
    assert stored.updated_at == segment.updated_at


def test_preview_of_unfinished_rule_says_so_and_counts_nobody(keeper):
    response = send_preview(keeper, form(leaf(0, "language", languages="")))

    preview = response.context["preview"]
    assert preview.warnings == [
        "A rule is not finished. The count comes back when it is."
    ]
    assert preview.summary is None


@pytest.mark.parametrize(
    ("leaves", "warning"),
    [
        ([], "There is no rule yet, and a segment without rules means nobody."),
        (
            [seat(0)],
            "A seat rule has no conditions: it takes in everybody with any seat.",
        ),
        (
            [seat(0, countries="NO")],
            "Nobody in the register meets these rules today.",
        ),
    ],
)
def test_preview_warns_of_what_is_probably_not_meant(keeper, leaves, warning):
    make_seat(holder=make_contact())

    response = send_preview(keeper, form(*leaves))

    assert response.context["preview"].warnings == [warning]


def test_preview_warns_of_a_broken_segment_inside(keeper):
    role = make_role()
    broken = make_segment(rules=[{"kind": "seat", "roles": [role.pk]}])
    role.delete()
    inner = leaf(0, "segment", segments=str(broken.pk), member="not_in")

    preview = send_preview(keeper, form(inner)).context["preview"]

    assert "has been deleted" in preview.warnings[0]
    assert preview.summary is None


def test_preview_before_any_edit_shows_the_stored_segment(keeper):
    contact = make_contact()
    segment = make_segment(added=[contact])

    response = keeper.get(url("preview_on_edit", segment.pk))

    assert response.context["preview"].summary.total == 1
    assert response.context["preview"].by_hand == ["1 person is added by hand."]


def test_preview_shows_numbers_but_no_names_without_permission(writer):
    make_seat(holder=make_contact(given_name="Hemlig", family_name="Person"))

    response = send_preview(writer, form(seat(0)))

    assert response.context["preview"].summary.total == 1
    assert "Hemlig" not in response.content.decode()


def test_preview_takes_as_many_queries_for_three_people_as_for_one(keeper):
    def count():
        keeper.post(url("preview_on_add"), form(seat(0)))
        with CaptureQueriesContext(connection) as taken:
            keeper.get(url("preview_on_add"))
        return len(taken)

    make_seat(holder=make_contact())
    one = count()
    for _number in range(2):
        make_seat(holder=make_contact())

    assert count() == one


def test_preview_of_a_large_register_says_about_how_many_and_then_counts(
    keeper, monkeypatch
):
    monkeypatch.setattr(estimating, "WORTH_A_GUESS", 1)
    for _number in range(30):
        make_contact(language="en")
    data = form(leaf(0, "language", languages="en"))

    sketch = send_preview(keeper, data)
    exact = keeper.get(url("preview_on_add"), {"exact": ""})

    assert (sketch.context["preview"].about, sketch.context["preview"].summary) == (
        "about 30",
        None,
    )
    assert "url=?exact" in sketch.content.decode()
    assert exact.context["preview"].summary.total == 30
    assert "?exact" not in exact.content.decode()


# --- Listing, deleting


def test_listing_says_rules_in_words_with_count(keeper):
    make_contact(language="sv")
    keeper.post(url("add"), form(leaf(0, "language", languages="sv")))

    page = keeper.get(url("list")).content.decode()

    assert "Everyone who is written to in Swedish." in page
    assert "1 on " in page


def test_listing_takes_as_many_queries_for_three_segments_as_for_one(keeper):
    def count():
        with CaptureQueriesContext(connection) as taken:
            keeper.get(url("list"))
        return len(taken)

    def make():
        make_segment(rules=[{"kind": "seat", "roles": [make_role().pk]}])

    make()
    count()
    one = count()
    make()
    make()

    assert count() == one


def test_page_leads_to_the_people_in_it_for_who_may_see_them(keeper, writer):
    segment = make_segment()
    page = reverse("wagtailsnippets_crm_segment:inspect", args=[segment.pk])
    people = f'href="/admin/register/contacts/?segment={segment.pk}"'

    assert people in keeper.get(page).content.decode()
    assert people not in writer.get(page).content.decode()


def test_empty_listing_explains_and_offers_the_first(keeper):
    page = keeper.get(url("list")).content.decode()

    assert "A segment says who a letter is for, by rule" in page
    assert "Make the first segment" in page


def test_deleting_names_what_uses_the_segment(keeper, monkeypatch):
    segment = make_segment(name="Used")
    other = make_segment(
        name="Asking", rules=[{"kind": "segment", "segments": [segment.pk]}]
    )
    monkeypatch.setattr(
        uses, "_finders", [lambda found, user: [Use("Recipients “All”")]]
    )

    response = keeper.get(url("delete", segment.pk))

    assert response.context["uses"] == [
        Use("Segment “Asking”", url("edit", other.pk)),
        Use("Recipients “All”"),
    ]
    assert "Recipients “All”" in response.content.decode()
    keeper.post(url("delete", segment.pk))
    assert list(Segment.objects.all()) == [other]


# --- Searching for the pickers


def search(client, source, **query):
    return client.get(url("options", source), query)


def test_organisations_are_found_by_any_of_their_names(keeper):
    turku = make_organisation(name="Turku", name_sv="Åbo", country="FI")
    make_organisation(name="Malmö")

    for text in ("turk", "Åbo"):
        found = search(keeper, "organisations", q=text).json()["options"]
        assert [pk for pk, _name in found] == [str(turku.pk)]


def test_contacts_are_found_by_name_whatever_the_accents_and_case(keeper):
    contact = make_contact(
        given_name="Åsa", family_name="Öberg", email="asa@example.org"
    )
    make_contact(given_name="Jan")

    for text in ("åsa öb", "ÖBERG", "asa@ex"):
        assert search(keeper, "contacts", q=text).json() == {
            "options": [[str(contact.pk), "Åsa Öberg, asa@example.org"]]
        }


def test_options_are_named_by_their_ids(keeper):
    organisation = make_organisation(name="Malmö")

    answer = search(keeper, "organisations", ids=f"{organisation.pk},99,x")

    assert answer.json() == {"options": [[str(organisation.pk), "Malmö"]]}


def test_contacts_are_refused_to_who_may_not_see_them(writer):
    make_contact(given_name="Hemlig")

    assert search(writer, "organisations", q="").status_code == 200
    assert b"Hemlig" not in search(writer, "contacts", q="hem").content


def test_options_are_refused_to_others():
    make_organisation(name="Malmö")

    assert search(Client(), "organisations", q="").status_code == 302
    assert b"Malm" not in search(log_in(), "organisations", q="").content


def test_unknown_options_are_not_found(keeper):
    response = keeper.get(url("options", "users"), {"q": ""}, follow=True)

    assert response.status_code == 404
