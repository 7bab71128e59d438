"""What an editor may name in an item, also by a number posted by hand."""

import pytest
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, GroupCollectionPermission

from newsletter.models import NewsPage
from newsletter.models.item_form import find_refused
from tests.factories import (
    make_contact,
    make_event,
    make_news_page,
    make_recipients,
    make_seat,
    make_user,
)
from tests.newsletter.browsing import LEAD_IN_FORM, log_in, read_form

pytestmark = pytest.mark.django_db
REFUSAL = "This names something that you may not choose."
SETTINGS = {"extent": "full", "for_language": "", "language": ""}


def contact_in_form(**chosen: int) -> dict[str, str]:
    values = {"person": "", "seat": "", "name": "Redaktionen", **SETTINGS, **chosen}
    texts = {"role": "", "organisation": "", "email": "", "website": ""}
    return {
        **LEAD_IN_FORM,
        "body-0-type": "contact",
        **{f"body-0-value-{name}": str(v) for name, v in {**texts, **values}.items()},
    }


def people_in_form(contact: int) -> dict[str, str]:
    group = "body-0-value-groups-0-value"
    person = f"{group}-people-0"
    return {
        **LEAD_IN_FORM,
        "body-0-type": "people_list",
        "body-0-value-heading": "Experter",
        "body-0-value-groups-count": "1",
        "body-0-value-groups-0-deleted": "",
        "body-0-value-groups-0-order": "0",
        **{
            f"{group}-{name}": ""
            for name in ("heading", "network", "role", "organisation")
        },
        f"{group}-people-count": "1",
        f"{person}-deleted": "",
        f"{person}-order": "0",
        f"{person}-value-contact": str(contact),
        f"{person}-value-described_as": "",
    }


def save(client, page, filled):
    return client.post(f"/admin/pages/{page.pk}/edit/", read_form(client, page, filled))


@pytest.mark.parametrize(
    "fill", [lambda pk: contact_in_form(person=pk), people_in_form]
)
def test_contact_posted_by_who_sees_no_contacts_is_refused_and_not_named(fill):
    page = make_news_page()
    hidden = make_contact(given_name="Hemlige", family_name="Arne")
    client = log_in("Editors")

    answer = save(client, page, fill(hidden.pk))

    html = answer.content.decode()
    assert REFUSAL in html
    assert "Hemlige" not in html
    assert "Hemlige" not in str(page.latest_revision.content)


def test_contact_posted_for_the_preview_is_refused_and_not_named():
    page = make_news_page()
    hidden = make_contact(given_name="Hemlige", family_name="Arne")
    client = log_in("Editors")
    preview = f"/admin/pages/{page.pk}/edit/preview/"
    filled = read_form(client, page, contact_in_form(person=hidden.pk))

    told = client.post(preview, filled).json()

    assert told["is_valid"] is False
    assert "Hemlige" not in client.get(preview, {"mode": ""}).content.decode()


def test_seat_posted_by_who_sees_no_seats_is_refused():
    page = make_news_page()
    client = log_in("Editors")

    answer = save(client, page, contact_in_form(seat=make_seat().pk))

    assert REFUSAL in answer.content.decode()


def test_contact_that_stands_in_the_item_stays_and_may_come_back():
    contact = make_contact()
    page = make_news_page(body=[("contact", {"person": contact.pk})])
    client = log_in("Editors")

    saved = [
        save(client, page, filled)
        for filled in (
            contact_in_form(person=contact.pk, name="Ny rubrik"),
            contact_in_form(name="Utan person"),
            contact_in_form(person=contact.pk),
        )
    ]

    assert [answer.status_code for answer in saved] == [302, 302, 302]
    newest = NewsPage.objects.get().get_latest_revision_as_object()
    assert newest.body[0].value["person"] == contact


def test_contact_chosen_by_who_may_see_contacts_is_taken():
    page = make_news_page()
    contact = make_contact()

    answer = save(
        log_in("Editors", "crm.view_contact"), page, contact_in_form(person=contact.pk)
    )

    assert answer.status_code == 302


def test_event_and_recipients_posted_without_the_right_are_refused_and_not_named():
    page = make_news_page()
    event, recipients = make_event(title="Hemligt möte"), make_recipients(include=[])
    client = log_in("wagtailadmin.access_admin")
    group = client.user.groups.create(name="Only writing")
    editors = make_user("Editors").groups.get()
    for right in editors.page_permissions.all():
        group.page_permissions.create(page=right.page, permission=right.permission)

    answer = save(
        client,
        page,
        {"event": str(event.pk), "newsletter_recipients": str(recipients.pk)},
    )

    html = answer.content.decode()
    assert html.count(REFUSAL) == 2
    assert ("Hemligt möte" in html, str(recipients) in html) == (False, False)


def test_pictures_and_documents_of_closed_collections_are_refused():
    closed = Collection.get_first_root_node().add_child(name="Personal")
    rows = {
        get_image_model(): get_image_model().objects.create(
            title="Porträtt", file=get_test_image_file(), collection=closed
        ),
        get_document_model(): get_document_model().objects.create(
            title="Löner", collection=closed
        ),
    }
    named = {(model, str(row.pk)) for model, row in rows.items()}

    assert find_refused(make_user("Editors"), named) == set()
    GroupCollectionPermission.objects.all().delete()
    assert find_refused(make_user("Editors"), named) == named
    assert find_refused(make_user(is_superuser=True), named) == set()
