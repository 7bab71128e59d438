"""A correction: an item of its own that goes to exactly who got the one it corrects."""

from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.text import slugify
from django.utils.translation import gettext as _

from newsletter.choices import NewsKind
from newsletter.delivery.repeats import list_sends
from newsletter.exceptions import CampaignStateError
from newsletter.models import NewsPage


@transaction.atomic
def write_correction(original: NewsPage, *, user: Any) -> NewsPage:
    """Return the draft of a correction of an item that was sent; make it when needed.

    It has the original's newsletter, network, topics and language, and says what it
    corrects; what is right is for the editor to write. Twice gives the same draft.
    Raises CampaignStateError for an item that has not been sent.
    """
    # Two clicks wait for each other here.
    original = NewsPage.objects.select_for_update(of=("self",)).get(pk=original.pk)
    if not list_sends(original):
        raise CampaignStateError(_("This item has not been sent: change it instead."))
    draft = find_correction_draft(original)
    if draft is not None:
        return draft
    with translation.override(original.locale.language_code):
        page = _compose_correction(original)
    original.get_parent().add_child(instance=page)
    page.save_revision(user=user)
    return page


def find_correction_draft(original: NewsPage) -> NewsPage | None:
    """Return the correction of an item that is begun and was not sent yet."""
    return original.corrections.filter(live=False, campaigns=None).first()


def _compose_correction(original: NewsPage) -> NewsPage:
    title = _("Correction: %(title)s") % {"title": original.title}
    page = NewsPage(
        title=title[:255],
        slug=_find_slug(original, title),
        locale=original.locale,
        live=False,
        has_unpublished_changes=True,
        kind=NewsKind.CORRECTION,
        corrects=original,
        newsletter=original.newsletter,
        newsletter_recipients=original.newsletter_recipients,
        network=original.network,
        published_on=timezone.localdate(),
        body=_write_body(original),
    )
    topic_link = NewsPage.topic_links.rel.related_model
    page.topic_links = [topic_link(topic=topic) for topic in original.topics]
    return page


def _write_body(original: NewsPage) -> list[dict[str, Any]]:
    sent_at = original.campaigns.exclude(frozen_at=None).order_by("frozen_at").first()
    day = timezone.localtime(sent_at.frozen_at).date()
    lead = _("On %(day)s we sent you “%(title)s”. Something in it was wrong.") % {
        "day": date_format(day, "j F Y"),
        "title": original.title,
    }
    link = f'<a linktype="page" id="{original.pk}">{escape(original.title)}</a>'
    text = _("The item stands here, corrected: %(link)s") % {"link": link}
    return [
        {"type": "lead", "value": {"text": lead}},
        {"type": "text", "value": {"text": f"<p>{text}</p>"}},
    ]


def _find_slug(original: NewsPage, title: str) -> str:
    base = slugify(title)[:200] or "correction"
    siblings = set(original.get_parent().get_children().values_list("slug", flat=True))
    number, slug = 2, base
    while slug in siblings:
        slug, number = f"{base}-{number}", number + 1
    return slug
