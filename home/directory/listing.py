"""Which organisations the directory lists, narrowed down as a reader asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page as ResultPage
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet

from crm.choices import MembershipRole, OrganisationKind
from crm.countries import country_name
from crm.models import Membership, Network, Organisation
from crm.names import make_sort_key
from home.directory.mapping import MOST_DOTS, Map, Spot, draw_map
from home.directory.roles import head_role
from home.directory.words import holds_words, read_question

ORGANISATIONS_PER_PAGE = 100
# What a municipality is needs no word in a list of them; "other" is no word.
UNSAID_KINDS = frozenset([OrganisationKind.MUNICIPALITY, OrganisationKind.OTHER])


@dataclass(frozen=True)
class Narrowing:
    """What the reader asked for; empty where they did not choose."""

    text: str = ""
    country: str = ""
    kind: str = ""

    def __bool__(self) -> bool:
        return bool(self.text or self.country or self.kind)


@dataclass(frozen=True)
class Entry:
    """An organisation as a line of the list."""

    pk: int
    name: str
    country: str
    kind: str = ""
    is_founder: bool = False


@dataclass(frozen=True)
class Belonging:
    """Who else belongs to the directory's network, in one role."""

    label: str
    organisations: list[Organisation]


@dataclass(frozen=True)
class Listing:
    """One page of the list, what may be chosen, and the map of all that fit."""

    narrowing: Narrowing
    page: ResultPage
    entries: list[Entry]
    total: int
    country_total: int
    countries: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    map: Map | None
    unplaced: int
    undrawn: int
    others: list[Belonging]

    @property
    def is_searchable(self) -> bool:
        """Whether there is anything to choose from."""
        return self.total > 1


@dataclass(frozen=True)
class _Row:
    organisation: Organisation
    key: str

    def fits(self, narrowing: Narrowing) -> bool:
        own = self.organisation
        if narrowing.country and own.country != narrowing.country:
            return False
        if narrowing.kind and own.kind != narrowing.kind:
            return False
        return holds_words(narrowing.text, own.name, own.name_sv, own.name_en)


def open_listing(
    network: Network | None, query: Mapping[str, str], on: date
) -> Listing:
    """Return the list of published organisations that ``query`` asks for; three queries.

    Of a network those who belong to it that day: its members, else all (as everywhere,
    founders and partners do not count beside members). Keys of ``query`` are q (part of a
    name in any language), country, kind and page; what makes no sense is passed over.
    """
    roles = find_roles(network, on) if network else {}
    listed = choose_members(roles) if network else None
    rows = _read_rows(listed)
    countries = _name_countries(rows)
    kinds = [(k, str(label)) for k, label in OrganisationKind.choices if _has(rows, k)]
    narrowing = Narrowing(
        text=read_question(query.get("q", "")),
        country=_pick(query.get("country", ""), countries),
        kind=_pick(query.get("kind", ""), kinds),
    )
    fitting = [row.organisation for row in rows if row.fits(narrowing)]
    page = Paginator(fitting, ORGANISATIONS_PER_PAGE).get_page(query.get("page"))
    spots = make_spots(fitting)
    return Listing(
        narrowing=narrowing,
        page=page,
        entries=[_describe(shown, roles) for shown in page],
        total=len(rows),
        country_total=len({one.country for one in fitting}),
        countries=countries,
        kinds=kinds,
        map=draw_map(spots),
        unplaced=len(fitting) - len(spots),
        undrawn=max(0, len(spots) - MOST_DOTS),
        others=_list_others(roles, listed),
    )


def find_roles(network: Network, on: date) -> dict[int, set[str]]:
    """Return by organisation as what it belongs to a network that day; one query."""
    roles: dict[int, set[str]] = {}
    rows = current_memberships(on).filter(network=network)
    for organisation, role in rows.values_list("organisation", "role"):
        roles.setdefault(organisation, set()).add(role)
    return roles


def current_memberships(on: date) -> QuerySet[Membership]:
    """Return who belongs to what on that day."""
    return Membership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on),
        Q(starts_on__isnull=True) | Q(starts_on__lte=on),
    )


def choose_members(roles: Mapping[int, set[str]]) -> set[int]:
    """Return who of a network is listed: those called members, else all of them."""
    members = {pk for pk, held in roles.items() if MembershipRole.MEMBER in held}
    return members or set(roles)


def make_spots(organisations: list[Organisation]) -> tuple[Spot, ...]:
    """Return where organisations are that have coordinates, for a map."""
    return tuple(
        Spot(one.pk, str(one), one.longitude, one.latitude)
        for one in organisations
        if one.latitude is not None and one.longitude is not None
    )


def _read_rows(listed: set[int] | None) -> list[_Row]:
    """Return the published organisations, or those of them listed, by local name."""
    found = Organisation.objects.filter(is_published=True).only(
        "kind",
        "name",
        "name_sv",
        "name_en",
        "country",
        "latitude",
        "longitude",
    )
    rows = [
        _Row(one, make_sort_key(one.local_name))
        for one in found.order_by()
        if listed is None or one.pk in listed
    ]
    return sorted(rows, key=lambda row: (row.key, row.organisation.pk))


def _name_countries(rows: list[_Row]) -> list[tuple[str, str]]:
    codes = {row.organisation.country for row in rows}
    pairs = [(code, country_name(code)) for code in codes]
    return sorted(pairs, key=lambda pair: make_sort_key(pair[1]))


def _has(rows: list[_Row], kind: str) -> bool:
    return any(row.organisation.kind == kind for row in rows)


def _pick(value: str, on_offer: list[tuple[str, Any]]) -> str:
    return value if value in dict(on_offer) else ""


def _describe(shown: Organisation, roles: Mapping[int, set[str]]) -> Entry:
    held = roles.get(shown.pk, set())
    return Entry(
        pk=shown.pk,
        name=str(shown),
        country=country_name(shown.country),
        kind=_name_kind(shown),
        is_founder=MembershipRole.FOUNDER in held,
    )


def _name_kind(shown: Organisation) -> str:
    """Return the kind as it stands within a line: "university", "EU body"."""
    if shown.kind in UNSAID_KINDS:
        return ""
    label = shown.get_kind_display()
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def _list_others(
    roles: Mapping[int, set[str]], listed: set[int] | None
) -> list[Belonging]:
    """Return who belongs to the network in other roles than as a member, by role."""
    beside = set(roles) - (listed or set())
    held = {role for pk in beside for role in roles[pk]}
    if not held:
        return []
    found = Organisation.objects.filter(is_published=True, pk__in=roles)
    by_name = sorted(found, key=lambda one: make_sort_key(one.local_name))
    beside_members = [
        (role, [one for one in by_name if role in roles[one.pk]])
        for role in MembershipRole.values
        if role in held and role != MembershipRole.MEMBER
    ]
    return [
        Belonging(head_role(role, len(group)), group)
        for role, group in beside_members
        if group
    ]
