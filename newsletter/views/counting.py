"""What is counted when somebody reads: the links of letters, the pages of items.

The two places where opening an address changes a row: two counters without persons,
and the name of who agreed to be noted by it (docs/decisions/0010-noted-by-name.md).
"""

import logging
from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from newsletter.delivery.linking import record_click, take_back_clicks
from newsletter.mail.links import read_link_mark
from newsletter.models import LinkTotal, NewsPage
from newsletter.statistics.counters import (
    BURST_LINKS,
    BURST_SECONDS,
    count_link,
    count_visit,
)
from newsletter.statistics.machines import is_machine

logger = logging.getLogger(__name__)
# From the first of the openings that make a burst to the one that shows it.
LONGEST_BURST = BURST_LINKS * BURST_SECONDS


@never_cache
@require_safe
def follow_link(
    request: HttpRequest, campaign_id: int, number: int, mark: str = ""
) -> HttpResponse:
    """Count a link of a send and lead to where it leads; nowhere else.

    A mark that is not ours, or whose reader no longer agrees, only counts for nobody.
    """
    link = LinkTotal.objects.filter(campaign=campaign_id, number=number).first()
    if link is None:
        raise Http404
    says_machine = is_machine(request.method, request.headers)
    by_person = count_link(
        campaign_id,
        number,
        is_machine=says_machine,
        client=describe_client(request),
    )
    if mark and not says_machine:
        note_click(mark, campaign_id, number, by_person=by_person)
    response = HttpResponseRedirect(link.url)
    # The mark is nobody else's business.
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def count_visits(serve):
    """Wrap Wagtail's serving of a page: count the items that readers get to see.

    The answer says in ``read_item`` which it was, for whoever gives it out once more.
    """

    def serve_and_count(page, request, args, kwargs):
        response = serve(page, request, args, kwargs)
        if (
            isinstance(page, NewsPage)
            and response.status_code == 200
            and not is_logged_in(request)
        ):
            count_reader(page.pk, request.method, request.headers)
            response.read_item = page.pk
        return response

    return serve_and_count


def count_reader(page_id: int, method: str, headers: Mapping[str, str]) -> None:
    """Count who reads an item without being logged in; ``headers`` ignores case."""
    count_visit(page_id, is_machine=is_machine(method, headers))


def note_click(mark: str, campaign_id: int, number: int, *, by_person: bool) -> None:
    """Note who opened a link; never keep the reader from getting there.

    When a burst shows that it was a mail filter all along, what was noted of the burst
    goes again.
    """
    delivery_id = read_link_mark(mark)
    if delivery_id is None:
        return
    try:
        if by_person:
            record_click(delivery_id, campaign_id, number)
        else:
            since = timezone.now() - timedelta(seconds=LONGEST_BURST)
            take_back_clicks(delivery_id, campaign_id, since)
    except DatabaseError:
        logger.warning("A click could not be noted: the database is busy")


def describe_client(request: HttpRequest) -> str:
    """Return what tells askers apart for some seconds, behind a proxy too."""
    parts = ("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR", "HTTP_USER_AGENT")
    return " ".join(request.META.get(part, "") for part in parts)


def is_logged_in(request: HttpRequest) -> bool:
    """Say whether somebody who works here asks.

    Looks at the session only where there is one: to look makes a page uncacheable.
    """
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    return has_session and request.user.is_authenticated
