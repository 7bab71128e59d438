"""Both catalogues are whole, in step with the sources, and say the same thing."""

import re

import pytest

from home.catalogues import extract_messages, is_translated, read_catalogue

# Texts that are rightly the same in Swedish and English. Add one only after reading it.
SAME_IN_BOTH = {
    "%(count)s person",
    "%(counter)s organisation",
    "%(field)s: %(value)s.",
    "%(language)s.",
    "%(name)s, %(address)s",
    "%(name)s. %(kind)s, %(country)s.",
    "%(people)s person",
    "%(purpose)s: %(status)s",
    "%(seat)s.",
    "%(start)s – %(end)s",
    "%(time)s, %(zone)s",
    "%(what)s: %(why)s",
    "(%(names)s)",
    "Block %(number)s, %(label)s",
    "Data",
    "HTML",
    "List-Id",
    "Organisation",
    "Partner",
    "Person",
    "Region",
    "Register",
    "Text",
    "Version %(number)s",
    "destination",
    # How a day is written, for Django's date filter.
    "l j F Y",
    "import",
    "organisation",
    "text",
    "variant",
    "version",
}
# A merge field by its name alone: what stands in for an empty one is a word to translate.
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}|\[\[\w*")


def entries(catalog):
    return {(message.id, message.context) for message in catalog if message.id}


def translated(language):
    """Yield (source form, translated form) for each form of each text."""
    for message in read_catalogue(language):
        if message.id and is_translated(message):
            if message.pluralizable:
                yield from zip(message.id, message.string, strict=True)
            else:
                yield message.id, message.string


@pytest.mark.parametrize("language", ["sv", "en"])
def test_catalogue_has_exactly_the_texts_of_the_sources(language):
    on_file, in_sources = entries(read_catalogue(language)), entries(extract_messages())

    assert in_sources - on_file == set(), "run manage.py update_catalogues"
    assert on_file - in_sources == set(), "run manage.py update_catalogues"


@pytest.mark.parametrize("language", ["sv", "en"])
def test_catalogue_has_a_translation_for_every_text(language):
    messages = [message for message in read_catalogue(language) if message.id]

    assert [message.id for message in messages if not is_translated(message)] == []


def test_english_catalogue_says_what_the_source_says():
    assert [pair for pair in translated("en") if pair[0] != pair[1]] == []


def test_swedish_text_is_not_the_english_one():
    same = {source for source, target in translated("sv") if source == target}

    assert same == SAME_IN_BOTH


def test_swedish_text_has_the_placeholders_of_the_english_one():
    wrong = [
        (source, target)
        for source, target in translated("sv")
        if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(target))
    ]

    assert wrong == []


def test_scripts_leave_texts_to_templates(settings):
    """No djangojs catalogue: a script reads its texts from data attributes."""
    scripts = [
        path
        for folder in ("crm", "home", "newsletter", "static")
        for path in (settings.BASE_DIR / folder).rglob("*.js")
    ]

    calls = [path.name for path in scripts if "gettext(" in path.read_text()]
    assert calls == []
