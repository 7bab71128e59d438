"""Rows for tests: one plain function per model.

Each makes the smallest row that is whole, with names counted up so that no two collide;
what a test is about, it passes. Nothing is made that was not asked for, except what a
row cannot be without.
"""

from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.utils import translation
from wagtail.models import Locale, Page, Site

from crm.choices import (
    FieldType,
    LawfulBasis,
    MembershipRole,
    NetworkKind,
    OrganisationKind,
)
from crm.models import (
    Contact,
    CustomField,
    Event,
    EventSeries,
    Grant,
    MediaItem,
    Membership,
    Network,
    Organisation,
    Place,
    Publication,
    Purpose,
    Role,
    Seat,
    Segment,
    Topic,
)
from crm.seats import fill_seat
from crm.segments.rules import VERSION, empty_rules
from home.models import ArchivePage, DirectoryPage, HomePage
from home.roles import NAMES
from newsletter.models import (
    Campaign,
    Delivery,
    DigestItem,
    DigestPage,
    Newsletter,
    NewsPage,
    Recipients,
)

_numbers = count(1)


@dataclass(frozen=True)
class SiteTree:
    """The public site of one language."""

    site: Site
    home: HomePage
    archive: ArchivePage


# --- The register


def make_organisation(**fields: Any) -> Organisation:
    fields.setdefault("name", f"Organisation {next(_numbers)}")
    fields.setdefault("kind", OrganisationKind.MUNICIPALITY)
    return Organisation.objects.create(**fields)


def make_grant(**fields: Any) -> Grant:
    fields.setdefault("programme", "CERV")
    fields.setdefault("agreement_number", f"10100{next(_numbers)}")
    fields.setdefault("statement_en", "Funded by the European Union.")
    return Grant.objects.create(**fields)


def make_network(**fields: Any) -> Network:
    number = next(_numbers)
    fields.setdefault("slug", f"network-{number}")
    fields.setdefault("name", f"Network {number}")
    fields.setdefault("kind", NetworkKind.NETWORK)
    return Network.objects.create(**fields)


def make_membership(**fields: Any) -> Membership:
    fields.setdefault("role", MembershipRole.MEMBER)
    if "organisation" not in fields:
        fields["organisation"] = make_organisation()
    if "network" not in fields:
        fields["network"] = make_network()
    return Membership.objects.create(**fields)


def make_role(**fields: Any) -> Role:
    number = next(_numbers)
    fields.setdefault("slug", f"role-{number}")
    fields.setdefault("name_sv", f"Roll {number}")
    fields.setdefault("name_en", f"Role {number}")
    return Role.objects.create(**fields)


def make_topic(**fields: Any) -> Topic:
    number = next(_numbers)
    fields.setdefault("slug", f"topic-{number}")
    fields.setdefault("name_sv", f"Ämne {number}")
    fields.setdefault("name_en", f"Topic {number}")
    return Topic.objects.create(**fields)


def make_contact(*, topics: list[Topic] | None = None, **fields: Any) -> Contact:
    number = next(_numbers)
    fields.setdefault("given_name", f"Given{number}")
    fields.setdefault("family_name", f"Family{number}")
    fields.setdefault("email", f"person{number}@example.org")
    contact = Contact.objects.create(**fields)
    contact.topics.set(topics or [])
    return contact


def make_seat(
    *, holder: Contact | None = None, starts_on: date | None = None, **fields: Any
) -> Seat:
    """Make a seat; with ``holder`` somebody sits in it (since ``starts_on``)."""
    if "organisation" not in fields:
        fields["organisation"] = make_organisation()
    if "role" not in fields:
        fields["role"] = make_role()
    seat = Seat.objects.create(**fields)
    if holder:
        fill_seat(seat, holder, starts_on=starts_on)
    return seat


