"""The calendar file of an event that stands in a published item."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from crm.calendars import write_calendar
from newsletter.public_blocks import EVENT, find_block


@require_safe
def event_calendar(request: HttpRequest, page_id: int, block_id: str) -> HttpResponse:
    """Answer with the event's file; 404 while its day is not decided."""
    found = find_block(page_id, block_id, EVENT)
    if found is None:
        raise Http404
    page, child = found
    content = child.value.read(page)
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    file = content and write_calendar(content.event, host=host, url=page.full_url or "")
    if not file:
        raise Http404
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = (
        f'attachment; filename="event-{content.event.pk}.ics"'
    )
    response["X-Robots-Tag"] = "noindex"
    return response
