"""What an item knows about being sent: who may do what, and its tab in the editor."""

from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail_newsletter.models import NewsletterPageMixin

from newsletter.models.approval import find_workflow

# What each action needs beside the right to edit the item; "" is nothing more. The
# first six names are wagtail-newsletter's.
ACTION_PERMISSIONS = {
    "save_campaign": "",
    "get_report": "",
    "send_test_email": "newsletter.send_test",
    "send_campaign": "newsletter.send_campaign",
    "schedule_campaign": "newsletter.send_campaign",
    "unschedule_campaign": "newsletter.send_campaign",
    "ask_for_approval": "",
}


class PageInPlaceOfHtml(SafeString):
    """Tells our campaign backend which page it is asked to save.

    wagtail-newsletter hands a backend one finished HTML string and no page. Ours needs
    the page: it composes a letter per language and fills it per person.
    """

    page: "SendablePage"


class SendTab(ObjectList):
    # Stable in every language: after an action the editor comes back to #tab-send.
    clean_name = "send"


class SendablePage(NewsletterPageMixin):
    """A page that can be sent, with permissions per action instead of one for all."""

    class Meta:
        abstract = True

    def has_newsletter_permission(self, user, action):
        """Return whether that user may do that to this page; False for unknown actions."""
        permission = ACTION_PERMISSIONS.get(action)
        if permission is None or (permission and not user.has_perm(permission)):
            return False
        return self.permissions_for_user(user).can_edit()

    def get_workflow(self):
        """Return the second pair of eyes where the newsletter needs it, else the tree's."""
        if self.newsletter and self.newsletter.needs_approval:
            return find_workflow() or super().get_workflow()
        return super().get_workflow()

    @property
    def has_workflow(self):
        return self.get_workflow() is not None

    def get_newsletter_html(self, extra_context=None):
        reference = PageInPlaceOfHtml()
        reference.page = self
        return reference

    def get_newsletter_from_name(self):
        return self.newsletter.sender_name if self.newsletter else ""

    def get_newsletter_reply_to(self):
        return self.newsletter.reply_to if self.newsletter else ""

    @classmethod
    def get_newsletter_panels(cls):
        # By name: the models do not import the panels, which stand above them.
        chooser = import_string("newsletter.viewsets.choosers.recipients_chooser")
        send_panel = import_string("newsletter.panels.SendPanel")
        recipients = FieldPanel(
            "newsletter_recipients",
            heading=_("Recipients"),
            widget=chooser.widget_class,
        )
        subject = FieldPanel(
            "newsletter_subject",
            heading=_("Subject"),
            help_text=_("Left empty, the headline is the subject."),
        )
        return [
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("newsletter"), recipients]),
                    FieldRowPanel([subject, FieldPanel("preheader")]),
                ],
                heading=_("The letter"),
            ),
            send_panel(heading=_("Test and send")),
        ]

    @classmethod
    def get_content_panels(cls):
        """Return the panels of the tab Content."""
        return cls.content_panels

    @classmethod
    def get_edit_handler(cls):
        tabs = [
            ObjectList(cls.get_content_panels(), heading=_("Content")),
            ObjectList(cls.promote_panels, heading=_("Promote")),
            ObjectList(cls.settings_panels, heading=_("Settings")),
            SendTab(cls.get_newsletter_panels(), heading=_("Send")),
        ]
        handler = TabbedInterface(tabs, base_form_class=cls.base_form_class)
        return handler.bind_to_model(cls)
