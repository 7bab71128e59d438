"""The work list of seats, and who comes after whom."""

from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from crm.choices import ConsentAction, LawfulBasis, SeatTaskReason, SuppressionReason
from crm.consent import record_consent, suppress
from crm.models import Contact, SeatTask
from crm.seats import fill_seat, open_task
from newsletter.delivery.audience import select_audience
from tests.crm.viewsets.browser import log_in, names_in, texts_in
from tests.factories import (
    make_contact,
    make_network,
    make_newsletter,
    make_organisation,
    make_purpose,
    make_recipients,
    make_role,
    make_seat,
    make_segment,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

WORK = "/admin/register/seats/work/"
START = date(2026, 1, 1)
DAY = timedelta(days=1)


@pytest.fixture
def keeper():
    return log_in("Register keepers")


@pytest.fixture
def today():
    return timezone.localdate()


def follow(keeper, seat, **fields):
    """Post the succession form of a seat."""
    fields = {key: value for key, value in fields.items() if value is not None}
    return keeper.post(f"/admin/register/seats/succession/{seat.pk}/", fields)


def spans(seat):
    return list(
        seat.affiliations.order_by("pk").values_list("contact", "starts_on", "ends_on")
    )


def errors_of(answer):
    return {name: list(texts) for name, texts in answer.context["form"].errors.items()}


def told(answer):
    return [str(message).strip() for message in get_messages(answer.wsgi_request)]


# --- Succession


def test_succession_ends_one_and_begins_the_next(keeper, today):
    holder, successor = (
        make_contact(),
        make_contact(given_name="Nils", family_name="Ek"),
    )
    seat = make_seat(holder=holder, starts_on=START)
    open_task(seat, holder, SeatTaskReason.HAS_LEFT)

    answer = follow(
        keeper, seat, ended_on=today, who="choose", contact=successor.pk, starts_on=""
    )

    assert answer.url == f"/admin/register/seats/inspect/{seat.pk}/"
    assert spans(seat) == [
        (holder.pk, START, today),
        (successor.pk, today + DAY, None),
    ]
    assert told(answer) == ["Nils Ek holds the seat from then on."]
    assert not SeatTask.objects.filter(closed_at=None).exists()
    assert ModelLogEntry.objects.get().action == "crm.seat_changed_hands"


def test_next_send_goes_to_the_successor(keeper, today):
    holder, successor = make_contact(), make_contact()
    seat = make_seat(holder=holder, starts_on=START)
    segment = make_segment(rules=[{"kind": "seat", "roles": [seat.role_id]}])
    recipients, newsletter = make_recipients(include=[segment]), make_newsletter()

    def readers(on):
        found = select_audience(recipients, newsletter, on).with_mail_seat(on)
        return [(contact.pk, contact.mail_seat) for contact in found]

    follow(keeper, seat, ended_on=today, who="choose", contact=successor.pk)

    assert readers(today) == [(holder.pk, seat.pk)]
    assert readers(today + DAY) == [(successor.pk, seat.pk)]


def test_succession_from_a_page_that_showed_another_holder_asks_again(keeper, today):
    first, second, third = make_contact(), make_contact(given_name="Bo"), make_contact()
    seat = make_seat(holder=first, starts_on=START)
    seen = seat.affiliations.get().pk
    choice = {"who": "choose", "seen": seen}
    follow(keeper, seat, ended_on=START + DAY, contact=second.pk, **choice)

    answer = follow(keeper, seat, ended_on=today, contact=third.pk, **choice)

    assert errors_of(answer) == {
        "__all__": [
            f"Meanwhile {second} has the seat. Look whether what you wrote still "
            "holds, then save once more."
        ]
    }
    shown = answer.content.decode()
    assert f'name="seen" value="{seat.affiliations.get(contact=second).pk}"' in shown
    assert [contact for contact, *_days in spans(seat)] == [first.pk, second.pk]


def test_succession_by_somebody_new_makes_the_contact(keeper, today):
    seat = make_seat(holder=make_contact(), starts_on=START)

    follow(
        keeper,
        seat,
        ended_on=today,
        who="new",
        given_name="Åsa",
        family_name="Berg",
        email=" Asa@Example.org",
        language="en",
    )

    new = Contact.objects.get(email="asa@example.org")
    assert (new.full_name, new.language) == ("Åsa Berg", "en")
    assert spans(seat)[1] == (new.pk, today + DAY, None)
    assert sorted(entry.action for entry in ModelLogEntry.objects.all()) == [
        "crm.seat_changed_hands",
        "wagtail.create",
    ]


def test_succession_by_nobody_leaves_the_seat_vacant(keeper, today):
    holder = make_contact()
    seat = make_seat(holder=holder, starts_on=START)

    answer = follow(keeper, seat, ended_on=today, who="nobody")

    assert spans(seat) == [(holder.pk, START, today)]
    assert told(answer) == ["The seat is vacant from then on, and gets no mail."]


def test_vacant_seat_is_filled_and_what_was_open_is_done(keeper, today):
    seat, contact = make_seat(), make_contact()
    open_task(seat, None, SeatTaskReason.REPORTED)

    follow(keeper, seat, who="choose", contact=contact.pk, starts_on=today)

    assert spans(seat) == [(contact.pk, today, None)]
    assert not SeatTask.objects.filter(closed_at=None).exists()


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        (
            {"ended_on": date(2025, 12, 31), "who": "nobody"},
            {
                "ended_on": [
                    "Ida Ek took the seat on 1 Jan 2026, so the last day cannot be "
                    "earlier."
                ]
            },
        ),
        (
            {"ended_on": date(2026, 3, 1), "who": "choose", "starts_on": "2026-03-01"},
            {
                "contact": ["Choose who it is."],
                "starts_on": [
                    "Ida Ek holds the seat until 1 Mar 2026. Start later than that."
                ],
            },
        ),
        (
            {"ended_on": date(2026, 3, 1), "who": "new", "email": "nobody"},
            {
                "given_name": ["Write a name."],
                "email": ["Write it like name@example.org."],
            },
        ),
        (
            {
                "ended_on": date(2026, 3, 1),
                "who": "new",
                "given_name": "I",
                "email": "IDA@example.org",
            },
            {
                "email": [
                    "Ida Ek has this address and is in the register already. Choose "
                    "that contact instead."
                ]
            },
        ),
    ],
)
def test_succession_that_cannot_be_says_why_and_changes_nothing(keeper, fields, faults):
    holder = make_contact(given_name="Ida", family_name="Ek", email="ida@example.org")
    seat = make_seat(holder=holder, starts_on=START)

    answer = follow(keeper, seat, **fields)

    assert errors_of(answer) == faults
    assert spans(seat) == [(holder.pk, START, None)]
    assert Contact.objects.count() == 1
    assert not ModelLogEntry.objects.exists()


