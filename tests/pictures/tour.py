"""The way through the demo site on which the pictures are taken."""

import re
from urllib.parse import urlsplit

from django.test import Client, override_settings
from django.utils import timezone
from playwright.sync_api import Page, Route, expect
from wagtail.users.models import UserProfile

from crm.models import Contact, Network, Seat, Segment
from home.catcher.store import list_keys, read_mail
from newsletter.models import Campaign, Newsletter, NewsPage
from tests.browser import steps
from tests.browser.screens import list_screens, open_screen, prepare_screens
from tests.pictures.camera import LOOKS, NARROW, SCHEMES, Camera

MAIL_SIZE = (600, 900)
MAIL_LOOKS = [(size, scheme) for size in (MAIL_SIZE, NARROW) for scheme in SCHEMES]


def find_report() -> NewsPage:
    """Return the demo's report of the training week."""
    return NewsPage.objects.get(
        slug__startswith="traningsvecka", locale__language_code="sv"
    )


def take_admin(page: Page, site: str, camera: Camera) -> None:
    """Do the main job as the editor and take every screen on the way."""
    steps.log_in(page, site)
    camera.take(page, "admin-home")
    _import(page, site, camera)
    _build_segment(page, site, camera)
    _write(page, site, camera)
    _send(page, camera)
    page.goto(f"{site}/admin/sends/")
    camera.take(page, "sends")
    page.goto(f"{site}/admin/sends/inspect/{Campaign.objects.latest('pk').pk}/")
    camera.take(page, "send-page", whole=True)
    _take_english(page, site, camera)


def take_register(page: Page, site: str, camera: Camera) -> None:
    """Take the register's other screens, and what is behind the sender."""
    steps.log_in(page, site)
    register = f"{site}/admin/register"
    seat = Seat.objects.vacant(timezone.localdate()).first()
    one, other = Contact.objects.order_by("pk")[:2]
    segment = Segment.objects.order_by("pk").first()
    addresses = {
        "seats-work": f"{register}/seats/work/",
        "succession": f"{register}/seats/succession/{seat.pk}/",
        "network": f"{register}/networks/inspect/{Network.objects.get(slug='clip').pk}/",
        "organisation": f"{register}/organisations/inspect/{seat.organisation_id}/",
        "merge": f"{register}/contacts/merge/{one.pk}/{other.pk}/",
        "imports": f"{register}/imports/",
        "segment-page": f"{register}/segments/inspect/{segment.pk}/",
        "why": f"{register}/segments/why/{segment.pk}/?contact={one.pk}",
        "newsletter-sender": f"{site}/admin/newsletters/sender/"
        f"{Newsletter.objects.get().pk}/",
    }
    for name, address in addresses.items():
        page.goto(address)
        page.wait_for_timeout(800)
        camera.take(page, name, whole=True)


def take_public(page: Page, site: str, camera: Camera) -> None:
    """Take every public page and state in both languages."""
    page.goto(f"{site}{find_report().url}")
    camera.take_one(page, "tour-item")
    prepare_screens()
    page.route("**/finns-inte/", _answer_missing)
    for language in ("sv", "en"):
        page.set_extra_http_headers({"Accept-Language": language})
        for screen in list_screens(language):
            open_screen(page, site, screen)
            # The public site fades nothing.
            camera.take(page, f"{screen.name}-{language}", whole=True, settle=60)


def take_composing(page: Page, site: str, camera: Camera) -> None:
    """Take the screens round the writing of an item."""
    steps.log_in(page, site)
    item = f"{site}/admin/sends/items/{find_report().pk}"
    for name in ("preview", "paste"):
        page.goto(f"{item}/{name}/")
        page.wait_for_timeout(1500)
        camera.take(page, name, whole=True)


def take_mail(page: Page, site: str, camera: Camera) -> None:
    """Take the report as it came by mail: in the catcher, as HTML and as text."""
    key = _find_mail()
    page.goto(f"{site}/catcher/")
    camera.take(page, "catcher")
    page.goto(f"{site}/catcher/{key}/")
    camera.take_one(page, "tour-mail")
    page.goto(f"{site}/catcher/{key}/frame/")
    camera.take(page, "mail", looks=MAIL_LOOKS, whole=True)
    page.goto(f"{site}/catcher/{key}/text/")
    camera.take(page, "mail-text", looks=MAIL_LOOKS, whole=True)


def _answer_missing(route: Route) -> None:
    """Answer as visitors are answered, not with Django's page for developers."""
    path = urlsplit(route.request.url).path
    with override_settings(DEBUG=False):
        answer = Client().get(path, headers={"host": "127.0.0.1"})
    route.fulfill(status=404, body=answer.content, content_type="text/html")


def _import(page: Page, site: str, camera: Camera) -> None:
    page.goto(f"{site}/admin/register/contacts/")
    camera.take(page, "contacts")
    page.locator("main table tbody a").first.click()
    camera.take(page, "contact")
    steps.upload_contacts(page, site)
    camera.take(page, "import")
    camera.take_one(page, "tour-import")
    steps.confirm_import(page)


def _build_segment(page: Page, site: str, camera: Camera) -> None:
    steps.fill_segment(page, site)
    # The list of countries closes.
    page.locator("#id_name").focus()
    steps.open_preview(page)
    page.wait_for_timeout(2500)
    camera.take_one(page, "tour-segment")
    camera.take(page, "segment")
    steps.save_segment(page)


def _write(page: Page, site: str, camera: Camera) -> None:
    page.goto(f"{site}/admin/pages/{find_report().pk}/edit/")
    steps.open_preview(page)
    mode = page.locator("#id_preview_mode option[value*=html]").first
    page.locator("#id_preview_mode").select_option(mode.get_attribute("value"))
    page.wait_for_timeout(2500)
    camera.take_one(page, "tour-item-editor")
    camera.take(page, "item-editor")


def _send(page: Page, camera: Camera) -> None:
    page.locator("[data-side-panel-toggle=preview]").click()
    page.goto(f"{page.url.partition('#')[0]}#tab-send")
    page.reload()
    page.wait_for_timeout(2500)
    steps.choose_recipients(page)
    page.fill("#id_newsletter_subject", "Träningsveckan, [[given_name|kollega]]")
    steps.save_and_check(page)
    # Once the check has been made.
    page.wait_for_timeout(1500)
    camera.take(page, "send-tab")
    steps.let_warning_stand(page, "Effektivitet")
    steps.open_send_dialog(page)
    camera.take(page, "send-dialog")
    page.locator("[data-send-confirm=send]").click()
    bar = page.locator("[data-send-progress]")
    expect(bar).to_have_attribute(
        "aria-valuenow", re.compile("^[2-9][0-9]$"), timeout=60_000
    )
    camera.take_one(page, "tour-send")
    camera.take(page, "send-under-way")
    expect(bar).to_have_attribute("aria-valuenow", "100", timeout=60_000)


def _take_english(page: Page, site: str, camera: Camera) -> None:
    profiles = UserProfile.objects.filter(user__username="editor")
    profiles.update(preferred_language="en")
    page.goto(f"{site}/admin/pages/{find_report().pk}/edit/#tab-send")
    page.wait_for_timeout(1500)
    camera.take(page, "send-finished-en", looks=LOOKS)
    profiles.update(preferred_language="sv")


def _find_mail() -> str:
    """Return the key of the newest mail with the report in Swedish."""
    return next(k for k in list_keys() if b'lang=3D"sv"' in read_mail(k).content)
