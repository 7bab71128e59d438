"""Why somebody got a send, or did not: what became of it, the frozen rules, the address."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from crm.mailability import explain_mailability
from crm.models import Contact, Segment
from crm.segments.explaining import Explanation, explain_segment
from crm.views.why import ChosenContactMixin
from newsletter.delivery.reaching import explain_coming
from newsletter.models import Campaign


class WhyView(ChosenContactMixin, TemplateView):
    """One person and one send, on one screen."""

    template_name = "cms/newsletter/why.html"
    header_icon = "mail"

    def may_read(self, user) -> bool:
        """Say whether somebody may look at sends."""
        return user.has_perm("newsletter.view_campaign")

    @cached_property
    def campaign(self) -> Campaign:
        sends = Campaign.objects.select_related("newsletter__purpose")
        return get_object_or_404(sends, pk=self.kwargs["pk"])

    def get_page_title(self):
        return _("Who got “%(subject)s”, and why") % {"subject": self.campaign.name}

    def get_breadcrumbs_items(self):
        send = reverse("newsletter_campaign:inspect", args=[self.campaign.pk])
        return [
            *self.breadcrumbs_items,
            {"url": reverse("newsletter_campaign:index"), "label": _("Sends")},
            {"url": send, "label": self.campaign.name},
            {"url": "", "label": _("Why, why not")},
        ]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(campaign=self.campaign, **kwargs)
        if self.contact:
            context.update(explain_send(self.campaign, self.contact))
        return context


def explain_send(campaign: Campaign, contact: Contact) -> dict:
    """Return what became of a send for one person, and why.

    ``delivery`` or ``left_out`` is the row that says it, if there is one; ``goes_to``
    and ``not_to`` judge the segments as they were frozen, by what the register knows
    today. ``hindrance`` says what would keep them out of a send that has not begun.
    """
    frozen_at = campaign.frozen_at
    on = timezone.localdate(frozen_at) if frozen_at else timezone.localdate()
    delivery = campaign.deliveries.filter(contact=contact).first()
    left_out = campaign.left_out.filter(contact=contact).first()
    purpose = campaign.newsletter.purpose
    mailability = explain_mailability(contact, timezone.localdate())
    return {
        "hindrance": "" if frozen_at else explain_coming(campaign, contact, on),
        "delivery": delivery,
        "left_out": left_out,
        "goes_to": _explain_side(campaign, contact, "include", on),
        "not_to": _explain_side(campaign, contact, "exclude", on),
        "mailability": [m for m in mailability if m.purpose == purpose],
        "judged_on": on,
    }


def _explain_side(
    campaign: Campaign, contact: Contact, side: str, on
) -> list[Explanation]:
    if frozen := campaign.frozen_rules:
        definitions = frozen["segments"]
        # Stand-ins: what they mean, and what they were called, is in the definitions.
        segments = [
            Segment(pk=pk, name=definitions[str(pk)]["name"]) for pk in frozen[side]
        ]
    else:
        definitions = {}
        segments = (
            list(getattr(campaign.recipients, side).all())
            if campaign.recipients
            else []
        )
    return [
        explain_segment(segment, contact, on, frozen=definitions)
        for segment in segments
    ]
