"""Which role opens which of our admin pages: docs/permissions.md, walked through.

Every address of our apps is opened as each role, as somebody who may only log in, and as
nobody. What no rule below names is open to none of them, so a new page has to be put
here before anybody but a superuser can be expected to see it.
"""

import re
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from crm.bulk.running import BULK_JOB
from crm.choices import ApiScope, InteractionKind, SeatTaskReason, SuppressionReason
from crm.consent import suppress
from crm.jobs import create_job, run_job
from crm.merging.joining import merge_contacts
from crm.models import DataRequest, ImportBatch, Interaction, Job
from crm.seats import open_task
from crm.tokens import make_token
from home.roles import PERMISSIONS, create_roles, create_roles_once, name_role
from newsletter.models import Destination
from tests.factories import (
    make_campaign,
    make_contact,
    make_custom_field,
    make_event,
    make_event_series,
    make_grant,
    make_media_item,
    make_membership,
    make_network,
    make_place,
    make_publication,
    make_purpose,
    make_recipients,
    make_seat,
    make_segment,
    make_topic,
    make_user,
)
from tests.project.urls import list_addresses

pytestmark = pytest.mark.django_db

EDITOR, KEEPER, APPROVER, SENDER, AUDITOR = PERMISSIONS
EVERYONE = frozenset(PERMISSIONS)
ONLY_LOGS_IN = "only logs in"
ADMIN_HOME = "/admin/"

OUR_PREFIXES = (
    "admin/register/",
    "admin/sends/",
    "admin/recipients",
    "admin/returned",
    "admin/destinations",
    "admin/newsletter",
    "admin/news/",
    "admin/snippets/choose/",
)
SEE_SENDS = frozenset({EDITOR, APPROVER, SENDER, AUDITOR})
READ = r"(results/|inspect/.*|history/.*|history-results/.*)?$"
PUBLIC_FACTS = "organisations|networks|grants|topics"
EDITORIAL = "events|series|places|publications|media"

# Route -> the roles it opens for; the first that fits holds.
RULES: list[tuple[str, frozenset[str]]] = [
    (rf"admin/register/contacts/{READ}", frozenset({KEEPER, AUDITOR})),
    (rf"admin/register/({PUBLIC_FACTS})/{READ}", frozenset({EDITOR, KEEPER, AUDITOR})),
    (rf"admin/register/({EDITORIAL})/{READ}", frozenset({EDITOR, KEEPER, AUDITOR})),
    (rf"admin/register/({EDITORIAL})/(new|edit)/", frozenset({EDITOR, KEEPER})),
    (rf"admin/register/(seats|roles|purposes)/{READ}", frozenset({KEEPER, AUDITOR})),
    (r"admin/register/seats/work/", frozenset({KEEPER, AUDITOR})),
    (rf"admin/register/stopped/{READ}", frozenset({KEEPER, AUDITOR})),
    (r"admin/register/segments/(results/|inspect/.*)?$", EVERYONE),
    (r"admin/register/segments/why/", frozenset({KEEPER, AUDITOR})),
    (r"admin/register/choose/\w+/create/", frozenset({KEEPER})),
    (
        r"admin/register/choose/(organisation|network|event|publication|media)/",
        frozenset({EDITOR, KEEPER, AUDITOR}),
    ),
    (r"admin/register/(leads|requests)/$", frozenset({KEEPER, AUDITOR})),
    (r"admin/register/choose/(seat|contact)/", frozenset({KEEPER, AUDITOR})),
    # Whoever asked for the work; the one here was asked for by nobody.
    (r"admin/register/jobs/", frozenset()),
    # As above.
    (r"admin/register/contacts/bulk/<int:pk>/", frozenset()),
    # Administrators': what contacts have, and which programs come in.
    (r"admin/register/(fields|tokens)/", frozenset()),
    # Everything else of the register is the register keeper's.
    (r"admin/register/", frozenset({KEEPER})),
    (r"admin/snippets/choose/crm/segment/create/", frozenset({KEEPER})),
    (r"admin/snippets/choose/crm/segment/", EVERYONE),
    (r"admin/news/choose_parent/", EVERYONE | {ONLY_LOGS_IN}),
    (r"admin/news/", frozenset({EDITOR, APPROVER, SENDER})),
    (rf"admin/sends/{READ}", SEE_SENDS),
    (r"admin/sends/<int:pk>/why/", frozenset({AUDITOR})),
    (r"admin/sends/<int:campaign_id>/status/", SEE_SENDS),
    (r"admin/sends/<int:campaign_id>/(figures|uncertain)", SEE_SENDS),
    (r"admin/sends/<int:campaign_id>/(do|rest|time|further)/", frozenset({SENDER})),
    # A package that was made is for who had it made: the others are led to the send.
    (r"admin/sends/<int:campaign_id>/package/", SEE_SENDS),
    # Whoever may edit the item, or approves.
    (
        r"admin/sends/items/<int:page_id>/review/",
        frozenset({EDITOR, APPROVER, SENDER}),
    ),
    (r"admin/sends/items/<int:page_id>/audience/", frozenset({SENDER})),
    # Whoever may edit the item.
    (
        r"admin/sends/items/<int:page_id>/(check|stands|preview|letters|paste)/",
        frozenset({EDITOR, SENDER}),
    ),
    (r"admin/returned/(results/)?$", frozenset({KEEPER, AUDITOR})),
    (rf"admin/destinations/{READ}", frozenset({SENDER, AUDITOR})),
    (r"admin/destinations/", frozenset({SENDER})),
    (rf"admin/(recipients|newsletters)/{READ}", SEE_SENDS),
    (r"admin/newsletters/sender/", SEE_SENDS),
    (r"admin/recipients/(new|edit)/", frozenset({EDITOR, SENDER})),
    (r"admin/recipients_chooser/create/", frozenset({EDITOR, SENDER})),
    (r"admin/recipients_chooser/", SEE_SENDS),
    (r"admin/newsletter/recipients/", SEE_SENDS),
    (r"admin/newsletter/choose/item/", frozenset({EDITOR, SENDER})),
    (r"admin/newsletter/pages/<int:page_id>/unschedule/", frozenset({SENDER})),
    # Texts of scripts.
    (r"admin/newsletter/jsi18n/", EVERYONE | {ONLY_LOGS_IN}),
]
# What stands for the parts of a route that are no row's id.
PARTS = {
    "<str:file_format>": "csv",
    "<str:action>": "pause",
    "<slug:source>": "contacts",
    "<str:locale>": "sv",
    "<str:shape>": "html",
}
# Answers 400 to whoever presses no button; which button needs what is tested with it.
NEEDS_A_BUTTON = {"admin/sends/items/<int:page_id>/do/"}


