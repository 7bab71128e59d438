"""Finding contacts by part of a name, an address or an organisation, among a million."""

from collections.abc import Iterable
from datetime import date
from functools import partial

from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.lookups import Contains, IsNull

from crm.models import Affiliation, Contact, Organisation
from crm.names import make_sort_key
from crm.segments.among import Unsought
from crm.segments.estimating import count_sample, is_large
from crm.segments.fields import Scope
from crm.segments.narrowing import narrow

# Shorter parts have no trigram: they are looked for in every row.
TRIGRAM = 3
INDEX = "crm_contact_parts"


class Search:
    """Words, each to be part of what a contact is known by.

    That is the name, the address, or the organisation of a seat held that day. Names
    are compared by their sort keys, so that "åsa" finds "Åsa" on SQLite too. The
    organisations are looked up once, when the search is made.
    """

    def __init__(self, words: list[str], on: date) -> None:
        # No lists: Django looks for expressions in those, value by value.
        self._places = {word: frozenset(find_places(word)) for word in words}
        self._held = Affiliation.objects.held(on).order_by()
        self._on = on

    def find(self, contacts: QuerySet[Contact]) -> QuerySet[Contact]:
        """Return those of the contacts who fit every word, whether few or many do."""
        if not self._places:
            return contacts

        def compile_for(scope: Scope) -> Q:
            asks_each = scope.slices or scope.asks_each
            return self.ask_each(scope) if asks_each else self.list_them()

        return narrow(contacts, compile_for, self._on)

    def list_them(self) -> Q:
        """Return the condition that finds few people fast.

        Those who have the rarest word are asked about the others.
        """
        if not self._places:
            return Q()
        first, *others = self._sort_words()
        texts = dict.fromkeys((make_sort_key(first), first.casefold()))
        likely = find_likely(INDEX, texts)
        named = Contact.objects.order_by().filter(likely, _match_text(first))
        # One list made of both: joined by OR, neither would be looked up by its index.
        condition = Q(pk__one_of_few=named.values("pk").union(self._sitting(first)))
        for word in others:
            condition &= self._match(word)
        return condition

    def _sort_words(self) -> list[str]:
        """Return the words, the rarest first: as a part of the register tells, or a guess."""
        words = sorted(self._places, key=len, reverse=True)
        if len(words) < 2 or not is_large():
            return words
        scope = Scope(self._on)
        return sorted(
            words, key=lambda word: count_sample(partial(self._match, word), scope)
        )

    def ask_each(self, scope: Scope | None = None) -> Q:
        """Return the same condition, to be asked of one contact after the other."""
        condition = Q()
        for word in self._places:
            condition &= self._match(word, scope)
        return condition

    def _match(self, word: str, scope: Scope | None = None) -> Q:
        text = _match_text(word, is_sought=not (scope and scope.slices))
        if not self._places[word]:
            return text
        # Of some thousand contacts, the names of their organisations are sooner read
        # than a list of all organisations that fit, once for each slice or contact.
        held = (
            self._held.filter(match_place(word, "organisation__"))
            if scope
            else self._sitting(word)
        )
        # As a value: PostgreSQL would answer EXISTS by listing whoever sits there, for
        # a word in very many names, before it asks about the first contact.
        seat = Subquery(held.filter(contact=OuterRef("pk")).values("contact")[:1])
        return text | Q(IsNull(seat, False))

    def _sitting(self, word: str) -> QuerySet:
        """Return who holds a seat at an organisation with the word in its names."""
        places = self._places[word]
        return self._held.filter(organisation__any_of=places).values("contact")


def find_places(word: str) -> QuerySet:
    """Return the ids of the organisations with the word in one of their names."""
    found = Organisation.objects.order_by().filter(match_place(word))
    return found.values_list("pk", flat=True)


def match_place(word: str, prefix: str = "") -> Q:
    """Return the condition that the word is part of one of an organisation's names."""
    key = make_sort_key(word)
    return Q(**{f"{prefix}sort_key__contains": key}) | Q(
        **{f"{prefix}other_names_key__contains": key}
    )


def _match_text(word: str, *, is_sought: bool = True) -> Q:
    """Return the condition that the word is part of the name or the address.

    Unless ``is_sought``, the rows are at hand and no index helps to look them up.
    """
    column = F if is_sought else Unsought
    # Addresses are kept in small letters.
    named = Contains(column("sort_key"), make_sort_key(word))
    return Q(named) | Q(Contains(column("email"), word.casefold()))


def find_likely(index: str, texts: Iterable[str]) -> Q:
    """Return a condition that all who have one of the texts meet, and few others.

    PostgreSQL finds its way by itself; SQLite is told of its table of trigrams, a
    ``SubstringIndex``. Who has them all need not have them in a row.
    """
    wanted = list(map(_trigrams_of, texts))
    if connection.vendor != "sqlite" or not all(wanted):
        return Q()
    likely = f"SELECT rowid FROM {index} WHERE {index} MATCH %s"  # noqa: S608 -- our own name
    asked = " OR ".join(f"({trigrams})" for trigrams in wanted)
    return Q(pk__in=RawSQL(likely, [asked]))  # noqa: S611 -- our own name


def _trigrams_of(text: str) -> str:
    """Return the trigrams of the text as FTS5 asks for all of them; "" for none."""
    parts = dict.fromkeys(
        text[at : at + TRIGRAM] for at in range(len(text) - TRIGRAM + 1)
    )
    return " AND ".join('"' + part.replace('"', '""') + '"' for part in parts)
