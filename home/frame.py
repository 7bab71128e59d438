"""What stands round every public page: name, ways in, languages, foot."""

from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page, Site

from home.models import ArchivePage, HomePage


@dataclass(frozen=True)
class LanguageLink:
    """A language of the site, and where the same thing is said in it."""

    code: str
    name: str
    url: str
    full_url: str
    is_translation: bool
    is_current: bool = False


@dataclass(frozen=True)
class Frame:
    """The sender of one language with the pages that every page leads to."""

    home: HomePage | None = None
    menu: list[Page] = field(default_factory=list)
    about: list[Page] = field(default_factory=list)
    languages: list[LanguageLink] = field(default_factory=list)


def build_frame(request: HttpRequest, page: Page | None = None) -> Frame:
    """Return the frame for a page, or for a view without one, in the active language.

    Empty where no site has been set up yet. Costs a constant number of queries.
    """
    site = Site.find_for_request(request)
    if site is None:
        return Frame()
    homes = {
        home.locale.language_code: home
        for home in HomePage.objects.filter(
            translation_key=site.root_page.translation_key
        )
        .live()
        .select_related("locale")
    }
    language = page.locale.language_code if page else get_language()
    home = homes.get(language) or homes.get(settings.LANGUAGE_CODE)
    if home is None:
        return Frame()
    menu, about = _list_ways_in(home)
    languages = _list_languages(request, homes, page, home.locale.language_code)
    return Frame(home, menu, about, languages)


def _list_ways_in(home: HomePage) -> tuple[list[Page], list[Page]]:
    """Return the pages of the menu, and those that are named in the foot."""
    menu, about = [], []
    for child in home.get_children().live().public().select_related("content_type"):
        is_archive = child.cached_content_type.model_class() is ArchivePage
        (menu if is_archive or child.show_in_menus else about).append(child)
    return menu, about


def _list_languages(
    request: HttpRequest,
    homes: dict[str, HomePage],
    page: Page | None,
    current: str,
) -> list[LanguageLink]:
    """Return a link per language: the page's translation, else the first page."""
    own = {}
    if page is not None:
        translations = page.get_translations(inclusive=True).live().public()
        own = {p.locale.language_code: p for p in translations.select_related("locale")}
    return [
        _make_link(request, code, own.get(code), homes[code], code == current)
        for code, _name in settings.LANGUAGES
        if code in homes
    ]


def _make_link(
    request: HttpRequest, code: str, own: Page | None, home: Page, is_current: bool
) -> LanguageLink:
    target = own or home
    return LanguageLink(
        code=code,
        name=dict(settings.WAGTAILADMIN_PERMITTED_LANGUAGES)[code],
        url=target.get_url(request) or "",
        full_url=target.get_full_url(request) or "",
        is_translation=own is not None,
        is_current=is_current,
    )
