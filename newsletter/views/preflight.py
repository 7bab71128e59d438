"""The check of an item in its editor: looked at by GET, let stand by POST."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from wagtail.log_actions import log

from newsletter.choices import Severity
from newsletter.delivery.checking import check_item
from newsletter.delivery.repeats import find_draft_repeat
from newsletter.log_actions import ACKNOWLEDGED, ACKNOWLEDGEMENT_WITHDRAWN
from newsletter.models import Acknowledgement, NewsPage
from newsletter.preflight.findings import Finding
from newsletter.preflight.marks import BlockMarks, mark_blocks

LONGEST_TEXT = 250


@dataclass(frozen=True)
class Remark:
    """A finding as the panel shows it."""

    finding: Finding
    acknowledgement: Acknowledgement | None
    url: str

    @property
    def is_warning(self) -> bool:
        return self.finding.severity == Severity.WARNING

    @property
    def stops(self) -> bool:
        return self.finding.is_error or (
            self.is_warning and self.acknowledgement is None
        )


@require_safe
def preflight(request: HttpRequest, page_id: int) -> JsonResponse:
    """Say what is to be looked at in the newest version of the item.

    With ``part=blocks`` only what is marked at its blocks, without counting the readers:
    no finding about a block depends on them.
    """
    page = _get_page(request, page_id)
    version = page.get_latest_revision_as_object()
    if request.GET.get("part") == "blocks":
        findings = check_item(version, None, on=timezone.localdate())
        remarks = describe_findings(page, findings)
        return JsonResponse({"blocks": _mark_blocks(version, remarks)})
    return _answer(request, page, version, _check_version(version))


@require_POST
def acknowledge(request: HttpRequest, page_id: int) -> JsonResponse:
    """Let a warning stand, or (``stands`` = "") no longer; answer with the new check.

    A warning that is no longer there, since the text was changed, is passed over: the
    answer shows what there is now.
    """
    page = _get_page(request, page_id)
    version = page.get_latest_revision_as_object()
    findings = _check_version(version)
    key = request.POST.get("key", "")
    warnings = {f.key: f for f in findings if f.severity == Severity.WARNING}
    if key in warnings:
        _write(request, page, warnings[key], stands=bool(request.POST.get("stands")))
    return _answer(request, page, version, findings)


def _get_page(request: HttpRequest, page_id: int) -> NewsPage:
    page = get_object_or_404(NewsPage, pk=page_id)
    if not page.has_newsletter_permission(request.user, "save_campaign"):
        raise PermissionDenied
    return page


def check_newest(page: NewsPage) -> list[Finding]:
    """Return what is to be looked at in the newest version of the item."""
    return _check_version(page.get_latest_revision_as_object())


def _check_version(version: NewsPage) -> list[Finding]:
    return check_item(
        version,
        version.newsletter_recipients,
        on=timezone.localdate(),
        repeat=find_draft_repeat(version),
    )


def _write(
    request: HttpRequest, page: NewsPage, finding: Finding, *, stands: bool
) -> None:
    text = f"{finding.title}: {finding.text}"[:LONGEST_TEXT]
    if stands:
        _row, changed = Acknowledgement.objects.get_or_create(
            page=page, key=finding.key, defaults={"text": text, "by": request.user}
        )
    else:
        changed, _rows = page.acknowledgements.filter(key=finding.key).delete()
    if changed:
        action = ACKNOWLEDGED if stands else ACKNOWLEDGEMENT_WITHDRAWN
        log(page, action, user=request.user, data={"warning": text})


def _answer(
    request: HttpRequest, page: NewsPage, version: NewsPage, findings: list[Finding]
) -> JsonResponse:
    remarks = describe_findings(page, findings)
    context: dict[str, Any] = {
        "page": page,
        "remarks": remarks,
        "verdict": _sum_up(remarks),
        "stops": any(remark.stops for remark in remarks),
        "checked_at": timezone.localtime(),
    }
    html = render_to_string("cms/newsletter/includes/preflight.html", context, request)
    blocks = _mark_blocks(version, remarks)
    return JsonResponse({"html": html, "stops": context["stops"], "blocks": blocks})


def _mark_blocks(version: NewsPage, remarks: list[Remark]) -> list[BlockMarks]:
    """Return what the editor shows at its blocks: of findings those that stop the send."""
    return mark_blocks(version, [remark.finding for remark in remarks if remark.stops])


def describe_findings(page: NewsPage, findings: list[Finding]) -> list[Remark]:
    """Return the findings with who let them stand, and the way to each."""
    rows = page.acknowledgements.select_related("by")
    known = {row.key: row for row in rows}
    return [
        Remark(finding, known.get(finding.key), _url_of(page, finding))
        for finding in findings
    ]


def _url_of(page: NewsPage, finding: Finding) -> str:
    """Return the way to the block at fault; in another language it is another page."""
    anchor = f"#block-{finding.block_id}-section" if finding.block_id else ""
    if finding.page_id == page.pk:
        return anchor
    return reverse("wagtailadmin_pages:edit", args=[finding.page_id]) + anchor


def _sum_up(remarks: list[Remark]) -> str:
    """Return the verdict in a sentence or two."""
    errors = sum(remark.finding.is_error for remark in remarks)
    waiting = sum(remark.stops for remark in remarks) - errors
    sentences = []
    if errors:
        sentences.append(
            ngettext(
                "%(count)s error stops the send.",
                "%(count)s errors stop the send.",
                errors,
            )
            % {"count": errors}
        )
    if waiting:
        sentences.append(
            ngettext(
                "%(count)s warning is to be looked at.",
                "%(count)s warnings are to be looked at.",
                waiting,
            )
            % {"count": waiting}
        )
    return " ".join(sentences) or _("Nothing stops the send.")
