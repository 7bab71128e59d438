"""What stands round every public page: name, ways in, languages, foot."""

from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page, Site

from home.caching.parts import keep_part
from home.models import ArchivePage, HomePage, SiteTheme
from home.restrictions import leave_out_restricted
from home.theme.logos import Logo, describe_logo
from home.theme.styles import name_styles
from newsletter.models import Newsletter

# What is read of the pages that a frame leads to.
SHOWN = (
    "title", "slug", "path", "depth", "url_path", "show_in_menus", "translation_key",
    "locale__language_code", "content_type__app_label", "content_type__model",
)  # fmt: skip


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
    newsletters: list[Newsletter] = field(default_factory=list)
    # The name of the accent's CSS; "" for the accent of our own.
    styles: str = ""
    logo: Logo | None = None


def build_frame(request: HttpRequest, page: Page | None = None) -> Frame:
    """Return the frame for a page, or for a view without one, in the active language.

    Empty where no site has been set up yet. Costs a constant number of queries.
    """
    site = Site.find_for_request(request)
    homes = keep_part(("homes", site.pk), lambda: _list_homes(site)) if site else {}
    home = homes.get(_find_language(homes, page)) or homes.get(settings.LANGUAGE_CODE)
    if home is None:
        return Frame()
    public = _list_public()
    menu, about = keep_part(("ways in", home.pk), lambda: _list_ways_in(home, public))
    own = _find_own(home, page, public)
    # A directory has pages within it, at the same address in each language.
    part = getattr(page, "part", None)
    within = part.path if part else ""
    languages = [
        _make_link(
            request, code, own.get(code), homes[code], homes[code] is home, within
        )
        for code, _name in settings.LANGUAGES
        if code in homes
    ]
    if page and not _is_at(request, page, within):
        # A topic or network: what it holds differs from language to language.
        languages = [replace(link, is_translation=False) for link in languages]
    styles, logo = keep_part(("look", site.pk), lambda: _describe_look(site))
    return Frame(
        home,
        menu,
        about,
        languages,
        newsletters=keep_part("newsletters", _list_newsletters),
        styles=styles,
        logo=logo,
    )


def _list_homes(site: Site) -> dict[str, HomePage]:
    homes = HomePage.objects.filter(translation_key=site.root_page.translation_key)
    return {
        home.locale.language_code: home
        for home in homes.live().select_related("locale")
    }


def _find_language(homes: dict[str, HomePage], page: Page | None) -> str | None:
    if page is None:
        return get_language()
    codes = (code for code, home in homes.items() if home.locale_id == page.locale_id)
    return next(codes, None)


def _list_public() -> QuerySet[Page]:
    pages = Page.objects.live().select_related("locale", "content_type")
    return leave_out_restricted(pages.only(*SHOWN).order_by("path"))


def _find_own(
    home: HomePage, page: Page | None, public: QuerySet[Page]
) -> dict[str, Page]:
    """Return a page in each of its languages, by their codes."""
    if page is None:
        return {}
    own = public.filter(translation_key=page.translation_key)
    if page.depth > home.depth + 1:
        return {p.locale.language_code: p for p in own}
    # What is right under the first page has many addresses: an archive's lists.
    return keep_part(
        ("own", page.translation_key),
        lambda: {p.locale.language_code: p for p in own},
    )


def _list_ways_in(
    home: HomePage, public: QuerySet[Page]
) -> tuple[list[Page], list[Page]]:
    """Return the first page's public children: those of the menu, those of the foot."""
    menu, about = [], []
    for child in public & home.get_children():
        is_archive = child.cached_content_type.model_class() is ArchivePage
        (menu if is_archive or child.show_in_menus else about).append(child)
    return menu, about


def _list_newsletters() -> list[Newsletter]:
    return list(Newsletter.objects.filter(is_open=True))


def _describe_look(site: Site) -> tuple[str, Logo | None]:
    # Not for_site(), which writes a row where there is none.
    theme = SiteTheme.objects.filter(site=site).select_related("logo").first()
    return name_styles(theme.accent) if theme else "", describe_logo(theme)


def _is_at(request: HttpRequest, page: Page, within: str) -> bool:
    return urlsplit(page.get_url(request) or "").path + within == request.path


def _make_link(
    request: HttpRequest,
    code: str,
    own: Page | None,
    home: Page,
    is_current: bool,
    within: str,
) -> LanguageLink:
    target = own or home
    below = within if own else ""
    return LanguageLink(
        code=code,
        name=dict(settings.WAGTAILADMIN_PERMITTED_LANGUAGES)[code],
        url=(target.get_url(request) or "") + below,
        full_url=(target.get_full_url(request) or "") + below,
        is_translation=own is not None,
        is_current=is_current,
    )