def test_succession_without_a_last_day_is_an_error(keeper):
    seat = make_seat(holder=make_contact(), starts_on=START)

    answer = follow(keeper, seat, ended_on="", who="nobody")

    assert list(errors_of(answer)) == ["ended_on"]


def test_succession_by_the_holder_is_an_error(keeper):
    holder = make_contact(given_name="Ida", family_name="Ek")
    seat = make_seat(holder=holder, starts_on=START)

    answer = follow(
        keeper, seat, ended_on="2026-03-01", who="choose", contact=holder.pk
    )

    assert errors_of(answer) == {"contact": ["Ida Ek holds the seat already."]}


def test_succession_by_somebody_no_mail_reaches_warns(keeper, today):
    seat = make_seat(holder=make_contact(), starts_on=START)
    successor = make_contact(given_name="Nils", family_name="Ek")
    suppress(successor.email, SuppressionReason.BOUNCE)

    answer = follow(keeper, seat, ended_on=today, who="choose", contact=successor.pk)

    assert "No mail reaches Nils Ek: the address is stopped." in told(answer)
    assert spans(seat)[1][0] == successor.pk


def test_succession_by_somebody_stopped_does_not_warn_where_the_seat_has_an_address(
    keeper, today
):
    seat = make_seat(holder=make_contact(), starts_on=START, email="office@example.org")
    successor = make_contact()
    suppress(successor.email, SuppressionReason.BOUNCE)

    answer = follow(keeper, seat, ended_on=today, who="choose", contact=successor.pk)

    assert len(told(answer)) == 1


