"""Items that hold what somebody asked for, those with it in the headline first."""

from django.db import connection
from django.db.models import BooleanField, Case, F, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from home.models.fulltext import ALL_WORDS, HEAD_WORDS
from home.models.search import WORD_INDEX, SearchEntry
from home.search.asking import Question

TABLE = SearchEntry._meta.db_table
SQLITE = f"SELECT rowid FROM {WORD_INDEX} WHERE {WORD_INDEX} MATCH %s"  # noqa: S608 -- names of our own
POSTGRES = f"SELECT item_id FROM {TABLE} WHERE {{}} @@ to_tsquery('simple', %s)"  # noqa: S608 -- names of our own


def find_items(items: QuerySet, question: Question) -> QuerySet:
    """Return those of ``items`` that hold every term of the question.

    Those with all of it in the headline come first, then as ``items`` are ordered.
    """
    if connection.vendor == "sqlite":
        words = question.as_fts5()
        anywhere = _ask(SQLITE, words)
        in_head = _ask(SQLITE, f"head : ({words})")
    else:
        words = question.as_tsquery()
        anywhere = _ask(POSTGRES.format(ALL_WORDS), words)
        in_head = _ask(POSTGRES.format(HEAD_WORDS), words)
    named = Case(
        When(pk__in=in_head, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    found = items.filter(locale__language_code=question.language, pk__in=anywhere)
    found = found.annotate(in_head=named)
    return found.order_by(F("in_head").desc(), *items.query.order_by)


def _ask(sql: str, words: str) -> RawSQL:
    return RawSQL(sql, (words,))  # noqa: S611 -- words are bound
