"""newsletter/models/previewing.py."""

import pytest

from tests.factories import make_contact, make_user
from tests.newsletter.delivery.scenes import make_item

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("grant", "is_offered"),
    [("crm.view_contact", True), ("newsletter.send_test", False)],
)
def test_editor_readers_are_offered_to_who_may_see_contacts(client, grant, is_offered):
    page = make_item([make_contact(given_name="Åsa", family_name="Öberg")])
    client.force_login(make_user("Editors", grant))

    html = client.get(f"/admin/pages/{page.pk}/edit/").content.decode()

    assert ("Åsa Öberg" in html) == is_offered