@dataclass
class World:
    """One of everything, and a browser for each role."""

    pages: dict[str, int]
    clients: dict[str, Client]


@pytest.fixture
def world(site) -> World:
    contact = make_contact()
    seat = make_seat(holder=contact)
    segment = make_segment()
    campaign = make_campaign()
    event = make_event(
        place=make_place(), series=make_event_series(network=make_network())
    )
    publication, media_item = make_publication(), make_media_item()
    pks = {
        "admin/register/contacts/bulk/": make_bulk_job().pk,
        "admin/register/contacts/merges/": merge_contacts(
            contact, make_contact(), by=None
        ).pk,
        "admin/register/fields/": make_custom_field().pk,
        "admin/register/tokens/": make_token("A", make_user(), ApiScope.READ)[0].pk,
        "admin/register/contacts/": contact.pk,
        "admin/register/organisations/": seat.organisation_id,
        "admin/register/seats/tasks/": open_task(
            seat, contact, SeatTaskReason.BOUNCED
        ).pk,
        "admin/register/seats/": seat.pk,
        "admin/register/memberships/": make_membership().pk,
        "admin/register/notes/": Interaction.objects.create(
            kind=InteractionKind.NOTE, text="Called back", contact=contact
        ).pk,
        "admin/register/networks/": make_network().pk,
        "admin/register/roles/": seat.role_id,
        "admin/register/topics/": make_topic().pk,
        "admin/register/purposes/": make_purpose().pk,
        "admin/register/grants/": make_grant().pk,
        "admin/register/leads/": Interaction.objects.create(
            kind=InteractionKind.LEAD, text="We would like to join"
        ).pk,
        "admin/register/requests/": DataRequest.objects.create(contact=contact).pk,
        "admin/register/events/": event.pk,
        "admin/register/series/": event.series_id,
        "admin/register/places/": event.place_id,
        "admin/register/publications/": publication.pk,
        "admin/register/media/": media_item.pk,
        "admin/register/choose/network/": event.series.network_id,
        "admin/register/choose/event/": event.pk,
        "admin/register/choose/publication/": publication.pk,
        "admin/register/choose/media/": media_item.pk,
        "admin/register/stopped/": suppress(
            "stop@example.org", SuppressionReason.MANUAL
        ).pk,
        "admin/register/segments/": segment.pk,
        "admin/register/imports/": ImportBatch.objects.create(file_name="a.csv").pk,
        "admin/register/jobs/": Job.objects.create(kind="test").pk,
        "admin/register/choose/organisation/": seat.organisation_id,
        "admin/register/choose/seat/": seat.pk,
        "admin/register/choose/contact/": contact.pk,
        "admin/snippets/choose/crm/segment/": segment.pk,
        "admin/destinations/": Destination.objects.create(domain="example.org").pk,
        "admin/recipients": make_recipients(include=[segment]).pk,
        "admin/sends/items/": campaign.page_id,
        "admin/newsletter/choose/item/": campaign.page_id,
        "admin/newsletter/pages/": campaign.page_id,
        "admin/sends/": campaign.pk,
        "admin/newsletters/": campaign.newsletter_id,
    }
    return World(pks, {role: log_in(role) for role in (*PERMISSIONS, ONLY_LOGS_IN)})


