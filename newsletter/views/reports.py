"""The report of a send: its figures as a part of the page, and as a file."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.exports.text_files import CSV_TYPE
from crm.exports.workbooks import XLSX_TYPE
from newsletter.mail.urls import strip_scheme
from newsletter.models import Campaign, LinkTotal
from newsletter.naming import name_conditions
from newsletter.statistics.charts import draw_columns, draw_line
from newsletter.statistics.export import (
    write_report_csv,
    write_report_xlsx,
)
from newsletter.statistics.figures import Part
from newsletter.statistics.pace import Pace
from newsletter.statistics.report import Report, is_large, read_report
from newsletter.status import describe_send
from newsletter.views.sending import check_may_see, get_campaign

REPORT = "cms/newsletter/includes/report.html"
# Destinations shown; a file has them all.
MOST_DOMAINS = 15
WRITERS = {
    "csv": (write_report_csv, CSV_TYPE),
    "xlsx": (write_report_xlsx, XLSX_TYPE),
}


@require_safe
def send_figures(request: HttpRequest, campaign_id: int) -> JsonResponse:
    """Answer with the report as HTML, counting it when none is kept."""
    campaign = get_campaign(campaign_id)
    check_may_see(request, campaign)
    status = describe_send(campaign)
    context = describe_report(campaign, read_report(campaign))
    context["may_see_register"] = request.user.has_perm("crm.view_organisation")
    html = render_to_string(REPORT, {**context, "status": status}, request)
    return JsonResponse(
        {"html": html, "is_moving": status.is_moving},
        headers={"Cache-Control": "no-store"},
    )


@require_safe
def export_report(
    request: HttpRequest, campaign_id: int, file_format: str
) -> HttpResponse:
    """Answer with the figures as a file. There are no persons in it."""
    if file_format not in WRITERS:
        raise Http404
    campaign = get_campaign(campaign_id)
    check_may_see(request, campaign)
    write, content_type = WRITERS[file_format]
    content = write(campaign, read_report(campaign), name_conditions(campaign))
    day = timezone.localdate(campaign.started_at or campaign.created_at)
    name = f"{campaign.newsletter.slug}-{day.isoformat()}.{file_format}"
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def describe_report(campaign: Campaign, report: Report) -> dict[str, Any]:
    """Return what the template of the report shows. Asks for names of segments only."""
    figures = report.figures
    return {
        "campaign": campaign,
        "report": report,
        "whole": figures.whole,
        "is_large": is_large(campaign),
        "letters": describe_letters(campaign, report),
        "pace": describe_pace(campaign, report.pace),
        "domains": [
            {"name": name, "part": part, "line": judge_complaints(part)}
            for name, part in list(figures.domains.items())[:MOST_DOMAINS]
        ],
        "more_domains": max(0, len(figures.domains) - MOST_DOMAINS),
        "complaint_line": judge_complaints(figures.whole),
        "warn_percent": settings.NEWSLETTER_WARN_COMPLAINT_PERCENT,
        "pause_percent": settings.NEWSLETTER_PAUSE_COMPLAINT_PERCENT,
        "links": [describe_link(link) for link in report.links],
        "most_opened": max((link.people for link in report.links), default=0) or 1,
        "links_by_machines": sum(link.machines for link in report.links),
        "visits_chart": draw_columns([day.people for day in report.visits]),
        "earlier": list(reversed(report.earlier)),
        "earlier_chart": draw_columns([c.part.people for c in report.earlier]),
        "left_chart": draw_columns(
            [1000 * c.part.left / c.part.people for c in report.earlier]
        ),
    }


def describe_letters(campaign: Campaign, report: Report) -> list[dict[str, Any]]:
    """Return language, shown blocks, size and figures of each letter."""
    names = name_conditions(campaign)
    variants = campaign.variants.order_by("locale", "shown").defer("html", "text")
    return [
        {
            "locale": variant.locale,
            "conditions": [
                name for bit, name in enumerate(names) if variant.shown >> bit & 1
            ],
            "part": report.figures.variants.get(
                (variant.locale, variant.shown), Part()
            ),
            "kilobytes": max(1, round(variant.html_size / 1024)),
        }
        for variant in variants
    ]


def describe_pace(campaign: Campaign, pace: Pace) -> dict[str, Any] | None:
    """Return the line of letters accepted so far and what to say beside it."""
    if not pace.moments or campaign.started_at is None:
        return None
    start = campaign.started_at.timestamp()
    points = [(start, 0.0)]
    for moment in pace.moments:
        end = max(start, moment.at.timestamp() + pace.step.total_seconds())
        points.append((end, float(moment.sum)))
    return {
        "chart": draw_line(points),
        "starts_at": campaign.started_at,
        "ends_at": pace.moments[-1].at + pace.step,
        "seconds": pace.step.total_seconds(),
        "moments": pace.moments,
        "most": pace.most,
        "ninety": pace.find_share(90),
        "total": pace.total,
    }


def describe_link(link: LinkTotal) -> dict[str, Any]:
    """Return a link as people read it, and whether it leads to this site."""
    return {
        "url": link.url,
        "text": strip_scheme(link.url),
        "is_ours": link.url.startswith(f"{settings.SITE_URL}/"),
        "people": link.people,
        "machines": link.machines,
    }


def judge_complaints(part: Part) -> str:
    """Return "over" or "near" for a share of complaints that mail services act on.

    A single complaint is never over: of few letters it is a large share.
    """
    share = part.complaint_share if part.complained else 0
    if share >= settings.NEWSLETTER_PAUSE_COMPLAINT_PERCENT and part.complained > 1:
        return "over"
    is_near = part.complained and share >= settings.NEWSLETTER_WARN_COMPLAINT_PERCENT
    return "near" if is_near else ""
