"""What Swedish law asks a public body to say on its site: accessibility and privacy."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from home.choices import AssessedBy, Conformity

TEXT = ["h3", "bold", "ol", "ul", "link"]


class StatementPage(Page):
    """What both have in common: who is responsible, and when it was looked through."""

    body_name = models.CharField(_("the body responsible"), max_length=200)
    body_number = models.CharField(_("organisation number"), max_length=20, blank=True)
    postal_address = models.TextField(_("postal address"), max_length=250, blank=True)
    email = models.EmailField(_("e-mail"))
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    reviewed_on = models.DateField(_("last looked through"))

    class Meta:
        abstract = True


class AccessibilityPage(StatementPage):
    """The accessibility statement of law 2018:1937 and its regulation MDFFS 2019:2."""

    conformity = models.CharField(
        _("how far the site complies"),
        max_length=8,
        choices=Conformity,
        default=Conformity.PARTLY,
    )
    faults = RichTextField(_("what is not accessible"), features=TEXT, blank=True)
    burdens = RichTextField(
        _("what would be too great a burden to mend"), features=TEXT, blank=True
    )
    exceptions = RichTextField(
        _("what the law does not ask for"), features=TEXT, blank=True
    )
    assessed_by = models.CharField(
        _("assessed by"), max_length=8, choices=AssessedBy, default=AssessedBy.SELF
    )
    assessed_on = models.DateField(_("assessed on"))
    method = RichTextField(_("how it was assessed"), features=TEXT, blank=True)
    answer_days = models.PositiveSmallIntegerField(
        _("we answer within so many days"), default=5
    )

    content_panels = [
        *Page.content_panels,
        *(
            FieldPanel(name)
            for name in (
                "body_name",
                "email",
                "phone",
                "conformity",
                "faults",
                "burdens",
                "exceptions",
                "assessed_by",
                "assessed_on",
                "method",
                "answer_days",
                "reviewed_on",
            )
        ),
    ]
    template = "web/home/accessibility_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("accessibility statement")
        verbose_name_plural = _("accessibility statements")


class PrivacyPage(StatementPage):
    """How personal data are used (GDPR art. 13 and 14); purposes are the register's own."""

    officer_email = models.EmailField(_("data protection officer, e-mail"), blank=True)
    sources = RichTextField(_("where the data come from"), features=TEXT, blank=True)
    recipients = RichTextField(_("who else gets the data"), features=TEXT, blank=True)
    retention = RichTextField(_("how long they are kept"), features=TEXT, blank=True)
    more = RichTextField(_("more to say"), features=TEXT, blank=True)

    content_panels = [
        *Page.content_panels,
        *(
            FieldPanel(name)
            for name in (
                "body_name",
                "body_number",
                "postal_address",
                "email",
                "phone",
                "officer_email",
                "sources",
                "recipients",
                "retention",
                "more",
                "reviewed_on",
            )
        ),
    ]
    template = "web/home/privacy_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("privacy page")
        verbose_name_plural = _("privacy pages")
