"""Writing down what was said, on a contact's and an organisation's page."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from crm.models import ConsentEntry, ConsentState, Interaction
from tests.crm.viewsets.browser import log_in, texts_in
from tests.factories import make_contact, make_organisation, make_purpose, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.database]

REGISTER = "/admin/register/"
TEXT = "Wants to host the next meeting."


@pytest.fixture
def keeper():
    return log_in("Register keepers")


def note(**fields):
    return {"kind": "call", "at": "2026-03-02 12:00", "text": TEXT, **fields}


def own_note(client, **fields):
    user = make_user() if client is None else client_user(client)
    fields.setdefault("contact", make_contact())
    return Interaction.objects.create(kind="note", text="Old", by=user, **fields)


def client_user(client):
    return client.get("/admin/").wsgi_request.user


@pytest.mark.parametrize(
    ("name", "make"), [("contacts", make_contact), ("organisations", make_organisation)]
)
def test_note_is_written_with_author_and_day_and_stands_in_the_timeline(
    keeper, name, make
):
    thing = make()

    answer = keeper.post(f"{REGISTER}{name}/{thing.pk}/notes/", note())

    stored = Interaction.objects.get()
    assert (stored.contact or stored.organisation) == thing
    assert (stored.kind, stored.text, stored.by) == ("call", TEXT, client_user(keeper))
    assert answer.url == f"{REGISTER}{name}/inspect/{thing.pk}/#timeline"
    assert ModelLogEntry.objects.get().action == "crm.noted"
    shown = keeper.get(f"{REGISTER}{name}/inspect/{thing.pk}/")
    assert texts_in(shown, ".timeline__title") == [TEXT]


@pytest.mark.parametrize(
    ("field", "value"), [("at", "2999-01-01 00:00"), ("text", " "), ("kind", "gossip")]
)
def test_note_that_cannot_be_is_an_error(keeper, field, value):
    answer = keeper.post(
        f"{REGISTER}contacts/{make_contact().pk}/notes/", note(**{field: value})
    )

    assert list(answer.context["form"].errors) == [field]
    assert not Interaction.objects.exists()


def test_own_note_is_changed_and_removed(keeper):
    mine = own_note(keeper)

    keeper.post(f"{REGISTER}notes/{mine.pk}/edit/", note())
    mine.refresh_from_db()
    changed = mine.text
    answer = keeper.get(f"{REGISTER}notes/{mine.pk}/remove/")
    keeper.post(f"{REGISTER}notes/{mine.pk}/remove/")

    assert (changed, answer.status_code) == (TEXT, 405)
    assert not Interaction.objects.exists()
    assert ModelLogEntry.objects.get().action == "crm.note_removed"


@pytest.mark.parametrize("action", ["edit", "remove"])
def test_note_of_somebody_else_is_left_alone(keeper, action):
    theirs = own_note(None)

    answer = keeper.post(f"{REGISTER}notes/{theirs.pk}/{action}/", note())

    assert (answer.status_code, answer.url) == (302, "/admin/")
    assert Interaction.objects.get().text == "Old"
    shown = keeper.get(f"{REGISTER}contacts/inspect/{theirs.contact_id}/")
    assert f"{REGISTER}notes/{theirs.pk}/edit/" not in shown.content.decode()


def test_note_of_somebody_gone_may_be_changed(keeper):
    note_of_nobody = own_note(keeper)
    Interaction.objects.update(by=None)

    keeper.post(f"{REGISTER}notes/{note_of_nobody.pk}/edit/", note())

    assert Interaction.objects.get().text == TEXT


def test_auditor_reads_the_notes_and_writes_none():
    contact = make_contact()
    Interaction.objects.create(kind="note", text="Old", contact=contact)
    auditor = log_in("Auditors")

    shown = auditor.get(f"{REGISTER}contacts/inspect/{contact.pk}/")
    auditor.post(f"{REGISTER}contacts/{contact.pk}/notes/", note())

    assert texts_in(shown, ".timeline__title") == ["Old"]
    assert texts_in(shown, ".register-disclosure") == []
    assert Interaction.objects.count() == 1


def test_editor_sees_no_timeline_of_an_organisation():
    organisation = make_organisation()
    Interaction.objects.create(kind="note", text="Secret", organisation=organisation)

    page = log_in("Editors").get(f"{REGISTER}organisations/inspect/{organisation.pk}/")

    assert "Secret" not in page.content.decode()


def test_timeline_is_filtered_and_paged(keeper):
    contact = make_contact()
    now = timezone.now()
    for number in range(25):
        Interaction.objects.create(
            kind="note" if number % 5 else "lead",
            text=f"Entry {number}",
            contact=contact,
            at=now - timedelta(hours=number),
        )
    address = f"{REGISTER}contacts/inspect/{contact.pk}/"

    first = texts_in(keeper.get(address), ".timeline__title")
    second = keeper.get(address, {"p": "2"})
    leads = keeper.get(address, {"kind": "lead"})
    odd = keeper.get(address, {"p": "minus", "kind": "gossip"})

    assert first == [f"Entry {number}" for number in range(20)]
    assert texts_in(second, ".timeline__title") == [
        f"Entry {number}" for number in range(20, 25)
    ]
    assert texts_in(second, ".timeline__pages a") == ["Newer"]
    assert texts_in(leads, ".timeline__title") == [
        f"Entry {number}" for number in (0, 5, 10, 15, 20)
    ]
    assert texts_in(odd, ".timeline__title") == first


# --- What somebody said about mail


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("given", "given"),
        ("withdrawn", "withdrawn"),
        ("objected", "objected"),
        ("returned", "given"),
    ],
)
def test_what_was_said_goes_into_the_ledger_with_how_when_and_by_whom(
    keeper, action, status
):
    contact, purpose = make_contact(), make_purpose()

    answer = keeper.post(
        f"{REGISTER}contacts/{contact.pk}/said/",
        {
            "action": action,
            "purpose": purpose.pk,
            "source": "by telephone",
            "at": "2026-03-02 12:00",
        },
    )

    entry = ConsentEntry.objects.get()
    assert (entry.contact, entry.purpose, entry.action) == (contact, purpose, action)
    assert (entry.source, entry.by) == ("by telephone", client_user(keeper))
    assert timezone.localtime(entry.at).isoformat()[:16] == "2026-03-02T12:00"
    assert ConsentState.objects.get().status == status
    assert answer.url == f"{REGISTER}contacts/inspect/{contact.pk}/#said"
    assert ModelLogEntry.objects.get().action == "crm.said_about_mail"


def test_what_was_said_tomorrow_is_an_error(keeper):
    answer = keeper.post(
        f"{REGISTER}contacts/{make_contact().pk}/said/",
        {
            "action": "withdrawn",
            "purpose": make_purpose().pk,
            "source": "by telephone",
            "at": "2999-03-02 12:00",
        },
    )

    assert list(answer.context["form"].errors) == ["at"]
    assert not ConsentEntry.objects.exists()


def test_opening_the_page_of_what_was_said_writes_nothing(keeper):
    make_purpose()

    answer = keeper.get(f"{REGISTER}contacts/{make_contact().pk}/said/")

    assert answer.status_code == 200
    assert not ConsentEntry.objects.exists()


def test_auditor_enters_nothing_in_the_ledger():
    contact, purpose = make_contact(), make_purpose()

    log_in("Auditors").post(
        f"{REGISTER}contacts/{contact.pk}/said/",
        {
            "action": "withdrawn",
            "purpose": purpose.pk,
            "source": "by telephone",
            "at": "2026-03-02 12:00",
        },
    )

    assert not ConsentEntry.objects.exists()