def test_succession_by_somebody_who_left_warns(keeper, today):
    seat = make_seat(holder=make_contact(), starts_on=START)
    successor = make_contact(given_name="Nils", family_name="Ek")
    purpose = make_purpose(name_en="News")
    make_purpose(name_en="Invitations", lawful_basis=LawfulBasis.CONSENT)
    record_consent(successor, purpose, ConsentAction.WITHDRAWN, source="by telephone")

    answer = follow(keeper, seat, ended_on=today, who="choose", contact=successor.pk)

    assert sorted(told(answer)) == [
        "Nils Ek gets no mail for “News”. Has left.",
        "Nils Ek holds the seat from then on.",
    ]


def test_succession_that_is_settled_is_shown_instead_of_the_form(keeper, today):
    seat = make_seat()
    fill_seat(seat, make_contact(), starts_on=START, ends_on=today)
    successor = make_contact(given_name="Nils", family_name="Ek")
    fill_seat(seat, successor, starts_on=today + DAY)

    answer = keeper.get(f"/admin/register/seats/succession/{seat.pk}/")

    assert texts_in(answer, ".register-form form") == []
    assert f"/admin/register/contacts/edit/{successor.pk}/" in answer.content.decode()


def test_who_may_not_add_contacts_is_not_offered_somebody_new(today):
    seat = make_seat(holder=make_contact(), starts_on=START)
    browser = log_in(
        "wagtailadmin.access_admin",
        "crm.view_seat",
        "crm.change_seat",
        "crm.change_contact",
    )

    answer = follow(
        browser, seat, ended_on=today, who="new", given_name="X", email="x@example.org"
    )

    assert list(errors_of(answer)) == ["who"]
    assert Contact.objects.count() == 1


# --- The seat's page


def test_seat_page_says_where_mail_goes_and_why(keeper):
    seat = make_seat(holder=make_contact(), title="Chair", email="chair@example.org")

    (said,) = texts_in(
        keeper.get(f"/admin/register/seats/inspect/{seat.pk}/"), "strong"
    )

    page = keeper.get(f"/admin/register/seats/inspect/{seat.pk}/").content.decode()
    assert said == "chair@example.org"
    assert f"It is the own address of the seat {seat}." in page


def test_task_is_done_by_post_only_and_logged(keeper):
    seat = make_seat()
    task = open_task(seat, None, SeatTaskReason.BOUNCED, "550 5.1.1")
    address = f"/admin/register/seats/tasks/{task.pk}/done/"

    assert keeper.get(address).status_code == 405
    answer = keeper.post(address)

    task.refresh_from_db()
    assert task.closed_at is not None
    assert task.closed_by.username
    assert answer.url == f"/admin/register/seats/inspect/{seat.pk}/"
    assert ModelLogEntry.objects.get().action == "crm.seat_task_done"


def test_task_done_does_not_lead_off_the_site(keeper):
    task = open_task(make_seat(), None, SeatTaskReason.BOUNCED)

    answer = keeper.post(
        f"/admin/register/seats/tasks/{task.pk}/done/",
        {"next": "https://evil.example/"},
    )

    assert answer.url.startswith("/admin/register/seats/inspect/")


# --- The work list


