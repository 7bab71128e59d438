"""newsletter/views/preflight.py: the check in the editor."""

import pytest

from newsletter.models import Acknowledgement
from newsletter.preflight.running import find_obstacles
from tests.factories import make_contact, make_segment
from tests.newsletter.browsing import log_in
from tests.newsletter.delivery.scenes import make_item
from tests.newsletter.delivery.test_checking import ERROR, NOTE, WARNING, check

pytestmark = pytest.mark.django_db


def make_page(*body):
    return make_item([make_contact()], body=list(body))


def look(client, page):
    return client.get(f"/admin/sends/items/{page.pk}/check/")


def let_stand(client, page, key, stands="yes"):
    address = f"/admin/sends/items/{page.pk}/stands/"
    return client.post(address, {"key": key, "stands": stands})


def key_of_warning(page):
    [warning] = [f for f in check(page) if f.severity == "warning"]
    return warning.key


def test_check_says_what_stops_the_send_and_leads_to_the_block():
    page = make_page(NOTE, WARNING, ERROR)
    page.refresh_from_db()

    answer = look(log_in("Editors"), page).json()

    assert answer["stops"] is True
    assert "1 error stops the send. 1 warning is to be looked at." in answer["html"]
    assert f'href="#block-{page.body[2].id}-section"' in answer["html"]
    assert "Show: 3. " in answer["html"]


def test_check_with_nothing_to_stop_says_so():
    answer = look(log_in("Editors"), make_page(NOTE)).json()

    assert answer["stops"] is False
    assert "Nothing stops the send." in answer["html"]


def test_check_looks_at_the_newest_saved_version():
    page = make_page(NOTE)
    page.body = [{"type": ERROR[0], "value": ERROR[1]}]
    page.save_revision()

    assert look(log_in("Editors"), page).json()["stops"] is True


def test_check_says_at_each_block_what_was_found_and_whom_it_is_limited_to():
    first, second = make_segment(name="Coordinators"), make_segment(name="Experts")
    both = [str(first.pk), str(second.pk)]
    lead, text = NOTE[1]["text"], "<p>Hej.</p>"
    page = make_page(
        ("lead", {"text": lead, "not_for": [str(first.pk)], "extent": "absent"}),
        NOTE,
        ("text", {"text": text, "only_for": both, "for_language": "en"}),
        WARNING,
        ERROR,
    )
    page.refresh_from_db()
    client = log_in("Editors")

    whole = look(client, page).json()
    part = client.get(f"/admin/sends/items/{page.pk}/check/?part=blocks").json()
    let_stand(client, page, key_of_warning(page))
    later = look(client, page).json()["blocks"]

    assert part == {"blocks": whole["blocks"]}
    said = {
        block["id"]: [
            (mark["kind"], mark["label"], mark["words"].partition(".")[0])
            for mark in block["marks"]
        ]
        for block in whole["blocks"]
    }
    limited, _whole, shared, stray, empty = (block.id for block in page.body)
    assert said == {
        limited: [
            ("limit", "", "Not shown to: Coordinators"),
            ("limit", "", "Only on the web"),
        ],
        shared: [
            ("limit", "", "Shown only to: Coordinators or Experts"),
            ("limit", "", "Shown only to: readers of English"),
        ],
        stray: [("warning", "Warning", "A line that may have come along by mistake")],
        empty: [("error", "Error", "Nothing stands under the heading")],
    }
    assert [block["id"] for block in later] == [limited, shared, empty]


def test_check_changes_nothing():
    page = make_page(NOTE, WARNING)

    assert look(log_in("Editors"), page).status_code == 200
    assert Acknowledgement.objects.count() == 0


@pytest.mark.parametrize("grant", [(), ("Register keepers",)])
def test_check_is_for_those_who_may_edit(grant):
    page = make_page(NOTE, WARNING)
    client = log_in(*grant)

    assert look(client, page).status_code in (302, 403)
    assert let_stand(client, page, key_of_warning(page)).status_code in (302, 403)
    assert Acknowledgement.objects.count() == 0


def test_acknowledging_needs_post():
    page = make_page(NOTE, WARNING)

    response = log_in("Editors").get(f"/admin/sends/items/{page.pk}/stands/")

    assert response.status_code == 405


def test_warning_is_let_stand_by_name_once_and_can_be_taken_back():
    page = make_page(NOTE, WARNING)
    client = log_in("Editors")
    key = key_of_warning(page)

    let_stand(client, page, key)
    answer = let_stand(client, page, key).json()

    row = Acknowledgement.objects.get()
    assert (row.page_id, row.key) == (page.pk, key)
    assert row.by.username in answer["html"]
    assert answer["stops"] is False
    assert find_obstacles(check(page), page) == []

    answer = let_stand(client, page, key, stands="").json()
    assert answer["stops"] is True
    assert Acknowledgement.objects.count() == 0


def test_error_cannot_be_let_stand():
    page = make_page(NOTE, ERROR)
    [error] = [f for f in check(page) if f.is_error]

    answer = let_stand(log_in("Editors"), page, error.key).json()

    assert answer["stops"] is True
    assert Acknowledgement.objects.count() == 0


def test_letting_stand_is_in_the_history_of_the_item():
    page = make_page(NOTE, WARNING)
    client = log_in("Editors")
    let_stand(client, page, key_of_warning(page))
    let_stand(client, page, key_of_warning(page), stands="")

    html = client.get(f"/admin/pages/{page.pk}/history/").content.decode()

    assert "Let a warning stand: A line that may have come along by mistake" in html
    assert "Took the acknowledgement of a warning back" in html
