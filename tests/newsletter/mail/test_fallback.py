"""In which language somebody gets an item."""

import pytest

from crm.models import Contact
from newsletter.choices import Fallback
from newsletter.mail.fallback import (
    choose_language,
    gets_any,
    language_expression,
    offered_languages,
)
from tests.factories import make_contact, make_news_page
from tests.newsletter.languages import publish_in_english, write_in_english

CASES = [
    ("sv", ["sv"], Fallback.NOTHING, "sv"),
    ("en", ["sv"], Fallback.PAGE, "sv"),
    ("en", ["sv"], Fallback.NOTHING, ""),
    ("sv", ["en"], Fallback.ENGLISH, "en"),
    ("en", ["sv"], Fallback.ENGLISH, "sv"),
    ("en", ["sv", "en"], Fallback.NOTHING, "en"),
]


@pytest.mark.parametrize(("reads", "offered", "fallback", "gets"), CASES)
def test_choose_language(reads, offered, fallback, gets):
    assert choose_language(reads, offered, fallback) == gets


@pytest.mark.django_db
@pytest.mark.database
def test_database_chooses_as_python_does():
    contact = make_contact()
    for reads, offered, fallback, gets in CASES:
        Contact.objects.update(language=reads)
        people = Contact.objects.annotate(gets=language_expression(offered, fallback))

        assert people.get(pk=contact.pk).gets == gets
        reached = people.filter(gets_any(offered, fallback))
        assert reached.exists() == bool(gets)


@pytest.mark.django_db
def test_item_is_offered_in_its_own_and_its_published_languages():
    page = make_news_page()
    draft = write_in_english(page)

    assert offered_languages(page) == ["sv"]
    publish_in_english(draft)
    assert offered_languages(page) == ["sv", "en"]
