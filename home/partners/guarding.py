"""Keeping others out of what is for partners: pages, documents, pictures."""

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.models import Page, ReferenceIndex

from home.partners.sessions import is_partner
from newsletter.choices import Visibility
from newsletter.models import NewsPage


def may_read(page: NewsPage, request: HttpRequest) -> bool:
    """Say whether the reader may see an item that has been published."""
    return page.visibility == Visibility.PUBLIC or is_partner(request)


def ask_for_link(request: HttpRequest) -> HttpResponse:
    """Send the reader to where a link is asked for; they come back by it."""
    response = redirect(f"{reverse('partner_ask')}?next={request.path}")
    response["Cache-Control"] = "private, no-store"
    return response


def guard_page(
    page: Page, request: HttpRequest, *args, **kwargs
) -> HttpResponse | None:
    """Hook ``before_serve_page``: only partners get to see what is for them."""
    if isinstance(page, NewsPage) and not may_read(page, request):
        return ask_for_link(request)
    return None


def guard_document(document: Model, request: HttpRequest) -> HttpResponse | None:
    """Hook ``before_serve_document``: what stands only in partners' items is theirs."""
    if is_for_partners_only(document) and not is_partner(request):
        return ask_for_link(request)
    return None


def is_for_partners_only(thing: Model) -> bool:
    """Say whether a document or picture is used in partners' items and nowhere public."""
    references = ReferenceIndex.get_references_to(thing)
    page_ids = references.filter(
        base_content_type__app_label="wagtailcore"
    ).values_list("object_id", flat=True)
    users = Page.objects.filter(pk__in=[int(pk) for pk in page_ids]).live().specific()
    return _all_for_partners(list(users))


def _all_for_partners(users: list[Page]) -> bool:
    return bool(users) and all(
        isinstance(user, NewsPage) and user.visibility == Visibility.PARTNERS
        for user in users
    )
