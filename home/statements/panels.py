"""What editors are told of a statement while they write it."""

from django.utils import timezone
from wagtail.admin.panels import Panel

from home.statements.gaps import is_old


class GapsPanel(Panel):
    """Lists what the statement lacks as it was last saved; says so when nothing."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "cms/home/gaps_panel.html"

        def is_shown(self):
            """Only for a page that there is: an empty form lacks everything."""
            return self.instance.pk is not None

        def get_context_data(self, parent_context=None):
            context = super().get_context_data(parent_context)
            page = self.instance
            return {
                **context,
                "gaps": page.find_gaps(),
                "is_old": is_old(page.reviewed_on, timezone.localdate()),
            }
