"""Finding seats by part of an organisation's name, a role or a title, among a million."""

from django.db.models import Q, QuerySet
from django.db.models.lookups import Exact

from crm.models import Network, Role, Seat
from crm.searching import TRIGRAM, find_likely, find_places, match_place
from crm.segments.among import Unsought

INDEX = "crm_seat_parts"
# So many organisations hold so many seats that those of a page are soonest met on the
# way along the listing.
MANY_PLACES = 1_000
# So many seats with one role, or in one network, are met along the listing too; fewer
# are sooner listed and put in order.
MANY_SEATS = 10_000
# Where a word may stand: in the names of roles and of networks.
NAMES = ("name_sv", "name_en")


class SeatSearch:
    """Words, each to be part of what a seat is known by.

    That is the organisation, the role, the network, the seat's own title or address.
    What the names of organisations, roles and networks say is looked up once.
    """

    def __init__(self, words: list[str]) -> None:
        self._words = {word: _Word(word) for word in words}

    def find(self, seats: QuerySet[Seat]) -> QuerySet[Seat]:
        """Return those of the seats that fit every word."""
        rare = [word for word in self._words.values() if not word.is_common]
        # The seats of the longest rare word are listed and asked about the others.
        listed = max(rare, key=lambda word: len(word.text), default=None)
        for word in self._words.values():
            seats = seats.filter(word.list() if word is listed else word.ask())
        return seats


def seats_of(seats: QuerySet[Seat], term: Role | Network) -> QuerySet[Seat]:
    """Return those of the seats with that role, or in that network."""
    column = "role" if isinstance(term, Role) else "network"
    theirs = Q(**{column: term})
    few = Seat.objects.order_by().filter(theirs)[:MANY_SEATS]
    if few.count() < MANY_SEATS:
        return seats.filter(theirs)
    return seats.filter(Exact(Unsought(f"{column}_id"), term.pk))


class _Word:
    def __init__(self, text: str) -> None:
        self.text = text
        self.places = list(find_places(text))
        self.roles = _find_named(Role.objects.all(), text)
        self.networks = _find_named(Network.objects.all(), text, "name")

    @property
    def is_common(self) -> bool:
        """Whether very many seats may have it. Of two letters nobody knows."""
        many = self.roles or self.networks or len(self.places) >= MANY_PLACES
        return bool(many) or len(self.text) < TRIGRAM

    def list(self) -> Q:
        """Return the condition as a list of the few seats that meet it."""
        seats = Seat.objects.order_by()
        titled = seats.filter(find_likely(INDEX, [self.text]), self._match_own())
        placed = seats.filter(organisation__any_of=self.places)
        return Q(pk__in=titled.values("pk").union(placed.values("pk")))

    def ask(self) -> Q:
        """Return the condition, to be asked of one seat after the other."""
        return (
            self._match_own()
            | match_place(self.text, "organisation__")
            | Q(role__in=self.roles)
            | Q(network__in=self.networks)
        )

    def _match_own(self) -> Q:
        return Q(title__has_part=self.text) | Q(email__has_part=self.text)


def _find_named(rows: QuerySet, word: str, *more: str) -> list[int]:
    """Return the ids of the rows with the word in one of their names."""
    condition = Q()
    for name in (*NAMES, *more):
        condition |= Q(**{f"{name}__icontains": word})
    return list(rows.order_by().filter(condition).values_list("pk", flat=True))
