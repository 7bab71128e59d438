"""Rules about digests: what they gather, and whether it is there for its readers."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from newsletter.choices import DigestExtent, Severity
from newsletter.models import Campaign, DigestPage, NewsPage
from newsletter.preflight.findings import Finding
from newsletter.preflight.letter import Letter
from newsletter.unmerged import without_fields

# How far back an item is remembered to have stood in a digest.
LAST_DIGESTS = 3
# One bit per condition, and Delivery.shown holds so many.
MOST_TOPIC_SETS = 62


def find_empty_digest(letter: Letter) -> Iterator[Finding]:
    """A digest that gathers nothing."""
    if isinstance(letter.page, DigestPage) and not letter.entries:
        yield Finding(
            "digest_empty",
            Severity.ERROR,
            _("The digest holds no items"),
            _(
                "Choose some under Content, or let them be added by what they are about."
            ),
        )


def find_missing_items(letter: Letter) -> Iterator[Finding]:
    """Items that were chosen, but are not there for readers of this version."""
    if not isinstance(letter.page, DigestPage):
        return
    for item in letter.page.list_missing():
        if item.live and item.locale_id != letter.page.locale_id:
            yield Finding(
                "digest_translation",
                Severity.WARNING,
                _("An item is not published in this language"),
                _(
                    "“%(item)s” is left out of this version. Translate it, or let it stand."
                )
                % {"item": item},
                about=str(item.pk),
            )
            continue
        yield Finding(
            "digest_missing",
            Severity.ERROR,
            _("An item is not there for the readers"),
            _(
                "“%(item)s” is not published, or not open to everybody who gets the "
                "digest. Publish it, or take it off the list."
            )
            % {"item": item},
            about=str(item.pk),
        )


def find_changed_items(letter: Letter) -> Iterator[Finding]:
    """Items with changes that nobody has published: the digest has the older words."""
    for entry in letter.entries:
        if entry.item.has_unpublished_changes:
            yield Finding(
                "digest_changed",
                Severity.WARNING,
                _("An item has changes that are not published"),
                _("The digest shows “%(item)s” as it is on the web now.")
                % {"item": entry.item},
                about=f"{entry.item.pk} {entry.item.latest_revision_id}",
            )


def find_repeated_items(letter: Letter) -> Iterator[Finding]:
    """Items that stand in it twice, or stood in one of the last digests."""
    counts = Counter(entry.item.pk for entry in letter.entries)
    earlier = _list_earlier(letter) if letter.entries else {}
    for entry in {entry.item.pk: entry for entry in letter.entries}.values():
        if counts[entry.item.pk] > 1:
            yield Finding(
                "digest_twice",
                Severity.WARNING,
                _("An item stands in the digest twice"),
                _("“%(item)s” was chosen in two languages. Take one off the list.")
                % {"item": entry.item},
                about=str(entry.item.pk),
            )
        if subject := earlier.get(str(entry.item.pk)):
            yield Finding(
                "digest_repeated",
                Severity.WARNING,
                _("An item stood in an earlier digest"),
                _("“%(item)s” was sent with “%(digest)s”.")
                % {"item": entry.item, "digest": subject},
                about=str(entry.item.pk),
            )


def find_teasers_without_text(letter: Letter) -> Iterator[Finding]:
    """Items shown with their summary that have none."""
    for entry in letter.entries:
        if entry.extent == DigestExtent.TEASER and not entry.item.summary:
            yield Finding(
                "digest_summary",
                Severity.WARNING,
                _("An item has no summary to show"),
                _("Readers see only the headline of “%(item)s”. Write its summary.")
                % {"item": entry.item},
                about=str(entry.item.pk),
            )


def find_too_many_topics(letter: Letter) -> Iterator[Finding]:
    """A personal digest of more sets of topics than a delivery has bits for."""
    if not isinstance(letter.page, DigestPage) or not letter.page.is_personal:
        return
    sets = {entry.topic_ids for entry in letter.entries if entry.topic_ids}
    if len(sets) > MOST_TOPIC_SETS:
        yield Finding(
            "digest_topics",
            Severity.ERROR,
            _("The items are about too many different things"),
            _(
                "They have %(count)s different sets of topics; a personal digest can "
                "hold %(most)s. Take some items off the list."
            )
            % {"count": len(sets), "most": MOST_TOPIC_SETS},
        )


def find_faults_of_whole_items(letter: Letter, rules: list) -> Iterator[Finding]:
    """What ``rules`` find in the items that stand in the digest whole."""
    for whole in letter.whole_items:
        for rule in rules:
            for finding in rule(whole):
                yield _in_item(finding, whole.page)


def _in_item(finding: Finding, item: NewsPage) -> Finding:
    """Return a finding that leads to the item, where it can be mended."""
    place = f"{item.title} › {finding.place}" if finding.place else item.title
    return replace(
        finding, place=place, page_id=item.pk, about=f"{item.pk} {finding.about}"
    )


def _list_earlier(letter: Letter) -> dict[str, str]:
    """Return the items of the last digests, by number, with the subject they went with."""
    sends = Campaign.objects.filter(
        newsletter=letter.newsletter,
        page__digestpage__isnull=False,
        frozen_at__isnull=False,
    ).exclude(page=letter.page.pk)
    latest = sends.order_by("-frozen_at").values_list("item_revisions", "subject")
    found: dict[str, str] = {}
    for items, subject in latest[:LAST_DIGESTS]:
        for number in items:
            found.setdefault(number, without_fields(subject))
    return found
