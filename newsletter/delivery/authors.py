"""Who wrote what would be sent: they cannot be the second pair of eyes."""

from typing import Any

from wagtail.models import Revision

from newsletter.models import Campaign

# What changes in a revision without anybody writing: dates, states, places in the tree.
NOT_WRITTEN = frozenset(
    {
        "alias_of",
        "depth",
        "draft_title",
        "expire_at",
        "expired",
        "first_published_at",
        "go_live_at",
        "has_unpublished_changes",
        "last_published_at",
        "latest_revision",
        "latest_revision_created_at",
        "live",
        "live_revision",
        "locked",
        "locked_at",
        "locked_by",
        "newsletter_campaign",
        "numchild",
        "path",
        "search_description",
        "url_path",
        "wagtail_admin_comments",
    }
)
# So far back the author of the present text is looked for.
MOST_REVISIONS = 50


def find_authors(campaign: Campaign) -> set[int]:
    """Return who made the latest changes to each language of the letter, by user id.

    Saving without changing makes nobody an author. Empty where programs wrote it.
    """
    saved = [campaign.revision_id, *campaign.translations.values()]
    authors = {
        _find_author(revision) for revision in Revision.objects.filter(pk__in=saved)
    }
    return {author for author in authors if author is not None}


def _find_author(revision: Revision) -> int | None:
    """Return who saved the first of the versions that all say what this one says."""
    written = _read_written(revision)
    author = revision.user_id
    earlier = Revision.objects.filter(
        base_content_type=revision.base_content_type,
        object_id=revision.object_id,
        created_at__lt=revision.created_at,
    ).order_by("-created_at", "-pk")
    for other in earlier[:MOST_REVISIONS]:
        if _read_written(other) != written:
            break
        author = other.user_id
    return author


def _read_written(revision: Revision) -> dict[str, Any]:
    content = revision.content
    return {name: content[name] for name in content if name not in NOT_WRITTEN}