def make_work():
    seat = make_seat(title="Bounced", holder=make_contact())
    open_task(seat, seat.affiliations.get().contact, SeatTaskReason.BOUNCED, "550")
    left = make_seat(title="Left")
    fill_seat(
        left,
        make_contact(given_name="Nils", family_name="Ek"),
        starts_on=START,
        ends_on=date(2026, 2, 28),
    )
    make_seat(title="Never")
    make_seat(title="Held", holder=make_contact())


def test_work_list_says_why_since_when_and_who_was_last(keeper):
    make_work()

    answer = keeper.get(WORK)

    assert [name.partition(",")[0] for name in names_in(answer)] == [
        "Bounced",
        "Left",
        "Never",
    ]
    rows = texts_in(answer, "table.listing tbody tr")
    assert "Mail to the holder's address bounces550Change the holder" in rows[0]
    assert "VacantFill the seat 1 Mar 2026 Nils Ek until 28 Feb 2026" in rows[1]
    assert "VacantFill the seat Never held –" in rows[2]


@pytest.mark.parametrize(
    ("why", "shown"),
    [("vacant", ["Left", "Never"]), ("soon", []), ("bounced", ["Bounced"])],
)
def test_work_list_is_filtered_by_why(keeper, why, shown):
    make_work()

    names = names_in(keeper.get(WORK, {"why": why}))

    assert [name.partition(",")[0] for name in names] == shown


def test_work_list_is_filtered_by_what_the_seat_is(keeper):
    place = make_organisation(name="Åbo stad", country="FI")
    role, network = make_role(), make_network()
    for seat in (
        make_seat(title="Ours", organisation=place, role=role, network=network),
        make_seat(title="Another"),
    ):
        fill_seat(seat, make_contact(), starts_on=START, ends_on=date(2026, 2, 28))
    choices = [
        {"organisation__country": "FI"},
        {"organisation": "åbo"},
        {"role": role.pk},
        {"network": network.pk},
        {"role": role.pk, "why": "vacant"},
        {"role": role.pk, "q": "åbo"},
    ]

    names = [names_in(keeper.get(WORK, choice)) for choice in choices]

    assert names == [["Ours, Åbo stad"]] * len(choices)


def test_work_list_finds_an_organisation_by_any_of_its_names(keeper):
    make_seat(organisation=make_organisation(name="Turku", name_sv="Åbo"))
    make_seat(organisation=make_organisation(name="Wien", name_en="Vienna"))

    found = [len(names_in(keeper.get(WORK, {"q": word}))) for word in ("åbo", "vien")]

    assert found == [1, 1]


def test_work_list_without_work_says_so(keeper):
    make_seat(holder=make_contact())

    assert texts_in(keeper.get(WORK), ".register-empty") == [
        "Nothing to do: every seat is held, and no mail to a holder bounces."
    ]


def test_work_list_shows_no_names_to_who_may_not_see_people():
    make_work()
    browser = log_in("wagtailadmin.access_admin", "crm.view_seat")

    page = browser.get(WORK).content.decode()

    assert "Left" in page
    assert "Nils" not in page
    assert "succession" not in page


def test_work_list_asks_the_same_for_one_and_three(keeper):
    counts = []
    for more in (1, 2):
        for _number in range(more):
            seat = make_seat(holder=make_contact())
            open_task(seat, None, SeatTaskReason.BOUNCED)
        keeper.get(WORK)
        with CaptureQueriesContext(connection) as queries:
            answer = keeper.get(WORK)
        counts.append((len(names_in(answer)), len(queries)))

    assert counts == [(1, counts[0][1]), (3, counts[0][1])]


def test_first_page_of_the_admin_counts_the_work(keeper):
    make_work()

    first = keeper.get("/admin/")

    (text,) = texts_in(first, "#seat-work .register-empty, .w-panel .register-empty")[
        :1
    ]
    assert text == (
        "1 seat whose holder cannot be reached or has left. 2 seats are vacant and "
        "get no mail. Show them all"
    )
    assert "seat-work" not in log_in("Editors").get("/admin/").content.decode()
