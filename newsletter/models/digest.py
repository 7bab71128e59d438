"""An issue that gathers several items into one letter."""

from dataclasses import dataclass

from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, PageViewRestriction, Revision

from newsletter.choices import DigestExtent, NewsKind, Visibility
from newsletter.models.pages import NewsPage


@dataclass(frozen=True)
class Entry:
    """An item as it stands in a digest: its published version, in the digest's language."""

    item: NewsPage
    extent: str
    topic_ids: tuple[int, ...]


class DigestPage(NewsPage):
    """An issue: an introduction of its own, and items of the archive after it."""

    is_personal = models.BooleanField(
        _("each reader gets only items of their topics"),
        default=False,
        help_text=_(
            "Who cares for none of the topics gets no letter. Who has chosen no topics "
            "gets everything."
        ),
    )

    template = "web/newsletter/digest_page.html"
    # Of a send: which published version of each item goes out, by page. With none,
    # what is published now.
    item_revisions: dict[str, int] | None = None

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")

    @classmethod
    def get_content_panels(cls):
        # By name: the models do not import choosers and panels, which stand above them.
        chooser = import_string("newsletter.viewsets.item_chooser.item_chooser")
        # The panel above the list says which digest it is.
        widget = chooser.widget_class(linked_fields={"digest": "#rundbrev-digest"})
        fill_panel = import_string("newsletter.panels.FillDigestPanel")
        items = InlinePanel(
            "items",
            label=_("Item"),
            heading=_("Items"),
            panels=[
                FieldRowPanel(
                    [
                        FieldPanel("item", widget=widget),
                        FieldPanel("extent"),
                    ]
                )
            ],
        )
        title, _what, paste, body, *rest = super().get_content_panels()
        return [
            title,
            MultiFieldPanel(
                [
                    FieldRowPanel(
                        [FieldPanel("published_on"), FieldPanel("visibility")]
                    ),
                    FieldPanel("network"),
                ],
                heading=_("What it is"),
            ),
            paste,
            body,
            # After the introduction, as in the letter.
            fill_panel(heading=_("Fill the list")),
            items,
            FieldPanel("is_personal"),
            *rest,
        ]

    def clean(self):
        super().clean()
        self.kind = NewsKind.DIGEST

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        return {**context, "items": [entry.item for entry in self.list_entries()]}

    def list_entries(self) -> list[Entry]:
        """Return what stands in it, in order; items that cannot be shown are left out."""
        return [
            Entry(item, chosen.extent, _topic_ids(item))
            for chosen, item in self.match_items()
            if item is not None
        ]

    def list_missing(self) -> list[NewsPage]:
        """Return the chosen items of which nothing stands in it."""
        return [chosen.item for chosen, item in self.match_items() if item is None]

    def match_items(self) -> list[tuple["DigestItem", NewsPage | None]]:
        """Each choice with the item to show for it: published, in the digest's language,
        open to whoever may see the digest. None where there is no such item."""
        chosen = sorted(self.items.all(), key=lambda choice: choice.sort_order or 0)
        found = find_shown_items(self, [choice.item_id for choice in chosen])
        versions = self._find_versions()
        matches = []
        for choice in chosen:
            item = found.get(choice.item_id)
            matches.append((choice, versions.get(item.pk, item) if item else None))
        return matches

    def _find_versions(self) -> dict[int, NewsPage]:
        if not self.item_revisions:
            return {}
        saved = Revision.objects.in_bulk(self.item_revisions.values())
        return {
            int(page_id): saved[revision_id].as_object()
            for page_id, revision_id in self.item_revisions.items()
            if revision_id in saved
        }


class DigestItem(Orderable):
    """One item of a digest, in the order set by hand."""

    digest = ParentalKey(DigestPage, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(
        NewsPage, verbose_name=_("item"), on_delete=models.CASCADE, related_name="+"
    )
    extent = models.CharField(
        _("shown as"),
        max_length=8,
        choices=DigestExtent,
        default=DigestExtent.TEASER,
    )

    class Meta(Orderable.Meta):
        verbose_name = _("item")
        verbose_name_plural = _("items")
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "item"], name="newsletter_digest_item_once"
            )
        ]

    def __str__(self):
        return str(self.item)


def list_choosable_items(digest: DigestPage):
    """Return the published items that a digest may gather, those of its language.

    Not digests, and nothing that some of its readers may not see: a digest for partners
    may hold what is for everybody, but not the other way round.
    """
    items = NewsPage.objects.live().filter(digestpage=None, locale=digest.locale)
    if digest.visibility == Visibility.PUBLIC:
        items = items.filter(visibility=Visibility.PUBLIC)
    # Before it is saved for the first time it stands nowhere.
    shared = digest.get_view_restrictions() if digest.path else []
    hidden = PageViewRestriction.objects.exclude(
        pk__in=[restriction.pk for restriction in shared]
    )
    for restriction in hidden.select_related("page"):
        items = items.exclude(path__startswith=restriction.page.path)
    return items


def find_shown_items(digest: DigestPage, item_ids: list[int]) -> dict[int, NewsPage]:
    """Return the items to show for those chosen, by the id of the chosen one.

    An item of another language is followed to its translation. Three queries, whatever
    the number.
    """
    keys = dict(
        NewsPage.objects.filter(pk__in=item_ids).values_list("pk", "translation_key")
    )
    items = list_choosable_items(digest).filter(translation_key__in=keys.values())
    by_key = {
        item.translation_key: item
        for item in items.select_related("network", "locale").prefetch_related(
            "topic_links__topic"
        )
    }
    return {pk: by_key[key] for pk, key in keys.items() if key in by_key}


def _topic_ids(item: NewsPage) -> tuple[int, ...]:
    return tuple(sorted({link.topic_id for link in item.topic_links.all()}))
