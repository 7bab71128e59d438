"""The sends on the first page of the admin: coming, under way, last done."""

from wagtail.admin.ui.components import Component

from newsletter.choices import CampaignState
from newsletter.models import Campaign
from newsletter.status import MOVING_STATES
from newsletter.viewsets.sends import with_figures

MOST_MOVING = 5
MOST_FINISHED = 3


class SendsPanel(Component):
    name = "sends"
    order = 90
    template_name = "cms/newsletter/dashboard.html"

    def get_context_data(self, parent_context):
        sends = with_figures(Campaign.objects.select_related("newsletter"))
        if not parent_context["request"].user.has_perm("newsletter.view_campaign"):
            return {"sends": [], "may_see": False}
        moving = sends.filter(state__in=MOVING_STATES).order_by("send_at", "pk")
        finished = sends.filter(state=CampaignState.FINISHED).order_by("-finished_at")
        return {
            "sends": [*moving[:MOST_MOVING], *finished[:MOST_FINISHED]],
            "may_see": True,
        }
