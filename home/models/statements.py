"""What Swedish law asks a public body to say on its site: accessibility and privacy.

The sentences that are the same for everybody stand in the templates; editors fill in
what differs.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from home.choices import AssessedBy, Conformity
from home.statements.data_use import describe_data_use
from home.statements.gaps import find_accessibility_gaps, find_privacy_gaps
from home.statements.panels import GapsPanel

TEXT = ["h3", "bold", "ol", "ul", "link"]
# Where shortcomings are reported when the body itself does not mend them.
DIGG_URL = "https://www.digg.se/tdosanmalan"
LAW_URL = "https://www.riksdagen.se/sv/dokument-och-lagar/dokument/svensk-forfattningssamling/_sfs-2018-1937/"
# Where one complains of how one's data are used.
IMY_URL = "https://www.imy.se/privatperson/utfora-arenden/lamna-ett-klagomal/"


class StatementPage(Page):
    """What both have in common: who is responsible, and when it was looked through."""

    body_name = models.CharField(
        _("the body responsible"),
        max_length=200,
        help_text=_("Its full name, such as a municipality or an agency."),
    )
    body_number = models.CharField(_("organisation number"), max_length=20, blank=True)
    postal_address = models.TextField(_("postal address"), max_length=250, blank=True)
    email = models.EmailField(
        _("e-mail"), help_text=_("Where readers write to; somebody must read it.")
    )
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    reviewed_on = models.DateField(
        _("last looked through"),
        help_text=_("On that day everything on this page was true. Once a year."),
    )

    subpage_types: list[str] = []
    parent_page_types = ["home.HomePage"]
    max_count_per_parent = 1

    class Meta:
        abstract = True


class AccessibilityPage(StatementPage):
    """The accessibility statement of law 2018:1937 and its regulation MDFFS 2019:2."""

    conformity = models.CharField(
        _("how far the site complies with the law"),
        max_length=8,
        choices=Conformity,
        default=Conformity.PARTLY,
    )
    faults = RichTextField(
        _("what is not accessible"),
        features=TEXT,
        blank=True,
        help_text=_(
            "Each shortcoming, why it is there, when it will be mended, and another way "
            "to the same content where there is one."
        ),
    )
    burdens = RichTextField(
        _("what would be too great a burden to mend"),
        features=TEXT,
        blank=True,
        help_text=_("With the reason (section 12 of the law). Empty: nothing."),
    )
    exceptions = RichTextField(
        _("what the law does not cover"),
        features=TEXT,
        blank=True,
        help_text=_(
            "Such as recordings from before 23 September 2020 (section 9). Empty: "
            "nothing."
        ),
    )
    assessed_by = models.CharField(
        _("assessed by"), max_length=8, choices=AssessedBy, default=AssessedBy.SELF
    )
    assessed_on = models.DateField(_("assessed on"))
    method = RichTextField(
        _("how it was assessed"),
        features=TEXT,
        blank=True,
        help_text=_("Which pages, with what tools and aids, against what standard."),
    )
    answer_days = models.PositiveSmallIntegerField(
        _("we answer within so many working days"), default=5
    )

    content_panels = [
        *Page.content_panels,
        GapsPanel(),
        MultiFieldPanel(
            [
                FieldPanel("body_name"),
                FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
                FieldPanel("postal_address"),
                FieldPanel("answer_days"),
            ],
            heading=_("Who is responsible"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("conformity"),
                FieldPanel("faults"),
                FieldPanel("burdens"),
                FieldPanel("exceptions"),
            ],
            heading=_("What is not accessible"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("assessed_by"), FieldPanel("assessed_on")]),
                FieldPanel("method"),
                FieldPanel("reviewed_on"),
            ],
            heading=_("How it is known"),
        ),
    ]
    template = "web/home/accessibility_page.html"

    class Meta:
        verbose_name = _("accessibility statement")
        verbose_name_plural = _("accessibility statements")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        return {**context, "digg_url": DIGG_URL, "law_url": LAW_URL}

    def find_gaps(self) -> list[str]:
        """Return in sentences what it still lacks."""
        return find_accessibility_gaps(self)


class PrivacyPage(StatementPage):
    """How personal data are used (GDPR art. 13 and 14); purposes are the register's own."""

    officer_email = models.EmailField(_("data protection officer, e-mail"), blank=True)
    sources = RichTextField(
        _("where the data come from"),
        features=TEXT,
        blank=True,
        help_text=_("Beside what people write in themselves: members, the web …"),
    )
    recipients = RichTextField(
        _("who else gets the data"),
        features=TEXT,
        blank=True,
        help_text=_(
            "Whoever runs servers and mail for you, and where: inside of the EU or not."
        ),
    )
    retention = RichTextField(
        _("how long people stay in the register"),
        features=TEXT,
        blank=True,
        help_text=_(
            "Your own rule, such as two years after the last post. What the system "
            "forgets by itself is added to it."
        ),
    )
    more = RichTextField(_("more to say"), features=TEXT, blank=True)

    content_panels = [
        *Page.content_panels,
        GapsPanel(),
        MultiFieldPanel(
            [
                FieldPanel("body_name"),
                FieldPanel("body_number"),
                FieldPanel("postal_address"),
                FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
                FieldPanel("officer_email"),
            ],
            heading=_("Who is responsible"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("sources"),
                FieldPanel("recipients"),
                FieldPanel("retention"),
                FieldPanel("more"),
            ],
            heading=_("What only you know"),
            help_text=_(
                "Purposes with their grounds, rights, cookies and what the system "
                "forgets by itself are written for you, from the register."
            ),
        ),
        FieldPanel("reviewed_on"),
    ]
    template = "web/home/privacy_page.html"

    class Meta:
        verbose_name = _("privacy page")
        verbose_name_plural = _("privacy pages")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        return {**context, "use": describe_data_use(), "imy_url": IMY_URL}

    def find_gaps(self) -> list[str]:
        """Return in sentences what it still lacks."""
        return find_privacy_gaps(self)