def make_purpose(**fields: Any) -> Purpose:
    number = next(_numbers)
    fields.setdefault("slug", f"purpose-{number}")
    fields.setdefault("lawful_basis", LawfulBasis.PUBLIC_TASK)
    fields.setdefault("name_sv", f"Ändamål {number}")
    fields.setdefault("name_en", f"Purpose {number}")
    fields.setdefault("wording_sv", f"Ordalydelse {number}.")
    fields.setdefault("wording_en", f"Wording {number}.")
    return Purpose.objects.create(**fields)


def make_segment(
    *,
    rules: list[dict] | dict | None = None,
    match: str = "all",
    added: list[Contact] | None = None,
    excluded: list[Contact] | None = None,
    **fields: Any,
) -> Segment:
    """Make a segment; ``rules`` is a list for one group, or a whole stored tree."""
    fields.setdefault("name", f"Segment {next(_numbers)}")
    if isinstance(rules, list):
        rules = {"version": VERSION, "match": match, "rules": rules}
    segment = Segment.objects.create(rules=rules or empty_rules(), **fields)
    segment.added.set(added or [])
    segment.excluded.set(excluded or [])
    return segment


# --- The newsletter


def make_newsletter(**fields: Any) -> Newsletter:
    number = next(_numbers)
    fields.setdefault("name", f"Newsletter {number}")
    fields.setdefault("slug", f"newsletter-{number}")
    fields.setdefault("sender_name", "The network's office")
    fields.setdefault("sender_email", "office@example.org")
    fields.setdefault("list_id", f"newsletter-{number}.example.org")
    fields.setdefault("postal_address", "Storgatan 1, 123 45 Staden")
    fields.setdefault("reason_sv", "Du får brevet för att du har ett uppdrag.")
    fields.setdefault("reason_en", "You get this because you hold a seat.")
    if "purpose" not in fields:
        fields["purpose"] = make_purpose()
    return Newsletter.objects.create(**fields)


def make_recipients(
    *, include: list[Segment], exclude: list[Segment] | None = None, **fields: Any
) -> Recipients:
    fields.setdefault("name", f"Recipients {next(_numbers)}")
    recipients = Recipients.objects.create(**fields)
    recipients.include.set(include)
    recipients.exclude.set(exclude or [])
    return recipients


def make_news_page(
    *,
    archive: ArchivePage | None = None,
    body: list[tuple[str, Any]] | None = None,
    topics: list[Topic] | None = None,
    page_class: type[NewsPage] = NewsPage,
    **fields: Any,
) -> NewsPage:
    """Make a published item; ``body`` is a list of (block, stored value).

    Lies in ``archive``, else in the first archive there is; without one a site is made.
    """
    number = next(_numbers)
    fields.setdefault("title", f"Item {number}")
    fields.setdefault("slug", f"item-{number}")
    fields.setdefault("published_on", date(2026, 3, 2))
    if "newsletter" not in fields:
        fields["newsletter"] = make_newsletter()
    blocks = [{"type": kind, "value": value} for kind, value in body or []]
    page = page_class(body=blocks, **fields)
    page.topic_links = [
        NewsPage.topic_links.rel.related_model(topic=topic) for topic in topics or []
    ]
    parent = archive or ArchivePage.objects.first() or make_site().archive
    parent.add_child(instance=page)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def make_campaign(**fields: Any) -> Campaign:
    fields.setdefault("subject", f"Subject {next(_numbers)}")
    if "page" not in fields:
        fields["page"] = make_news_page()
    if "newsletter" not in fields:
        fields["newsletter"] = fields["page"].newsletter
    return Campaign.objects.create(**fields)


def make_delivery(**fields: Any) -> Delivery:
    """Make a delivery row; address, its hash and language come from the contact."""
    if "campaign" not in fields:
        fields["campaign"] = make_campaign()
    if "contact" not in fields:
        fields["contact"] = make_contact()
    contact = fields["contact"]
    fields.setdefault("address", contact.email)
    fields.setdefault("address_hash", contact.address_hash)
    fields.setdefault("locale", contact.language)
    return Delivery.objects.create(**fields)


