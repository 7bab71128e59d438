import pytest
from babel.messages.catalog import Catalog
from django.utils.translation import gettext, override, trans_real

from home.catalogues import (
    catalogue_path,
    compile_catalogue,
    compile_catalogues,
    extract_messages,
    is_translated,
    read_catalogue,
    update_catalogue,
)

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext

GREETING = _(
    "Hello "
    "%(name)s"
)
COUNT = ngettext("%(n)s letter", "%(n)s letters", 2)
MONTH = pgettext("month", "May")
PLAIN = "Not for people"
"""
TEMPLATE = """{% load i18n %}
<p class="it's">
    {% translate "Read on" %}
      {% blocktranslate trimmed with when=day %}
        Sent on
        {{ when }}
      {% endblocktranslate %}
  {% blocktranslate count counter=n %}{{ counter }} item{% plural %}{{ counter }} items{% endblocktranslate %}
</p>
"""


@pytest.fixture
def project(settings, tmp_path):
    """Return an empty project whose sources and catalogues lie in a directory."""
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    for folder in ("config", "crm/migrations", "home", "newsletter", "templates/email"):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


def texts(catalog):
    return {(message.id, message.context) for message in catalog if message.id}


def test_extract_python_finds_every_call_of_gettext(project):
    (project / "crm" / "words.py").write_text(PYTHON)

    assert texts(extract_messages()) == {
        ("Hello %(name)s", None),
        (("%(n)s letter", "%(n)s letters"), None),
        ("May", "month"),
    }


@pytest.mark.parametrize("name", ["page.html", "email/base.mjml", "email/base.txt"])
def test_extract_template_finds_every_tag(project, name):
    (project / "templates" / name).write_text(TEMPLATE)

    assert texts(extract_messages()) == {
        ("Read on", None),
        ("Sent on %(when)s", None),
        (("%(counter)s item", "%(counter)s items"), None),
    }


def test_extract_migrations_are_passed_over(project):
    (project / "crm" / "migrations" / "0001_initial.py").write_text(PYTHON)

    assert texts(extract_messages()) == set()


def test_update_new_text_is_added_untranslated(project):
    assert update_catalogue("sv", make_template("Read on")) is True

    message = read_catalogue("sv").get("Read on")
    assert (message.string, is_translated(message)) == ("", False)


def test_update_english_says_what_the_source_says(project):
    update_catalogue("en", make_template("Read on", ("A letter", "%(n)s letters")))

    english = read_catalogue("en")
    assert english.get("Read on").string == "Read on"
    assert english.get("A letter").string == ("A letter", "%(n)s letters")


def test_update_dropped_text_leaves_and_translation_stays(project):
    write_swedish(project, 'msgid "Read on"\nmsgstr "Läs vidare"\n')

    update_catalogue("sv", make_template("Read on", "New"))
    update_catalogue("sv", make_template("Read on"))

    swedish = read_catalogue("sv")
    assert texts(swedish) == {("Read on", None)}
    assert swedish.get("Read on").string == "Läs vidare"


def test_update_keeps_plurals_and_contexts(project):
    write_swedish(
        project,
        'msgctxt "month"\nmsgid "May"\nmsgstr "maj"\n\n'
        'msgid "A letter"\nmsgid_plural "%(n)s letters"\n'
        'msgstr[0] "Ett brev"\nmsgstr[1] "%(n)s brev"\n',
    )
    template = make_template(("A letter", "%(n)s letters"))
    template.add("May", context="month")

    update_catalogue("sv", template)

    swedish = read_catalogue("sv")
    assert swedish.get("May", "month").string == "maj"
    assert swedish.get("A letter").string == ("Ett brev", "%(n)s brev")


def test_update_text_that_gained_a_plural_is_to_be_translated_anew(project):
    write_swedish(project, 'msgid "A letter"\nmsgstr "Ett brev"\n')

    update_catalogue("sv", make_template(("A letter", "%(n)s letters")))

    assert is_translated(read_catalogue("sv").get("A letter")) is False


def test_update_twice_changes_nothing(project):
    update_catalogue("sv", make_template("Read on"))
    before = catalogue_path("sv").read_bytes()

    assert update_catalogue("sv", make_template("Read on")) is False
    assert catalogue_path("sv").read_bytes() == before


def test_written_catalogue_names_files_but_no_lines_dates_or_hosts(project):
    (project / "crm" / "words.py").write_text(PYTHON)
    update_catalogue("sv", extract_messages())

    written = catalogue_path("sv").read_text()
    assert "#: crm/words.py\n" in written
    assert not {"POT-Creation-Date", "PO-Revision-Date"} & set(written.split('"'))


def test_compile_is_read_by_django(project, monkeypatch):
    write_swedish(project, 'msgid "Read on"\nmsgstr "Läs vidare"\n')

    assert compile_catalogues() == ["sv"]

    monkeypatch.setattr(trans_real, "_translations", {})
    with override("sv"):
        assert gettext("Read on") == "Läs vidare"


def test_compile_untouched_catalogue_is_left_alone(project):
    write_swedish(project, 'msgid "Read on"\nmsgstr "Läs vidare"\n')

    assert compile_catalogue("sv") is True
    assert compile_catalogue("sv") is False


def make_template(*ids):
    catalog = Catalog()
    for text in ids:
        catalog.add(text, locations=[("crm/words.py", 1)])
    return catalog


def write_swedish(project, entries):
    update_catalogue("sv", Catalog())
    with catalogue_path("sv").open("a", encoding="utf-8") as file:
        file.write("\n" + entries)