def make_bulk_job() -> Job:
    parameters = {"action": "set_language", "value": "en", "ids": [], "back_url": "/"}
    return run_job(create_job(BULK_JOB, by=None, **parameters).pk)


def log_in(role: str) -> Client:
    grant = "wagtailadmin.access_admin" if role == ONLY_LOGS_IN else role
    client = Client(raise_request_exception=False)
    client.force_login(make_user(grant))
    return client


@pytest.mark.parametrize("role", [*PERMISSIONS, ONLY_LOGS_IN])
def test_role_opens_exactly_the_pages_that_are_its_own(world, role):
    client = world.clients[role]

    opened = {route for route in our_routes() if opens(client, world, route)}

    assert opened == {route for route in our_routes() if role in find_rule(route)}


def test_superuser_opens_every_page(world):
    client = Client(raise_request_exception=False)
    client.force_login(make_user(is_superuser=True))

    shut = {route for route in our_routes() if not opens(client, world, route)}

    assert shut == set()


def test_nobody_opens_none_of_our_pages(world):
    answers = {
        send(Client(), world, route).headers["Location"] for route in our_routes()
    }

    assert {answer.partition("?")[0] for answer in answers} == {"/admin/login/"}


def test_wagtails_own_views_of_our_models_stand_under_our_addresses():
    strays = {
        route
        for route in all_admin_routes()
        if re.search("contact|affiliation|consent|suppress", route)
        and not route.startswith(OUR_PREFIXES)
    }

    assert strays == set()


def test_roles_are_left_alone_once_the_site_has_them():
    Group.objects.get(name=name_role(SENDER)).permissions.clear()

    create_roles_once()

    assert not Group.objects.get(name=name_role(SENDER)).permissions.exists()


def test_roles_made_again_have_what_the_table_says():
    Group.objects.get(name=name_role(EDITOR)).permissions.add(
        Permission.objects.get(codename="erase_contact")
    )

    create_roles()

    for name, wanted in PERMISSIONS.items():
        held = Group.objects.get(name=name_role(name)).permissions.values_list(
            "content_type__app_label", "codename"
        )
        assert {f"{app}.{codename}" for app, codename in held} == set(wanted)


def test_wagtails_moderators_are_gone():
    names = set(Group.objects.values_list("name", flat=True))
    assert names == {name_role(role) for role in PERMISSIONS}


def test_group_form_offers_the_nine_permissions(admin_client):
    answer = admin_client.get("/admin/groups/new/").content.decode()

    offered = set(re.findall(r'name="permissions"[^>]*value="(\d+)"', answer))
    custom = Permission.objects.filter(
        codename__in=[
            "view_contact",
            "change_contact",
            "export_contact",
            "erase_contact",
            "send_test",
            "approve_campaign",
            "send_campaign",
            "view_tracking",
        ]
    )
    # The ninth, writing items, is a permission on the page tree.
    assert {str(pk) for pk in custom.values_list("pk", flat=True)} - offered == set()
    assert "change_page" in answer or "page_permissions" in answer


def our_routes() -> list[str]:
    return [
        route
        for route in all_admin_routes()
        if route.startswith(OUR_PREFIXES) and route not in NEEDS_A_BUTTON
    ]


def all_admin_routes() -> list[str]:
    routes = [address.route for address in list_addresses()]
    return [route for route in routes if route.startswith("admin/")]


def find_rule(route: str) -> frozenset[str]:
    return next(
        (roles for pattern, roles in RULES if re.match(pattern, route)), frozenset()
    )


def opens(client: Client, world: World, route: str) -> bool:
    """Say whether a page opens; Wagtail sends those it refuses to the first page."""
    response = send(client, world, route)
    assert response.status_code < 500, route
    if response.status_code == 302:
        return response.headers["Location"] != ADMIN_HOME
    return response.status_code == 200


def send(client: Client, world: World, route: str):
    path = make_path(world, route)
    response = client.get(path)
    return client.post(path) if response.status_code == 405 else response


def make_path(world: World, route: str) -> str:
    """Return the route with real ids in it."""
    pk = next((pk for start, pk in world.pages.items() if route.startswith(start)), 1)
    path = re.sub("<[^>]*>", lambda part: PARTS.get(part[0], str(pk)), route)
    return f"/{path}?pk={pk}"