# --- The site and those who work in it


def make_site(language: str = "sv") -> SiteTree:
    """Make a first page with an archive under it, as the default site."""
    locale, _created = Locale.objects.get_or_create(language_code=language)
    root = Page.get_first_root_node()
    home = HomePage(title="Rundbrev", slug=f"home-{next(_numbers)}", locale=locale)
    root.add_child(instance=home)
    archive = ArchivePage(title="Nyheter", slug="nyheter", locale=locale)
    home.add_child(instance=archive)
    site, _created = Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "port": 80, "root_page": home},
    )
    return SiteTree(site, home, archive)


def make_user(*grants: str, role: str = "", **fields: Any):
    """Make a user with role groups ("Editors") and permissions ("crm.view_contact")."""
    fields.setdefault("username", f"user{next(_numbers)}")
    user = get_user_model().objects.create_user(**fields)
    for grant in [*grants, *([role] if role else [])]:
        app, dot, codename = grant.partition(".")
        if dot:
            user.user_permissions.add(
                Permission.objects.get(content_type__app_label=app, codename=codename)
            )
        else:
            user.groups.add(_find_role(grant))
    return user


def _find_role(role: str) -> Group:
    """Return a role's group, whatever language the test speaks."""
    names = []
    for code, _language in settings.LANGUAGES:
        with translation.override(code):
            names.append(str(NAMES[role]))
    return Group.objects.get(name__in=names)


# --- The administrator's own fields, tokens


def make_custom_field(**fields: Any) -> CustomField:
    number = next(_numbers)
    fields.setdefault("slug", f"field_{number}")
    fields.setdefault("name_sv", f"Fält {number}")
    fields.setdefault("name_en", f"Field {number}")
    fields.setdefault("type", FieldType.TEXT)
    return CustomField.objects.create(**fields)


# --- Digests


def make_digest(
    entries: list[tuple[NewsPage, str]] | None = None, **fields: Any
) -> DigestPage:
    """Make a published digest of (item, extent) pairs; else as ``make_news_page``."""
    fields.setdefault("kind", "report")
    digest = make_news_page(page_class=DigestPage, **fields)
    for number, (item, extent) in enumerate(entries or [], start=1):
        digest.items.add(DigestItem(item=item, extent=extent, sort_order=number))
    digest.save_revision().publish()
    return DigestPage.objects.get(pk=digest.pk)


# --- Events, publications, media


def make_place(**fields: Any) -> Place:
    fields.setdefault("name", f"House {next(_numbers)}")
    fields.setdefault("town", "Lund")
    return Place.objects.create(**fields)


def make_event_series(**fields: Any) -> EventSeries:
    fields.setdefault("name_sv", f"Serie {next(_numbers)}")
    return EventSeries.objects.create(**fields)


def make_event(*, speakers: list[Contact] | None = None, **fields: Any) -> Event:
    """Make an event; nothing of it is decided but what is passed."""
    fields.setdefault("title", f"Möte {next(_numbers)}")
    event = Event.objects.create(**fields)
    event.speakers.set(speakers or [])
    return event


def make_publication(**fields: Any) -> Publication:
    fields.setdefault("title", f"Rapport {next(_numbers)}")
    return Publication.objects.create(**fields)


def make_media_item(**fields: Any) -> MediaItem:
    fields.setdefault("title", f"Artikel {next(_numbers)}")
    return MediaItem.objects.create(**fields)


# --- The directory


def make_directory(
    site: SiteTree, *, experts: list[Role] | None = None, **fields: Any
) -> DirectoryPage:
    """Make the directory of a site; ``experts`` are the roles whose holders it names."""
    fields.setdefault("title", "Register")
    fields.setdefault("slug", "register")
    directory = DirectoryPage(locale=site.home.locale, **fields)
    directory.expert_roles = experts or []
    site.home.add_child(instance=directory)
    return directory
