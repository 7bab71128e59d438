"""Items that hold what somebody asked for, those with it in the headline first."""

from django.db import connection
from django.db.models import BooleanField, Case, F, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from home.models.fulltext import VECTOR
from home.models.search import WORD_INDEX, SearchEntry
from home.search.asking import Question

TABLE = SearchEntry._meta.db_table
SQLITE = (
    f"SELECT item_id FROM {TABLE} WHERE id IN"  # noqa: S608 -- names of our own
    f" (SELECT rowid FROM {WORD_INDEX} WHERE {WORD_INDEX} MATCH %s)"
    " AND language = %s"
)
POSTGRES = (
    f"SELECT item_id FROM {TABLE}"  # noqa: S608 -- names of our own
    f" WHERE {VECTOR} @@ to_tsquery('simple', %s) AND language = %s"
)


def find_items(items: QuerySet, question: Question) -> QuerySet:
    """Return those of ``items`` that hold every term of the question.

    Those with all of it in the headline come first, then as ``items`` are ordered.
    """
    if connection.vendor == "sqlite":
        anywhere = _ask(SQLITE, question.as_fts5(), question)
        in_head = _ask(SQLITE, f"head : ({question.as_fts5()})", question)
    else:
        anywhere = _ask(POSTGRES, question.as_tsquery(), question)
        in_head = _ask(POSTGRES, question.as_tsquery("A"), question)
    named = Case(
        When(pk__in=in_head, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    found = items.filter(pk__in=anywhere).annotate(in_head=named)
    return found.order_by(F("in_head").desc(), *items.query.order_by)


def _ask(sql: str, words: str, question: Question) -> RawSQL:
    return RawSQL(sql, (words, question.language))  # noqa: S611 -- words are bound
