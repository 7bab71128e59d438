"""The demo's public site: two languages, each with archive, directory, plain pages, statements."""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from crm.models import Network, Role
from home.demo import clip
from home.demo.files import read_json
from home.models import (
    AccessibilityPage,
    ArchivePage,
    DirectoryPage,
    HomePage,
    PrivacyPage,
    StandardPage,
)


def load_site() -> ArchivePage:
    """Make the site in Swedish and English; return the Swedish archive."""
    texts = read_json("demo", "site.json")
    swedish = Locale.objects.get_or_create(language_code="sv")[0]
    english = Locale.objects.get_or_create(language_code="en")[0]
    home = HomePage(locale=swedish, **texts["home"]["sv"])
    Page.get_first_root_node().add_child(instance=home)
    _point_site_at(home)
    _translate(home, english, texts["home"]["en"])
    archive = ArchivePage(locale=swedish, **texts["archive"]["sv"])
    home.add_child(instance=archive)
    _translate(archive, english, texts["archive"]["en"])
    _load_directory(home, english, texts["directory"])
    for entry in texts["pages"]:
        page = StandardPage(locale=swedish, **entry["sv"])
        home.add_child(instance=page)
        _translate(page, english, entry["en"])
    _load_statements(home, english, texts)
    return archive


def _load_directory(home: HomePage, english: Locale, texts: dict) -> None:
    """Make the directory of CLIP: its cities on a map, its experts, its publications."""
    directory = DirectoryPage(
        locale=home.locale,
        network=Network.objects.get(slug=clip.SLUG),
        show_in_menus=True,
        **texts["sv"],
    )
    directory.expert_roles = [Role.objects.get(slug="expert")]
    home.add_child(instance=directory)
    _translate(directory, english, texts["en"])


def _load_statements(home: HomePage, english: Locale, texts: dict) -> None:
    """Make the two pages that the law asks for, looked through today."""
    today = timezone.localdate()
    accessibility = AccessibilityPage(
        locale=home.locale,
        assessed_on=today,
        reviewed_on=today,
        **texts["accessibility"]["sv"],
    )
    privacy = PrivacyPage(
        locale=home.locale, reviewed_on=today, **texts["privacy"]["sv"]
    )
    for page, name in ((privacy, "privacy"), (accessibility, "accessibility")):
        home.add_child(instance=page)
        _translate(page, english, texts[name]["en"])


def _translate(page: Page, locale: Locale, texts: dict[str, str]) -> Page:
    """Make the page's translation with those texts, and publish it."""
    translation = page.copy_for_translation(locale)
    for field, text in texts.items():
        setattr(translation, field, text)
    translation.save_revision().publish()
    return translation


def _point_site_at(home: HomePage) -> None:
    """Make the first page the root of the default site at SITE_URL.

    Wagtail's own welcome page, which a fresh database has, goes.
    """
    url = urlsplit(settings.SITE_URL)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": url.hostname,
            "port": url.port or (443 if url.scheme == "https" else 80),
            "site_name": settings.WAGTAIL_SITE_NAME,
            "root_page": home,
        },
    )
    welcome = Page.objects.filter(depth=2, slug="home", numchild=0).first()
    if welcome and welcome.specific_class is Page:
        welcome.delete()
