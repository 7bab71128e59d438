"""A browser in the admin, in English, for the tests of the newsletter's screens."""

from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.test.utils.form_data import querydict_from_html
from wagtail.users.models import UserProfile

from newsletter.models import NewsPage
from tests.factories import make_user


def log_in(*grants: str) -> Client:
    """Return a browser logged in as somebody with these groups and permissions."""
    user = make_user(*grants)
    profile = UserProfile.get_for_user(user)
    profile.preferred_language = "en"
    profile.save()
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def press(client: Client, page: NewsPage, action: str, **filled: str):
    """Press a button of the send panel for who may not publish; return the answer."""
    return client.post(
        f"/admin/sends/items/{page.pk}/do/", {"rundbrev-action": action, **filled}
    )


def read_messages(response) -> list[str]:
    """Return what the admin told after a request."""
    return [str(message).strip() for message in get_messages(response.wsgi_request)]


# A body of one lead, as the editor's script would post it.
LEAD_IN_FORM = {
    "body-count": "1",
    "body-0-deleted": "",
    "body-0-order": "0",
    "body-0-type": "lead",
    "body-0-id": "",
    "body-0-value-text": "Tre dagar i maj.",
    "body-0-value-extent": "full",
    "body-0-value-for_language": "",
    "body-0-value-language": "",
}


def read_form(client: Client, page: NewsPage, filled: dict[str, str]):
    """Return what an item's form would post with these values filled in."""
    html = client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    data = querydict_from_html(html, form_id="page-edit-form")
    # The content is drawn by a script, so it is not in the HTML.
    data.update(LEAD_IN_FORM)
    data.update(filled)
    return data


def press_in_editor(client: Client, page: NewsPage, action: str, **filled: str):
    """Press a button of the send panel in the item's form, which saves it first."""
    data = read_form(client, page, {"rundbrev-action": action, **filled})
    return client.post(f"/admin/pages/{page.pk}/edit/", data)


def count_queries(client: Client, address: str) -> int:
    """Return how often an address asks the database, once what is cached is cached."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
