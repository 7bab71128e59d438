"""Links in running text to organisations of the register."""

import pytest
from django.utils import translation
from wagtail.admin.rich_text import get_rich_text_editor_widget
from wagtail.models import Locale, PageViewRestriction, ReferenceIndex
from wagtail.rich_text import expand_db_html

from crm.models import Organisation
from home.models import DirectoryPage
from newsletter.blocks.text import FEATURES
from newsletter.mail.preview import preview_letter
from newsletter.preflight.letter import Letter
from newsletter.preflight.rules.links import find_dead_links
from tests.factories import (
    make_news_page,
    make_newsletter,
    make_organisation,
    make_site,
)

pytestmark = pytest.mark.django_db


def link_to(organisation) -> str:
    return (
        f'<p><a linktype="organisation" id="{organisation.pk}">Boden</a> var med.</p>'
    )


def make_directory(site) -> DirectoryPage:
    directory = DirectoryPage(title="Katalog", slug="katalog", locale=site.home.locale)
    site.home.add_child(instance=directory)
    return directory


def test_link_to_an_organisation_that_is_gone_or_leads_nowhere_is_its_words():
    nowhere, gone = make_organisation(website=""), make_organisation()
    gone_link = link_to(gone)
    gone.delete()

    for source in (link_to(nowhere), gone_link):
        assert expand_db_html(source) == "<p><a data-unlinked>Boden</a> var med.</p>"
        page = make_news_page(
            newsletter=make_newsletter(), body=[("text", {"text": source})]
        )
        assert "Boden var med." in preview_letter(page).html
        assert list(find_dead_links(Letter(page, page.newsletter))) == []


def test_unpublished_organisation_leads_to_its_website():
    make_directory(make_site())
    organisation = make_organisation(
        is_published=False, website="https://boden.example/"
    )

    html = expand_db_html(link_to(organisation))

    assert html.startswith('<p><a href="https://boden.example/">Boden</a>')


def test_published_organisation_leads_to_the_directory_of_the_language_read_in():
    site = make_site()
    directory = make_directory(site)
    organisation = make_organisation(
        is_published=True, website="https://boden.example/"
    )

    found = {}
    for language in ("sv", "en"):
        with translation.override(language):
            found[language] = expand_db_html(link_to(organisation))
    PageViewRestriction.objects.create(page=directory, restriction_type="login")
    with translation.override("sv"):
        closed = expand_db_html(link_to(organisation))

    path = f"{directory.url}organisations/{organisation.pk}/"
    assert f'<a href="{path}">' in found["sv"]
    assert 'href="https://boden.example/"' in found["en"]
    assert 'href="https://boden.example/"' in closed


def test_mail_links_to_the_whole_address_and_the_item_is_known_as_a_use(settings):
    site = make_site()
    directory = make_directory(site)
    organisation = make_organisation(is_published=True)
    page = make_news_page(
        archive=site.archive,
        newsletter=make_newsletter(),
        body=[("text", {"text": link_to(organisation)})],
    )

    mail = preview_letter(page)

    path = f"{settings.SITE_URL}{directory.url}organisations/{organisation.pk}/"
    assert (f'href="{path}"' in mail.html, path in mail.text) == (True, True)
    assert ReferenceIndex.get_references_to(organisation).count() == 1


def test_many_links_are_looked_up_by_a_constant_number_of_queries(
    django_assert_num_queries,
):
    make_directory(make_site())
    Locale.objects.get_or_create(language_code="en")

    for number in (1, 3):
        made = [make_organisation(is_published=True) for _n in range(number)]
        source = "".join(link_to(organisation) for organisation in made)
        expand_db_html(source)  # what is cached of sites is cached
        with django_assert_num_queries(3):
            assert expand_db_html(source).count("href=") == number


def test_editor_keeps_the_number_through_a_save_and_knows_the_name():
    organisation = make_organisation(name="Bodens kommun")
    widget = get_rich_text_editor_widget("default", features=FEATURES)

    edited = widget.format_value(link_to(organisation))
    saved = widget.value_from_datadict({"text": edited}, {}, "text")

    assert "Bodens kommun" in edited
    assert f'<a linktype="organisation" id="{organisation.pk}">Boden</a>' in saved
    Organisation.objects.all().delete()
    assert '"name": ""' in widget.format_value(saved)
