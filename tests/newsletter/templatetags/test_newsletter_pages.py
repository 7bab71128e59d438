"""What the public page of an item says beside its body."""

from datetime import date

import pytest
from django.utils import translation

from crm.dates import format_range
from newsletter.templatetags.newsletter_pages import keep_dates, topics
from tests.factories import make_news_page, make_topic


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("a <b> & 1–2", 'a &lt;b&gt; &amp; <span class="nb">1–2</span>'),
        (
            "Veckan 10–12 maj 2021 var",
            'Veckan <span class="nb">10–12 maj 2021</span> var',
        ),
        ("Arkiv, 2006–2021", 'Arkiv, <span class="nb">2006–2021</span>'),
        ("Kommun – stad", "Kommun – stad"),
        ("", ""),
    ],
)
def test_keep_dates_marks_ranges_and_escapes_the_rest(text, marked):
    assert keep_dates(text) == marked


@pytest.mark.parametrize(
    ("start", "end", "swedish", "english"),
    [
        (None, None, "", ""),
        (date(2021, 5, 17), None, "17 maj 2021", "17 May 2021"),
        (None, date(2021, 5, 17), "17 maj 2021", "17 May 2021"),
        (date(2021, 5, 10), date(2021, 5, 12), "10–12 maj 2021", "10–12 May 2021"),
    ],
)
def test_range_is_written_in_the_active_language(start, end, swedish, english):
    with translation.override("sv"):
        assert format_range(start, end) == swedish
    with translation.override("en"):
        assert format_range(start, end) == english


def test_topics_cost_two_queries_however_many(site, django_assert_num_queries):
    item = make_news_page(topics=[make_topic() for _number in range(3)])
    fresh = type(item).objects.get(pk=item.pk)

    with django_assert_num_queries(2):
        assert len(topics(fresh)) == 3
