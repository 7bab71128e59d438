"""What a page tells machines of itself: canonical address, Open Graph, schema.org."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from wagtail.images.models import AbstractRendition
from wagtail.models import Page

from crm.models import Event
from home.models import HomePage
from newsletter.blocks.layout import select_public
from newsletter.models import NewsPage

# The size that services show a picture in when somebody passes the address on.
SHARED_SIZE = "fill-1200x630|format-jpeg"
LOCALES = {"sv": "sv_SE", "en": "en_GB"}
# As Django's json_script does it: nothing in the data ends the element.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@dataclass(frozen=True)
class Metadata:
    """What stands in a public page's head for machines."""

    url: str
    title: str
    description: str
    kind: str
    locale: str
    image: AbstractRendition | None = None
    data: list[dict[str, Any]] = field(default_factory=list)

    @property
    def json(self) -> SafeString:
        """The schema.org data, safe within a script element of type ld+json."""
        written = json.dumps(
            {"@context": "https://schema.org", "@graph": self.data}, ensure_ascii=False
        )
        return mark_safe(written.translate(ESCAPES))  # noqa: S308 -- escaped above


def describe_page(
    request: HttpRequest, page: Page, home: HomePage, *, about: str = ""
) -> Metadata:
    """Return what a public page says of itself to machines.

    ``about`` is the topic or network of a page within the archive. The canonical address
    drops what narrows a listing down, and keeps the number of a page of the whole.
    """
    item = page if isinstance(page, NewsPage) else None
    url = request.build_absolute_uri(request.path) + _number_page(request)
    description = page.search_description or getattr(page, "summary", "")
    if isinstance(page, HomePage):
        description = description or page.strapline
    # One of the pages within a directory (home.directory.describing).
    part = getattr(page, "part", None)
    if part:
        description = part.description
    publisher = _describe_publisher(request, home)
    data = [publisher, *(part.data if part else [])]
    image = _find_picture(item) if item else None
    if item:
        data.append(_describe_item(request, item, url, image, publisher))
        if item.event:
            data.append(_describe_event(item.event, url))
    return Metadata(
        url=url,
        title=part.title if part else about or page.seo_title or page.title,
        description=description or getattr(page, "intro", ""),
        kind="article" if item else "website",
        locale=LOCALES[_read_language(page, home)],
        image=image,
        data=data,
    )


def _number_page(request: HttpRequest) -> str:
    number = request.GET.get("page", "")
    is_number = number.isascii() and number.isdigit() and number != "1"
    return f"?page={number}" if is_number and len(request.GET) == 1 else ""


def _read_language(page: Page, home: HomePage) -> str:
    # The first page's locale has been read, and is the page's own.
    return (home if page.locale_id == home.locale_id else page).locale.language_code


def _describe_publisher(request: HttpRequest, home: HomePage) -> dict[str, Any]:
    url = home.get_full_url(request)
    return _without_empty(
        {
            "@type": "Organization",
            "@id": f"{url}#publisher",
            "name": home.title,
            "url": url,
            "email": home.email,
            "address": home.postal_address,
        }
    )


def _describe_item(
    request: HttpRequest,
    item: NewsPage,
    url: str,
    image: AbstractRendition | None,
    publisher: dict[str, Any],
) -> dict[str, Any]:
    published = item.published_on or item.first_published_at
    return _without_empty(
        {
            "@type": "NewsArticle",
            "@id": f"{url}#item",
            "mainEntityOfPage": url,
            # Google cuts longer ones; schema.org sets no limit.
            "headline": item.title,
            "description": item.summary,
            "inLanguage": item.locale.language_code,
            "datePublished": published.isoformat() if published else "",
            "dateModified": item.last_published_at.isoformat()
            if item.last_published_at
            else "",
            "about": [topic.name for topic in item.topics],
            "image": request.build_absolute_uri(image.url) if image else "",
            "publisher": {"@id": publisher["@id"]},
        }
    )


def _describe_event(event: Event, url: str) -> dict[str, Any]:
    """Return an event as far as it is decided; times are those of the place."""
    place = event.place
    return _without_empty(
        {
            "@type": "Event",
            "name": event.title,
            "inLanguage": event.language,
            "url": url,
            "startDate": _join_time(event.starts_on, event.starts_at),
            "endDate": _join_time(event.ends_on or event.starts_on, event.ends_at),
            "location": place
            and {
                "@type": "Place",
                "name": ", ".join(filter(None, (place.name, place.room))),
                "address": _without_empty(
                    {
                        "@type": "PostalAddress",
                        "streetAddress": place.street,
                        "postalCode": place.postcode,
                        "addressLocality": place.town,
                        "addressCountry": place.country,
                    }
                ),
            },
            "organizer": event.organiser
            and {"@type": "Organization", "name": event.organiser.local_name},
        }
    )


def _join_time(day: str, at: Any) -> str:
    # Only a known day has a time; "2013-02" stays what it is.
    return f"{day}T{at:%H:%M}" if at and len(day) == len("2013-02-01") else day


def _find_picture(item: NewsPage) -> AbstractRendition | None:
    for child in select_public(item.body):
        if child.block_type == "image" and child.value["image"]:
            return child.value["image"].get_rendition(SHARED_SIZE)
    return None


def _without_empty(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value}
