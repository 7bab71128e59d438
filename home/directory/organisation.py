"""What the directory's page of one organisation says."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.languages import get_official_languages
from django.utils.translation import gettext
from wagtail.models import Page

from crm.choices import MembershipRole, OrganisationKind
from crm.countries import country_name
from crm.dates import format_range
from crm.models import MediaItem, Membership, Network, Organisation, Publication
from crm.names import make_sort_key
from crm.publishing import Post, list_posts
from home.archive import list_items
from home.directory.listing import current_memberships, make_spots
from home.directory.mapping import Map, draw_map
from home.directory.works import list_media, list_publications
from newsletter.models import NewsPage

MOST_ITEMS, MOST_WORKS = 5, 10
# So wide is the piece of the world round a single organisation.
AROUND_KM = 1_400.0
# Those that are called by a name in the language of their country. Research centres, EU
# bodies and the like may have a name in any.
NAMED_LOCALLY = frozenset(
    [
        OrganisationKind.MUNICIPALITY,
        OrganisationKind.BOROUGH,
        OrganisationKind.REGION,
        OrganisationKind.PROVINCE,
        OrganisationKind.COUNTY_BOARD,
        OrganisationKind.AGENCY,
        OrganisationKind.UNIVERSITY,
    ]
)


@dataclass(frozen=True)
class OtherName:
    """What it is also called, and in which language; "" where that is not known."""

    name: str
    language: str


@dataclass(frozen=True)
class Belonging:
    """That it belongs to a network, as what and when; ``has_page`` if that has a page."""

    network: Network
    roles: str
    period: str
    is_over: bool
    has_page: bool


@dataclass(frozen=True)
class Profile:
    """All that the public may know of a published organisation."""

    organisation: Organisation
    other_names: list[OtherName]
    place: str
    parent: Organisation | None
    parts: list[Organisation]
    belongings: list[Belonging]
    posts: list[Post]
    publications: list[Publication]
    more_publications: int
    media: list[MediaItem]
    more_media: int
    items: list[NewsPage]
    more_items: bool
    map: Map | None


def find_organisation(pk: int) -> Organisation | None:
    """Return an organisation that the directory shows."""
    found = Organisation.objects.filter(is_published=True, pk=pk)
    return found.select_related("parent", "logo").first()


def read_profile(
    organisation: Organisation,
    on: date,
    *,
    archive: Page | None,
    for_partners: bool = False,
) -> Profile:
    """Return what may be said of a published organisation; a constant number of queries.

    Of the archive's items, those of the networks it is in that day: what is for partners
    only to ``for_partners``.
    """
    published = list(list_publications().filter(publisher=organisation))
    heard = list(list_media().filter(publisher=organisation))
    for publication in published:
        # Its page need not say in every line who it is.
        publication.publisher = None
    items = _list_items(organisation, on, archive, for_partners)
    parent = organisation.parent
    return Profile(
        organisation=organisation,
        other_names=list_other_names(organisation),
        place=_name_place(organisation),
        parent=parent if parent and parent.is_published else None,
        parts=_list_parts(organisation),
        belongings=_list_belongings(organisation, on, archive, for_partners),
        posts=list_posts(organisation, on),
        publications=published[:MOST_WORKS],
        more_publications=max(0, len(published) - MOST_WORKS),
        media=heard[:MOST_WORKS],
        more_media=max(0, len(heard) - MOST_WORKS),
        items=items[:MOST_ITEMS],
        more_items=len(items) > MOST_ITEMS,
        map=draw_map(make_spots([organisation]), least_km=AROUND_KM, is_named=False),
    )


def list_other_names(organisation: Organisation) -> list[OtherName]:
    """Return the names that do not stand in the headline, each once."""
    names = [
        OtherName(organisation.name, find_own_language(organisation)),
        OtherName(organisation.name_sv, "sv"),
        OtherName(organisation.name_en, "en"),
    ]
    unseen = {other.name: other for other in reversed(names)}
    unseen.pop(organisation.local_name, None)
    unseen.pop("", None)
    return [name for name in names if name in unseen.values()]


def find_own_language(organisation: Organisation) -> str:
    """Return the language of its own name, where its country has but one; else "".

    A wrong language is read out worse than none.
    """
    if organisation.kind not in NAMED_LOCALLY:
        return ""
    languages = get_official_languages(organisation.country, de_facto=True)
    return languages[0] if len(languages) == 1 else ""


def _name_place(organisation: Organisation) -> str:
    """Return municipality, region and country, without saying the name once more."""
    parts = [organisation.municipality, organisation.region]
    shown = [part for part in parts if part and part != organisation.local_name]
    return ", ".join([*dict.fromkeys(shown), country_name(organisation.country)])


def _list_parts(organisation: Organisation) -> list[Organisation]:
    parts = organisation.parts.filter(is_published=True)
    return sorted(parts, key=lambda part: make_sort_key(part.local_name))


def _list_belongings(
    organisation: Organisation, on: date, archive: Page | None, for_partners: bool
) -> list[Belonging]:
    """Return its networks: those it is in first, then those it was in, the latest first.

    What it is in one network for the same time is said in one line.
    """
    order = list(MembershipRole.values)
    together: dict[Any, list[Membership]] = {}
    for row in organisation.memberships.select_related("network"):
        together.setdefault((row.network, row.starts_on, row.ends_on), []).append(row)
    told = _list_told_networks(archive, for_partners)
    belongings = []
    for (network, starts_on, ends_on), rows in together.items():
        rows.sort(key=lambda row: order.index(row.role))
        is_over = bool(ends_on and ends_on < on)
        if starts_on and starts_on > on:
            continue
        line = Belonging(
            network=network,
            roles=join_roles([row.get_role_display() for row in rows]),
            period=say_period(starts_on, ends_on),
            is_over=is_over,
            has_page=network.pk in told,
        )
        belongings.append((ends_on or date.max, line))
    belongings.sort(key=lambda pair: make_sort_key(str(pair[1].network)))
    belongings.sort(key=lambda pair: pair[0], reverse=True)
    return [line for _end, line in belongings]


def join_roles(roles: list[str]) -> str:
    """Return roles as one phrase: "Member, founder"."""
    first, *others = roles
    return ", ".join([first, *map(str.lower, others)])


def say_period(starts_on: date | None, ends_on: date | None) -> str:
    """Return from when to when, in words; "" when neither is known."""
    if starts_on and not ends_on:
        return gettext("since %(day)s") % {"day": format_range(starts_on, None)}
    if ends_on and not starts_on:
        return gettext("until %(day)s") % {"day": format_range(None, ends_on)}
    return format_range(starts_on, ends_on)


def _list_told_networks(archive: Page | None, for_partners: bool) -> set[int]:
    """Return the networks that the archive has a page of: somebody wrote about them."""
    if archive is None:
        return set()
    items = list_items(archive, for_partners=for_partners).order_by()
    return set(items.values_list("network", flat=True).distinct())


def _list_items(
    organisation: Organisation, on: date, archive: Page | None, for_partners: bool
) -> list[NewsPage]:
    if archive is None:
        return []
    joined = current_memberships(on).filter(organisation=organisation)
    items = list_items(archive, for_partners=for_partners)
    return list(items.filter(network__in=joined.values("network"))[: MOST_ITEMS + 1])
