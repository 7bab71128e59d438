"""Finding contacts by part of a name, an address or an organisation, among a million."""

from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from crm.models import Affiliation, Contact, Organisation
from crm.names import make_sort_key

# Shorter parts have no trigram: they are looked for in every row.
TRIGRAM = 3
INDEX = "crm_contact_parts"


def match_contacts(words: list[str], on: date) -> Q:
    """Return the condition that each word is part of what a contact is known by.

    That is the name, the address, or the organisation of a seat held that day. Names
    are compared by their sort keys, so that "åsa" finds "Åsa" on SQLite too.
    """
    if not words:
        return Q()
    # The longest is the rarest, as a rule: those it finds are asked about the others.
    first, *others = sorted(words, key=len, reverse=True)
    named = Contact.objects.order_by().filter(_likely(first), _match_text(first))
    # One list made of both: joined by OR, neither would be looked up by its index.
    condition = Q(pk__in=named.values("pk").union(_sitting(first, on)))
    for word in others:
        condition &= _match_text(word) | Q(pk__in=_sitting(word, on))
    return condition


def _sitting(word: str, on: date) -> QuerySet:
    """Return who holds a seat at an organisation with the word in one of its names."""
    key = make_sort_key(word)
    organisations = Organisation.objects.order_by().filter(
        Q(sort_key__contains=key) | Q(other_names_key__contains=key)
    )
    held = Affiliation.objects.held(on).order_by()
    return held.filter(organisation__in=organisations.values("pk")).values("contact")


def _match_text(word: str) -> Q:
    """Return the condition that the word is part of the name or the address."""
    # Addresses are kept in small letters.
    return Q(sort_key__contains=make_sort_key(word)) | Q(
        email__contains=word.casefold()
    )


def _likely(word: str) -> Q:
    """Return a condition that all who match the word meet, and few others.

    PostgreSQL finds its way by itself; SQLite is told of its table of trigrams. Who has
    them all need not have them in a row.
    """
    texts = dict.fromkeys((make_sort_key(word), word.casefold()))
    wanted = list(map(_trigrams_of, texts))
    if connection.vendor != "sqlite" or not all(wanted):
        return Q()
    likely = f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s"  # noqa: S608 -- our own name
    asked = " OR ".join(f"({trigrams})" for trigrams in wanted)
    return Q(pk__in=RawSQL(likely, [asked]))  # noqa: S611 -- our own name


def _trigrams_of(text: str) -> str:
    """Return the trigrams of the text as FTS5 asks for all of them; "" for none."""
    parts = dict.fromkeys(
        text[at : at + TRIGRAM] for at in range(len(text) - TRIGRAM + 1)
    )
    return " AND ".join('"' + part.replace('"', '""') + '"' for part in parts)
