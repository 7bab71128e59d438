"""What the editor shows of a grant's duties: that its statement is there, and why."""

from wagtail.admin.panels import Panel

from newsletter.blocks.funding import FUNDING, make_notices


class FundingPanel(Panel):
    """Says which statement stands on page and mail by itself; absent without a grant."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "cms/newsletter/funding_panel.html"

        def is_shown(self):
            return bool(make_notices(self.instance))

        def get_context_data(self, parent_context=None):
            return {
                **super().get_context_data(parent_context),
                "notices": make_notices(self.instance),
                "placed": any(c.block_type == FUNDING for c in self.instance.body),
            }
