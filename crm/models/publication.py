"""What the network's people have written, and where they were heard."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.choices import Language, MediaKind, PublicationKind
from crm.dates import check_partial_date, format_partial


class Work(models.Model):
    """What publications and appearances in the media have in common."""

    title = models.CharField(_("title"), max_length=250)
    language = models.CharField(
        _("language of the title"),
        max_length=2,
        choices=Language,
        default=Language.SWEDISH,
    )
    authors = models.CharField(
        _("by"),
        max_length=250,
        blank=True,
        help_text=_("Names with commas between, as they are to be read."),
    )
    appeared_on = models.CharField(
        _("date"),
        max_length=10,
        blank=True,
        validators=[check_partial_date],
        help_text=_("As precise as it is known: 2021, 2021-06 or 2021-06-14."),
    )
    url = models.URLField(_("address on the web"), max_length=500, blank=True)
    network = models.ForeignKey(
        "crm.Network",
        verbose_name=_("network or project"),
        on_delete=models.PROTECT,
        related_name="%(class)ss",
        null=True,
        blank=True,
    )

    class Meta:
        abstract = True

    def __str__(self):
        return self.title

    @property
    def appeared(self) -> str:
        """The date in words of the active language, as precise as it is known."""
        return format_partial(self.appeared_on)


class Publication(Work):
    """A report, book or other work that can be read."""

    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=PublicationKind,
        default=PublicationKind.REPORT,
    )
    publisher = models.ForeignKey(
        "crm.Organisation",
        verbose_name=_("published by"),
        on_delete=models.PROTECT,
        related_name="publications",
        null=True,
        blank=True,
    )
    identifier = models.CharField(
        _("identifier"),
        max_length=80,
        blank=True,
        help_text=_("ISBN, DOI or the publisher's own number."),
    )
    description_sv = models.TextField(_("description in Swedish"), blank=True)
    description_en = models.TextField(_("description in English"), blank=True)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["-appeared_on", "title"]

    @property
    def byline(self) -> str:
        """Authors, publisher, date and identifier, as far as they are known."""
        known = (self.authors, self.publisher, self.appeared, self.identifier)
        return ", ".join(str(part) for part in known if part)

    @property
    def description(self) -> str:
        """The description in the active language; the other one when it has none."""
        ours, theirs = self.description_sv, self.description_en
        if get_language() == "en":
            ours, theirs = theirs, ours
        return ours or theirs


class MediaItem(Work):
    """An article, interview or broadcast in which the network was heard."""

    kind = models.CharField(
        _("kind"), max_length=12, choices=MediaKind, default=MediaKind.OPINION
    )
    outlet = models.ForeignKey(
        "crm.Organisation",
        verbose_name=_("in"),
        on_delete=models.PROTECT,
        related_name="media_items",
        null=True,
        blank=True,
        help_text=_("The newspaper or broadcaster."),
    )
    publisher = models.ForeignKey(
        "crm.Organisation",
        verbose_name=_("concerns"),
        on_delete=models.PROTECT,
        related_name="media_coverage",
        null=True,
        blank=True,
        help_text=_("The organisation of ours whose list it belongs in."),
    )
    wording = models.CharField(
        _("wording of its own"),
        max_length=300,
        blank=True,
        help_text=_("Replaces the sentence that is made from the fields above."),
    )

    class Meta:
        verbose_name = _("media item")
        verbose_name_plural = _("media items")
        ordering = ["appeared_on", "title"]
