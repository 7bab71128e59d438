"""Every public page and state, by name: for axe, html-validate, reflow and pictures.

On the demo, with what ``prepare_screens`` adds to it. A new public page gets a line here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core import signing
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Page
from wagtail.models import Page as SitePage

from crm.models import Contact, Organisation, Topic
from home.models import (
    AccessibilityPage,
    ArchivePage,
    DirectoryPage,
    HomePage,
    PrivacyPage,
    StandardPage,
)
from home.partners.tokens import make_partner_token
from newsletter.joining import make_token
from newsletter.models import Delivery, Newsletter, NewsPage, SignUp
from newsletter.preferences.addresses import SALT as ADDRESS_SALT
from newsletter.preferences.data_links import make_data_token
from newsletter.tokens import make_preferences_token, make_unsubscribe_token
from tests.factories import make_campaign, make_delivery, make_digest

WAITING = "ny.lasare@example.org"


@dataclass(frozen=True)
class Screen:
    """A page, or what it shows after a form was filled in and a button pressed."""

    name: str
    path: str
    fill: dict[str, str] = field(default_factory=dict)
    press: str = ""
    # What changes somebody: to be shown only on data that are thrown away.
    is_act: bool = False
    # A page that Django shows when no view could, in that language.
    template: str = ""
    language: str = ""


def open_screen(page: Page, site: str, screen: Screen) -> str:
    """Show a screen in the browser; return its HTML as the server sent it."""
    if screen.template:
        with translation.override(screen.language):
            html = render_to_string(screen.template)
        kind = "text/html; charset=utf-8"
        page.route(
            f"**{screen.path}",
            lambda route: route.fulfill(status=500, body=html, content_type=kind),
        )
    response = page.goto(site + screen.path)
    for selector, text in screen.fill.items():
        page.fill(selector, text)
    if screen.press:
        with page.expect_navigation() as navigation:
            page.locator(screen.press).first.click()
        response = navigation.value
    return response.text()


def prepare_screens() -> None:
    """Add to the demo what no visitor has done yet: a send, a digest, a sign-up."""
    newsletter = Newsletter.objects.get()
    for language in ("sv", "en"):
        items = NewsPage.objects.filter(locale__language_code=language)
        report = items.first()
        archive = ArchivePage.objects.get(locale__language_code=language)
        campaign = make_campaign(page=report, newsletter=newsletter)
        for contact in list_readers(language):
            Contact.objects.filter(pk=contact.pk).update(language=language)
            make_delivery(campaign=campaign, contact=contact, locale=language)
        make_digest(
            [(report, "summary"), (items.last(), "headline")],
            archive=archive,
            newsletter=newsletter,
            locale=archive.locale,
            title={"sv": "Höstens nummer", "en": "The autumn issue"}[language],
            slug=f"issue-{language}",
        )
        SignUp.objects.get_or_create(
            newsletter=newsletter,
            address_hash=f"waiting-{language}",
            defaults={"email": WAITING, "language": language},
        )


def list_readers(language: str) -> list[Contact]:
    """Return two of the demo's readers who hold a seat, others for each language."""
    held = Contact.objects.filter(affiliations__ends_on__isnull=True)
    held = held.filter(affiliations__isnull=False).distinct().order_by("pk")
    first = {"sv": 0, "en": 2}[language]
    return list(held[first : first + 2])


def find_member(language: str) -> Organisation:
    """Return a public organisation of a network that something is written about."""
    items = NewsPage.objects.filter(locale__language_code=language)
    return Organisation.objects.filter(
        is_published=True, memberships__network__in=items.values("network")
    ).first()


def list_screens(language: str) -> list[Screen]:
    """Return every public page and state in one language."""
    with translation.override(language):
        return [
            *_list_pages(language),
            *_list_items(language),
            *_list_joining(language),
            *_list_own_pages(language),
            *_list_partner_pages(language),
        ]


def _list_pages(language: str) -> Iterator[Screen]:
    def find(model: type[SitePage]) -> SitePage:
        return model.objects.live().filter(locale__language_code=language).first()

    archive = find(ArchivePage).url
    topic = Topic.objects.filter(
        pk__in=NewsPage.topic_links.rel.related_model.objects.filter(
            page__locale__language_code=language
        ).values("topic")
    ).first()
    yield Screen("home", find(HomePage).url)
    yield Screen("archive", archive)
    yield Screen("archive-filtered", f"{archive}?kind=report")
    yield Screen("search", f"{archive}?q=integration")
    member = find_member(language)
    yield Screen("archive-organisation", f"{archive}?organisation={member.pk}")
    yield Screen("search-nothing", f"{archive}?q=xyzzyq")
    yield Screen("archive-nothing", f"{archive}?kind=report&topic={topic.slug}&year=1")
    yield Screen("topic", f"{archive}topics/{topic.slug}/")
    network = NewsPage.objects.filter(
        locale__language_code=language, network__isnull=False
    ).first()
    if network:
        yield Screen("network", f"{archive}networks/{network.network.slug}/")
    directory = find(DirectoryPage)
    if directory:
        yield from _list_directory(directory)
    yield Screen("accessibility", find(AccessibilityPage).url)
    yield Screen("privacy", find(PrivacyPage).url)
    yield Screen("plain", find(StandardPage).url)
    yield Screen("missing", f"/{language}/finns-inte/")
    for code in ("400", "403", "500"):
        path = f"/{language}/error-{code}/"
        yield Screen(f"error-{code}", path, template=f"{code}.html", language=language)


