"""The preflight of a send: the letter in every language, and whom it goes to."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.db.models import Case, Count, Exists, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.choices import Language
from crm.models import Affiliation
from newsletter.choices import CampaignState, Severity
from newsletter.delivery.audience import select_audience
from newsletter.delivery.repeats import Repeat, count_had, find_repeat
from newsletter.delivery.senders import sender_findings
from newsletter.exceptions import CampaignStateError, MergeFieldError
from newsletter.mail.blocks import find_reader_limits
from newsletter.mail.conditions import finds_items
from newsletter.mail.fallback import gets_any, published_translations
from newsletter.mail.merge import CUSTOM
from newsletter.models import Campaign, Newsletter, NewsPage, Recipients
from newsletter.preflight.findings import Finding, sort_findings
from newsletter.preflight.letter import Audience, Letter
from newsletter.preflight.rules.readers import fields_of
from newsletter.preflight.rules.translations import (
    compare_translation,
    find_unpublished_translations,
)
from newsletter.preflight.running import check_letter, find_obstacles


def check_item(
    page: NewsPage,
    recipients: Recipients | None,
    *,
    on: date,
    repeat: Repeat | None = None,
) -> list[Finding]:
    """Return what is to be looked at before the item is sent, errors first.

    ``page`` is the version that would be sent; published translations are looked at
    too. Who gets it is judged as of that day, and by ``repeat`` where it goes to who
    has not had it, or to who got what it corrects. Changes nothing.
    """
    letter = Letter(page, page.newsletter)
    audience = count_readers(letter, recipients, on=on, repeat=repeat)
    letter = replace(letter, audience=audience)
    findings = list(_find_sent_before(page, repeat))
    # Drafts of translations are looked for from the item that is sent: its own changes
    # are what goes out, though its translations would call them unpublished.
    findings += [
        replace(finding, page_id=page.pk)
        for finding in (*check_letter(letter), *find_unpublished_translations(letter))
    ]
    for translation in published_translations(page).values():
        other = Letter(translation, page.newsletter)
        findings += [
            replace(
                finding,
                page_id=finding.page_id or translation.pk,
                locale=other.locale,
            )
            for finding in (*check_letter(other), *compare_translation(letter, other))
        ]
    if page.newsletter:
        findings += [
            replace(finding, page_id=page.pk)
            for finding in sender_findings(page.newsletter)
        ]
    return sort_findings(findings)


def refuse_unready(campaign: Campaign, *, errors_only: bool = False) -> None:
    """Raise CampaignStateError when something stops the send, with what it is.

    Errors always do; so do warnings that nobody let stand, unless ``errors_only``, as
    when a send fires by the clock and nobody is there to be asked. Then the rules that
    were frozen decide who gets it, so that the readers are left to the freeze.
    """
    if campaign.revision is None:
        # Freezing says so.
        return
    recipients = None if errors_only else campaign.recipients
    page = campaign.revision.as_object()
    repeat = None if errors_only else find_repeat(campaign)
    findings = check_item(page, recipients, on=timezone.localdate(), repeat=repeat)
    obstacles = find_obstacles(findings, campaign.page)  # type: ignore[arg-type]
    if errors_only:
        obstacles = [finding for finding in obstacles if finding.is_error]
    if obstacles:
        raise CampaignStateError(describe_obstacles(obstacles))


def describe_obstacles(obstacles: list[Finding]) -> str:
    """Return in a sentence or two what stops a send; there is at least one."""
    first = obstacles[0]
    if len(obstacles) == 1 and first.is_error:
        return f"{first.title}. {first.text}"
    errors = sum(finding.is_error for finding in obstacles)
    if errors:
        stops = ngettext(
            "%(count)s error stops the send.", "%(count)s errors stop the send.", errors
        ) % {"count": errors}
    else:
        stops = ngettext(
            "%(count)s warning is to be looked at.",
            "%(count)s warnings are to be looked at.",
            len(obstacles),
        ) % {"count": len(obstacles)}
    return stops + " " + _("The check on the tab Send says what to do.")


def count_readers(
    letter: Letter,
    recipients: Recipients | None,
    *,
    on: date,
    repeat: Repeat | None = None,
) -> Audience:
    """Return whom the letter goes to in numbers, with two queries.

    Of merge fields only those that the letter has are counted.
    """
    newsletter = letter.newsletter
    has_circle = recipients is not None or (repeat and repeat.is_same_people)
    if not has_circle or newsletter is None:
        return Audience()
    names = _fields_to_count(letter)
    readers = select_audience(recipients, newsletter, on, repeat=repeat)
    page = letter.page
    pages = {page.locale.language_code: page, **published_translations(page)}
    offered, limits = list(pages), find_reader_limits(pages)
    reached = gets_any(offered, newsletter.fallback)
    # These two beside the count: in its filter Django cannot refer to the reader.
    if finds := finds_items(limits, offered, newsletter.fallback):
        found_item = Case(When(finds, then=Value(True)), default=Value(False))
        readers = readers.annotate(finds_item=found_item)
        reached &= Q(finds_item=True)
    if "organisation" in names:
        seats = Affiliation.objects.held(on).filter(contact=OuterRef("pk"))
        readers = readers.annotate(has_seat=Exists(seats))
    found = readers.aggregate(
        people=Count("mail_hash", distinct=True, filter=reached),
        **{
            f"reads_{code}": Count("pk", filter=Q(language=code))
            for code in Language.values
        },
        **{
            f"lacks_{name}": Count("pk", filter=reached & _lacks(name))
            for name in names
        },
    )
    return Audience(
        people=found["people"],
        before=_count_last_send(newsletter),
        lacking={name: found[f"lacks_{name}"] for name in names},
        languages={code: found[f"reads_{code}"] for code in Language.values},
    )


def _find_sent_before(page: NewsPage, repeat: Repeat | None) -> Iterator[Finding]:
    """It goes to everybody, and people have had it."""
    if repeat is not None or not page.pk or not (had := count_had(page)):
        return
    yield Finding(
        "sent_before",
        Severity.WARNING,
        _("The item has been sent before"),
        ngettext(
            "%(count)s person has had it and would get it again. Send it to those added "
            "since, or write a correction.",
            "%(count)s people have had it and would get it again. Send it to those "
            "added since, or write a correction.",
            had,
        )
        % {"count": had},
        about=str(had),
        page_id=page.pk,
    )


def _fields_to_count(letter: Letter) -> list[str]:
    try:
        names = fields_of(letter)
    except MergeFieldError:
        # Composing names the block at fault.
        return []
    known = {"given_name", "family_name", "organisation"}
    return sorted(name for name in names if name in known or name.startswith(CUSTOM))


def _lacks(name: str) -> Q:
    if name == "organisation":
        return Q(has_seat=False)
    if name.startswith(CUSTOM):
        return Q(**{f"custom__{name.removeprefix(CUSTOM)}__isnull": True})
    return Q(**{name: ""})


def _count_last_send(newsletter: Newsletter) -> int | None:
    last = (
        Campaign.objects.filter(newsletter=newsletter, state=CampaignState.FINISHED)
        .order_by("-finished_at")
        .first()
    )
    return last.deliveries.count() if last else None