def _list_directory(directory: DirectoryPage) -> Iterator[Screen]:
    yield Screen("directory", directory.url)
    shown = Organisation.objects.filter(is_published=True).order_by("pk").first()
    yield Screen("directory-organisation", f"{directory.url}organisations/{shown.pk}/")
    for part in ("experts", "publications", "media"):
        yield Screen(f"directory-{part}", f"{directory.url}{part}/")


def _list_items(language: str) -> Iterator[Screen]:
    items = NewsPage.objects.live().filter(locale__language_code=language)
    seen = set()
    for item in items.order_by("pk"):
        name = "digest" if item.slug.startswith("issue-") else f"item-{item.kind}"
        if name not in seen:
            yield Screen(name, item.url)
        seen.add(name)
    for item in items:
        for child in item.body:
            if child.block_type == "collaborate":
                path = reverse("collaborate", args=[item.pk, child.id])
                yield Screen("collaborate", path)
                yield Screen("collaborate-errors", path, press="main form .btn")
                yield Screen("collaborate-done", f"{path}?sent")
                return


def _list_joining(language: str) -> Iterator[Screen]:
    join = reverse("join", args=[Newsletter.objects.get().slug, language])
    waiting = SignUp.objects.get(address_hash=f"waiting-{language}")
    confirm = reverse("confirm_sign_up", args=[make_token(waiting)])
    button = "main form .btn"
    yield Screen("join", join)
    yield Screen("join-errors", join, {"[name=address]": "solna"}, button)
    yield Screen("join-sent", f"{join}?sent")
    yield Screen("confirm", confirm)
    yield Screen("confirm-done", confirm, press="main form .btn", is_act=True)
    yield Screen("confirm-broken", "/confirm/broken/")


def _list_own_pages(language: str) -> Iterator[Screen]:
    reader = list_readers(language)[0]
    other = list_readers(language)[-1]
    token = make_preferences_token(contact_id=reader.pk)
    choices = reverse("preferences", args=[token])
    ask = reverse("ask_link")
    yield Screen("choices", choices)
    yield Screen(
        "choices-address-errors", choices, press="form:has([value=address]) .btn"
    )
    yield Screen("choices-done", choices, press="form:has([value=choose]) .btn")
    yield Screen("choices-pause-errors", choices, press="form:has([value=pause]) .btn")
    yield Screen("choices-broken", "/choices/broken/")
    yield Screen("ask-link", ask)
    yield Screen("ask-link-sent", f"{ask}?sent")
    yield Screen("ask-link-errors", ask, {"[name=address]": "x"}, "main form .btn")
    own = reverse("own_data", args=[make_data_token(reader)])
    yield Screen("own-data", own)
    yield Screen("own-data-errors", own, press="main form[novalidate] .btn")
    erase = "form:has([value=erasure]) .btn"
    yield Screen("own-data-asked", own, press=erase, is_act=True)
    yield Screen("own-data-broken", "/own-data/broken/")
    # Of the other, whose address no later screen goes by.
    wanted = [other.pk, other.address_hash, "ny@example.org"]
    address = signing.dumps(wanted, salt=ADDRESS_SALT)
    confirm = reverse("confirm_address", args=[address])
    yield Screen("address", confirm)
    yield Screen("address-done", confirm, press="main form .btn", is_act=True)
    yield Screen("address-broken", "/address/broken/")
    leave = reverse(
        "unsubscribe",
        args=[make_unsubscribe_token(Delivery.objects.filter(contact=reader)[0].pk)],
    )
    yield Screen("leaving", leave)
    yield Screen("leaving-broken", "/u/broken/")
    left = reverse(
        "unsubscribe",
        args=[make_unsubscribe_token(Delivery.objects.filter(contact=other)[0].pk)],
    )
    leave_button = f"form[action='{left}'] .btn"
    yield Screen("has-left", left, press=leave_button, is_act=True)
    stopped = reverse("preferences", args=[make_preferences_token(contact_id=other.pk)])
    yield Screen(
        "choices-paused", stopped, press="form:has([value=pause]) .btn", is_act=True
    )
    rest = f"form[action='{leave}rest/'] .btn"
    yield Screen("leaving-paused", leave, press=rest, is_act=True)
    yield Screen(
        "choices-stopped", stopped, press="form:has([value=stop]) .btn", is_act=True
    )


def _list_partner_pages(language: str) -> Iterator[Screen]:
    reader = list_readers(language)[0]
    ask = f"{reverse('partner_ask')}?next=/{language}/"
    enter = reverse("partner_enter", args=[make_partner_token(reader)])
    yield Screen("partner", ask)
    yield Screen("partner-errors", ask, {"[name=address]": "x"}, "main form .btn")
    yield Screen("partner-enter", enter)
    yield Screen("partner-expired", "/partner/broken/")
